//! Which profiles there are, by server and by address. A server's directory is named after the address it was met at first;
//! other addresses of it are symbolic links to that directory, and other servers at the same address have its name with a
//! number (`~2`). So what older versions wrote is in its place already.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use shared::{Fingerprint, SecretHash, ServerId};

use super::file;
use crate::address::Address;
use crate::address_list::AddressList;

/// More identities than this at one server are not kept.
pub(super) const MAX_SLOTS: u32 = 64;
/// More servers than this at one address are not told apart.
const MAX_AT_ONE_ADDRESS: u32 = 16;

/// Of so many secrets a server is told that they are here: its greeting must fit a short line.
const MOST_TOLD: usize = 16;

/// A server's directory, and what its profiles say about it.
#[derive(Debug)]
pub(super) struct Known {
    /// The directory itself, whatever links lead to it.
    pub(super) dir: PathBuf,
    /// When a profile in it was written last.
    pub(super) used: Option<SystemTime>,
    /// Which server it says it is.
    pub(super) id: Option<ServerId>,
    /// Its keys.
    pub(super) keys: BTreeSet<Fingerprint>,
    /// Whether we are somebody there.
    pub(super) has_secret: bool,
}

impl Known {
    /// Reads what the profiles in a directory say.
    pub(super) fn look(dir: &Path) -> Self {
        let dir = dir.canonicalize().unwrap_or_else(|_| dir.to_owned());
        let mut known = Self { dir, used: None, id: None, keys: BTreeSet::new(), has_secret: false };
        for number in 0..MAX_SLOTS {
            let path = slot_file(&known.dir, number);
            let Ok(used) = fs::metadata(&path).and_then(|meta| meta.modified()) else { continue };
            let Some(profile) = file::peek(&path) else { continue };
            known.has_secret |= profile.secret.is_some();
            known.keys.extend(profile.keys);
            if known.used.is_none_or(|latest| used > latest) {
                known.used = Some(used);
                known.id = profile.server.or(known.id);
            }
        }
        known
    }
}

/// The file of a slot.
pub(super) fn slot_file(dir: &Path, number: u32) -> PathBuf {
    dir.join(format!("{number}.json"))
}

/// The servers that were met at an address, the one met last first.
pub(super) fn at(state_dir: &Path, address: &Address) -> Vec<Known> {
    let mut dirs: Vec<PathBuf> = names(state_dir, address)
        .filter(|path| path.is_dir())
        .filter_map(|path| path.canonicalize().ok())
        .collect();
    dirs.sort();
    dirs.dedup();
    let mut found: Vec<Known> = dirs.iter().map(|dir| Known::look(dir)).collect();
    found.sort_by_key(|known| std::cmp::Reverse(known.used));
    found
}

/// Every server that was met anywhere, the one met last first.
pub(super) fn everywhere(state_dir: &Path) -> Vec<Known> {
    let entries = fs::read_dir(state_dir).into_iter().flatten().filter_map(Result::ok);
    let dirs = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
    let mut found: Vec<Known> = dirs.map(|entry| Known::look(&entry.path())).collect();
    found.sort_by_key(|known| std::cmp::Reverse(known.used));
    found
}

/// The directory of a server that is met at an address for the first time.
pub(super) fn unused(state_dir: &Path, address: &Address) -> io::Result<PathBuf> {
    let is_free = |path: &PathBuf| match fs::symlink_metadata(path) {
        // One in which nothing was ever kept will do.
        Ok(meta) => meta.is_dir() && Known::look(path).used.is_none(),
        Err(_) => true,
    };
    names(state_dir, address).find(is_free).ok_or_else(too_many)
}

fn too_many() -> io::Error {
    io::Error::other("too many servers were met at this address")
}

/// The directory to begin with at an address: that of the server met there last.
pub(super) fn first(state_dir: &Path, address: &Address) -> PathBuf {
    let last = at(state_dir, address).into_iter().next();
    last.map_or_else(|| state_dir.join(dir_name(address)), |known| known.dir)
}

/// The directory to begin with at one of the addresses of a server: the first of them at which a server was met.
pub(super) fn first_of(state_dir: &Path, addresses: &AddressList) -> PathBuf {
    let met = |address: &Address| at(state_dir, address).into_iter().find(|known| known.used.is_some());
    let known = addresses.iter().find_map(met);
    known.map_or_else(|| first(state_dir, addresses.first()), |known| known.dir)
}

/// Remembers that a server is met at this address, too.
pub(super) fn bind(state_dir: &Path, address: &Address, dir: &Path) {
    if at(state_dir, address).iter().any(|known| known.dir == dir) {
        return;
    }
    let link = names(state_dir, address).find(|path| fs::symlink_metadata(path).is_err());
    if let (Some(link), Some(name)) = (link, dir.file_name()) {
        // Where this fails, the server is recognised anew the next time.
        symlink(name, link).ok();
    }
}

/// The hashes of the secrets that are kept of the server met at an address last; of very many, the first ones.
#[must_use]
pub fn secrets_of(state_dir: &Path, addresses: &AddressList) -> Vec<SecretHash> {
    let dir = first_of(state_dir, addresses);
    let profiles = (0..MAX_SLOTS).filter_map(|number| file::peek(&slot_file(&dir, number)));
    profiles
        .filter_map(|profile| profile.secret)
        .map(|secret| SecretHash::of(&secret))
        .take(MOST_TOLD)
        .collect()
}

/// Whether a server of this machine should prove its key before it is greeted: nobody was met at this address, but another
/// way to write it leads to a server whose key is known.
#[must_use]
pub fn needs_proof(state_dir: &Path, address: &Address) -> bool {
    let Address::Net { port, .. } = address else { return false };
    if !address.is_local() || at(state_dir, address).iter().any(|known| known.has_secret) {
        return false;
    }
    ["127.0.0.1", "localhost", "0.0.0.0", "::1", "::"].into_iter().any(|host| {
        let other = Address::Net { host: host.into(), port: *port };
        at(state_dir, &other).iter().any(|known| known.has_secret && !known.keys.is_empty())
    })
}

/// What the directories of an address may be called.
fn names(state_dir: &Path, address: &Address) -> impl Iterator<Item = PathBuf> {
    let (base, dir) = (dir_name(address), state_dir.to_owned());
    let others = {
        let base = base.clone();
        (2..=MAX_AT_ONE_ADDRESS).map(move |number| format!("{base}~{number}"))
    };
    std::iter::once(base).chain(others).map(move |name| dir.join(name))
}

/// The address as one path component. `~` is in none.
fn dir_name(address: &Address) -> String {
    let shown = address.to_string().to_lowercase();
    let safe = shown.chars().map(|c| match c {
        // A path stays another one than the path with an underscore in this place.
        '/' => '%',
        c if c.is_alphanumeric() || "-.:[]".contains(c) => c,
        _ => '_',
    });
    // A leading dot would hide it, or name a directory above.
    safe.collect::<String>().trim_start_matches('.').to_owned()
}
