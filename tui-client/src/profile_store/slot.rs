//! A slot: a place on disk for one profile, held by a lock. When the server behind the address turns out to be another one
//! than the slot is about, the slot of that one takes its place.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use shared::{Name, ServerId};

use super::file;
use super::servers::{self, Known, MAX_SLOTS};
use super::store::ProfileStore;
use crate::address::Address;
use crate::met::{Damaged, Met, Recognised};
use crate::profile::Profile;

/// A place on disk for one profile, ours alone until dropped.
#[derive(Debug)]
pub struct Slot {
    state_dir: PathBuf,
    address: Address,
    /// The name asked for on the command line.
    name: Option<Name>,
    place: Place,
    /// The server it was about before another one was met: what is still to be kept of that is not kept here.
    left: Option<ServerId>,
    /// Why nothing can be kept of the server that was met.
    homeless: Option<String>,
    /// What was found damaged at the last switch.
    damaged: Vec<Damaged>,
}

/// A slot, and what was found in it.
#[derive(Debug)]
pub struct Opened {
    /// The slot.
    pub slot: Slot,
    /// What it remembers; nothing where it is new or was damaged.
    pub profile: Profile,
    /// Damaged files that were come across.
    pub damaged: Vec<Damaged>,
    /// Why nothing can be written there; what is there can be read.
    pub unwritable: Option<String>,
}

impl Slot {
    /// Opens the slot that fits best.
    ///
    /// With a name: the one that remembers it, else an unused one. Without: the one used last, else an unused one.
    /// Slots other clients hold are passed over, and so are those whose damaged file cannot be put aside.
    pub fn open(state_dir: &Path, address: &Address, name: Option<&Name>) -> io::Result<Opened> {
        let dir = servers::first(state_dir, address);
        let found = Place::open(&dir, name)?;
        let slot = Self {
            state_dir: state_dir.to_owned(),
            address: address.clone(),
            name: name.cloned(),
            place: found.place,
            left: None,
            homeless: None,
            damaged: Vec::new(),
        };
        Ok(Opened { slot, profile: found.profile, damaged: found.damaged, unwritable: found.unwritable })
    }

    /// The directory of the server it is about.
    fn dir(&self) -> &Path {
        self.place.path.parent().unwrap_or(&self.state_dir)
    }

    /// The directory of a server that was met before, and is not the one the slot is about.
    fn find(&self, met: &Met, current: &Known) -> Option<PathBuf> {
        let is_proved = |known: &Known| met.key.as_ref().is_some_and(|key| known.keys.contains(key));
        let is_other = |known: &Known| known.has_secret && known.dir != current.dir;
        if let Some(claim) = &met.id {
            let claims = |known: &Known| is_other(known) && known.id.as_ref() == Some(claim);
            let here = servers::at(&self.state_dir, &self.address).into_iter().find(claims);
            let trusted = |known: &Known| claims(known) && (met.is_own || is_proved(known));
            let found = here.or_else(|| servers::everywhere(&self.state_dir).into_iter().find(trusted));
            if found.is_some() || current.id.is_some() {
                return found.map(|known| known.dir);
            }
        }
        let fits = current.has_secret && (current.keys.is_empty() || is_proved(current));
        if met.key.is_none() || fits {
            return None;
        }
        let proved = |known: &Known| is_other(known) && is_proved(known);
        servers::everywhere(&self.state_dir).into_iter().find(proved).map(|known| known.dir)
    }

    /// Keeps the profile of another server from now on.
    fn switch(&mut self, dir: &Path) -> io::Result<Profile> {
        let Found { place, profile, damaged, unwritable } = Place::open(dir, self.name.as_ref())?;
        std::mem::replace(&mut self.place, place).give_back();
        (self.homeless, self.damaged) = (unwritable, damaged);
        Ok(profile)
    }
}

impl ProfileStore for Slot {
    fn save(&mut self, profile: &Profile) -> io::Result<()> {
        if profile.server.is_some() && profile.server == self.left {
            return Ok(());
        }
        match &self.homeless {
            Some(why) => Err(io::Error::other(why.clone())),
            None => file::write(&self.place.path, profile),
        }
    }

    fn wants_id(&self, met: &Met) -> bool {
        Known::look(self.dir()).id.is_some()
            || servers::at(&self.state_dir, &self.address).len() > 1
            || met.is_own && servers::everywhere(&self.state_dir).iter().any(|known| known.id.is_some())
    }

    fn recognise(&mut self, met: &Met) -> Option<Recognised> {
        let current = Known::look(self.dir());
        if met.id.is_some() && met.id == current.id {
            return None;
        }
        if let Some(dir) = self.find(met, &current) {
            let profile = Box::new(self.switch(&dir).ok()?);
            servers::bind(&self.state_dir, &self.address, &dir);
            self.left = current.id;
            let damaged = std::mem::take(&mut self.damaged);
            return Some(Recognised { profile, is_known: true, damaged });
        }
        if met.id.is_none() || current.id.is_none() {
            return None;
        }
        // Another server than the one that was met here.
        let name = file::peek(&self.place.path).and_then(|profile| profile.name);
        let opened = servers::unused(&self.state_dir, &self.address).and_then(|dir| self.switch(&dir));
        if let Err(error) = opened {
            self.homeless = Some(error.to_string());
        }
        self.left = current.id;
        let profile = Box::new(Profile { name, ..Profile::default() });
        Some(Recognised { profile, is_known: false, damaged: Vec::new() })
    }
}

/// The file of a slot, and the lock on it.
#[derive(Debug)]
struct Place {
    path: PathBuf,
    /// Held for its lock; nothing where no lock can be made.
    lock: Option<File>,
}

/// A place that was opened.
struct Found {
    place: Place,
    profile: Profile,
    damaged: Vec<Damaged>,
    unwritable: Option<String>,
}

impl Place {
    /// Opens the slot in a directory that fits a name best.
    fn open(dir: &Path, name: Option<&Name>) -> io::Result<Found> {
        DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
        let mut slots: Vec<Candidate> = (0..MAX_SLOTS).map(|number| Candidate::look(dir, number)).collect();
        slots.sort_by_key(|slot| slot.rank(name));
        let mut damaged = Vec::new();
        for found in slots {
            if found.is_unsuited(name) {
                continue;
            }
            let (lock, unwritable) = match try_lock(&found.path.with_extension("lock"))? {
                Lock::Ours(lock) => (Some(lock), None),
                Lock::Impossible(lock, why) => (lock, Some(why)),
                Lock::Theirs => continue,
            };
            // Read again under the lock: another client may have written it since.
            let Some(profile) = file::read_or_restore(&found.path, &mut damaged) else { continue };
            return Ok(Found { place: Self { path: found.path, lock }, profile, damaged, unwritable });
        }
        Err(io::Error::other("every slot is taken"))
    }

    /// Leaves the slot. A directory in which nothing was ever kept goes with it.
    fn give_back(self) {
        let Self { path, lock } = self;
        if let (Some(_), false, Some(dir)) = (&lock, path.exists(), path.parent()) {
            fs::remove_file(path.with_extension("lock")).ok();
            fs::remove_dir(dir).ok();
        }
    }
}

/// A slot as it lies there, before it is ours.
struct Candidate {
    number: u32,
    path: PathBuf,
    profile: Option<Profile>,
    used: Option<SystemTime>,
}

impl Candidate {
    fn look(dir: &Path, number: u32) -> Self {
        let path = servers::slot_file(dir, number);
        let used = fs::metadata(&path).and_then(|meta| meta.modified()).ok();
        let profile = used.and_then(|_| file::peek(&path));
        Self { number, path, profile, used }
    }

    fn remembers(&self, name: &Name) -> bool {
        self.profile.as_ref().is_some_and(|profile| profile.name.as_ref() == Some(name))
    }

    /// With a name, another identity's slot is left to it.
    fn is_unsuited(&self, name: Option<&Name>) -> bool {
        name.is_some_and(|name| self.profile.is_some() && !self.remembers(name))
    }

    /// The smallest is tried first: the right name, then what was used last, then the unused in their order.
    fn rank(&self, name: Option<&Name>) -> (bool, std::cmp::Reverse<Option<SystemTime>>, u32) {
        let named = name.is_some_and(|name| self.remembers(name));
        (!named, std::cmp::Reverse(self.used), self.number)
    }
}

/// What became of an attempt to lock a slot.
enum Lock {
    /// It is ours.
    Ours(File),
    /// Another client has it.
    Theirs,
    /// Nothing can be written here, and why. What is here can be read all the same.
    Impossible(Option<File>, String),
}

fn try_lock(path: &Path) -> io::Result<Lock> {
    let opened = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path);
    let (file, why) = match opened {
        Ok(file) => (file, None),
        Err(error) if is_unwritable(&error) => match File::open(path) {
            Ok(file) => (file, Some(error.to_string())),
            Err(_) => return Ok(Lock::Impossible(None, error.to_string())),
        },
        Err(error) => return Err(error),
    };
    match (file.try_lock(), why) {
        (Ok(()), None) => Ok(Lock::Ours(file)),
        (Ok(()), Some(why)) => Ok(Lock::Impossible(Some(file), why)),
        (Err(TryLockError::WouldBlock), _) => Ok(Lock::Theirs),
        (Err(TryLockError::Error(error)), _) => Err(error),
    }
}

/// Whether a file system takes nothing more, or nothing of ours.
fn is_unwritable(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::StorageFull
            | io::ErrorKind::QuotaExceeded
            | io::ErrorKind::ReadOnlyFilesystem
            | io::ErrorKind::PermissionDenied
    )
}

#[cfg(test)]
mod tests;
