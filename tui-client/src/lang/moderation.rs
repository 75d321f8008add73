//! Texts of moderation: the ban list, chords, refusals by role, the admin key, results of admin actions.

use shared::Role;
use shared::server_msg::SanctionKind;

use super::Lang;
use super::particle::Particle;
use crate::admin_action::AdminAction;

impl Lang {
    /// The title of the ban list.
    #[must_use]
    pub fn ban_list_title(self) -> &'static str {
        self.pick(["Bans and mutes", "차단과 채팅 금지"])
    }

    /// The keys of the ban list.
    #[must_use]
    pub fn ban_list_keys(self) -> &'static str {
        self.pick(["↑↓ choose · Enter lift · Esc close", "↑↓ 고르기 · Enter 풀기 · Esc 닫기"])
    }

    /// Nobody is banned or muted.
    #[must_use]
    pub fn empty_ban_list(self) -> &'static str {
        self.pick(["nobody is banned or muted", "차단되거나 채팅이 금지된 사람이 없습니다"])
    }

    /// Banned or muted, and until when.
    #[must_use]
    pub fn sanction_status(self, kind: SanctionKind, until: Option<&str>) -> String {
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

    /// Nobody of this name is banned or muted.
    #[must_use]
    pub fn nobody_sanctioned(self, name: &str, kind: SanctionKind) -> String {
        match (self, kind == SanctionKind::Mute) {
            (Self::En, false) => format!("nobody called {name} is banned; /bans lists who is"),
            (Self::En, true) => format!("nobody called {name} is muted; /bans lists who is"),
            (Self::Ko, false) => format!("{name}님은 차단되어 있지 않습니다. /차단목록에서 볼 수 있습니다"),
            (Self::Ko, true) => {
                format!("{name}님은 채팅이 금지되어 있지 않습니다. /차단목록에서 볼 수 있습니다")
            }
        }
    }

    /// While Ctrl-X waits for its letter.
    #[must_use]
    pub fn chord_prompt(self, choices: &str) -> String {
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

    /// The keys below the list of members: a moderator's letters while they act.
    #[must_use]
    pub fn member_keys(self, acts: bool) -> &'static str {
        if acts {
            self.pick(["k kick · b ban · m mute · Space find", "k 강퇴 · b 차단 · m 채팅 금지 · Space 찾기"])
        } else {
            self.pick(["Enter talk · Alt-I ignore · Esc close", "Enter 대화 · Alt-I 무시 · Esc 닫기"])
        }
    }

    /// The letter after Ctrl-X means nothing.
    #[must_use]
    pub fn chord_unknown(self, letter: char) -> String {
        match self {
            Self::En => format!("Ctrl-X {letter} means nothing; nothing was done"),
            Self::Ko => format!(
                "Ctrl-X {letter} {} 없는 단축키입니다. 아무 일도 하지 않았습니다",
                Particle::Topic.after(&letter.to_string())
            ),
        }
    }

    /// The chord needs a higher role.
    #[must_use]
    pub fn chord_forbidden(self) -> &'static str {
        self.pick([
            "you may not do that; /admin becomes admin by key",
            "그럴 권한이 없습니다. /관리자로 키를 입력하면 관리자가 됩니다",
        ])
    }

    /// Ctrl-X was followed by no letter.
    #[must_use]
    pub fn chord_cancelled(self) -> &'static str {
        self.pick(["nothing was done", "아무 일도 하지 않았습니다"])
    }

    /// A command needs a higher role; where there is no screen for a prompt, the key is given otherwise.
    #[must_use]
    pub fn needs_role(self, role: Role, has_screen: bool) -> String {
        let advice = if has_screen {
            self.pick(["/admin becomes admin by key", "/관리자로 키를 입력하면 관리자가 됩니다"])
        } else {
            self.admin_key_needs_screen()
        };
        match self {
            Self::En => format!("that takes {}; {advice}", self.role(role)),
            Self::Ko => {
                let above = if role < Role::Admin { " 이상" } else { "" };
                format!("{}{above}만 할 수 있습니다. {advice}", self.role(role))
            }
        }
    }

    /// The subject of an action has a role at least as high as ours; which one is not known here.
    #[must_use]
    pub fn same_rank(self, name: &str) -> String {
        match self {
            Self::En => format!("{name} has as much say as you; ask somebody of a higher role"),
            Self::Ko => format!("{name}님의 역할이 나보다 낮지 않습니다. 더 높은 역할인 사람에게 부탁하세요"),
        }
    }

    /// There is no shutdown to call off.
    #[must_use]
    pub fn no_shutdown(self) -> &'static str {
        self.pick([
            "no shutdown is under way; /shutdown begins one",
            "진행 중인 서버 종료가 없습니다. /서버종료로 시작합니다",
        ])
    }

    /// A name is not taken from somebody who is here.
    #[must_use]
    pub fn is_here_with_name(self, name: &str) -> String {
        match self {
            Self::En => format!("{name} is here; ask them for another name, or kick them first"),
            Self::Ko => format!("{name}님이 접속해 있습니다. 이름을 바꿔 달라고 하거나 먼저 내보내세요"),
        }
    }

    /// The subject of an action has a role at least as high as ours.
    #[must_use]
    pub fn outranked(self, name: &str, role: Role) -> String {
        match self {
            Self::En => {
                format!(
                    "{name} is {} and has as much say as you; ask somebody of a higher role",
                    self.role(role)
                )
            }
            Self::Ko => format!(
                "{name}님은 {} 할 수 없습니다. 더 높은 역할인 사람에게 부탁하세요",
                Particle::Because.on(self.role(role))
            ),
        }
    }

    /// The title of the prompt for the admin key.
    #[must_use]
    pub fn admin_key_title(self) -> &'static str {
        self.pick(["Become admin", "관리자 되기"])
    }

    /// The explanation in the prompt for the admin key.
    #[must_use]
    pub fn admin_key_hint(self) -> &'static str {
        self.pick([
            "Type or paste the admin key. Nobody sees it, and it is not kept.",
            "관리자 키를 입력하거나 붙여 넣으세요. 보이지 않고, 남지도 않습니다.",
        ])
    }

    /// The keys of the prompt for the admin key.
    #[must_use]
    pub fn admin_key_keys(self) -> &'static str {
        self.pick(["Enter send · Ctrl-U clear · Esc close", "Enter 보내기 · Ctrl-U 지우기 · Esc 닫기"])
    }

    /// The admin key was typed where it can be seen.
    #[must_use]
    pub fn admin_key_was_visible(self) -> &'static str {
        self.pick([
            "the key was on the screen for all to see; /admin alone asks for it unseen",
            "키가 화면에 보였습니다. /관리자 만 입력하면 보이지 않게 물어봅니다",
        ])
    }

    /// The prompt for the admin key needs a screen.
    #[must_use]
    pub fn admin_key_needs_screen(self) -> &'static str {
        self.pick([
            "give the key with --admin-key-file, or as /admin KEY",
            "--admin-key-file 로 키를 주거나 /관리자 키로 입력하세요",
        ])
    }

    /// An admin action was done.
    #[must_use]
    pub fn action_done(self, action: AdminAction, name: &str) -> String {
        match (self, action) {
            (Self::En, AdminAction::Kick) => format!("{name} is out"),
            (Self::En, AdminAction::Ban) => format!("{name} is banned; /unban {name} lifts it"),
            (Self::En, AdminAction::Mute) => format!("{name} is muted; /unmute {name} lifts it"),
            (Self::En, AdminAction::Unban) => format!("{name} may come back"),
            (Self::En, AdminAction::Unmute) => format!("{name} may speak again"),
            (Self::En, AdminAction::Role(role)) => format!("{name} is {} now", self.role(role)),
            (_, AdminAction::FreeName) => self.name_freed(name),
            (Self::En, AdminAction::Announce) => "everybody was told".into(),
            (Self::En, AdminAction::Shutdown) => "the server does as you say; Esc calls it off".into(),
            (Self::En, AdminAction::CancelShutdown) => "the shutdown is called off".into(),
            (Self::Ko, AdminAction::Kick) => format!("{name}님을 내보냈습니다"),
            (Self::Ko, AdminAction::Ban) => format!("{name}님을 차단했습니다. /차단해제로 풉니다"),
            (Self::Ko, AdminAction::Mute) => format!("{name}님의 채팅을 금지했습니다. /금지해제로 풉니다"),
            (Self::Ko, AdminAction::Unban) => format!("{name}님의 차단을 풀었습니다"),
            (Self::Ko, AdminAction::Unmute) => format!("{name}님의 채팅 금지를 풀었습니다"),
            (Self::Ko, AdminAction::Role(role)) => {
                format!("{name}님을 {} 지정했습니다", Particle::To.on(self.role(role)))
            }
            (Self::Ko, AdminAction::Announce) => "모두에게 알렸습니다".into(),
            (Self::Ko, AdminAction::Shutdown) => "서버에 전달했습니다. Esc로 취소할 수 있습니다".into(),
            (Self::Ko, AdminAction::CancelShutdown) => "서버 종료를 취소했습니다".into(),
        }
    }
}
