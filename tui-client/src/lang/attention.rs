//! Texts about notices: what gives one, own words to be called by, do not disturb.

use super::Lang;
use crate::profile::NotifyOn;

impl Lang {
    /// What somebody is told of in a room, and by what they are called beside their name.
    #[must_use]
    pub fn attention(self, room: &str, on: NotifyOn, words: &[String], dnd: bool) -> String {
        let on = match on {
            NotifyOn::All => self.pick(["every message", "모든 메시지"]),
            NotifyOn::Mentions => self.pick(["messages that call you", "나를 부른 메시지"]),
            NotifyOn::Nothing => self.pick(["nothing", "없음"]),
        };
        let mut text = match self {
            Self::En => format!("notices of {room}: {on}"),
            Self::Ko => format!("{room} 알림: {on}"),
        };
        if !words.is_empty() {
            text.extend([
                "\n",
                self.pick(["you are called by your name and by:", "이름 말고 나를 부르는 말:"]),
                " ",
            ]);
            text.push_str(&words.join(", "));
        }
        if dnd {
            text.extend(["\n", self.dnd_on()]);
        }
        text
    }

    /// No notice comes.
    #[must_use]
    pub fn dnd_on(self) -> &'static str {
        self.pick(["notices are off; /dnd switches them on", "알림이 꺼져 있습니다. /방해금지로 다시 켭니다"])
    }

    /// Notices come again.
    #[must_use]
    pub fn dnd_off(self) -> &'static str {
        self.pick(["notices are on", "알림을 켰습니다"])
    }

    /// Beside the state of the connection: no notice comes.
    #[must_use]
    pub fn dnd_status(self) -> &'static str {
        self.pick(["notices off", "알림 꺼짐"])
    }

    /// A word to be called by is none, or one too many.
    #[must_use]
    pub fn bad_highlight(self) -> &'static str {
        self.pick([
            "a word has 1 to 64 characters, and there can be 50",
            "말은 1~64자이고 50개까지 정할 수 있습니다",
        ])
    }

    /// Nobody is called by that word.
    #[must_use]
    pub fn no_such_highlight(self, word: &str) -> String {
        match self {
            Self::En => format!("{word} is not one of your words; /highlight lists them"),
            Self::Ko => format!("정해 둔 말이 아닙니다: {word}. /호출어로 볼 수 있습니다"),
        }
    }
}
