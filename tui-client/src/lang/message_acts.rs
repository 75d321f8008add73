//! Texts of what is done to a message: answering, editing, deleting, reacting.

use shared::Code;

use super::Lang;

impl Lang {
    /// What the draft answers, on the row above it.
    #[must_use]
    pub fn answering(self, original: &str) -> String {
        match self {
            Self::En => format!("↱ answering {original}"),
            Self::Ko => format!("↱ 답장 중 {original}"),
        }
    }

    /// That the draft is another text for a message.
    #[must_use]
    pub fn editing(self) -> &'static str {
        self.pick(["editing", "수정 중"])
    }

    /// What Esc does, after the key.
    #[must_use]
    pub fn esc_cancels(self) -> &'static str {
        self.pick(["cancels", "취소"])
    }

    /// What was picked is not stored on the server, or nobody said it.
    #[must_use]
    pub fn no_stored_message(self) -> &'static str {
        self.pick([
            "that works with what somebody said and the server has",
            "서버에 저장된 대화에만 할 수 있습니다",
        ])
    }

    /// Somebody else's message is not edited.
    #[must_use]
    pub fn not_yours_to_edit(self, answer: &str) -> String {
        match self {
            Self::En => format!("only your own messages can be edited; {answer} answers this one"),
            Self::Ko => format!("내 메시지만 고칠 수 있습니다. 답장은 {answer} 키"),
        }
    }

    /// What stands for the rows of a long message that are not shown.
    #[must_use]
    pub fn folded(self, rows: usize, key: &str) -> String {
        match (self, key) {
            (Self::En, "") => format!("… {rows} more rows"),
            (Self::En, _) => format!("… {rows} more rows ({key} unfolds)"),
            (Self::Ko, "") => format!("… {rows}줄 더 있음"),
            (Self::Ko, _) => format!("… {rows}줄 더 있음 ({key} 펼치기)"),
        }
    }

    /// The message is not long.
    #[must_use]
    pub fn nothing_to_unfold(self) -> &'static str {
        self.pick(["all of this message is shown", "메시지가 모두 보입니다"])
    }

    /// The message that was picked answers none.
    #[must_use]
    pub fn answers_nothing(self) -> &'static str {
        self.pick(["this message answers none", "답장이 아닌 메시지입니다"])
    }

    /// There is no answer to go back to.
    #[must_use]
    pub fn came_from_nowhere(self, there: &str, back: &str) -> String {
        match self {
            Self::En => format!("{there} goes to what a message answers, {back} back from there"),
            Self::Ko => format!("답한 메시지로 가기: {there} · 돌아오기: {back}"),
        }
    }

    /// A message was not edited, and why.
    #[must_use]
    pub fn not_edited(self, why: Code) -> String {
        match self {
            Self::En => {
                format!("not edited: {}; {}", self.refusal_reason(why), self.refusal_advice(why, true))
            }
            Self::Ko => {
                format!("고치지 못했습니다. {}. {}", self.refusal_reason(why), self.refusal_advice(why, true))
            }
        }
    }

    /// The server is older than this.
    #[must_use]
    pub fn server_cannot(self) -> &'static str {
        self.pick(["this server cannot do that yet: it is older", "이 서버는 오래되어 아직 할 수 없습니다"])
    }

    /// Behind a message whose new text is not known to be stored.
    #[must_use]
    pub fn being_edited(self) -> &'static str {
        self.pick(["(changing…)", "(바꾸는 중…)"])
    }

    /// Behind a message that is being deleted.
    #[must_use]
    pub fn being_deleted(self) -> &'static str {
        self.pick(["(deleting…)", "(삭제 중…)"])
    }

    /// It is not deleted once more, nor kept any more.
    #[must_use]
    pub fn is_being_deleted(self) -> &'static str {
        self.pick(["that message is being deleted", "이미 삭제하는 중인 메시지입니다"])
    }

    /// A deletion that waited is not sent; the server may have heard of it before the connection was lost.
    #[must_use]
    pub fn message_kept(self, may_be_heard: bool) -> &'static str {
        if may_be_heard {
            self.pick([
                "not deleted, unless the server had heard of it already",
                "삭제를 취소했습니다. 서버가 이미 받았다면 삭제됩니다",
            ])
        } else {
            self.pick(["not deleted", "삭제를 취소했습니다"])
        }
    }

    /// Nothing in this room waits to be deleted.
    #[must_use]
    pub fn nothing_being_deleted(self) -> &'static str {
        self.pick(["nothing waits to be deleted in this room", "이 방에 삭제를 기다리는 메시지가 없습니다"])
    }

    /// The message that was picked has no link.
    #[must_use]
    pub fn no_links(self) -> &'static str {
        self.pick(["there is no link in this message", "링크가 없는 메시지입니다"])
    }

    /// The title of the links of a message.
    #[must_use]
    pub fn links_title(self) -> &'static str {
        self.pick(["Links", "링크"])
    }

    /// Its keys.
    #[must_use]
    pub fn links_keys(self) -> &'static str {
        self.pick(["Enter opens · y copies · ↑ ↓ · Esc", "Enter 열기 · y 복사 · ↑ ↓ · Esc"])
    }

    /// After a message with a link that may be taken for another one: the host it leads to.
    #[must_use]
    pub fn link_leads_to(self, host: &str) -> String {
        match self {
            Self::En => format!("! the link leads to {host}"),
            Self::Ko => format!("! 링크가 가는 곳: {host}"),
        }
    }

    /// A link could not be opened.
    #[must_use]
    pub fn not_opened(self, why: &str) -> String {
        match self {
            Self::En => format!("the link was not opened: {why}; y copies it"),
            Self::Ko => format!("링크를 열지 못했습니다: {why}. y로 복사할 수 있습니다"),
        }
    }

    /// A link was handed to a program that opens it.
    #[must_use]
    pub fn opening(self) -> &'static str {
        self.pick(["opened", "열었습니다"])
    }

    /// The title of the question before a message is deleted.
    #[must_use]
    pub fn delete_title(self) -> &'static str {
        self.pick(["Delete this message?", "이 메시지를 삭제할까요?"])
    }

    /// What the question asks.
    #[must_use]
    pub fn delete_is_final(self) -> &'static str {
        self.pick([
            "It is gone for everybody, and cannot be brought back.",
            "모두에게서 사라지며 되돌릴 수 없습니다.",
        ])
    }

    /// Its keys.
    #[must_use]
    pub fn delete_keys(self) -> &'static str {
        self.pick(["Enter deletes · Esc keeps it", "Enter 삭제 · Esc 그대로 두기"])
    }

    /// The title of the list of reactions.
    #[must_use]
    pub fn reactions_title(self) -> &'static str {
        self.pick(["React", "반응"])
    }

    /// Beside a reaction that is one's own.
    #[must_use]
    pub fn takes_reaction_back(self) -> &'static str {
        self.pick(["take back", "취소하기"])
    }
}
