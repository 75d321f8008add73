//! The file of a state directory's [`NodeIdentity`]. It is made at the first start as a node, and copied to no other node.

use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::Path;

use anyhow::{Context as _, Result};

use crate::chat::node_identity::NodeIdentity;
use crate::{private_files, small_file};

/// In the state directory.
const FILE: &str = "node.id";

/// Reads it, or makes it.
///
/// # Errors
/// When it cannot be read or written, or is something else.
pub(super) fn load_or_create(dir: &Path) -> Result<NodeIdentity> {
    let path = dir.join(FILE);
    match small_file::read_text(&path) {
        Ok(text) => NodeIdentity::parse(text.trim())
            .with_context(|| format!("{} is damaged; delete it to have a new one made", path.display())),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            create(dir, &path).with_context(|| format!("cannot write {}", path.display()))
        }
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

fn create(dir: &Path, path: &Path) -> Result<NodeIdentity> {
    let mut random = [0; 8];
    getrandom::fill(&mut random).context("the system has no randomness")?;
    let identity = NodeIdentity(u64::from_be_bytes(random));
    // It is whole or not there.
    let partial = path.with_added_extension("partial");
    fs::remove_file(&partial).ok();
    let mut file = private_files::open_file(&partial)?;
    writeln!(file, "{identity}")?;
    file.sync_all()?;
    fs::rename(&partial, path)?;
    fs::File::open(dir)?.sync_all()?;
    Ok(identity)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_made_once_and_differs_from_that_of_another_directory() {
        let [one, other] = [(); 2].map(|()| tempfile::tempdir().unwrap());
        let made = load_or_create(one.path()).unwrap();
        assert_eq!(load_or_create(one.path()).unwrap(), made);
        assert_ne!(load_or_create(other.path()).unwrap(), made);
        fs::write(one.path().join(FILE), "abc").unwrap();
        assert!(load_or_create(one.path()).unwrap_err().to_string().contains("is damaged; delete it"));
    }
}
