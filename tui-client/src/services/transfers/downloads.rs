//! Where files are saved when no directory is named, and what a path means that is not absolute. Found out once by the configuration, so
//! that nothing here asks the environment.

use std::io;
use std::path::{Path, PathBuf};

/// The directories of the person.
#[derive(Clone, Debug, Default)]
pub struct Directories {
    /// That of the person: what `~` means.
    pub home: Option<PathBuf>,
    /// That for downloads.
    pub downloads: Option<PathBuf>,
    /// That for what is made only to be sent.
    pub spool: Option<PathBuf>,
}

impl Directories {
    /// Those that follow from the home directory and the configuration directory, in which `user-dirs.dirs` may name that for
    /// downloads.
    #[must_use]
    pub fn of(home: Option<PathBuf>, config: Option<&Path>) -> Self {
        let text = config.and_then(|dir| std::fs::read_to_string(dir.join("user-dirs.dirs")).ok());
        let named = home.as_deref().and_then(|home| named_downloads(text.as_deref()?, home));
        let downloads = named.or_else(|| Some(home.as_ref()?.join("Downloads")));
        Self { home, downloads, spool: None }
    }

    /// A path as it is from anywhere: `~` is the home directory, and what is not absolute is within the working directory.
    pub fn absolute(&self, path: &Path) -> io::Result<PathBuf> {
        let home = self.home.as_ref().and_then(|home| Some(home.join(path.strip_prefix("~").ok()?)));
        std::path::absolute(home.as_deref().unwrap_or(path))
    }
}

/// The directory for downloads that the text of `user-dirs.dirs` names. One that is the home directory itself stands for none.
fn named_downloads(text: &str, home: &Path) -> Option<PathBuf> {
    let line = text.lines().rev().find_map(|line| line.trim_start().strip_prefix("XDG_DOWNLOAD_DIR="))?;
    let named = line.trim().trim_matches('"');
    let dir = match named.strip_prefix("$HOME") {
        Some(rest) => home.join(rest.trim_start_matches('/')),
        None => PathBuf::from(named),
    };
    let is_home = dir.components().eq(home.components());
    (dir.is_absolute() && !is_home).then_some(dir)
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::{Directories, named_downloads};

    #[test]
    fn the_directory_for_downloads_is_the_one_the_desktop_names() {
        let named = |text: &str| named_downloads(text, Path::new("/home/kim"));
        assert_eq!(named("# x\nXDG_DOWNLOAD_DIR=\"$HOME/받은 파일\"\n"), Some("/home/kim/받은 파일".into()));
        assert_eq!(named("XDG_DOWNLOAD_DIR=\"/data/in\""), Some("/data/in".into()));
        for none in ["", "XDG_DOWNLOAD_DIR=\"$HOME/\"", "XDG_DOWNLOAD_DIR=\"in\"", "XDG_MUSIC_DIR=\"/m\""] {
            assert_eq!(named(none), None, "{none}");
        }
    }

    #[test]
    fn a_path_is_made_absolute() {
        let directories = Directories { home: Some("/home/kim".into()), ..Directories::default() };
        assert_eq!(directories.absolute(Path::new("~/a b")).unwrap(), PathBuf::from("/home/kim/a b"));
        assert_eq!(directories.absolute(Path::new("/x/./y")).unwrap(), PathBuf::from("/x/y"));
        assert!(directories.absolute(Path::new("a")).unwrap().is_absolute());
    }
}
