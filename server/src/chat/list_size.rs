//! How large the lists of people in an answer may be: an answer is one line, and a line has a limit. What is cut off is paged
//! with `who`.

use shared::server_msg::{Member, User};

/// The most bytes of lists in one answer, about six thousand people; a quarter of a line.
pub(super) const MOST: usize = 1024 * 1024;

/// As many of the list, from its beginning, as take no more than so many bytes together, but one at least; and whether there
/// are more.
pub(super) fn cut<T>(
    mut list: impl Iterator<Item = T>,
    size: impl Fn(&T) -> usize,
    most: usize,
) -> (Vec<T>, bool) {
    // As many as there are, or as there is room for: a list that grows leaves a hole of each size it had.
    let room = list.size_hint().1.unwrap_or(0).min(most / FIXED);
    let (mut some, mut bytes) = (Vec::with_capacity(room), 0);
    for one in list.by_ref() {
        bytes += size(&one);
        if bytes > most && !some.is_empty() {
            return (some, true);
        }
        some.push(one);
    }
    (some, false)
}

/// The most bytes a member takes on the wire beside the name: everything but that is bounded.
const FIXED: usize = 112;

/// The most bytes a member takes on the wire: in a name nothing is escaped.
pub(super) fn member(member: &Member) -> usize {
    FIXED + member.name.as_str().len()
}

/// The same for an entry of `who`.
pub(super) fn user(user: &User) -> usize {
    let rooms: usize = user.rooms.iter().map(|room| room.as_str().len() + 3).sum();
    // In a line of text quotes and backslashes are escaped.
    let absent = user.absent.as_ref().map_or(0, |absent| 56 + 2 * absent.why.as_str().len());
    member(&user.member) + 24 + rooms + absent
}

#[cfg(test)]
mod tests {
    use shared::server_msg::Absence;
    use shared::{Role, RoomName, Style, Uid};

    use super::*;

    #[test]
    fn nobody_is_larger_than_they_are_counted() {
        let name = |name: &str| name.parse().unwrap();
        let greatest = Member {
            uid: Uid::new((1 << 53) - 1).unwrap(),
            name: name("민수민수민수민수민수민수"),
            style: Style::new(14, true).unwrap(),
            role: Role::Moderator,
            away: true,
        };
        let size = |value: serde_json::Value| value.to_string().len() + 1;
        assert!(size(serde_json::to_value(&greatest).unwrap()) <= member(&greatest));
        let rooms = ["lobby", "방방방방방방방방방방방방방방방방"].map(|room| RoomName::parse(room).unwrap());
        for absent in [None, Some(Absence { since: i64::MAX, why: r#"\"\""#.repeat(50).parse().unwrap() })] {
            let listed = User {
                member: greatest.clone(),
                rooms: rooms.clone().into(),
                last_seen: None,
                absent,
                windows: Some(10),
                details: None,
            };
            assert!(size(serde_json::to_value(&listed).unwrap()) <= user(&listed));
        }
    }

    #[test]
    fn a_list_is_cut_before_it_is_too_large_and_never_empty() {
        for (most, expected) in [(0, (1, true)), (20, (2, true)), (29, (2, true)), (30, (3, false))] {
            let (some, more) = cut([10, 10, 10].into_iter(), |size| *size, most);
            assert_eq!((some.len(), more), expected, "{most}");
        }
        assert_eq!(cut(std::iter::empty::<usize>(), |size| *size, 0), (vec![], false));
    }
}
