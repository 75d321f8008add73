//! What standard input has, as a file that can be sent as any other: read through, and sent again after a cut. It is private, goes when its
//! message is stored, and what a client left behind that was killed goes after some days. Blocks.

use std::fs::{self, DirBuilder};
use std::io::{self, Read, Write as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use shared::Millis;

use super::job::PIECE;
use super::prepare::problem;
use crate::transfer::{FileProblem, FileTrouble};

/// What is older than this belongs to a message that nobody has sent since.
const KEPT: Duration = Duration::from_hours(3 * 24);

/// Reads everything into a new file of a directory; without one, of that for temporary files. Of what is longer than `limit` nothing is
/// kept.
pub fn spool(dir: Option<&Path>, from: &mut dyn Read, limit: u64) -> Result<PathBuf, FileProblem> {
    let temporary = std::env::temp_dir();
    let dir = dir.unwrap_or(&temporary);
    let failed = |error: &io::Error| problem(dir, error);
    DirBuilder::new().recursive(true).mode(0o700).create(dir).map_err(|error| failed(&error))?;
    let mut file =
        tempfile::Builder::new().prefix("send-").tempfile_in(dir).map_err(|error| failed(&error))?;
    let mut bytes = 0;
    let mut piece = vec![0; PIECE];
    loop {
        let count = match from.read(&mut piece) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(problem(Path::new("-"), &error)),
        };
        bytes += count as u64;
        if bytes > limit {
            return Err(FileProblem { path: "-".into(), why: FileTrouble::TooLarge { bytes: None, limit } });
        }
        file.write_all(piece.get(..count).unwrap_or_default()).map_err(|error| failed(&error))?;
    }
    let (_, path) = file.keep().map_err(|error| failed(&error.error))?;
    Ok(path)
}

/// Removes what was left behind long ago.
pub(super) fn sweep(dir: &Path, now: Millis) {
    let now = UNIX_EPOCH + Duration::from_millis(u64::try_from(now).unwrap_or_default());
    let Ok(entries) = fs::read_dir(dir) else { return };
    for entry in entries.flatten() {
        let written = entry.metadata().and_then(|metadata| metadata.modified());
        let age = written.ok().and_then(|written| now.duration_since(written).ok());
        if age.is_some_and(|age| age > KEPT) {
            fs::remove_file(entry.path()).ok();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use std::time::{Duration, UNIX_EPOCH};

    use super::{spool, sweep};
    use crate::transfer::FileTrouble;

    #[test]
    fn what_comes_is_in_a_private_file_and_what_is_too_long_is_not_kept() {
        let dir = tempfile::tempdir().unwrap();
        let into = dir.path().join("spool");
        let path = spool(Some(&into), &mut &b"hello"[..], 5).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"hello");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let problem = spool(Some(&into), &mut &b"hello!"[..], 5).unwrap_err();
        assert_eq!(problem.why, FileTrouble::TooLarge { bytes: None, limit: 5 });
        assert_eq!(fs::read_dir(&into).unwrap().count(), 1);
    }

    #[test]
    fn what_was_left_behind_goes_after_three_days() {
        let dir = tempfile::tempdir().unwrap();
        let path = spool(Some(dir.path()), &mut &b"hello"[..], 5).unwrap();
        let written = UNIX_EPOCH + Duration::from_hours(1);
        fs::File::open(&path).unwrap().set_modified(written).unwrap();
        let hour = 60 * 60 * 1000;
        for (now, is_kept) in [(0, true), (73 * hour, true), (73 * hour + 1, false)] {
            sweep(dir.path(), now);
            assert_eq!(path.exists(), is_kept, "{now}");
        }
    }
}
