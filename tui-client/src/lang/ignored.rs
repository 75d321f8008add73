//! Texts about ignored people.

use super::Lang;

impl Lang {
    /// Beside the name of somebody who is ignored.
    #[must_use]
    pub fn ignored(self) -> &'static str {
        self.pick(["ignored", "무시함"])
    }

    /// Somebody is ignored from now on.
    #[must_use]
    pub fn now_ignored(self, name: &str) -> String {
        match self {
            Self::En => format!("{name} is ignored: nothing they say is shown; /unignore {name} undoes it"),
            Self::Ko => {
                format!("{name}님을 무시합니다. 하는 말이 보이지 않습니다. 되돌리기: /무시해제 {name}")
            }
        }
    }

    /// Somebody is not ignored any more.
    #[must_use]
    pub fn not_ignored_any_more(self, name: &str) -> String {
        match self {
            Self::En => {
                format!("{name} is not ignored any more; what they said meanwhile is shown in its place")
            }
            Self::Ko => format!("{name}님을 더는 무시하지 않습니다. 그사이 한 말도 제자리에 보입니다"),
        }
    }

    /// Whoever is to be ignored no more was not ignored.
    #[must_use]
    pub fn nobody_ignored(self, name: &str) -> String {
        match self {
            Self::En => format!("{name} is not ignored; /ignore lists who is"),
            Self::Ko => format!("무시하는 사람이 아닙니다: {name}. /무시로 목록을 봅니다"),
        }
    }

    /// Nobody more can be ignored.
    #[must_use]
    pub fn too_many_ignored(self, most: usize) -> String {
        match self {
            Self::En => format!("{most} people are ignored already, which is the most; /unignore makes room"),
            Self::Ko => format!("무시하는 사람이 이미 최대인 {most}명입니다. /무시해제로 자리를 만드세요"),
        }
    }

    /// The heading of the list of ignored people.
    #[must_use]
    pub fn ignored_count(self, count: usize) -> String {
        match (self, count) {
            (Self::En, 0) => "you ignore nobody; /ignore NAME does".to_owned(),
            (Self::En, 1) => "you ignore 1 person:".to_owned(),
            (Self::En, count) => format!("you ignore {count} people:"),
            (Self::Ko, 0) => "무시하는 사람이 없습니다. /무시 이름으로 무시합니다".to_owned(),
            (Self::Ko, count) => format!("무시하는 사람 {count}명:"),
        }
    }

    /// Since when somebody is ignored.
    #[must_use]
    pub fn ignored_since(self, at: &str) -> String {
        match self {
            Self::En => format!("since {at}"),
            Self::Ko => format!("{at}부터"),
        }
    }

    /// A message that was gone to is not shown.
    #[must_use]
    pub fn message_is_ignored(self) -> &'static str {
        self.pick([
            "that is by somebody you ignore; /ignore lists them",
            "무시하는 사람의 메시지입니다. /무시로 목록을 봅니다",
        ])
    }

    /// Whoever is written to is ignored.
    #[must_use]
    pub fn writing_to_ignored(self, name: &str) -> String {
        match self {
            Self::En => format!("you ignore {name} and will not see an answer; /unignore {name} shows it"),
            Self::Ko => format!("무시하는 {name}님의 답은 보이지 않습니다. /무시해제 {name} 하면 보입니다"),
        }
    }
}
