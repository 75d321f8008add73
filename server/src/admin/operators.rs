//! Who may operate the server over its Unix socket: its own user, root, and a group, if one is set, by the kernel's peer
//! credentials (`SO_PEERCRED`). The socket's mode keeps other users out already; this check makes them ordinary clients
//! if the mode or the directory is changed.

use std::path::Path;

use crate::unix_group::Group;

/// The users of this machine.
const PASSWD: &str = "/etc/passwd";

/// Who may operate the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operators {
    own: u32,
    group: Option<Group>,
}

impl Operators {
    /// The server's own user, root, and a group, if there is one.
    #[must_use]
    pub fn new(own: u32, group: Option<Group>) -> Self {
        Self { own, group }
    }

    /// Whether the process with these credentials (of the time it connected) may operate the server.
    #[must_use]
    pub fn admit(&self, uid: u32, gid: u32, pid: Option<i32>) -> bool {
        if uid == self.own || uid == 0 {
            return true;
        }
        let Some(group) = &self.group else { return false };
        gid == group.gid || is_supplementary(uid, pid, group)
    }
}

/// Peer credentials contain only the primary group. Supplementary groups are read from `/proc`, if the process is still
/// the same user's; where `/proc` hides it, the list of the group's members is used.
fn is_supplementary(uid: u32, pid: Option<i32>, group: &Group) -> bool {
    let status = pid.and_then(|pid| std::fs::read_to_string(format!("/proc/{pid}/status")).ok());
    if let Some(groups) = status.and_then(|status| groups_of(&status, uid)) {
        return groups.contains(&group.gid);
    }
    let users = std::fs::read_to_string(Path::new(PASSWD)).unwrap_or_default();
    user_named(&users, uid).is_some_and(|user| group.has(user))
}

/// The supplementary groups in a `/proc/PID/status` (proc(5)), if all its user ids are this one: the pid may have been
/// reused, and a setuid program does not act for the user who started it.
fn groups_of(status: &str, uid: u32) -> Option<Vec<u32>> {
    let field = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        line.split_whitespace().map(|number| number.parse().ok()).collect::<Option<Vec<u32>>>()
    };
    let same = field("Uid:")?.iter().all(|&one| one == uid);
    if same { field("Groups:") } else { None }
}

/// The name in the line `name:password:uid:…` with this uid.
fn user_named(lines: &str, uid: u32) -> Option<&str> {
    lines.lines().find_map(|line| {
        let mut fields = line.split(':');
        let (name, _, number) = (fields.next()?, fields.next()?, fields.next()?);
        (number.parse() == Ok(uid)).then_some(name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const STATUS: &str =
        "Name:\tchat\nUid:\t1001\t1001\t1001\t1001\nGid:\t100\t100\t100\t100\nGroups:\t100 27 4000 \n";

    fn staff() -> Group {
        Group { gid: 4000, members: vec!["ann".into(), "ben".into()] }
    }

    #[test]
    fn the_servers_user_root_and_the_group_operate_and_nobody_else() {
        let operators = Operators::new(990, Some(staff()));
        for (uid, gid, admitted) in [(990, 1, true), (0, 0, true), (1001, 4000, true), (1001, 1001, false)] {
            assert_eq!(operators.admit(uid, gid, None), admitted, "{uid}:{gid}");
        }
        assert!(!Operators::new(990, None).admit(1001, 4000, None));
    }

    #[test]
    fn the_groups_of_a_process_count_only_while_it_is_the_same_users() {
        assert_eq!(groups_of(STATUS, 1001), Some(vec![100, 27, 4000]));
        assert_eq!(groups_of(STATUS, 1002), None);
        assert_eq!(groups_of(&STATUS.replace("1001\t1001\t", "1001\t0\t"), 1001), None);
        assert_eq!(groups_of("nonsense", 1001), None);
    }

    #[test]
    fn a_user_is_found_by_its_number() {
        assert_eq!(user_named("root:x:0:0::/:\nann:x:1001:100::/:\n", 1001), Some("ann"));
        assert_eq!(user_named("nonsense", 1001), None);
    }
}
