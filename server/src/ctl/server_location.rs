//! Where the server is that an operator means: the candidates for its socket, and its state directory.

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::Args;

use crate::state_dir::{self, SOCKET_FILE};
use crate::store::schema::FILE;

/// Where a packaged server keeps its state.
const SYSTEM_STATE: &str = "/var/lib/chinwagd";

/// Where a packaged server has its socket.
const SYSTEM_SOCKET: &str = "/run/chinwagd/chinwagd.sock";

/// Where to look for the server.
#[derive(Clone, Debug, Default, Args)]
pub struct ServerLocation {
    /// The server's socket [default: /run/chinwagd/chinwagd.sock, or the one in the state directory]
    // clap knows an argument by its id everywhere; the server has one of this name, too.
    #[arg(
        id = "ctl-socket",
        long = "socket",
        global = true,
        value_name = "PATH",
        env = "CHINWAGD_SOCKET",
        hide_env = true
    )]
    pub socket: Option<PathBuf>,

    /// The server's state directory [default: `$STATE_DIRECTORY`, /var/lib/chinwagd if a store is there, or `chinwagd`
    /// in the XDG state directory]
    #[arg(
        id = "ctl-state-dir",
        long = "state-dir",
        global = true,
        value_name = "DIR",
        env = "CHINWAGD_STATE_DIR",
        hide_env = true
    )]
    pub state_dir: Option<PathBuf>,
}

impl ServerLocation {
    /// The state directory.
    pub(super) fn state_dir(&self) -> Result<PathBuf> {
        let system = PathBuf::from(SYSTEM_STATE);
        let chosen = self.state_dir.is_some() || std::env::var_os("STATE_DIRECTORY").is_some();
        if !chosen && system.join(FILE).exists() {
            return Ok(system);
        }
        state_dir::locate(self.state_dir.as_ref())
    }

    /// Where a socket may be, the likeliest first.
    pub(super) fn sockets(&self) -> Result<Vec<PathBuf>> {
        if let Some(socket) = &self.socket {
            return Ok(vec![socket.clone()]);
        }
        let own = state_dir::locate(self.state_dir.as_ref()).map(|dir| dir.join(SOCKET_FILE));
        if self.state_dir.is_some() {
            return own.map(|own| vec![own]);
        }
        Ok(std::iter::once(PathBuf::from(SYSTEM_SOCKET)).chain(own.ok()).collect())
    }

    /// The file with the messages, which is there.
    pub(super) fn store(&self) -> Result<PathBuf> {
        let path = self.state_dir()?.join(FILE);
        match path.try_exists() {
            Ok(true) => Ok(path),
            Ok(false) => {
                bail!("there is no message store at {}; say where it is with --state-dir", path.display())
            }
            Err(error) => {
                bail!("cannot reach {}: {error}; run this as the server's user or as root", path.display())
            }
        }
    }
}
