//! Texts in the timeline: date separators, the unread marker, gaps, and what happened in a room (joined, left, kicked, …).

use jiff::civil::Date;
use shared::Role;

use super::Lang;
use super::particle::Particle;
use crate::time_style::Dates;

impl Lang {
    /// Messages are shown as they were typed, or formatted.
    #[must_use]
    pub fn shows_source(self, is_source: bool) -> &'static str {
        self.pick(if is_source {
            [
                "messages are shown as they were typed; /source draws formatting again",
                "쓴 그대로 보여 줍니다. /원문으로 서식을 다시 켭니다",
            ]
        } else {
            [
                "formatting is drawn; /source shows what was typed",
                "서식을 보여 줍니다. /원문으로 쓴 그대로 봅니다",
            ]
        })
    }

    /// Without a screen nothing is formatted.
    #[must_use]
    pub fn lines_are_source(self) -> &'static str {
        self.pick(["lines always show what was typed", "줄 단위 출력은 언제나 쓴 그대로 보여 줍니다"])
    }

    /// Without a screen nothing is drawn.
    #[must_use]
    pub fn nothing_to_clear(self) -> &'static str {
        self.pick([
            "lines are printed once; only the full screen is drawn again",
            "줄 단위 출력은 다시 그리지 않습니다. 전체 화면에서만 됩니다",
        ])
    }

    /// The unread marker, above the first unread message: the longest text first, for as much room as there is. `since` is when
    /// what was read last was said.
    #[must_use]
    pub fn unread_separators(self, since: Option<&str>) -> Vec<String> {
        let new = self.pick(["new messages", "새 메시지"]).to_owned();
        let Some(since) = since else { return vec![new] };
        let new_since = match self {
            Self::En => format!("new messages since {since}"),
            Self::Ko => format!("{since} 이후 새 메시지"),
        };
        let whole = match self {
            Self::En => format!("you left off here · {new_since}"),
            Self::Ko => format!("여기까지 읽음 · {new_since}"),
        };
        vec![whole, new_since, new]
    }

    /// The separator above what was missed while the connection was lost.
    #[must_use]
    pub fn missed_separator(self, count: usize) -> String {
        match self {
            Self::En => format!("{count} missed while away"),
            Self::Ko => format!("자리를 비운 사이 온 메시지 {count}개"),
        }
    }

    /// The separator at the top, when the server has older messages.
    #[must_use]
    pub fn older_separator(self) -> &'static str {
        match self {
            Self::En => "older messages",
            Self::Ko => "이전 메시지",
        }
    }

    /// The separator where a gap is.
    #[must_use]
    pub fn gap_separator(self) -> &'static str {
        match self {
            Self::En => "some messages are missing here",
            Self::Ko => "여기에 빠진 메시지가 있습니다",
        }
    }

    /// Nothing was said in a room.
    #[must_use]
    pub fn empty_timeline(self) -> &'static str {
        match self {
            Self::En => "nothing here yet",
            Self::Ko => "아직 아무 말도 없습니다",
        }
    }

    /// The separator where a day begins.
    #[must_use]
    pub fn date_separator(self, date: Date, dates: Dates) -> String {
        format!("{} ({})", self.date(date, dates), self.weekday(date))
    }

    /// The same for today.
    #[must_use]
    pub fn today_separator(self, date: Date, dates: Dates) -> String {
        format!("{} · {}", self.pick(["today", "오늘"]), self.date_separator(date, dates))
    }

    fn weekday(self, date: Date) -> &'static str {
        let names = match self {
            Self::En => ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"],
            Self::Ko => ["일", "월", "화", "수", "목", "금", "토"],
        };
        let from_sunday = usize::try_from(date.weekday().to_sunday_zero_offset()).unwrap_or_default();
        names.get(from_sunday).copied().unwrap_or_default()
    }

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
    pub fn left_room(self, name: &str) -> String {
        match self {
            Self::En => format!("{name} left the room"),
            Self::Ko => format!("{name}님이 방에서 나갔습니다"),
        }
    }

    /// Somebody's connection was lost for good.
    #[must_use]
    pub fn lost_connection(self, name: &str) -> String {
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
            Self::Ko => format!("{old}님이 이름을 {} 바꿨습니다", Particle::To.on(new)),
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

    /// Somebody was kicked.
    #[must_use]
    pub fn kicked(self, by: &str, target: &str) -> String {
        match self {
            Self::En => format!("{by} kicked {target}"),
            Self::Ko => format!("{} {target}님을 내보냈습니다", Self::doer(by)),
        }
    }

    /// Somebody was banned, without end or until a time.
    #[must_use]
    pub fn banned(self, by: &str, target: &str, until: Option<&str>) -> String {
        match (self, until) {
            (Self::En, None) => format!("{by} banned {target} for good"),
            (Self::En, Some(until)) => format!("{by} banned {target} until {until}"),
            (Self::Ko, None) => format!("{} {target}님을 무기한 차단했습니다", Self::doer(by)),
            (Self::Ko, Some(until)) => format!("{} {target}님을 {until}까지 차단했습니다", Self::doer(by)),
        }
    }

    /// Somebody was muted, without end or until a time.
    #[must_use]
    pub fn muted(self, by: &str, target: &str, until: Option<&str>) -> String {
        match (self, until) {
            (Self::En, None) => format!("{by} muted {target} for good"),
            (Self::En, Some(until)) => format!("{by} muted {target} until {until}"),
            (Self::Ko, None) => format!("{} {target}님의 채팅을 무기한 금지했습니다", Self::doer(by)),
            (Self::Ko, Some(until)) => {
                format!("{} {target}님의 채팅을 {until}까지 금지했습니다", Self::doer(by))
            }
        }
    }

    /// A ban was lifted.
    #[must_use]
    pub fn unbanned(self, by: &str, target: &str) -> String {
        match self {
            Self::En => format!("{by} lifted the ban of {target}"),
            Self::Ko => format!("{} {target}님의 차단을 풀었습니다", Self::doer(by)),
        }
    }

    /// A mute was lifted.
    #[must_use]
    pub fn unmuted(self, by: &str, target: &str) -> String {
        match self {
            Self::En => format!("{by} unmuted {target}"),
            Self::Ko => format!("{} {target}님의 채팅 금지를 풀었습니다", Self::doer(by)),
        }
    }

    /// Somebody was given a role.
    #[must_use]
    pub fn role_given(self, by: &str, target: &str, role: Role) -> String {
        let role = self.role(role);
        match self {
            // By the key, not by somebody else.
            Self::En if by == target => format!("{target} is {role} now"),
            Self::Ko if by == target => format!("{target}님이 {} 되었습니다", Particle::Subject.on(role)),
            Self::En => format!("{by} made {target} {role}"),
            Self::Ko => format!("{} {target}님을 {} 지정했습니다", Self::doer(by), Particle::To.on(role)),
        }
    }

    /// What stands where somebody's message was, which they or somebody else deleted.
    #[must_use]
    pub fn message_deleted(self, name: &str, by: Option<&str>) -> String {
        match (self, by) {
            (Self::En, None) => format!("{name} deleted this message"),
            (Self::En, Some(by)) => format!("{by} deleted a message of {name}"),
            (Self::Ko, None) => format!("{name}님이 메시지를 삭제했습니다"),
            (Self::Ko, Some(by)) => format!("{} {name}님의 메시지를 삭제했습니다", Self::doer(by)),
        }
    }

    /// The word after a message that has another text than at first.
    #[must_use]
    pub fn edited(self) -> &'static str {
        self.pick(["(edited)", "(수정됨)"])
    }

    /// A line that says what somebody's message says now.
    #[must_use]
    pub fn edited_to(self, name: &str, text: &str) -> String {
        match self {
            Self::En => format!("{name} edited: {text}"),
            Self::Ko => format!("{name}님이 수정: {text}"),
        }
    }

    /// A line that says that a message is gone: of whom, and when it was said, where that is known.
    #[must_use]
    pub fn deleted_line(self, by: &str, of: Option<(&str, &str)>) -> String {
        match (self, of) {
            (Self::En, Some((of, at))) => format!("{by} deleted a message of {of} ({at})"),
            (Self::En, None) => format!("{by} deleted a message"),
            (Self::Ko, Some((of, at))) => format!("{} {of}님의 메시지({at})를 삭제했습니다", Self::doer(by)),
            (Self::Ko, None) => format!("{} 메시지를 삭제했습니다", Self::doer(by)),
        }
    }

    /// A line that says how somebody reacts to a message, or that they do not any more.
    #[must_use]
    pub fn reacted_line(self, by: &str, with: &str, off: bool, to: &str) -> String {
        match (self, off) {
            (Self::En, false) => format!("{by} reacted {with} to {to}"),
            (Self::En, true) => format!("{by} took back {with} from {to}"),
            (Self::Ko, false) => format!("{by}님의 반응 {with} → {to}"),
            (Self::Ko, true) => format!("{by}님이 반응 취소 {with} → {to}"),
        }
    }

    /// A message of which nothing is known here.
    #[must_use]
    pub fn unknown_message(self) -> &'static str {
        self.pick(["an earlier message", "이전 메시지"])
    }

    /// In place of the words of a message that is answered.
    #[must_use]
    pub fn ignored_message(self) -> &'static str {
        self.pick(["a message of somebody you ignore", "무시하는 사람의 메시지"])
    }

    /// A message that was deleted.
    #[must_use]
    pub fn deleted_message(self) -> &'static str {
        self.pick(["(deleted)", "(삭제됨)"])
    }

    /// The label before an announcement.
    #[must_use]
    pub fn announcement_label(self) -> &'static str {
        match self {
            Self::En => "Announcement:",
            Self::Ko => "공지:",
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::Lang;
    use crate::time_style::Dates;

    #[test]
    fn dates_read_as_people_write_them() {
        let date = date(2026, 11, 21);
        assert_eq!(Lang::En.date_separator(date, Dates::Language), "2026-11-21 (Sat)");
        assert_eq!(Lang::Ko.date_separator(date, Dates::Language), "2026년 11월 21일 (토)");
        assert_eq!(Lang::Ko.today_separator(date, Dates::Language), "오늘 · 2026년 11월 21일 (토)");
    }

    #[test]
    fn the_operator_is_no_name_that_takes_an_honorific() {
        let ko = Lang::Ko;
        for (by, doer) in [(ko.operator(), "운영자가 "), ("민수", "민수님이 ")] {
            for said in [
                ko.kicked(by, "kim"),
                ko.banned(by, "kim", None),
                ko.banned(by, "kim", Some("내일")),
                ko.muted(by, "kim", None),
                ko.muted(by, "kim", Some("내일")),
                ko.unbanned(by, "kim"),
                ko.unmuted(by, "kim"),
                ko.role_given(by, "kim", shared::Role::Admin),
            ] {
                assert!(said.starts_with(doer), "{said}");
            }
        }
        assert_eq!((ko.by_person(ko.operator()), ko.by_person("민수")), ("운영자".into(), "민수님".into()));
    }

    #[test]
    fn a_new_name_takes_its_particle() {
        assert_eq!(Lang::Ko.renamed("수달", "민수"), "수달님이 이름을 민수로 바꿨습니다");
        assert_eq!(Lang::Ko.renamed("민수", "사람"), "민수님이 이름을 사람으로 바꿨습니다");
        assert_eq!(Lang::Ko.renamed("민수", "수달"), "민수님이 이름을 수달로 바꿨습니다");
    }
}
