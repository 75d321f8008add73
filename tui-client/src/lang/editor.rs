//! Texts about the person's own editor.

use super::Lang;
use crate::event::EditorFailure;
use crate::message_length::Length;

impl Lang {
    /// What is seen behind an editor with a window of its own.
    #[must_use]
    pub fn editor_is_open(self, program: &str) -> String {
        match self {
            Self::En => format!("The draft is open in {program}; close it there to come back."),
            Self::Ko => format!("입력하던 글을 {program} 에서 열었습니다. 거기서 닫으면 돌아옵니다."),
        }
    }

    /// Why nothing came of it.
    #[must_use]
    pub fn editor_failed(self, why: &EditorFailure) -> String {
        match (self, why) {
            (_, EditorFailure::None) => {
                self.pick(["there is no editor here", "여기서는 편집기를 열 수 없습니다"]).to_owned()
            }
            (Self::En, EditorFailure::NoCommand(variable, text)) => {
                format!("${variable} is no command: {text}")
            }
            (Self::Ko, EditorFailure::NoCommand(variable, text)) => {
                format!("${variable} 값이 명령이 아닙니다: {text}")
            }
            (Self::En, EditorFailure::NotStarted(program, why)) => {
                format!("the editor {program} does not start: {why}; $VISUAL or $EDITOR names another")
            }
            (Self::Ko, EditorFailure::NotStarted(program, why)) => {
                format!("편집기 {program}: 시작하지 못했습니다({why}). $VISUAL이나 $EDITOR로 바꿉니다")
            }
            (Self::En, EditorFailure::Failed(program, why)) => {
                format!("the draft is as it was: {program} ended with {why}")
            }
            (Self::Ko, EditorFailure::Failed(program, why)) => {
                format!("입력하던 글은 그대로입니다. {program} 종료: {why}")
            }
            (Self::En, EditorFailure::TooBig(path)) => {
                format!("the draft is as it was: too much was written; it is in {path}")
            }
            (Self::Ko, EditorFailure::TooBig(path)) => {
                format!("입력하던 글은 그대로입니다. 쓴 글이 너무 길어 여기 두었습니다: {path}")
            }
        }
    }

    /// There is no screen to give to an editor.
    #[must_use]
    pub fn editor_needs_screen(self) -> &'static str {
        self.pick([
            "that needs the full screen; chinwag --plain --one-message < FILE says a file",
            "전체 화면에서만 됩니다. 파일은 chinwag --plain --one-message < 파일 로 보냅니다",
        ])
    }

    /// What was written is longer than a message may be.
    #[must_use]
    pub fn draft_too_long(self, length: Length) -> String {
        let length = self.draft_length(length);
        match self {
            Self::En => format!("too long for one message: {length}"),
            Self::Ko => format!("한 번에 보내기에는 깁니다: {length}"),
        }
    }

    /// The draft that was written is of another room than the one shown now.
    #[must_use]
    pub fn draft_is_in(self, room: &str) -> String {
        match self {
            Self::En => format!("what you wrote is the draft in {room}"),
            Self::Ko => format!("쓴 글은 {room} 방의 입력란에 있습니다"),
        }
    }

    /// A part of what was written is lost.
    #[must_use]
    pub fn written_not_utf8(self) -> &'static str {
        self.pick([
            "some of it is not UTF-8: \u{fffd} stands for it",
            "UTF-8이 아닌 글자는 \u{fffd} 로 바뀌었습니다",
        ])
    }
}
