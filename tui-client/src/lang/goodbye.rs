//! Texts of the page somebody sees who was kicked, banned or replaced: by whom, why, until when, and what to do now.

use shared::Code;
use shared::server_msg::{Goodbye, GoodbyeCode};

use super::Lang;

impl Lang {
    /// The title: kicked, banned or connected elsewhere.
    #[must_use]
    pub fn goodbye_title(self, goodbye: &Goodbye) -> &'static str {
        match goodbye.code {
            GoodbyeCode::Kicked if is_secret_replaced(goodbye) => {
                self.pick(["Your secret was replaced", "비밀 값이 바뀌었습니다"])
            }
            GoodbyeCode::Kicked => self.pick(["You were kicked", "강퇴되었습니다"]),
            GoodbyeCode::Error(Code::Banned) => self.pick(["You are banned here", "차단되었습니다"]),
            GoodbyeCode::Replaced => {
                self.pick(["You connected from somewhere else", "다른 곳에서 접속했습니다"])
            }
            GoodbyeCode::Unlinked => self.pick(["This machine was taken out", "이 기기가 빠졌습니다"]),
            GoodbyeCode::Quit
            | GoodbyeCode::SlowConsumer
            | GoodbyeCode::Restarting
            | GoodbyeCode::Error(_) => self.pick(["The connection is over", "연결이 끝났습니다"]),
        }
    }

    /// By whom, why and until when, each with its label. `until` is the time in words.
    #[must_use]
    pub fn goodbye_facts(self, goodbye: &Goodbye, until: Option<&str>) -> Vec<(&'static str, String)> {
        let mut facts = Vec::new();
        if let Some(by) = &goodbye.by {
            facts.push((self.pick(["by", "누가"]), self.by_name(by).to_owned()));
        }
        // Whose ban it is stays with the server where the address is banned and not the person.
        let is_ban = goodbye.code == GoodbyeCode::Error(Code::Banned);
        if is_ban && goodbye.by.is_none() && !goodbye.message.is_empty() {
            facts.push((self.pick(["what", "내용"]), self.address_banned().to_owned()));
        }
        if is_secret_replaced(goodbye) {
            facts.push((self.pick(["what", "내용"]), self.secret_replaced().to_owned()));
        } else if !goodbye.reason.is_empty() {
            facts.push((self.pick(["reason", "이유"]), goodbye.reason.to_string()));
        }
        if is_ban {
            let until = until.unwrap_or_else(|| self.pick(["for good", "무기한"]));
            facts.push((self.pick(["until", "언제까지"]), until.to_owned()));
        }
        facts
    }

    /// What an operator did who replaced the secret, and where the new one comes from.
    pub(super) fn secret_replaced(self) -> &'static str {
        self.pick([
            "the secret you had no longer works; the operator has the new one, for chinwag --secret-file",
            "쓰던 비밀 값은 이제 쓸 수 없습니다. 운영자에게 새 비밀 값을 받아 chinwag --secret-file로 들어오세요",
        ])
    }

    fn address_banned(self) -> &'static str {
        self.pick([
            "nobody new is let in from your address; come back as who you were before",
            "이 주소에서는 새 사용자가 들어올 수 없습니다. 전에 접속하던 사용자로 들어오세요",
        ])
    }

    /// That no attempt to reconnect is made, and that drafts are kept.
    #[must_use]
    pub fn goodbye_notes(self, unsent: usize) -> Vec<String> {
        let mut notes = vec![
            self.pick([
                "This program does not connect again by itself.",
                "이 프로그램은 자동으로 다시 접속하지 않습니다.",
            ])
            .to_owned(),
        ];
        notes.push(match (self, unsent) {
            (_, 0) => self.pick(["What you were writing is kept.", "쓰던 글은 그대로 있습니다."]).to_owned(),
            (Self::En, 1) => "What you were writing is kept, and 1 message not sent.".into(),
            (Self::En, _) => format!("What you were writing is kept, and {unsent} messages not sent."),
            (Self::Ko, _) => format!("쓰던 글과 못 보낸 메시지 {unsent}개는 그대로 있습니다."),
        });
        notes
    }

    /// Where the page has no room for all of it; the scrollback has it.
    #[must_use]
    pub fn goodbye_more(self) -> &'static str {
        self.pick(["… Esc for the rest", "… Esc 나머지 보기"])
    }

    /// The keys and commands for what to do now.
    #[must_use]
    pub fn goodbye_keys(self, goodbye: &Goodbye) -> &'static str {
        if goodbye.code == GoodbyeCode::Error(Code::Banned) || is_secret_replaced(goodbye) {
            self.pick([
                "Esc reads what was said · /reconnect tries again · /quit leaves",
                "Esc 대화 보기 · /재접속 다시 해 보기 · /종료 나가기",
            ])
        } else {
            self.pick([
                "Esc reads what was said · /reconnect comes back · /quit leaves",
                "Esc 대화 보기 · /재접속 돌아가기 · /종료 나가기",
            ])
        }
    }
}

/// Whether the operator replaced the secret (`chinwagd ctl reset`, `revoke`). On the wire that is a kick, which the server words so.
pub(super) fn is_secret_replaced(goodbye: &Goodbye) -> bool {
    goodbye.code == GoodbyeCode::Kicked && goodbye.message.starts_with("your secret no longer works;")
}
