//! A user of this machine, looked up by its name: a trusted proxy over the Unix socket is known by who runs it.

use std::process::Command;

/// The users of this machine.
const PASSWD: &str = "/etc/passwd";

/// The id of the user with this name, or `None`: a number is no name.
#[must_use]
pub fn find(name: &str) -> Option<u32> {
    if name.is_empty() || name.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let listed = std::fs::read_to_string(PASSWD).ok().and_then(|listed| listed_id(&listed, name));
    // Users of a directory service, and those systemd makes for a service, are not in the file; getent, which comes with
    // the C library, knows them.
    listed.or_else(|| {
        let answer = Command::new("getent").args(["passwd", "--", name]).output().ok()?;
        listed_id(&String::from_utf8(answer.stdout).ok()?, name)
    })
}

/// The name of the user with this id, if it is in the file of users.
#[must_use]
pub fn name(uid: u32) -> Option<String> {
    let listed = std::fs::read_to_string(PASSWD).ok()?;
    listed.lines().find_map(|line| {
        let mut fields = line.split(':');
        let (name, _, number) = (fields.next()?, fields.next()?, fields.next()?);
        (number.parse() == Ok(uid)).then(|| name.to_owned())
    })
}

/// The id in the line `name:password:uid:…` of this user.
fn listed_id(lines: &str, wanted: &str) -> Option<u32> {
    lines.lines().find_map(|line| {
        let mut fields = line.split(':');
        let (name, _, uid) = (fields.next()?, fields.next()?, fields.next()?);
        if name == wanted { uid.parse().ok() } else { None }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_found_by_its_name() {
        let listed = "root:x:0:0::/root:\nchinwag-ssh:x:113:113::/var/lib/chinwag-ssh:\n";
        assert_eq!(listed_id(listed, "chinwag-ssh"), Some(113));
        assert_eq!(listed_id(listed, "chinwag"), None);
        assert_eq!((find("root"), name(0).as_deref()), (Some(0), Some("root")));
        for name in ["no-such-user-here", "0", "", "-h"] {
            assert_eq!(find(name), None, "{name}");
        }
    }
}
