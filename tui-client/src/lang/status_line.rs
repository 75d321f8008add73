//! Texts in the status line and the empty input: hints after a key, who is typing, how far up the reader is.

use super::Lang;
use crate::event::Copied;
use crate::picked_key::PickedKey;

impl Lang {
    /// Something is open at the top of the screen: what is typed does not go into the input.
    #[must_use]
    pub fn keys_go_above(self) -> &'static str {
        self.pick([
            "keys go to what stands above · Esc closes it",
            "지금 키는 위에 열린 것으로 갑니다 · Esc 닫기",
        ])
    }

    /// After Ctrl-C on a draft.
    #[must_use]
    pub fn draft_cleared(self) -> &'static str {
        self.pick(["draft cleared; Ctrl-_ brings it back", "입력을 지웠습니다. Ctrl-_ 로 되돌립니다"])
    }

    /// After Ctrl-C on an empty draft.
    #[must_use]
    pub fn again_to_leave(self) -> &'static str {
        self.pick(["press Ctrl-C again to leave", "Ctrl-C를 한 번 더 누르면 나갑니다"])
    }

    /// After copying.
    #[must_use]
    pub fn copied(self, to: Copied) -> &'static str {
        self.pick(match to {
            Copied::Terminal => ["sent to the terminal's clipboard", "터미널 클립보드로 보냈습니다"],
            Copied::Tmux => [
                "copied to tmux, and sent to the terminal's clipboard",
                "tmux에 복사하고 터미널 클립보드로도 보냈습니다",
            ],
            Copied::Multiplexer => [
                "sent; not there? tmux set -g set-clipboard on",
                "보냈습니다. 붙지 않으면: tmux set -g set-clipboard on",
            ],
        })
    }

    /// The keys while a message is selected, those that do something with this one.
    #[must_use]
    pub fn selection_keys(self, keys: &[(String, PickedKey)]) -> String {
        let keys = keys.iter().map(|(key, does)| {
            let does = self.pick(match does {
                PickedKey::Answer => ["answer", "답하기"],
                PickedKey::React => ["react", "반응"],
                PickedKey::Original => ["original", "원래 글"],
                PickedKey::Back => ["back", "돌아가기"],
                PickedKey::Links => ["links", "링크"],
                PickedKey::Edit => ["edit", "고치기"],
                PickedKey::Delete => ["delete", "삭제"],
                PickedKey::Keep => ["keep", "삭제 취소"],
                PickedKey::Copy => ["copy", "복사"],
                PickedKey::Pin => ["pin", "고정"],
                PickedKey::View => ["view", "크게"],
                PickedKey::Save => ["save", "저장"],
                PickedKey::OpenFile => ["open", "열기"],
                PickedKey::Stop => ["stop", "멈추기"],
                PickedKey::GoOn => ["go on", "잇기"],
                PickedKey::Cancel => ["cancel", "전송 취소"],
                PickedKey::Unfold => ["unfold", "펼치기"],
                PickedKey::Fold => ["fold", "접기"],
                PickedKey::Done => ["done", "끝"],
            });
            format!("{key} {does}")
        });
        keys.collect::<Vec<_>>().join(" · ")
    }

    /// No further message mentions us.
    #[must_use]
    pub fn no_mention(self) -> &'static str {
        self.pick(["nothing more here names you", "여기에는 나를 부른 메시지가 더 없습니다"])
    }

    /// Reconnecting while connected.
    #[must_use]
    pub fn already_online(self) -> &'static str {
        self.pick(["the connection is fine", "이미 접속되어 있습니다"])
    }

    /// After a message was refused.
    #[must_use]
    pub fn how_to_retry(self) -> &'static str {
        self.pick([
            "/retry sends it again, /retry edit brings it back",
            "/다시로 다시 보내고 /다시 고치기로 고칩니다",
        ])
    }

    /// Nothing was refused here.
    #[must_use]
    pub fn nothing_to_retry(self) -> &'static str {
        self.pick(["nothing here was refused", "거절된 메시지가 없습니다"])
    }

    /// Who is typing.
    #[must_use]
    pub fn typing(self, names: &[&str]) -> String {
        match (self, names) {
            (_, []) => String::new(),
            (Self::En, [one]) => format!("{one} is writing…"),
            (Self::En, [one, two]) => format!("{one} and {two} are writing…"),
            (Self::En, _) => format!("{} people are writing…", names.len()),
            (Self::Ko, [one]) => format!("{one}님이 쓰는 중…"),
            (Self::Ko, [one, two]) => format!("{one}님, {two}님이 쓰는 중…"),
            (Self::Ko, _) => format!("{}명이 쓰는 중…", names.len()),
        }
    }

    /// The placeholder of an empty input.
    #[must_use]
    pub fn input_placeholder(self, welcome: bool) -> &'static str {
        if welcome {
            self.pick(["write something, or /help", "글을 쓰거나 /도움말"])
        } else {
            self.pick(["you can write already", "미리 써 두셔도 됩니다"])
        }
    }

    /// How many rows a draft has that is longer than the input.
    #[must_use]
    pub fn row_count(self, rows: usize) -> String {
        match self {
            Self::En => format!("{rows} rows"),
            Self::Ko => format!("{rows}줄"),
        }
    }

    /// The key that opens the help.
    #[must_use]
    pub fn help_key(self) -> &'static str {
        self.pick(["F1 help", "F1 도움말"])
    }

    /// How many messages are below the viewport, and the key that goes there.
    #[must_use]
    pub fn scrolled_up(self, count: usize, key: &str) -> String {
        match (self, count) {
            (Self::En, 0) => format!("scrolled up ({key})"),
            (Self::Ko, 0) => format!("위를 보는 중 ({key})"),
            (Self::En, _) => format!("{count} new below ({key})"),
            (Self::Ko, _) => format!("아래에 새 메시지 {count}개 ({key})"),
        }
    }
}
