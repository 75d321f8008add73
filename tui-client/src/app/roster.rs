//! The roster of a room: its members sorted by name, who is away, who is typing, and who spoke last (for completion). How many
//! there may be is bounded for all rooms together, see `memory_budget.rs`.

use shared::server_msg::Member;
use shared::{Millis, Name, Role, Sender, Uid};

use super::memory_budget::Bytes as _;

/// How long somebody is shown as typing after the server last said so, in milliseconds.
const TYPING: Millis = 6_000;
/// Presence is not in order with messages: a typing notice this soon after a message is older than it and ignored, in
/// milliseconds.
const STALE: Millis = 1_000;
/// How many of the last speakers are remembered, for completion.
const RECENT: usize = 16;

/// The people of one room, sorted by name.
#[derive(Debug, Default)]
pub struct Roster {
    people: Vec<Member>,
    /// What they take in memory.
    bytes: usize,
    typing: Vec<(Uid, Millis)>,
    /// Who spoke last, the latest first.
    recent: Vec<(Uid, Millis)>,
}

fn key(name: &Name) -> String {
    name.as_str().to_lowercase()
}

impl Roster {
    /// The people of a room as the server tells them.
    #[must_use]
    pub fn new(members: &[Member]) -> Self {
        let mut people = members.to_vec();
        people.sort_by_cached_key(|member| key(&member.name));
        let bytes = people.iter().map(Member::bytes).sum();
        Self { people, bytes, ..Self::default() }
    }

    /// Takes the people as the server tells them now; who spoke last stays known.
    pub fn replace(&mut self, members: &[Member]) {
        let recent = std::mem::take(&mut self.recent);
        *self = Self { recent, ..Self::new(members) };
    }

    /// What the people take in memory, in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Lets go of the last ones, until so many bytes are free. Says how many are.
    pub fn let_go(&mut self, excess: usize) -> usize {
        let before = self.bytes;
        while before - self.bytes < excess
            && let Some(member) = self.people.pop()
        {
            self.bytes -= member.bytes();
            self.typing.retain(|(writer, _)| *writer != member.uid);
        }
        self.people.shrink_to_fit();
        before - self.bytes
    }

    /// Everybody, sorted by name.
    #[must_use]
    pub fn people(&self) -> &[Member] {
        &self.people
    }

    /// How many are here, those away among them.
    #[must_use]
    pub fn len(&self) -> usize {
        self.people.len()
    }

    /// Whether nobody is here, or nobody is known yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.people.is_empty()
    }

    /// Somebody by number.
    #[must_use]
    pub fn get(&self, uid: Uid) -> Option<&Member> {
        self.people.iter().find(|member| member.uid == uid)
    }

    /// Somebody by name, in any case when it is not ambiguous.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&Member> {
        let name = name.strip_prefix('@').unwrap_or(name);
        let exact = self.people.iter().find(|member| member.name.as_str() == name);
        exact.or_else(|| self.people.iter().find(|member| key(&member.name) == name.to_lowercase()))
    }

    /// Those whom a list of so many rows shows, and how many more there are, for which a row is kept.
    #[must_use]
    pub fn listed(&self, height: u16) -> (&[Member], usize) {
        let (height, count) = (usize::from(height), self.people.len());
        let shown = if count > height { height.saturating_sub(1) } else { count };
        (self.people.get(..shown).unwrap_or_default(), count - shown)
    }

    /// Somebody came in, or is known better now.
    pub fn put(&mut self, member: Member) {
        self.remove(member.uid);
        self.bytes += member.bytes();
        let at = self.people.partition_point(|other| key(&other.name) < key(&member.name));
        self.people.insert(at, member);
    }

    /// Somebody came in.
    pub fn join(&mut self, who: &Sender) {
        let role = self.get(who.uid).map_or(Role::Member, |member| member.role);
        let Sender { uid, name, style } = who.clone();
        self.put(Member { uid, name, style, role, away: false });
    }

    /// Somebody is gone. Says whether they were here.
    pub fn remove(&mut self, uid: Uid) -> bool {
        let before = self.people.len();
        let freed = self.people.iter().filter(|member| member.uid == uid).map(Member::bytes).sum::<usize>();
        self.bytes -= freed;
        self.people.retain(|member| member.uid != uid);
        self.typing.retain(|(writer, _)| *writer != uid);
        self.people.len() < before
    }

    /// Somebody has another name.
    pub fn rename(&mut self, uid: Uid, name: &Name) {
        if let Some(member) = self.get(uid).cloned() {
            self.put(Member { name: name.clone(), ..member });
        }
    }

    /// Somebody has another role.
    pub fn set_role(&mut self, uid: Uid, role: Role) {
        self.change(uid, |member| member.role = role);
    }

    /// Somebody's connection is lost, or back.
    pub fn set_away(&mut self, uid: Uid, away: bool) {
        self.change(uid, |member| member.away = away);
        if away {
            self.typing.retain(|(writer, _)| *writer != uid);
        }
    }

    fn change(&mut self, uid: Uid, change: impl FnOnce(&mut Member)) {
        if let Some(member) = self.people.iter_mut().find(|member| member.uid == uid) {
            change(member);
        }
    }

    /// Somebody said something: they are not typing any more.
    pub fn spoke(&mut self, uid: Uid, now: Millis) {
        match self.recent.first_mut() {
            Some((latest, at)) if *latest == uid => *at = now,
            Some(_) | None => {
                self.recent.retain(|(speaker, _)| *speaker != uid);
                self.recent.insert(0, (uid, now));
                self.recent.truncate(RECENT);
            }
        }
        if !self.typing.is_empty() {
            self.typing.retain(|(writer, _)| *writer != uid);
        }
    }

    /// How long ago somebody spoke, counted in speakers; the others come after all of those.
    #[must_use]
    pub fn recency(&self, uid: Uid) -> usize {
        self.recent.iter().position(|(speaker, _)| *speaker == uid).unwrap_or(usize::MAX)
    }

    /// Somebody is typing.
    pub fn typing(&mut self, uid: Uid, now: Millis) {
        if self.recent.iter().any(|(speaker, at)| *speaker == uid && now - at < STALE) {
            return;
        }
        if self.get(uid).is_none() {
            return;
        }
        self.typing.retain(|(writer, _)| *writer != uid);
        self.typing.push((uid, now.saturating_add(TYPING)));
    }

    /// Forgets who has not been typing for a while. Says whether that was anybody.
    pub fn forget_typing(&mut self, now: Millis) -> bool {
        let before = self.typing.len();
        self.typing.retain(|(_, until)| *until > now);
        self.typing.len() < before
    }

    /// When [`Self::forget_typing`] has something to do.
    #[must_use]
    pub fn deadline(&self) -> Option<Millis> {
        self.typing.iter().map(|(_, until)| *until).min()
    }

    /// Who is typing, but for `me`.
    pub fn writers(&self, me: Uid) -> impl Iterator<Item = &Member> {
        self.typing.iter().filter(move |(uid, _)| *uid != me).filter_map(|(uid, _)| self.get(*uid))
    }
}

#[cfg(test)]
mod tests {
    use shared::server_msg::Member;
    use shared::{Role, Style, Uid};

    use super::Roster;

    fn member(uid: u64, name: &str) -> Member {
        let style = Style::ALL[0];
        Member {
            uid: Uid::new(uid).unwrap(),
            name: name.parse().unwrap(),
            style,
            role: Role::Member,
            away: false,
        }
    }

    fn names(roster: &Roster) -> Vec<&str> {
        roster.people().iter().map(|member| member.name.as_str()).collect()
    }

    #[test]
    fn the_list_is_right_under_simultaneous_leaves() {
        let mut roster =
            Roster::new(&[member(3, "cho"), member(1, "Ahn"), member(2, "baek"), member(4, "do")]);
        assert_eq!(names(&roster), ["Ahn", "baek", "cho", "do"]);
        for uid in [2, 4, 2, 9, 1] {
            roster.remove(Uid::new(uid).unwrap());
        }
        assert_eq!(names(&roster), ["cho"]);
    }

    #[test]
    fn a_renamed_member_is_sorted_anew() {
        let mut roster = Roster::new(&[member(1, "ahn"), member(2, "baek")]);
        roster.rename(Uid::new(1).unwrap(), &"zoo".parse().unwrap());
        assert_eq!(names(&roster), ["baek", "zoo"]);
        assert_eq!(roster.find("@ZOO").map(|found| found.uid), Uid::new(1));
    }

    #[test]
    fn writing_ends_with_the_message_or_after_a_while() {
        let (one, two) = (Uid::new(1).unwrap(), Uid::new(2).unwrap());
        let mut roster = Roster::new(&[member(1, "ahn"), member(2, "baek")]);
        roster.typing(one, 0);
        roster.typing(two, 1_000);
        assert_eq!(roster.deadline(), Some(6_000));
        assert_eq!(roster.writers(one).count(), 1, "oneself is not told");
        roster.spoke(one, 2_000);
        roster.typing(one, 2_500);
        assert!(!roster.forget_typing(6_999));
        assert!(roster.forget_typing(7_000));
        assert_eq!(roster.deadline(), None);
    }
}
