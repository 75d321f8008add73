//! Files and directories that only their owner may read: messages, identities, keys. What we make has mode 0600 or 0700;
//! what is there already and open to others is closed (a file) or warned of (a directory, which may be shared on purpose).

use std::fs::{DirBuilder, File, OpenOptions, Permissions};
use std::io::Result;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

/// The mode of a file: read and written by its owner only.
pub const FILE_MODE: u32 = 0o600;
/// The same for a directory.
pub const DIR_MODE: u32 = 0o700;
/// The permission bits of group and others.
const OTHERS: u32 = 0o077;

/// Makes a directory, and what is missing above it. One that is there already stays as it is, for it may be shared on
/// purpose; see [`warn_of_visitors`].
pub fn make_dir(dir: &Path) -> Result<()> {
    DirBuilder::new().recursive(true).mode(DIR_MODE).create(dir)
}

/// Logs a warning when group or others may look into a directory.
pub fn warn_of_visitors(dir: &Path) {
    if open_to_others(dir).unwrap_or(false) {
        tracing::warn!(
            dir = %dir.display(),
            "other users can look into the state directory; close it with chmod 700"
        );
    }
}

/// Opens a file to write at its end, makes it if there is none, and closes it to others if it was open to them.
pub fn open_file(path: &Path) -> Result<File> {
    let file = OpenOptions::new().append(true).create(true).mode(FILE_MODE).open(path)?;
    close_to_others(path)?;
    Ok(file)
}

/// Removes the permissions of group and others.
pub fn close_to_others(path: &Path) -> Result<()> {
    if open_to_others(path)? {
        std::fs::set_permissions(path, Permissions::from_mode(FILE_MODE))?;
    }
    Ok(())
}

/// Whether group or others have any permission.
pub fn open_to_others(path: &Path) -> Result<bool> {
    Ok(std::fs::metadata(path)?.mode() & OTHERS != 0)
}

/// Logs a warning when group or others have permissions on a file that should be secret.
pub fn warn_of_others(path: &Path) {
    if open_to_others(path).unwrap_or(false) {
        tracing::warn!(file = %path.display(), "other users can read this secret; close it with chmod 600");
    }
}
