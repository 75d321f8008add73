//! A slot: a place on disk for one profile, held by a lock, or a window's place beside it. When the server behind the address
//! turns out to be another one than the slot is about, the slot of that one takes its place.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use shared::{Name, ServerId};

use super::file;
use super::lock::{Lock, try_lock};
use super::place::{Found, Place};
use super::servers::{self, Known};
use super::store::ProfileStore;
use crate::address::Address;
use crate::address_list::AddressList;
use crate::met::{Damaged, Met, Recognised};
use crate::profile::Profile;

/// A place on disk for one profile, ours alone until dropped. Of one identity several windows may have a place each.
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
    /// The addresses it told that lead here.
    bound: Vec<String>,
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
    /// With a name: the one that remembers it, else an unused one. Without: the one used last of those that were not made for a
    /// name beside them, else an unused one.
    /// Of a slot that another client holds this becomes a further window, if the server lets several be one person, and if
    /// both ask for the same name or the other one has asked for none. Other slots that are held are passed over, and so are
    /// those whose damaged file cannot be put aside.
    ///
    /// With `is_new`: an unused one, whoever is remembered.
    ///
    /// Of several addresses of a server the first counts at which somebody was met.
    pub fn open(
        state_dir: &Path,
        addresses: &AddressList,
        name: Option<&Name>,
        is_new: bool,
    ) -> io::Result<Opened> {
        let dir = servers::first_of(state_dir, addresses);
        Ok(Self::opened(state_dir, addresses.first(), name, Place::open(&dir, name, is_new)?))
    }

    /// Opens the only slot of a directory that has one identity, or a further window of that one. Nothing comes back where another client
    /// holds it in which the server has welcomed nobody yet, or whose server lets no windows be one person.
    pub fn open_single(state_dir: &Path, address: &Address) -> io::Result<Option<Opened>> {
        let dir = servers::first(state_dir, address);
        let found = Place::open_single(&dir)?;
        Ok(found.map(|found| Self::opened(state_dir, address, None, found)))
    }

    /// What the only slot of a directory remembers, whoever holds it.
    #[must_use]
    pub fn peek_single(state_dir: &Path, address: &Address) -> Option<Profile> {
        file::peek(&servers::slot_file(&servers::first(state_dir, address), 0))
    }

    /// Removes a directory that has one identity, if that has never written anything, was not here since `before`, and is not here now.
    /// Says whether it is removed.
    #[must_use]
    pub fn remove_silent(state_dir: &Path, address: &Address, before: SystemTime) -> bool {
        let path = servers::slot_file(&servers::first(state_dir, address), 0);
        let (file, dir) = (fs::metadata(&path), fs::metadata(state_dir));
        let used = file.or(dir).and_then(|meta| meta.modified());
        let is_silent = match file::read(&path) {
            Ok(profile) => profile.is_none_or(|profile| profile.is_silent()),
            // Whatever it was.
            Err(_) => false,
        };
        if !(is_silent && used.is_ok_and(|used| used <= before)) {
            return false;
        }
        // Where there is no lock yet, nobody was ever let in.
        let lock = try_lock(&path.with_extension("lock"));
        matches!(lock, Ok(Lock::Ours(_)) | Err(_)) && fs::remove_dir_all(state_dir).is_ok()
    }

    fn opened(state_dir: &Path, address: &Address, name: Option<&Name>, found: Found) -> Opened {
        let slot = Self {
            state_dir: state_dir.to_owned(),
            address: address.clone(),
            name: name.cloned(),
            place: found.place,
            left: None,
            homeless: None,
            bound: Vec::new(),
            damaged: Vec::new(),
        };
        Opened { slot, profile: found.profile, damaged: found.damaged, unwritable: found.unwritable }
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

    /// Has the server found from the addresses that it told, where no other is known.
    fn bind_nodes(&mut self, profile: &Profile) {
        if profile.nodes == self.bound {
            return;
        }
        self.bound.clone_from(&profile.nodes);
        for address in
            profile.node_addresses().filter(|address| servers::at(&self.state_dir, address).is_empty())
        {
            servers::bind(&self.state_dir, &address, self.dir());
        }
    }

    /// Keeps the profile of another server from now on.
    fn switch(&mut self, dir: &Path) -> io::Result<Profile> {
        let Found { place, profile, damaged, unwritable } = Place::open(dir, self.name.as_ref(), false)?;
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
            None => self.place.save(profile),
        }?;
        self.bind_nodes(profile);
        Ok(())
    }

    fn wants_id(&self, met: &Met) -> bool {
        Known::look(self.dir()).id.is_some()
            || servers::at(&self.state_dir, &self.address).len() > 1
            || met.is_own && servers::everywhere(&self.state_dir).iter().any(|known| known.id.is_some())
    }

    fn is_another(&self, met: &Met) -> bool {
        let known = Known::look(self.dir()).id;
        met.other_address.is_some() && known.is_some() && met.id != known
    }

    fn recognise(&mut self, met: &Met) -> Option<Recognised> {
        let current = Known::look(self.dir());
        if met.id.is_some() && met.id == current.id {
            // So that it is found from there, too, whichever address is given the next time.
            servers::bind(&self.state_dir, met.other_address.as_ref().unwrap_or(&self.address), &current.dir);
            return None;
        }
        if met.other_address.is_some() {
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

#[cfg(test)]
mod tests;
