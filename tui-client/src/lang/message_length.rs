//! Texts about the length of a message.

use super::Lang;
use crate::message_length::{Length, Unit};

impl Lang {
    /// How long the draft is, near the limit and beyond it.
    #[must_use]
    pub fn draft_length(self, length: Length) -> String {
        let Length { used, limit, unit } = length;
        let unit = self.unit(unit);
        match (self, length.over()) {
            (Self::En, 0) => format!("{used} / {limit} {unit}"),
            (Self::Ko, 0) => format!("{used} / {limit}{unit}"),
            (Self::En, over) => format!("{used} / {limit} {unit}, {over} over"),
            (Self::Ko, over) => format!("{used} / {limit}{unit}, {over} 초과"),
        }
    }

    fn unit(self, unit: Unit) -> &'static str {
        match unit {
            Unit::Bytes => self.pick(["bytes", "바이트"]),
            Unit::Lines => self.pick(["lines", "줄"]),
        }
    }

    /// A message is too long: which limit, and by how much.
    #[must_use]
    pub fn too_long(self, length: Length) -> String {
        let Length { used, limit, unit } = length;
        let (unit, over) = (self.unit(unit), length.over());
        match self {
            Self::En => format!("not sent: too long by {over} {unit} ({used} of {limit})"),
            Self::Ko => format!("보내지 못함: 한도보다 {over}{unit} 깁니다 ({used} / {limit})"),
        }
    }

    /// The title of the question whether to send it in parts.
    #[must_use]
    pub fn send_parts_title(self) -> &'static str {
        self.pick(["Too long for one message", "한 번에 보내기에는 깁니다"])
    }

    /// The question.
    #[must_use]
    pub fn send_parts(self, length: Length, parts: usize) -> String {
        let Length { used, limit, unit } = length;
        let (unit, over) = (self.unit(unit), length.over());
        match self {
            Self::En => format!(
                "It has {used} {unit}, {over} more than the {limit} of one message. Send it in {parts} parts?"
            ),
            Self::Ko => format!(
                "{used}{unit}로, 메시지 하나의 한도 {limit}{unit}보다 {over}{unit} 깁니다. {parts}번에 나누어 보낼까요?"
            ),
        }
    }

    /// What becomes of it.
    #[must_use]
    pub fn parts_keep_their_order(self) -> &'static str {
        self.pick([
            "They keep their order, and end at a line or a word.",
            "순서대로, 줄이나 단어 사이에서 나눕니다.",
        ])
    }

    /// The keys below the question.
    #[must_use]
    pub fn send_parts_keys(self) -> &'static str {
        self.pick([
            "Enter send the parts · Esc back to the draft",
            "Enter 나누어 보내기 · Esc 돌아가서 고치기",
        ])
    }
}
