//! Texts about being away by one's own word, and when somebody was here.

use super::Lang;

impl Lang {
    /// Beside the name of somebody who says that they are away, and in the status line for oneself.
    #[must_use]
    pub fn away(self) -> &'static str {
        self.pick(["away", "자리 비움"])
    }

    /// Beside the name of somebody whose connection is lost.
    #[must_use]
    pub fn not_connected_mark(self) -> &'static str {
        self.pick(["lost", "끊김"])
    }

    /// The same with why.
    #[must_use]
    pub fn away_because(self, why: &str) -> String {
        let away = self.away();
        if why.is_empty() { away.to_owned() } else { format!("{away}: {why}") }
    }

    /// One is away from now on.
    #[must_use]
    pub fn now_away(self, why: &str) -> String {
        let away = self.away_because(why);
        match self {
            Self::En => format!("you are shown as {away}; /back ends it"),
            Self::Ko => format!("{away} 상태로 보입니다. /돌아옴으로 끝냅니다"),
        }
    }

    /// One is back.
    #[must_use]
    pub fn not_away_any_more(self) -> &'static str {
        self.pick(["you are not shown as away any more", "자리 비움을 끝냈습니다"])
    }

    /// Somebody is away, since when and why.
    #[must_use]
    pub fn is_away(self, name: &str, since: &str, why: &str) -> String {
        let why = if why.is_empty() { String::new() } else { format!(": {why}") };
        match self {
            Self::En => format!("{name} is away since {since}{why}"),
            Self::Ko => format!("{name}님은 {since}부터 자리를 비웠습니다{why}"),
        }
    }

    /// Before the time since which somebody is away, and why.
    #[must_use]
    pub fn whois_away(self, since: &str, why: &str) -> String {
        let why = if why.is_empty() { String::new() } else { format!(": {why}") };
        match self {
            Self::En => format!("away since {since}{why}"),
            Self::Ko => format!("자리 비움: {since}부터{why}"),
        }
    }

    /// When somebody who is not here was here last.
    #[must_use]
    pub fn last_here(self, name: &str, at: &str) -> String {
        match self {
            Self::En => format!("{name} was last here {at}"),
            Self::Ko => format!("{name}님이 마지막으로 있던 때: {at}"),
        }
    }

    /// Somebody is not connected, and it is not known since when.
    #[must_use]
    pub fn not_here_at_all(self, name: &str) -> String {
        match self {
            Self::En => format!("{name} is not connected now"),
            Self::Ko => format!("{name}님은 지금 접속해 있지 않습니다"),
        }
    }

    /// Somebody is here.
    #[must_use]
    pub fn here_now(self, name: &str) -> String {
        match self {
            Self::En => format!("{name} is here now"),
            Self::Ko => format!("{name}님은 지금 접속해 있습니다"),
        }
    }
}
