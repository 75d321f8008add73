//! What becomes of a part that is whole: it gets the mode of a new file and a mark that it is from outside, is written to the disk, and
//! then gets its name, under which nothing else is: a number is added to it otherwise. So what has the name is whole, after a power cut
//! as well. Blocks.

use std::fs::{self, File, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, RenameFlags, XattrFlags, fsetxattr, renameat_with};
use rustix::io::Errno;
use shared::FileName;

use super::job::Stopped;

/// So many files of one name are looked past.
const MOST: u32 = 10_000;
/// What file systems of other systems do not take in a name.
const FOREIGN: [char; 7] = ['<', '>', ':', '"', '|', '?', '*'];

/// Gives a part its name in a directory, once the disk has it. Says where it is; nothing when it was stopped before that.
pub(super) fn finish(
    file: &File,
    part: &Path,
    dir: &Path,
    name: &FileName,
    origin: &str,
    stopped: &Stopped,
) -> io::Result<Option<PathBuf>> {
    // A file system without these modes or marks has the file all the same.
    file.set_permissions(Permissions::from_mode(0o666 & !umask())).ok();
    if !origin.is_empty() {
        fsetxattr(file, "user.xdg.origin.url", origin.as_bytes(), XattrFlags::empty()).ok();
    }
    file.sync_all()?;
    // That may have taken a while.
    if stopped.is_set() {
        return Ok(None);
    }
    let name = FileName::clean(name.as_str());
    let placed = match place(part, dir, &name) {
        Err(error) if error.kind() == io::ErrorKind::InvalidInput => {
            let plain: String =
                name.as_str().chars().map(|c| if FOREIGN.contains(&c) { '_' } else { c }).collect();
            place(part, dir, &FileName::clean(&plain))
        }
        placed => placed,
    }?;
    // It is there under its name; whether the name outlasts a power cut is for the file system to say.
    File::open(dir).and_then(|dir| dir.sync_all()).ok();
    Ok(Some(placed))
}

fn place(part: &Path, dir: &Path, name: &FileName) -> io::Result<PathBuf> {
    for number in 1..=MOST {
        let path = dir.join(numbered(name, number));
        match rename_to_new(part, &path) {
            Ok(()) => return Ok(path),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

/// The name for the second file of a name, and so on.
fn numbered(name: &FileName, number: u32) -> String {
    if number == 1 {
        return name.to_string();
    }
    let (stem, extension) = name.split_extension();
    format!("{stem} ({number}){extension}")
}

/// Renames a file where nothing is.
fn rename_to_new(from: &Path, to: &Path) -> io::Result<()> {
    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        Ok(()) => Ok(()),
        // The file system does not know how to do that at once.
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) if !to.as_os_str().is_empty() => {
            if fs::symlink_metadata(to).is_ok() {
                return Err(io::ErrorKind::AlreadyExists.into());
            }
            match fs::hard_link(from, to) {
                Ok(()) => fs::remove_file(from),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
                Err(_) => fs::rename(from, to),
            }
        }
        Err(error) => Err(error.into()),
    }
}

/// Which permissions a new file of this process does not have. To ask without changing it there is only this file; without it a file is
/// for its owner alone.
fn umask() -> u32 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask =
        status.lines().find_map(|line| u32::from_str_radix(line.strip_prefix("Umask:")?.trim(), 8).ok());
    mask.unwrap_or(0o077)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use std::os::fd::OwnedFd;

    use super::{Stopped, finish, numbered};
    use crate::services::transfers::job::StopOnDrop;

    #[test]
    fn nothing_is_overwritten() {
        let dir = tempfile::tempdir().unwrap();
        let save = |content: &str| {
            let part = dir.path().join(".part");
            fs::write(&part, content).unwrap();
            let file = fs::File::open(&part).unwrap();
            let (name, stopped) = ("cat.png".parse().unwrap(), Stopped::default());
            finish(&file, &part, dir.path(), &name, "chinwag://x/lobby/1", &stopped).unwrap().unwrap()
        };
        assert!(save("one").ends_with("cat.png") && save("two").ends_with("cat (2).png"));
        std::os::unix::fs::symlink("/nowhere", dir.path().join("cat (3).png")).unwrap();
        assert!(save("three").ends_with("cat (4).png"));
        assert_eq!(fs::read_to_string(dir.path().join("cat.png")).unwrap(), "one");
        assert_eq!(numbered(&"none".parse().unwrap(), 2), "none (2)");
    }

    #[test]
    fn what_the_disk_does_not_have_and_what_is_stopped_gets_no_name() {
        let dir = tempfile::tempdir().unwrap();
        let (part, name) = (dir.path().join(".part"), "cat.png".parse().unwrap());
        fs::write(&part, "one").unwrap();
        // A pipe cannot be written to a disk.
        let (_reading, writing) = std::io::pipe().unwrap();
        let pipe = fs::File::from(OwnedFd::from(writing));
        finish(&pipe, &part, dir.path(), &name, "", &Stopped::default()).unwrap_err();
        let stopped = Stopped::default();
        drop(StopOnDrop(stopped.clone()));
        let file = fs::File::open(&part).unwrap();
        assert_eq!(finish(&file, &part, dir.path(), &name, "", &stopped).unwrap(), None);
        assert!(part.exists() && !dir.path().join("cat.png").exists());
    }
}
