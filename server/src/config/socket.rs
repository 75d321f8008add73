//! Where the server's Unix socket is: the setting, and the default that depends on systemd and the state directory.

use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::Result;

use crate::state_dir;

/// The path of the socket, or none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SocketPath {
    /// There is no socket.
    Disabled,
    /// This file.
    At(PathBuf),
}

impl FromStr for SocketPath {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(if text == "none" { Self::Disabled } else { Self::At(text.into()) })
    }
}

/// The path that was given, the runtime directory systemd gives, or the state directory.
pub fn path(given: Option<&SocketPath>, state: Option<&PathBuf>) -> Result<Option<PathBuf>> {
    match given {
        Some(SocketPath::Disabled) => Ok(None),
        Some(SocketPath::At(path)) => Ok(Some(path.clone())),
        None => {
            // Several directories are separated by colons (systemd.exec(5)); the first is ours.
            let dirs = std::env::var_os("RUNTIME_DIRECTORY").unwrap_or_default();
            let runtime = std::env::split_paths(&dirs).next().filter(|dir| dir.is_absolute());
            let dir = runtime.map_or_else(|| state_dir::locate(state), Ok)?;
            Ok(Some(Path::new(&dir).join(state_dir::SOCKET_FILE)))
        }
    }
}
