//! The file of known hosts, for trust on first use: one `host:port SHA256:…` a line, as SSH has it. Clients that write at
//! the same time take a file lock; a new file is synced and renamed over the old one.
//!
//! A key may be pinned for a time: `host:port SHA256:… next until=SECONDS` is one that the server announced, and `… old
//! until=SECONDS` the one before it. A client that does not know these words reads two keys that are both good.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use shared::Fingerprint;

use super::pinned_key::{PinnedKey, followed, push_line};
use crate::address::Address;

/// The file, which need not be there yet.
#[derive(Clone, Debug)]
pub struct KnownHosts(PathBuf);

/// What is known about a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known {
    /// Nothing.
    Nothing,
    /// These keys, the first of them in this line (counted from 1). A server that is about to get another key may have two.
    Keys(Vec<Fingerprint>, usize),
}

impl KnownHosts {
    /// The file in this directory.
    #[must_use]
    pub fn within(state_dir: &Path) -> Self {
        Self(state_dir.join("known_hosts"))
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// What it says about a server, at this time in seconds since 1970.
    pub fn look_up(&self, address: &Address, now: i64) -> io::Result<Known> {
        Ok(find(&self.read()?, address, now))
    }

    /// Remembers the key of a server nothing is known about; returns what is known then. Another client may have been
    /// faster: its line counts. May wait for other clients, which write briefly.
    pub fn remember(&self, address: &Address, key: &Fingerprint, now: i64) -> io::Result<Known> {
        let _lock = self.lock()?;
        let mut text = self.read()?;
        let known = find(&text, address, now);
        if known != Known::Nothing {
            return Ok(known);
        }
        push_line(&mut text, &PinnedKey::new(address, key, String::new()));
        self.write(&text)?;
        Ok(find(&text, address, now))
    }

    /// The server was verified by `shown`, and told the key it will have next, or none: from now on that one is accepted,
    /// too. Once it is the one that is shown, the key before it is accepted for a while longer, for a server may be set
    /// back. May wait for other clients, which write briefly.
    pub fn follow(
        &self,
        address: &Address,
        shown: &Fingerprint,
        next: Option<&Fingerprint>,
        now: i64,
    ) -> io::Result<()> {
        let _lock = self.lock()?;
        let text = self.read()?;
        let followed = followed(&text, address, shown, next, now);
        if followed == text { Ok(()) } else { self.write(&followed) }
    }

    /// Held while the file is read and written anew.
    fn lock(&self) -> io::Result<File> {
        let dir = self.0.parent().unwrap_or(Path::new("."));
        DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
        let lock = open(&self.0.with_extension("lock"))?;
        lock.lock()?;
        Ok(lock)
    }

    fn write(&self, text: &str) -> io::Result<()> {
        let draft = self.0.with_extension("new");
        let mut file = open(&draft)?;
        file.set_len(0)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&draft, &self.0)
    }

    fn read(&self) -> io::Result<String> {
        match fs::read_to_string(&self.0) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(String::new()),
            read => read,
        }
    }
}

fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path)
}

fn find(text: &str, address: &Address, now: i64) -> Known {
    let mut keys = Vec::new();
    let mut first = 0;
    for (number, line) in (1..).zip(text.lines()) {
        if let Some(pinned) = PinnedKey::of(line, address).filter(|pinned| !pinned.is_over(now)) {
            first = if keys.is_empty() { number } else { first };
            keys.push(pinned.key);
        }
    }
    if keys.is_empty() { Known::Nothing } else { Known::Keys(keys, first) }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn key(seed: &str) -> Fingerprint {
        Fingerprint::of(seed.as_bytes())
    }

    #[test]
    fn a_server_is_known_by_the_first_key_and_the_file_is_its_owners() {
        let dir = tempfile::tempdir().unwrap();
        let hosts = KnownHosts::within(&dir.path().join("new"));
        let address = "Chat.example:7000".parse().unwrap();
        assert_eq!(hosts.look_up(&address, 0).unwrap(), Known::Nothing);
        let known = Known::Keys(vec![key("one")], 1);
        assert_eq!(hosts.remember(&address, &key("one"), 0).unwrap(), known);
        assert_eq!(hosts.remember(&address, &key("two"), 0).unwrap(), known, "the first one stays");
        assert_eq!(hosts.look_up(&"chat.example:7000".parse().unwrap(), 0).unwrap(), known);
        assert_eq!(hosts.look_up(&"chat.example:7001".parse().unwrap(), 0).unwrap(), Known::Nothing);
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(hosts.path()), mode(hosts.path().parent().unwrap())), (0o600, 0o700));
    }

    #[test]
    fn what_a_person_wrote_into_the_file_stays_there() {
        let dir = tempfile::tempdir().unwrap();
        let hosts = KnownHosts::within(dir.path());
        let (one, two) = (key("one"), key("two"));
        let text =
            format!("# mine\n\na:7667 {one} # old\nnonsense\nb:7667 MD5:x\na:7667 {two}\n[::1]:1 {one}");
        fs::write(hosts.path(), &text).unwrap();
        let look_up = |address: &str| hosts.look_up(&address.parse().unwrap(), 0).unwrap();
        assert_eq!(look_up("a"), Known::Keys(vec![one.clone(), two], 3));
        assert_eq!(look_up("[::1]:1"), Known::Keys(vec![one.clone()], 7));
        assert_eq!(look_up("b"), Known::Nothing);
        hosts.remember(&"b".parse().unwrap(), &one, 0).unwrap();
        assert_eq!(fs::read_to_string(hosts.path()).unwrap(), format!("{text}\nb:7667 {one}\n"));
    }

    #[test]
    fn clients_that_write_at_the_same_time_lose_nothing_of_each_other() {
        let dir = tempfile::tempdir().unwrap();
        let hosts = KnownHosts::within(dir.path());
        std::thread::scope(|scope| {
            for n in 0..32 {
                let hosts = &hosts;
                scope.spawn(move || {
                    hosts.remember(&format!("h{n}").parse().unwrap(), &key(&n.to_string()), 0).unwrap()
                });
            }
        });
        for n in 0..32 {
            let known = hosts.look_up(&format!("h{n}").parse().unwrap(), 0).unwrap();
            assert!(matches!(known, Known::Keys(keys, _) if keys == [key(&n.to_string())]), "h{n}");
        }
    }

    #[test]
    fn a_file_that_cannot_be_read_is_no_empty_one() {
        let dir = tempfile::tempdir().unwrap();
        let hosts = KnownHosts::within(dir.path());
        fs::create_dir(hosts.path()).unwrap();
        assert!(hosts.look_up(&Address::default(), 0).is_err());
        assert!(hosts.remember(&Address::default(), &key("one"), 0).is_err());
    }
}
