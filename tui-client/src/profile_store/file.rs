//! The file of one profile: written so that the old one or the new one is there at any moment, also after a power cut, with
//! the one before it beside it; read so that a damaged one is put aside and the one before it is used.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use crate::met::Damaged;
use crate::profile::Profile;

/// More damaged files than this of one slot are not kept aside; the slot is not used any more.
pub(super) const MAX_DAMAGED: u32 = 100;

/// What a file holds; nothing where there is none.
///
/// # Errors
/// When it cannot be read, or holds no profile.
pub(super) fn read(path: &Path) -> io::Result<Option<Profile>> {
    match fs::read(path) {
        // serde would also read a struct from an array, field by field.
        Ok(bytes) if bytes.first() != Some(&b'{') => Err(io::ErrorKind::InvalidData.into()),
        Ok(bytes) => Ok(Some(serde_json::from_slice(&bytes)?)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// The same, or what the one before it holds where it is damaged. Changes nothing.
pub(super) fn peek(path: &Path) -> Option<Profile> {
    read(path).or_else(|_| read(&previous(path))).ok().flatten()
}

/// Reads a file that is ours. One that is damaged is put aside, and the one before it is written in its place; what was
/// done is added to `damaged`. Nothing comes back where the damaged one cannot be put aside: then it must be left alone.
pub(super) fn read_or_restore(path: &Path, damaged: &mut Vec<Damaged>) -> Option<Profile> {
    if let Ok(profile) = read(path) {
        return Some(profile.unwrap_or_default());
    }
    let shown = |path: &Path| path.display().to_string();
    let Ok(aside) = put_aside(path) else {
        damaged.push(Damaged { path: shown(path), is_restored: false });
        return None;
    };
    let before = previous(path);
    let restored = read(&before);
    if restored.is_err()
        && let Ok(aside) = put_aside(&before)
    {
        damaged.push(Damaged { path: shown(&aside), is_restored: false });
    }
    let restored = restored.ok().flatten();
    damaged.push(Damaged { path: shown(&aside), is_restored: restored.is_some() });
    if let Some(profile) = &restored {
        // Where this fails it is written again with the next change, and the failure told.
        write(path, profile, false).ok();
    }
    Some(restored.unwrap_or_default())
}

/// Writes a profile: the new one is on the disk before it is renamed over the old one, and the renaming before this
/// returns. The old one stays beside it, unless something in it was deleted: then a copy of the new one does.
pub(super) fn write(path: &Path, profile: &Profile, has_purged: bool) -> io::Result<()> {
    let (new, bytes) = (path.with_extension("new"), serde_json::to_vec(profile)?);
    let written = write_synced(&new, &bytes);
    if let Err(error) = written {
        // On a full disk, what was written of it is in the way.
        fs::remove_file(&new).ok();
        return Err(error);
    }
    match read(path) {
        Ok(Some(_)) if !has_purged => keep_previous(path),
        // The first time there is none before it; a copy is as good.
        Ok(_) => drop(write_synced(&previous(path), &bytes)),
        Err(_) => {}
    }
    fs::rename(&new, path)?;
    File::open(path.parent().unwrap_or(Path::new(".")))?.sync_all()
}

fn write_synced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Keeps the file under another name, too. It was synced when it was written; where the file system has no links, or no
/// room, there is none before it.
fn keep_previous(path: &Path) {
    let previous = previous(path);
    fs::remove_file(&previous).ok();
    fs::hard_link(path, &previous).ok();
}

/// The file of the one before it.
pub(super) fn previous(path: &Path) -> PathBuf {
    path.with_extension("previous.json")
}

/// Renames a damaged file to a name that says so and that nothing has yet; returns it. The slot is locked, so nobody else
/// takes the name in between.
fn put_aside(path: &Path) -> io::Result<PathBuf> {
    let names = (1..=MAX_DAMAGED).map(|number| path.with_extension(format!("damaged-{number}.json")));
    let mut free = names.filter(|name| !name.try_exists().unwrap_or(true));
    let name = free.next().ok_or_else(|| io::Error::other("there are too many damaged files"))?;
    fs::rename(path, &name)?;
    Ok(name)
}
