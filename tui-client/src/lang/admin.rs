//! Texts for moderators and admins: whois, bans and mutes, chords, the admin key, results of actions, the countdown; times
//! and durations.

use jiff::tz::TimeZone;
use shared::event::Countdown;
use shared::server_msg::{Member, SanctionKind};
use shared::{Millis, Name, Role, Uid};

use super::Lang;
use super::particle::as_to;
use crate::admin_action::AdminAction;
use crate::local_time::local_time;

/// Times and durations.
impl Lang {
    /// A moment by the clock on the wall; without the day when it is the day of `now`.
    #[must_use]
    pub fn moment(self, at: Millis, now: Millis, zone: &TimeZone) -> String {
        let [at, now] = [at, now].map(|moment| local_time(moment, zone));
        let time = format!("{:02}:{:02}", at.hour(), at.minute());
        if at.date() == now.date() {
            return time;
        }
        match self {
            Self::En => format!("{:04}-{:02}-{:02} {time}", at.year(), at.month(), at.day()),
            Self::Ko => format!("{}년 {}월 {}일 {time}", at.year(), at.month(), at.day()),
        }
    }

    /// A duration of so many seconds.
    #[must_use]
    pub fn duration(self, seconds: u64) -> String {
        let units = [
            (86_400, ["day", "days", "일"]),
            (3_600, ["hour", "hours", "시간"]),
            (60, ["minute", "minutes", "분"]),
            (1, ["second", "seconds", "초"]),
        ];
        let mut left = seconds;
        let mut parts = Vec::new();
        for (length, [one, many, korean]) in units {
            let count = left / length;
            left %= length;
            match (self, count) {
                (_, 0) => {}
                (Self::En, 1) => parts.push(format!("1 {one}")),
                (Self::En, _) => parts.push(format!("{count} {many}")),
                (Self::Ko, _) => parts.push(format!("{count}{korean}")),
            }
        }
        parts.join(" ")
    }
}

/// People.
impl Lang {
    /// What somebody is called; number 0 is the server's operator, whatever they are called.
    #[must_use]
    pub fn person(self, uid: Uid, name: &Name) -> &str {
        if uid == Uid::ZERO { self.operator() } else { name.as_str() }
    }

    /// The server's operator.
    #[must_use]
    pub const fn operator(self) -> &'static str {
        self.pick(["operator", "운영자"])
    }

    /// Who did something.
    #[must_use]
    pub fn by(self, name: &str) -> String {
        match self {
            Self::En => format!("by {name}"),
            Self::Ko => format!("{name}님"),
        }
    }

    /// Who somebody is, in a line.
    #[must_use]
    pub fn whois(self, member: &Member) -> String {
        let away = if member.away { format!(" · {}", self.away()) } else { String::new() };
        format!("{} · #{} · {}{away}", member.name, member.uid, self.role(member.role))
    }

    /// Before the rooms somebody is in.
    #[must_use]
    pub fn whois_rooms(self) -> &'static str {
        self.pick(["rooms:", "방:"])
    }

    /// Before the address somebody connects from.
    #[must_use]
    pub fn whois_address(self) -> &'static str {
        self.pick(["address:", "주소:"])
    }

    /// Before what somebody's client calls itself.
    #[must_use]
    pub fn whois_client(self) -> &'static str {
        self.pick(["client:", "프로그램:"])
    }

    /// Before the time somebody connected.
    #[must_use]
    pub fn whois_since(self, present: bool) -> &'static str {
        if present {
            self.pick(["here since", "접속한 때:"])
        } else {
            self.pick(["last here", "마지막 접속:"])
        }
    }
}

/// Bans and mutes.
impl Lang {
    /// The title of the list.
    #[must_use]
    pub fn bans_title(self) -> &'static str {
        self.pick(["Bans and mutes", "차단과 채팅 금지"])
    }

    /// The keys of the list.
    #[must_use]
    pub fn bans_keys(self) -> &'static str {
        self.pick(["↑↓ choose · Enter lift · Esc close", "↑↓ 고르기 · Enter 풀기 · Esc 닫기"])
    }

    /// Nothing is in force.
    #[must_use]
    pub fn no_bans(self) -> &'static str {
        self.pick(["nobody is banned or muted", "차단되거나 채팅이 금지된 사람이 없습니다"])
    }

    /// What holds, and until when.
    #[must_use]
    pub fn held(self, kind: SanctionKind, until: Option<&str>) -> String {
        let what = match kind {
            SanctionKind::Ban => self.pick(["banned", "차단"]),
            SanctionKind::Mute => self.pick(["muted", "채팅 금지"]),
            SanctionKind::Unknown => self.pick(["held", "제한"]),
        };
        match (self, until) {
            (Self::En, None) => format!("{what} for good"),
            (Self::En, Some(until)) => format!("{what} until {until}"),
            (Self::Ko, None) => format!("{what} (무기한)"),
            (Self::Ko, Some(until)) => format!("{until}까지 {what}"),
        }
    }

    /// Nothing holds for somebody of this name.
    #[must_use]
    pub fn nobody_held(self, name: &str, kind: SanctionKind) -> String {
        match (self, kind == SanctionKind::Mute) {
            (Self::En, false) => format!("nobody called {name} is banned; /bans lists who is"),
            (Self::En, true) => format!("nobody called {name} is muted; /bans lists who is"),
            (Self::Ko, false) => format!("{name}님은 차단되어 있지 않습니다. /차단목록 에서 볼 수 있습니다"),
            (Self::Ko, true) => {
                format!("{name}님은 채팅이 금지되어 있지 않습니다. /차단목록 에서 볼 수 있습니다")
            }
        }
    }
}

/// Keys and answers.
impl Lang {
    /// While Ctrl-X waits for its letter.
    #[must_use]
    pub fn chord(self, choices: &str) -> String {
        if choices.is_empty() {
            return self
                .pick(["Ctrl-X … is for moderators and admins · Esc", "Ctrl-X … 는 관리자용입니다 · Esc"])
                .into();
        }
        match self {
            Self::En => format!("Ctrl-X … {choices} · Esc"),
            Self::Ko => format!("Ctrl-X … {choices} · Esc 취소"),
        }
    }

    /// Under the members, for those who moderate.
    #[must_use]
    pub fn member_keys(self, unsought: bool) -> &'static str {
        if unsought {
            self.pick(["k kick · b ban · m mute · Space find", "k 강퇴 · b 차단 · m 채팅 금지 · Space 찾기"])
        } else {
            self.pick(["Enter talk · Esc close", "Enter 대화 · Esc 닫기"])
        }
    }

    /// The letter after Ctrl-X means nothing.
    #[must_use]
    pub fn chord_unknown(self, letter: char) -> String {
        match self {
            Self::En => format!("Ctrl-X {letter} means nothing; nothing was done"),
            Self::Ko => format!("Ctrl-X {letter} 는 없는 단축키입니다. 아무 일도 하지 않았습니다"),
        }
    }

    /// What the letter after Ctrl-X means is for others.
    #[must_use]
    pub fn chord_not_yours(self) -> &'static str {
        self.pick([
            "you may not do that; /admin becomes admin by key",
            "그럴 권한이 없습니다. /관리자 로 열쇠를 넣으면 됩니다",
        ])
    }

    /// Ctrl-X was left without a letter.
    #[must_use]
    pub fn chord_left(self) -> &'static str {
        self.pick(["nothing was done", "아무 일도 하지 않았습니다"])
    }

    /// A command is for another role.
    #[must_use]
    pub fn needs_role(self, role: Role) -> String {
        match self {
            Self::En => format!("that takes {}; /admin becomes admin by key", self.role(role)),
            Self::Ko => {
                format!("{}만 할 수 있습니다. /관리자 로 열쇠를 넣으면 관리자가 됩니다", self.role(role))
            }
        }
    }

    /// Somebody has as much say.
    #[must_use]
    pub fn outranked(self, name: &str, role: Role) -> String {
        match self {
            Self::En => format!("{name} is {} and has as much say as you", self.role(role)),
            Self::Ko => format!("{name}님은 {}라서 할 수 없습니다", self.role(role)),
        }
    }

    /// The title of the prompt for the key.
    #[must_use]
    pub fn key_title(self) -> &'static str {
        self.pick(["Become admin", "관리자 되기"])
    }

    /// What to type there.
    #[must_use]
    pub fn key_hint(self) -> &'static str {
        self.pick([
            "Type or paste the admin key. Nobody sees it, and it is not kept.",
            "관리자 열쇠를 쓰거나 붙여 넣으세요. 보이지 않고, 남지도 않습니다.",
        ])
    }

    /// The keys of the prompt.
    #[must_use]
    pub fn key_keys(self) -> &'static str {
        self.pick(["Enter send · Ctrl-U clear · Esc close", "Enter 보내기 · Ctrl-U 지우기 · Esc 닫기"])
    }

    /// A key was typed where it can be seen.
    #[must_use]
    pub fn key_was_open(self) -> &'static str {
        self.pick([
            "the key was on the screen for all to see; /admin alone asks for it unseen",
            "열쇠가 화면에 보였습니다. /관리자 만 치면 보이지 않게 묻습니다",
        ])
    }

    /// The prompt needs a screen.
    #[must_use]
    pub fn key_needs_screen(self) -> &'static str {
        self.pick([
            "give the key with --admin-key-file, or as /admin KEY",
            "--admin-key-file 로 열쇠를 주거나 /관리자 열쇠 로 쓰세요",
        ])
    }

    /// The server did it.
    #[must_use]
    pub fn action_done(self, action: AdminAction, name: &str) -> String {
        match (self, action) {
            (Self::En, AdminAction::Kick) => format!("{name} is out"),
            (Self::En, AdminAction::Ban) => format!("{name} is banned; /unban {name} lifts it"),
            (Self::En, AdminAction::Mute) => format!("{name} is muted; /unmute {name} lifts it"),
            (Self::En, AdminAction::Unban) => format!("{name} may come back"),
            (Self::En, AdminAction::Unmute) => format!("{name} may speak again"),
            (Self::En, AdminAction::Role(role)) => format!("{name} is {} now", self.role(role)),
            (Self::En, AdminAction::Announce) => "everybody was told".into(),
            (Self::En, AdminAction::Shutdown) => "the server does as you say; Esc calls it off".into(),
            (Self::En, AdminAction::CancelShutdown) => "the shutdown is called off".into(),
            (Self::Ko, AdminAction::Kick) => format!("{name}님을 내보냈습니다"),
            (Self::Ko, AdminAction::Ban) => format!("{name}님을 차단했습니다. /차단해제 로 풉니다"),
            (Self::Ko, AdminAction::Mute) => format!("{name}님의 채팅을 금지했습니다. /금지해제 로 풉니다"),
            (Self::Ko, AdminAction::Unban) => format!("{name}님의 차단을 풀었습니다"),
            (Self::Ko, AdminAction::Unmute) => format!("{name}님의 채팅 금지를 풀었습니다"),
            (Self::Ko, AdminAction::Role(role)) => {
                format!("{name}님을 {} 지정했습니다", as_to(self.role(role)))
            }
            (Self::Ko, AdminAction::Announce) => "모두에게 알렸습니다".into(),
            (Self::Ko, AdminAction::Shutdown) => "서버가 그대로 합니다. Esc로 취소할 수 있습니다".into(),
            (Self::Ko, AdminAction::CancelShutdown) => "서버 종료를 취소했습니다".into(),
        }
    }
}

/// The countdown.
impl Lang {
    /// On the screen of everyone while it runs.
    #[must_use]
    pub fn countdown(self, restart: bool, seconds: i64) -> String {
        let clock = format!("{}:{:02}", seconds / 60, seconds % 60);
        match (self, restart) {
            (Self::En, true) => format!("The server restarts in {clock}"),
            (Self::En, false) => format!("The server stops in {clock}"),
            (Self::Ko, true) => format!("{clock} 뒤 서버가 다시 시작됩니다"),
            (Self::Ko, false) => format!("{clock} 뒤 서버가 종료됩니다"),
        }
    }

    /// Beside it, for admins.
    #[must_use]
    pub fn countdown_keys(self) -> &'static str {
        self.pick(["Esc calls it off", "Esc 취소"])
    }

    /// In the scrollback, as it begins or is called off.
    #[must_use]
    pub fn countdown_told(self, told: &Countdown) -> String {
        let span = told.in_ms.map(|wait| self.duration(wait.div_ceil(1000)));
        let text = match (self, span.as_deref(), told.restart) {
            (Self::En, None, _) => "the shutdown is called off".into(),
            (Self::En, Some(""), true) => "the server restarts now".into(),
            (Self::En, Some(""), false) => "the server stops now".into(),
            (Self::En, Some(span), true) => format!("the server restarts in {span}"),
            (Self::En, Some(span), false) => format!("the server stops in {span}"),
            (Self::Ko, None, _) => "서버 종료가 취소되었습니다".into(),
            (Self::Ko, Some(""), true) => "서버가 지금 다시 시작됩니다".into(),
            (Self::Ko, Some(""), false) => "서버가 지금 종료됩니다".into(),
            (Self::Ko, Some(span), true) => format!("서버가 {span} 뒤에 다시 시작됩니다"),
            (Self::Ko, Some(span), false) => format!("서버가 {span} 뒤에 종료됩니다"),
        };
        if told.reason.is_empty() { text } else { format!("{text}: {}", told.reason) }
    }
}
