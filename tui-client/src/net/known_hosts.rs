//! The file of known hosts, for trust on first use: one `host:port SHA256:…` a line, as SSH has it. Clients that write at
//! the same time take a file lock; a new file is synced and renamed over the old one.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use shared::Fingerprint;

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

    /// What it says about a server.
    pub fn look_up(&self, address: &Address) -> io::Result<Known> {
        Ok(find(&self.read()?, address))
    }

    /// Remembers the key of a server nothing is known about; returns what is known then. Another client may have been
    /// faster: its line counts. May wait for other clients, which write briefly.
    pub fn remember(&self, address: &Address, key: &Fingerprint) -> io::Result<Known> {
        let dir = self.0.parent().unwrap_or(Path::new("."));
        DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
        let open =
            |path: &Path| OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path);
        let lock: File = open(&self.0.with_extension("lock"))?;
        lock.lock()?;
        let mut text = self.read()?;
        let known = find(&text, address);
        if known != Known::Nothing {
            return Ok(known);
        }
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        text.extend([address.to_string().to_lowercase().as_str(), " ", key.as_str(), "\n"]);
        let draft = self.0.with_extension("new");
        let mut file = open(&draft)?;
        file.set_len(0)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&draft, &self.0)?;
        Ok(find(&text, address))
    }

    fn read(&self) -> io::Result<String> {
        match fs::read_to_string(&self.0) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(String::new()),
            read => read,
        }
    }
}

fn find(text: &str, address: &Address) -> Known {
    let address = address.to_string();
    let mut keys = Vec::new();
    let mut first = 0;
    for (number, line) in (1..).zip(text.lines()) {
        let mut words = line.split_whitespace();
        let is_it = words.next().is_some_and(|host| host.eq_ignore_ascii_case(&address));
        if let (true, Some(Ok(key))) = (is_it, words.next().map(str::parse)) {
            first = if keys.is_empty() { number } else { first };
            keys.push(key);
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
        assert_eq!(hosts.look_up(&address).unwrap(), Known::Nothing);
        let known = Known::Keys(vec![key("one")], 1);
        assert_eq!(hosts.remember(&address, &key("one")).unwrap(), known);
        assert_eq!(hosts.remember(&address, &key("two")).unwrap(), known, "the first one stays");
        assert_eq!(hosts.look_up(&"chat.example:7000".parse().unwrap()).unwrap(), known);
        assert_eq!(hosts.look_up(&"chat.example:7001".parse().unwrap()).unwrap(), Known::Nothing);
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
        let look_up = |address: &str| hosts.look_up(&address.parse().unwrap()).unwrap();
        assert_eq!(look_up("a"), Known::Keys(vec![one.clone(), two], 3));
        assert_eq!(look_up("[::1]:1"), Known::Keys(vec![one.clone()], 7));
        assert_eq!(look_up("b"), Known::Nothing);
        hosts.remember(&"b".parse().unwrap(), &one).unwrap();
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
                    hosts.remember(&format!("h{n}").parse().unwrap(), &key(&n.to_string())).unwrap()
                });
            }
        });
        for n in 0..32 {
            let known = hosts.look_up(&format!("h{n}").parse().unwrap()).unwrap();
            assert!(matches!(known, Known::Keys(keys, _) if keys == [key(&n.to_string())]), "h{n}");
        }
    }

    #[test]
    fn a_file_that_cannot_be_read_is_no_empty_one() {
        let dir = tempfile::tempdir().unwrap();
        let hosts = KnownHosts::within(dir.path());
        fs::create_dir(hosts.path()).unwrap();
        assert!(hosts.look_up(&Address::default()).is_err());
        assert!(hosts.remember(&Address::default(), &key("one")).is_err());
    }
}
