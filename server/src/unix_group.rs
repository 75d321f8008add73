//! A group of this machine's users, looked up by its name or number: a start and `--check-config` need it before anything
//! is opened, the operator's socket afterwards.

use std::process::Command;

use anyhow::{Result, anyhow};

/// The groups of this machine.
const GROUP: &str = "/etc/group";

/// A Unix group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its id.
    pub gid: u32,
    /// The listed members, without those whose primary group it is.
    pub members: Vec<String>,
}

impl Group {
    /// Looks a group up by its name or id.
    pub fn find(name: &str) -> Result<Self> {
        let listed = std::fs::read_to_string(GROUP).ok().and_then(|listed| Self::listed(&listed, name));
        // Groups of a directory service are not in the file; getent, which comes with the C library, knows them.
        let asked = || {
            let answer = Command::new("getent").args(["group", "--", name]).output().ok()?;
            Self::listed(&String::from_utf8(answer.stdout).ok()?, name)
        };
        let nameless = || name.parse().ok().map(|gid| Self { gid, members: vec![] });
        listed.or_else(asked).or_else(nameless).ok_or_else(|| {
            anyhow!("there is no group \"{name}\"; make it with `groupadd {name}`, or give another")
        })
    }

    /// Parses the line `name:password:gid:member,member` of this group.
    fn listed(lines: &str, wanted: &str) -> Option<Self> {
        lines.lines().find_map(|line| {
            let mut fields = line.split(':');
            let (name, _, gid, members) = (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
            let members = members.split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect();
            (name == wanted || gid == wanted).then_some(Self { gid: gid.parse().ok()?, members })
        })
    }

    /// Whether a user is listed as a member.
    #[must_use]
    pub fn has(&self, user: &str) -> bool {
        self.members.iter().any(|member| member == user)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_found_by_its_name_or_number() {
        let listed = "root:x:0:\nops:x:4000:ann,ben\nempty:x:4001:\n";
        let staff = Group::listed(listed, "ops").unwrap();
        assert_eq!(staff.gid, 4000);
        assert!(staff.has("ben") && !staff.has("be"));
        assert_eq!(Group::listed(listed, "4000"), Some(staff));
        assert_eq!(Group::find("0").unwrap().gid, 0);
        let error = Group::find("no-such-group-here").unwrap_err().to_string();
        assert!(error.contains("no-such-group-here") && error.contains("groupadd"), "{error}");
    }
}
