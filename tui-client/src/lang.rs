//! Every text the client shows, in English and Korean. One method a text, so that none is missing in either language.
//!
//! It stands below [`crate::app`]: it words plain data (error codes, dates, admin actions, events of the connection) and
//! knows nothing of the app's state. This file has the timeline; the others: `admin` (moderation), `client` (hints, panes,
//! commands), `connection`, `dialog`, `error` (error codes), `goodbye`, `particle` (Korean particles), `search`, `trust`.

mod admin;
mod client;
mod connection;
mod dialog;
mod error;
mod goodbye;
mod particle;
mod search;
mod trust;

use jiff::civil::Date;
use shared::{Code, Role};

use self::particle::{as_to, with};

/// A language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Korean.
    Ko,
}

/// The separators of the timeline.
impl Lang {
    /// Above the first message not read.
    #[must_use]
    pub fn unread_separator(self) -> &'static str {
        match self {
            Self::En => "new messages",
            Self::Ko => "새 메시지",
        }
    }

    /// Above what came while away.
    #[must_use]
    pub fn missed_separator(self, count: usize) -> String {
        match self {
            Self::En => format!("{count} missed while away"),
            Self::Ko => format!("자리를 비운 사이 {count}개"),
        }
    }

    /// At the top, when there is more.
    #[must_use]
    pub fn older_separator(self) -> &'static str {
        match self {
            Self::En => "older messages",
            Self::Ko => "이전 메시지",
        }
    }

    /// Where events are missing.
    #[must_use]
    pub fn add_gap(self) -> &'static str {
        match self {
            Self::En => "some messages are missing here",
            Self::Ko => "여기에 빠진 메시지가 있습니다",
        }
    }

    /// In an empty scrollback.
    #[must_use]
    pub fn empty_timeline(self) -> &'static str {
        match self {
            Self::En => "nothing here yet",
            Self::Ko => "아직 아무 말도 없습니다",
        }
    }

    /// How many messages are below the viewport.
    #[must_use]
    pub fn new_below(self, count: usize) -> String {
        match self {
            Self::En => format!("↓ {count} new"),
            Self::Ko => format!("↓ 새 메시지 {count}개"),
        }
    }

    /// A date with its weekday.
    #[must_use]
    pub fn date_separator(self, date: Date) -> String {
        let (year, month, day) = (date.year(), date.month(), date.day());
        let weekday = self.weekday(date);
        match self {
            Self::En => format!("{year:04}-{month:02}-{day:02} ({weekday})"),
            Self::Ko => format!("{year}년 {month}월 {day}일 ({weekday})"),
        }
    }

    /// The date of today.
    #[must_use]
    pub fn today_separator(self, date: Date) -> String {
        match self {
            Self::En => format!("today · {}", self.date_separator(date)),
            Self::Ko => format!("오늘 · {}", self.date_separator(date)),
        }
    }

    fn weekday(self, date: Date) -> &'static str {
        let names = match self {
            Self::En => ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"],
            Self::Ko => ["일", "월", "화", "수", "목", "금", "토"],
        };
        let from_sunday = usize::try_from(date.weekday().to_sunday_zero_offset()).unwrap_or_default();
        names.get(from_sunday).copied().unwrap_or_default()
    }
}

/// What happens in a room.
impl Lang {
    /// Somebody came in.
    #[must_use]
    pub fn joined(self, name: &str) -> String {
        match self {
            Self::En => format!("{name} joined"),
            Self::Ko => format!("{name}님이 들어왔습니다"),
        }
    }

    /// Somebody left the server.
    #[must_use]
    pub fn left(self, name: &str) -> String {
        match self {
            Self::En => format!("{name} left"),
            Self::Ko => format!("{name}님이 나갔습니다"),
        }
    }

    /// Somebody left the room.
    #[must_use]
    pub fn parted(self, name: &str) -> String {
        match self {
            Self::En => format!("{name} left the room"),
            Self::Ko => format!("{name}님이 방에서 나갔습니다"),
        }
    }

    /// Somebody's connection was lost for good.
    #[must_use]
    pub fn lost(self, name: &str) -> String {
        match self {
            Self::En => format!("{name} lost the connection"),
            Self::Ko => format!("{name}님의 연결이 끊어졌습니다"),
        }
    }

    /// Somebody changed their name.
    #[must_use]
    pub fn renamed(self, old: &str, new: &str) -> String {
        match self {
            Self::En => format!("{old} is now known as {new}"),
            Self::Ko => format!("{old}님이 이름을 {} 바꿨습니다", as_to(new)),
        }
    }

    /// Somebody set the topic.
    #[must_use]
    pub fn topic_changed(self, name: &str, topic: &str) -> String {
        match self {
            Self::En => format!("{name} changed the topic to: {topic}"),
            Self::Ko => format!("{name}님이 주제를 바꿨습니다: {topic}"),
        }
    }

    /// Somebody cleared the topic.
    #[must_use]
    pub fn topic_cleared(self, name: &str) -> String {
        match self {
            Self::En => format!("{name} cleared the topic"),
            Self::Ko => format!("{name}님이 주제를 지웠습니다"),
        }
    }

    /// Somebody was removed.
    #[must_use]
    pub fn kicked(self, by: &str, target: &str) -> String {
        match self {
            Self::En => format!("{by} kicked {target}"),
            Self::Ko => format!("{by}님이 {target}님을 내보냈습니다"),
        }
    }

    /// Somebody was shut out, for good or until a time.
    #[must_use]
    pub fn banned(self, by: &str, target: &str, until: Option<&str>) -> String {
        match (self, until) {
            (Self::En, None) => format!("{by} banned {target} for good"),
            (Self::En, Some(until)) => format!("{by} banned {target} until {until}"),
            (Self::Ko, None) => format!("{by}님이 {target}님을 무기한 차단했습니다"),
            (Self::Ko, Some(until)) => format!("{by}님이 {target}님을 {until}까지 차단했습니다"),
        }
    }

    /// Somebody may not speak, for good or until a time.
    #[must_use]
    pub fn muted(self, by: &str, target: &str, until: Option<&str>) -> String {
        match (self, until) {
            (Self::En, None) => format!("{by} muted {target} for good"),
            (Self::En, Some(until)) => format!("{by} muted {target} until {until}"),
            (Self::Ko, None) => format!("{by}님이 {target}님의 채팅을 무기한 금지했습니다"),
            (Self::Ko, Some(until)) => format!("{by}님이 {target}님의 채팅을 {until}까지 금지했습니다"),
        }
    }

    /// Somebody may come back.
    #[must_use]
    pub fn unbanned(self, by: &str, target: &str) -> String {
        match self {
            Self::En => format!("{by} lifted the ban of {target}"),
            Self::Ko => format!("{by}님이 {target}님의 차단을 풀었습니다"),
        }
    }

    /// Somebody may speak again.
    #[must_use]
    pub fn unmuted(self, by: &str, target: &str) -> String {
        match self {
            Self::En => format!("{by} unmuted {target}"),
            Self::Ko => format!("{by}님이 {target}님의 채팅 금지를 풀었습니다"),
        }
    }

    /// Somebody was given a role.
    #[must_use]
    pub fn role_given(self, by: &str, target: &str, role: Role) -> String {
        let role = self.role(role);
        match self {
            // By the key, not by somebody else.
            Self::En if by == target => format!("{target} is {role} now"),
            Self::Ko if by == target => format!("{target}님이 {} 되었습니다", Self::subject(role)),
            Self::En => format!("{by} made {target} {role}"),
            Self::Ko => format!("{by}님이 {target}님을 {} 지정했습니다", as_to(role)),
        }
    }

    /// What a role is called in a sentence.
    #[must_use]
    pub fn role(self, role: Role) -> &'static str {
        match (self, role) {
            (Self::En, Role::Member) => "a member",
            (Self::En, Role::Moderator) => "a moderator",
            (Self::En, Role::Admin) => "an admin",
            (Self::Ko, Role::Member) => "일반 회원",
            // The server's operator is 운영자.
            (Self::Ko, Role::Moderator) => "부관리자",
            (Self::Ko, Role::Admin) => "관리자",
        }
    }

    /// Before an announcement.
    #[must_use]
    pub fn announcement(self) -> &'static str {
        match self {
            Self::En => "Announcement:",
            Self::Ko => "공지:",
        }
    }
}

/// What went wrong.
impl Lang {
    /// Below a message the server did not take.
    #[must_use]
    pub fn not_sent(self, why: Code) -> String {
        match self {
            Self::En => format!("not sent: {}", self.refusal(why)),
            Self::Ko => format!("보내지 못함: {}", self.refusal(why)),
        }
    }

    /// The same, with the time it lasts.
    #[must_use]
    pub fn not_sent_until(self, why: Code, until: Option<&str>) -> String {
        let said = self.not_sent(why);
        match (self, until) {
            (_, None) => said,
            (Self::En, Some(until)) => format!("{said} until {until}"),
            (Self::Ko, Some(until)) => format!("{said} ({until}까지)"),
        }
    }

    /// Why a request was declined, and what to do about it.
    #[must_use]
    pub fn refusal(self, why: Code) -> &'static str {
        match self {
            Self::En => error::english(why),
            Self::Ko => error::korean(why),
        }
    }
}

/// Korean particles for words that are only known when they are said.
impl Lang {
    /// A word as the subject: `민수가`, `수달이`.
    #[must_use]
    pub fn subject(word: &str) -> String {
        with(word, "이", "가")
    }

    /// A word as the object: `민수를`, `수달을`.
    #[must_use]
    pub fn object(word: &str) -> String {
        with(word, "을", "를")
    }

    /// A word as the topic: `민수는`, `수달은`.
    #[must_use]
    pub fn about(word: &str) -> String {
        with(word, "은", "는")
    }

    /// A word as a direction or result: `민수로`, `수달로`, `사람으로`.
    #[must_use]
    pub fn to(word: &str) -> String {
        as_to(word)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::Lang;

    #[test]
    fn dates_read_as_people_write_them() {
        let date = date(2026, 11, 21);
        assert_eq!(Lang::En.date_separator(date), "2026-11-21 (Sat)");
        assert_eq!(Lang::Ko.date_separator(date), "2026년 11월 21일 (토)");
        assert_eq!(Lang::Ko.today_separator(date), "오늘 · 2026년 11월 21일 (토)");
    }

    #[test]
    fn a_new_name_takes_its_particle() {
        assert_eq!(Lang::Ko.renamed("수달", "민수"), "수달님이 이름을 민수로 바꿨습니다");
        assert_eq!(Lang::Ko.renamed("민수", "사람"), "민수님이 이름을 사람으로 바꿨습니다");
        assert_eq!(Lang::Ko.renamed("민수", "수달"), "민수님이 이름을 수달로 바꿨습니다");
    }
}
