//! Texts of the dialog for admin actions: titles, steps, the confirmations, which name the person and the consequence, and
//! what is wrong with the input.

use shared::Role;

use super::Lang;
use super::particle::Particle;
use crate::admin_action::{AdminAction, Ineligible, Step};
use crate::event::{Code as KeyCode, Key};

/// The steps.
impl Lang {
    /// The title of an action; with the name of its subject, once that is known.
    #[must_use]
    pub fn action_title(self, action: AdminAction, name: Option<&str>) -> String {
        let act = match action {
            AdminAction::Kick => self.pick(["Kick", "내보내기"]),
            AdminAction::Ban => self.pick(["Ban", "차단"]),
            AdminAction::Mute => self.pick(["Mute", "채팅 금지"]),
            AdminAction::Unban => self.pick(["Lift the ban of", "차단 풀기"]),
            AdminAction::Unmute => self.pick(["Let speak again:", "채팅 금지 풀기"]),
            AdminAction::Role(_) => self.pick(["Role of", "역할"]),
            AdminAction::FreeName => self.pick(["Free the name", "이름 회수"]),
            AdminAction::Announce => self.pick(["Announce", "공지"]),
            AdminAction::Shutdown => self.pick(["Shut down", "서버 종료"]),
            AdminAction::CancelShutdown => self.pick(["Call the shutdown off", "서버 종료 취소"]),
        };
        match (self, name) {
            (_, None) => act.to_owned(),
            (Self::En, Some(name)) => format!("{act} {name}"),
            (Self::Ko, Some(name)) => format!("{act} · {name}"),
        }
    }

    /// The question of a step.
    #[must_use]
    pub fn step_question(self, action: AdminAction, step: Step) -> &'static str {
        match (action, step) {
            (_, Step::Subject) => {
                self.pick(["Whom? Type a part of the name.", "누구를? 이름의 일부를 입력하세요."])
            }
            (AdminAction::Shutdown, Step::Reason) => self.pick([
                "Why? Everybody sees it. It may stay empty.",
                "이유는? 모두에게 보입니다. 비워도 됩니다.",
            ]),
            (_, Step::Reason) => self.pick([
                "Why? They and the room see it. It may stay empty.",
                "이유는? 본인과 방에 보입니다. 비워도 됩니다.",
            ]),
            (AdminAction::Shutdown, Step::Duration) => self.pick([
                "When? Choose, or type like 90s, 10m, 2h.",
                "언제? 고르거나 90초, 10분, 2시간처럼 입력하세요.",
            ]),
            (_, Step::Duration) => self.pick([
                "For how long? Choose, or type like 90m, 2h, 7d.",
                "얼마 동안? 고르거나 90분, 2시간, 7일처럼 입력하세요.",
            ]),
            (_, Step::StopOrRestart) => self.pick(["Stop or restart?", "끝낼까요, 다시 시작할까요?"]),
            (_, Step::Text) => self.pick(["What is everybody to be told?", "모두에게 무엇을 알릴까요?"]),
            (_, Step::Confirm) => "",
        }
    }

    /// The keys of a step.
    #[must_use]
    pub fn step_keys(self, action: AdminAction, step: Step, is_first: bool) -> String {
        let esc = if is_first {
            self.pick(["Esc close", "Esc 닫기"])
        } else {
            self.pick(["Esc back", "Esc 뒤로"])
        };
        let keys = match step {
            Step::Duration if action == AdminAction::Ban => {
                self.pick(["↑↓ choose · Tab address · Enter next", "↑↓ 고르기 · Tab 주소 · Enter 다음"])
            }
            Step::Subject | Step::StopOrRestart | Step::Duration => {
                self.pick(["↑↓ choose · Enter next", "↑↓ 고르기 · Enter 다음"])
            }
            Step::Reason | Step::Text => self.pick(["Enter next", "Enter 다음"]),
            Step::Confirm => self.pick(["Enter yes", "Enter 예"]),
        };
        format!("{keys} · {esc}")
    }

    /// An offered duration.
    #[must_use]
    pub fn offered_duration(self, action: AdminAction, seconds: Option<u64>) -> String {
        match seconds {
            None => self.pick(["for good", "무기한"]).to_owned(),
            Some(0) => self.pick(["at once", "지금 바로"]).to_owned(),
            Some(seconds) if action == AdminAction::Shutdown => match self {
                Self::En => format!("in {}", self.duration(seconds)),
                Self::Ko => format!("{} 뒤", self.duration(seconds)),
            },
            Some(seconds) => self.duration(seconds),
        }
    }

    /// The choice whether the address is banned as well.
    #[must_use]
    pub fn ban_address_too(self) -> &'static str {
        self.pick(["their address as well", "접속한 주소도 함께"])
    }

    /// The choice between stop and restart.
    #[must_use]
    pub fn stop_or_restart(self, restart: bool) -> &'static str {
        if restart {
            self.pick([
                "restart: it comes back, and everybody with it",
                "다시 시작: 서버도 사람들도 돌아옵니다",
            ])
        } else {
            self.pick(["stop: it does not come back by itself", "종료: 자동으로 다시 시작되지 않습니다"])
        }
    }

    /// The given reason.
    #[must_use]
    pub fn reason_is(self, reason: &str) -> String {
        match self {
            Self::En => format!("Reason: {reason}"),
            Self::Ko => format!("이유: {reason}"),
        }
    }

    /// Why somebody cannot be the subject.
    #[must_use]
    pub fn ineligible(self, why: Ineligible) -> String {
        match (self, why) {
            (_, Ineligible::You) => self.pick(["that is you", "자기 자신"]).to_owned(),
            (Self::En, Ineligible::Rank(role)) => format!("{}, with as much say as you", self.role(role)),
            (Self::Ko, Ineligible::Rank(role)) => {
                format!("{} 안 됩니다", Particle::Because.on(self.role(role)))
            }
        }
    }

    /// Somebody is banned or muted already: picking them lifts it.
    #[must_use]
    pub fn already_sanctioned(self, action: AdminAction, until: Option<&str>) -> String {
        match (self, action == AdminAction::Ban, until) {
            (Self::En, true, None) => "banned for good · Enter lifts it".into(),
            (Self::En, true, Some(until)) => format!("banned until {until} · Enter lifts it"),
            (Self::En, false, None) => "muted for good · Enter lifts it".into(),
            (Self::En, false, Some(until)) => format!("muted until {until} · Enter lifts it"),
            (Self::Ko, true, None) => "무기한 차단 · Enter로 풀기".into(),
            (Self::Ko, true, Some(until)) => format!("{until}까지 차단 · Enter로 풀기"),
            (Self::Ko, false, None) => "무기한 채팅 금지 · Enter로 풀기".into(),
            (Self::Ko, false, Some(until)) => format!("{until}까지 채팅 금지 · Enter로 풀기"),
        }
    }
}

/// The confirmations.
impl Lang {
    /// Before a kick.
    #[must_use]
    pub fn confirm_kick(self, name: &str) -> String {
        match self {
            Self::En => format!("Kick {name}? They are removed now, and may come back when they want."),
            Self::Ko => format!("{name}님을 내보낼까요? 지금 내보내지만, 원하면 다시 들어올 수 있습니다."),
        }
    }

    /// Before a ban. `term` is how long it lasts, and until when.
    #[must_use]
    pub fn confirm_ban(self, name: &str, term: Option<(&str, &str)>, address: bool) -> String {
        let en = if address { ", and their address" } else { "" };
        let person = format!("{name}님");
        let whom = if address {
            format!("{} 접속한 주소를", Particle::With.on(&person))
        } else {
            Particle::Object.on(&person)
        };
        match (self, term) {
            (Self::En, None) => {
                format!("Ban {name} for good{en}? They are removed now and cannot return.")
            }
            (Self::En, Some((span, until))) => {
                format!("Ban {name} for {span}{en}? They are removed now and cannot return until {until}.")
            }
            (Self::Ko, None) => {
                format!("{whom} 무기한 차단할까요? 지금 내보내고, 다시 들어올 수 없습니다.")
            }
            (Self::Ko, Some((span, until))) => {
                format!("{whom} {span} 동안 차단할까요? 지금 내보내고, {until}까지 들어올 수 없습니다.")
            }
        }
    }

    /// Before a mute.
    #[must_use]
    pub fn confirm_mute(self, name: &str, term: Option<(&str, &str)>) -> String {
        match (self, term) {
            (Self::En, None) => format!("Mute {name} for good? They can read but not speak."),
            (Self::En, Some((span, until))) => {
                format!("Mute {name} for {span}? They can read but not speak until {until}.")
            }
            (Self::Ko, None) => {
                format!("{name}님의 채팅을 무기한 금지할까요? 읽을 수는 있지만 말할 수 없습니다.")
            }
            (Self::Ko, Some((span, until))) => format!(
                "{name}님의 채팅을 {span} 동안 금지할까요? {until}까지 읽을 수는 있지만 말할 수 없습니다."
            ),
        }
    }

    /// Before a ban is lifted.
    #[must_use]
    pub fn confirm_unban(self, name: &str) -> String {
        match self {
            Self::En => format!("Lift the ban of {name}? They may come back at once."),
            Self::Ko => format!("{name}님의 차단을 풀까요? 바로 다시 들어올 수 있습니다."),
        }
    }

    /// Before a mute is lifted.
    #[must_use]
    pub fn confirm_unmute(self, name: &str) -> String {
        match self {
            Self::En => format!("Let {name} speak again?"),
            Self::Ko => format!("{name}님의 채팅 금지를 풀까요? 바로 다시 말할 수 있습니다."),
        }
    }

    /// Before a name is taken from somebody who is not here.
    #[must_use]
    pub fn confirm_free_name(self, name: &str) -> String {
        match self {
            Self::En => {
                format!(
                    "Free the name {name}? Whoever has it and is not here is called guest-… from then on."
                )
            }
            Self::Ko => {
                format!("{name} 이름을 회수할까요? 지금 없는 그 이름의 주인은 앞으로 guest-… 라고 불립니다.")
            }
        }
    }

    /// Before a role is given.
    #[must_use]
    pub fn confirm_role(self, name: &str, role: Role) -> String {
        let may = match role {
            Role::Member => self.pick(["They may only talk.", "말하기만 할 수 있습니다."]),
            Role::Moderator => {
                self.pick(["They may kick, ban and mute.", "내보내기, 차단, 채팅 금지를 할 수 있습니다."])
            }
            Role::Admin => self.pick([
                "They may do everything: give roles, announce, stop the server.",
                "역할 주기, 공지, 서버 종료까지 모두 할 수 있습니다.",
            ]),
        };
        match self {
            Self::En => format!("Make {name} {}? {may}", self.role(role)),
            Self::Ko => format!("{name}님을 {} 지정할까요? {may}", Particle::To.on(self.role(role))),
        }
    }

    /// Before an announcement to so many others.
    #[must_use]
    pub fn confirm_announce(self, others: usize) -> String {
        match (self, others) {
            (Self::En, 0) => "Tell everybody? Nobody else is here to hear it.".into(),
            (Self::En, 1) => "Tell everybody? 1 other person hears it.".into(),
            (Self::En, _) => format!("Tell everybody? {others} others hear it."),
            (Self::Ko, _) => format!("모두에게 알릴까요? 다른 {others}명에게 보입니다."),
        }
    }

    /// Before a shutdown that disconnects so many others.
    #[must_use]
    pub fn confirm_shutdown(self, server: &str, restart: bool, span: Option<&str>, others: usize) -> String {
        let (what, after) = if restart {
            (
                self.pick(["Restart", "다시 시작할까요"]),
                self.pick(["they come back by themselves", "모두 자동으로 다시 접속합니다"]),
            )
        } else {
            (
                self.pick(["Stop", "끝낼까요"]),
                self.pick(["nobody can come back", "아무도 다시 들어올 수 없습니다"]),
            )
        };
        match (self, span) {
            (Self::En, None) => {
                format!("{what} {server} at once? Everybody here ({others} beside you) is cut off; {after}.")
            }
            (Self::En, Some(span)) => {
                format!(
                    "{what} {server} in {span}? Everybody here ({others} beside you) sees it count down; {after}."
                )
            }
            (Self::Ko, None) => {
                format!("{server} 서버를 지금 바로 {what}? 다른 {others}명의 연결이 끊기고 {after}.")
            }
            (Self::Ko, Some(span)) => {
                format!("{server} 서버를 {span} 뒤에 {what}? 다른 {others}명에게 남은 시간이 보이고 {after}.")
            }
        }
    }

    /// Before a shutdown is called off.
    #[must_use]
    pub fn confirm_cancel_shutdown(self, others: usize) -> String {
        match self {
            Self::En => format!(
                "Call the shutdown off? The server goes on, and everybody here ({others} beside you) is told."
            ),
            Self::Ko => {
                format!("서버 종료를 취소할까요? 서버는 계속 실행되고, 다른 {others}명에게 알립니다.")
            }
        }
    }

    /// What to type before a shutdown.
    #[must_use]
    pub fn type_server_name(self, server: &str) -> String {
        match self {
            Self::En => format!("Type {server} to confirm:"),
            Self::Ko => format!("확인하려면 {} 그대로 입력하세요:", Particle::Object.on(server)),
        }
    }

    /// How to answer a question in line mode.
    #[must_use]
    pub fn yes_or_no(self) -> &'static str {
        self.pick(["Type y to do it, n to leave it.", "하려면 예(y), 그만두려면 아니요(n)를 입력하세요."])
    }

    /// Whether a line says yes.
    #[must_use]
    pub fn is_yes(self, line: &str) -> bool {
        let line = line.trim().to_lowercase();
        // Typed with another layout on: ㅛ is the key of y.
        let keys: String = line.chars().map(|c| Key::plain(KeyCode::Char(c)).latin().unwrap_or(c)).collect();
        ["예", "네"].contains(&line.as_str()) || ["yes", "y"].contains(&keys.as_str())
    }

    /// The answer was no.
    #[must_use]
    pub fn not_confirmed(self) -> &'static str {
        self.pick(["nothing was done", "아무 일도 하지 않았습니다"])
    }
}

/// What is wrong with the input.
impl Lang {
    /// It is no duration.
    #[must_use]
    pub fn no_duration(self) -> &'static str {
        self.pick(["write a time like 90m, 2h or 7d", "시간은 90분, 2시간, 7일처럼 쓰세요"])
    }

    /// Enter came before the question can have been read.
    #[must_use]
    pub fn read_it_first(self) -> &'static str {
        self.pick([
            "not done yet: that Enter came too soon; press it again",
            "아직 하지 않았습니다. 너무 빨랐으니 Enter를 다시 누르세요",
        ])
    }

    /// It is not the server's name.
    #[must_use]
    pub fn wrong_server_name(self, server: &str) -> String {
        match self {
            Self::En => format!("that is not {server}; nothing was done"),
            Self::Ko => format!("서버 이름은 {server}입니다. 아무 일도 하지 않았습니다"),
        }
    }

    /// The subject was renamed since they were picked.
    #[must_use]
    pub fn was_renamed(self, old: &str, new: &str) -> String {
        match self {
            Self::En => format!("{old} is called {new} now; it is the same person"),
            Self::Ko => format!("{old}님은 이제 {new}입니다. 같은 사람입니다"),
        }
    }

    /// The subject left since they were picked.
    #[must_use]
    pub fn has_left(self, name: &str, holds: bool) -> String {
        match (self, holds) {
            (Self::En, true) => format!("{name} has left meanwhile; it holds all the same"),
            (Self::En, false) => format!("{name} has left meanwhile"),
            (Self::Ko, true) => format!("{name}님은 그사이 나갔습니다. 그래도 적용됩니다"),
            (Self::Ko, false) => format!("{name}님은 그사이 나갔습니다"),
        }
    }

    /// Only somebody who is here can be kicked.
    #[must_use]
    pub fn cannot_kick_absent(self) -> &'static str {
        self.pick([
            "they are gone already; a ban keeps them out",
            "이미 나갔습니다. 못 들어오게 하려면 차단하세요",
        ])
    }
}
