//! Backups that are made again and again into one directory, each named by its time, of which the newest stay.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use shared::Millis;

use super::contents::remove_folder;
use crate::ctl::contents::folder_beside;
use crate::utc;

/// How the name of a copy begins.
const PREFIX: &str = "chinwag-";
/// How it ends.
const SUFFIX: &str = ".db";

/// The name of a copy that is made now, such as `chinwag-2026-11-21T081427Z.db`.
pub(super) fn next(dir: &Path, now: Millis) -> Result<PathBuf> {
    if !dir.is_dir() {
        bail!("{} is no directory; --keep writes into one, and it must be there", dir.display());
    }
    Ok(dir.join(format!("{PREFIX}{}{SUFFIX}", utc::text(now).replace(' ', "T").replace(':', ""))))
}

/// Where a copy that is damaged goes: one at a time, lest they fill the disk.
pub(super) fn damaged(dir: &Path) -> PathBuf {
    dir.join(format!("{PREFIX}damaged{SUFFIX}"))
}

/// All but the one that is made now, the oldest first.
pub(super) fn others(dir: &Path, made: &Path) -> Result<Vec<PathBuf>> {
    let mut others = Vec::new();
    for entry in std::fs::read_dir(dir).with_context(|| format!("cannot read {}", dir.display()))? {
        let path = entry?.path();
        if path != made && path.file_name().and_then(|name| name.to_str()).is_some_and(is_of_series) {
            others.push(path);
        }
    }
    // The names are in the order of their times.
    others.sort();
    Ok(others)
}

/// Removes all but the newest, each with its files; `made` stays whatever the clock says. What was removed.
pub(super) fn remove_old(dir: &Path, keep: u32, made: &Path) -> Result<Vec<PathBuf>> {
    let mut others = others(dir, made)?;
    let stay = usize::try_from(keep.saturating_sub(1)).unwrap_or(usize::MAX);
    others.truncate(others.len().saturating_sub(stay));
    for old in &others {
        let removed = remove_folder(&folder_beside(old)).and_then(|()| std::fs::remove_file(old));
        removed.with_context(|| format!("cannot remove {}", old.display()))?;
    }
    Ok(others)
}

/// Whether a file has the name of such a copy, and so is one that may be removed.
fn is_of_series(name: &str) -> bool {
    let time = name.strip_prefix(PREFIX).and_then(|name| name.strip_suffix(SUFFIX));
    let shape =
        |time: &str| time.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect::<String>();
    time.is_some_and(|time| shape(time) == "0000-00-00T000000Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_made_so_is_removed() {
        for (name, is) in [
            ("chinwag-2026-11-21T081427Z.db", true),
            ("chinwag-2026-11-21T081427Z.db.mine", false),
            ("chinwag-damaged.db", false),
            ("chinwag-before-the-move.db", false),
            ("notes.txt", false),
        ] {
            assert_eq!(is_of_series(name), is, "{name}");
        }
        let dir = tempfile::TempDir::new().unwrap();
        let made = next(dir.path(), 1_795_248_867_000).unwrap();
        assert!(is_of_series(made.file_name().unwrap().to_str().unwrap()), "{}", made.display());
    }

    #[test]
    fn the_newest_stay_and_the_one_just_made_whatever_the_clock_says() {
        let dir = tempfile::TempDir::new().unwrap();
        let name = |day: u32| dir.path().join(format!("chinwag-2026-11-{day:02}T000000Z.db"));
        for day in 1..=5 {
            std::fs::write(name(day), "").unwrap();
        }
        std::fs::write(dir.path().join("chinwag-mine.db"), "").unwrap();
        // The clock was days ahead, and is right again.
        assert_eq!(remove_old(dir.path(), 3, &name(2)).unwrap(), [name(1), name(3)]);
        assert_eq!(remove_old(dir.path(), 1, &name(5)).unwrap(), [name(2), name(4)]);
        assert!(name(5).exists() && dir.path().join("chinwag-mine.db").exists());
        assert!(next(&name(5), 0).is_err());
    }
}
