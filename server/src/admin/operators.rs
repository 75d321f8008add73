//! Who may operate the server over its Unix socket: its own user, root, and a group, if one is set. It must not
//! believe anything a connection says about itself; the kernel says who it is.
//!
//! The socket's mode keeps everybody else out to begin with. This is asked as well, so that a mode that was changed, or
//! a directory that lets everybody in, makes clients of strangers and never operators.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, anyhow};

/// The users' names and groups of this machine.
const PASSWD: &str = "/etc/passwd";
const GROUP: &str = "/etc/group";

/// Who may operate the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operators {
    own: u32,
    group: Option<Group>,
}

/// A group of Unix users.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its number.
    pub gid: u32,
    /// The members that are listed with it; those whose primary group it is are not.
    members: Vec<String>,
}

impl Group {
    /// Looks a group up, by its name or its number.
    pub fn find(name: &str) -> Result<Self> {
        let listed = std::fs::read_to_string(GROUP).ok().and_then(|listed| Self::listed(&listed, name));
        // Groups of a directory service are in no file; getent, which is part of the C library, asks for them.
        let asked = || {
            let answer = Command::new("getent").args(["group", "--", name]).output().ok()?;
            Self::listed(&String::from_utf8(answer.stdout).ok()?, name)
        };
        let nameless = || name.parse().ok().map(|gid| Self { gid, members: vec![] });
        listed.or_else(asked).or_else(nameless).ok_or_else(|| {
            anyhow!("there is no group \"{name}\"; make it with `groupadd {name}`, or give another with --operator-group")
        })
    }

    /// The line `name:password:gid:member,member` of this group.
    fn listed(lines: &str, wanted: &str) -> Option<Self> {
        lines.lines().find_map(|line| {
            let mut fields = line.split(':');
            let (name, _, gid, members) = (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
            let members = members.split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect();
            (name == wanted || gid == wanted).then_some(Self { gid: gid.parse().ok()?, members })
        })
    }

    fn has(&self, user: &str) -> bool {
        self.members.iter().any(|member| member == user)
    }
}

impl Operators {
    /// The server's own user, root and perhaps a group.
    #[must_use]
    pub fn new(own: u32, group: Option<Group>) -> Self {
        Self { own, group }
    }

    /// Whether the process at the other end may operate the server, as the kernel knew it when it connected.
    #[must_use]
    pub fn admit(&self, uid: u32, gid: u32, pid: Option<i32>) -> bool {
        if uid == self.own || uid == 0 {
            return true;
        }
        let Some(group) = &self.group else { return false };
        gid == group.gid || is_supplementary(uid, pid, group)
    }
}

/// The kernel hands over the primary group only. The others are those of the process, which is asked for as long as it
/// is the same user's; where processes are hidden from the server, the list of the group's members says.
fn is_supplementary(uid: u32, pid: Option<i32>, group: &Group) -> bool {
    let status = pid.and_then(|pid| std::fs::read_to_string(format!("/proc/{pid}/status")).ok());
    if let Some(groups) = status.and_then(|status| groups_of(&status, uid)) {
        return groups.contains(&group.gid);
    }
    let users = std::fs::read_to_string(Path::new(PASSWD)).unwrap_or_default();
    user_named(&users, uid).is_some_and(|user| group.has(user))
}

/// The supplementary groups in a `/proc/PID/status` (proc(5)), if all its user ids are this one: the number may be
/// another process's by now, and a program with a user of its own does not speak for who started it.
fn groups_of(status: &str, uid: u32) -> Option<Vec<u32>> {
    let field = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        line.split_whitespace().map(|number| number.parse().ok()).collect::<Option<Vec<u32>>>()
    };
    let same = field("Uid:")?.iter().all(|&one| one == uid);
    if same { field("Groups:") } else { None }
}

/// The name in the line `name:password:uid:…` of a user.
fn user_named(lines: &str, uid: u32) -> Option<&str> {
    lines.lines().find_map(|line| {
        let mut fields = line.split(':');
        let (name, _, number) = (fields.next()?, fields.next()?, fields.next()?);
        (number.parse() == Ok(uid)).then_some(name)
    })
}

/// Checks that the name of a group is one; the error says what to do.
pub fn group(name: Option<&str>) -> Result<Option<Group>> {
    name.map(Group::find).transpose().context("nobody could operate the server by it")
}

#[cfg(test)]
mod tests {
    use super::*;

    const STATUS: &str =
        "Name:\tchat\nUid:\t1001\t1001\t1001\t1001\nGid:\t100\t100\t100\t100\nGroups:\t100 27 4000 \n";

    fn staff() -> Group {
        Group::listed("root:x:0:\nops:x:4000:ann,ben\nempty:x:4001:\n", "ops").unwrap()
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
    fn a_group_is_found_by_its_name_or_number() {
        assert_eq!(staff().gid, 4000);
        assert!(staff().has("ben") && !staff().has("be"));
        assert_eq!(Group::listed("ops:x:4000:ann,ben\n", "4000"), Some(staff()));
        assert_eq!(Group::find("0").unwrap().gid, 0);
        let error = Group::find("no-such-group-here").unwrap_err().to_string();
        assert!(error.contains("no-such-group-here") && error.contains("--operator-group"), "{error}");
        assert_eq!(user_named("root:x:0:0::/:\nann:x:1001:100::/:\n", 1001), Some("ann"));
    }
}
