//! The command line of `chinwag ssh-door`, a program of its own beside the client: its options have variables, for a service
//! is told what to do by its unit. What `--help` says of each is in `lang/door_help.rs`, by the name of its field.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result};
use clap::builder::RangedI64ValueParser;
use clap::{Args, ValueEnum};

use super::bad_value::listen;
use crate::settings::value::LangArg;
use crate::ssh_door::limits::Limits;
use crate::ssh_door::options::{DEFAULT_PORT, Options, Server};

/// The subcommand.
pub(super) const NAME: &str = "ssh-door";
/// Where the server's package has its socket.
const SOCKET: &str = "/run/chinwagd/chinwagd.sock";

/// What the subcommand takes.
#[derive(Debug, Args)]
#[expect(
    clippy::struct_field_names,
    reason = "the help of an option is found by its field's name, in one table with the client's"
)]
pub(super) struct DoorArgs {
    #[arg(long = "listen", value_name = "ADDR", value_parser = listen, value_delimiter = ',', env = "CHINWAG_SSH_LISTEN")]
    ssh_listen: Vec<SocketAddr>,
    #[arg(
        long = "server",
        value_name = "SOCKET",
        default_value = SOCKET,
        value_delimiter = ',',
        env = "CHINWAG_SSH_SERVER"
    )]
    ssh_server: Vec<PathBuf>,
    #[arg(long = "state-dir", value_name = "DIR", env = "CHINWAG_SSH_STATE_DIR")]
    ssh_state_dir: Option<PathBuf>,
    #[arg(long = "host-key-file", value_name = "FILE", env = "CHINWAG_SSH_HOST_KEY_FILE")]
    ssh_host_key_file: Option<PathBuf>,
    #[arg(
        long = "guests",
        value_enum,
        value_name = "on|off",
        default_value = "on",
        env = "CHINWAG_SSH_GUESTS"
    )]
    ssh_guests: OnOff,
    #[arg(long = "admins", value_name = "FILE", requires = "ssh_admin_key_file", env = "CHINWAG_SSH_ADMINS")]
    ssh_admins: Option<PathBuf>,
    #[arg(long = "admin-key-file", value_name = "FILE", env = "CHINWAG_SSH_ADMIN_KEY_FILE")]
    ssh_admin_key_file: Option<PathBuf>,
    #[arg(long = "keys-max", value_name = "N", default_value = "10000", env = "CHINWAG_SSH_KEYS_MAX")]
    ssh_keys_max: u32,
    #[arg(long = "sessions-max", value_name = "N", default_value = "500", value_parser = at_least_one(), env = "CHINWAG_SSH_SESSIONS_MAX")]
    ssh_sessions_max: u32,
    #[arg(long = "sessions-per-address", value_name = "N", default_value = "8", value_parser = at_least_one(), env = "CHINWAG_SSH_SESSIONS_PER_ADDRESS")]
    ssh_sessions_per_address: u32,
    #[arg(long = "sessions-per-key", value_name = "N", default_value = "8", value_parser = at_least_one(), env = "CHINWAG_SSH_SESSIONS_PER_KEY")]
    ssh_sessions_per_key: u32,
    #[arg(long = "idle", value_name = "MINUTES", default_value = "0", env = "CHINWAG_SSH_IDLE")]
    ssh_idle: u32,
    /// Read before the rest, so that what is wrong with the rest is told in it.
    #[arg(long = "lang", value_enum)]
    ssh_lang: Option<LangArg>,
}

/// Whether something is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum OnOff {
    /// It is.
    On,
    /// It is not.
    Off,
}

fn at_least_one() -> RangedI64ValueParser<u32> {
    clap::value_parser!(u32).range(1..)
}

impl DoorArgs {
    /// What the door is to do; `state` is where the client keeps what it has.
    pub(super) fn options(
        self,
        var: &dyn Fn(&str) -> Option<OsString>,
        state: Option<PathBuf>,
    ) -> Result<Options> {
        // Several directories are separated by colons (systemd.exec(5)); the first is ours.
        let dirs = var("STATE_DIRECTORY").unwrap_or_default();
        let of_service = std::env::split_paths(&dirs).next().filter(|dir| dir.is_absolute());
        let state_dir = self.ssh_state_dir.or(of_service).or_else(|| state.map(|dir| dir.join(NAME)));
        let state_dir = state_dir.context("no state directory: give one with --state-dir, or set HOME")?;
        let listen = if self.ssh_listen.is_empty() {
            vec![([127, 0, 0, 1], DEFAULT_PORT).into()]
        } else {
            self.ssh_listen
        };
        Ok(Options {
            host_key: self.ssh_host_key_file,
            guests: self.ssh_guests == OnOff::On,
            admins: self.ssh_admins,
            admin_key_file: self.ssh_admin_key_file,
            keys_max: self.ssh_keys_max,
            limits: Limits {
                sessions: self.ssh_sessions_max,
                sessions_per_address: self.ssh_sessions_per_address,
                sessions_per_key: self.ssh_sessions_per_key,
                idle: (self.ssh_idle > 0).then(|| Duration::from_secs(60 * u64::from(self.ssh_idle))),
                ..Limits::default()
            },
            ..Options::new(listen, Server::Sockets(self.ssh_server), state_dir)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};
    use std::time::Duration;

    use super::super::Invocation;
    use super::super::tests::invocation;
    use crate::ssh_door::limits::Limits;
    use crate::ssh_door::options::{Options, Server};

    #[track_caller]
    fn door(line: &str, vars: &[(&str, &str)]) -> Options {
        match invocation(&line.split(' ').collect::<Vec<_>>(), vars).unwrap() {
            Invocation::SshDoor(options) => *options,
            Invocation::Client(_) => panic!("{line} is no door"),
        }
    }

    #[test]
    fn a_door_is_told_by_its_command_line_what_to_do() {
        let options = door(
            "ssh-door --listen 0.0.0.0,[::1]:22 --server /run/s,/run/t --state-dir /d --host-key-file /k --guests off \
             --admins /a --admin-key-file /ak --keys-max 7 --sessions-max 9 --idle 2",
            &[],
        );
        let listen: Vec<_> = options.listen.iter().map(ToString::to_string).collect();
        assert_eq!(listen, ["0.0.0.0:7722", "[::1]:22"]);
        let sockets = ["/run/s", "/run/t"].map(PathBuf::from);
        assert!(matches!(&options.server, Server::Sockets(paths) if *paths == sockets));
        assert_eq!((options.host_key_path().as_path(), options.guests), (Path::new("/k"), false));
        assert_eq!((options.keys_max, options.keys_dir().as_path()), (7, Path::new("/d/keys")));
        assert_eq!(options.admins.as_deref(), Some(Path::new("/a")));
        let idle = Some(Duration::from_mins(2));
        assert_eq!(options.limits, Limits { sessions: 9, idle, ..Limits::default() });
    }

    #[test]
    fn a_door_of_a_service_is_told_by_its_environment() {
        let vars = [("STATE_DIRECTORY", "/var/lib/chinwag-ssh:/x"), ("HOME", "/h")];
        let options = door("ssh-door", &vars);
        assert_eq!(options.host_key_path(), Path::new("/var/lib/chinwag-ssh/host_key"));
        assert!(options.guests && options.limits == Limits::default());
        assert_eq!(options.listen, ["127.0.0.1:7722".parse().unwrap()]);
        let at_home = door("ssh-door", &[("HOME", "/h")]);
        assert_eq!(at_home.state_dir, Path::new("/h/.local/state/chinwag/ssh-door"));
        let error = invocation(&["ssh-door"], &[]).unwrap_err().to_string();
        assert!(error.contains("--state-dir"), "{error}");
    }

    #[test]
    fn a_server_may_have_the_name_of_the_command() {
        let named = invocation(&["a.example", "ssh-door"], &[]).unwrap();
        assert!(matches!(named, Invocation::Client(config) if config.others.len() == 1));
    }
}
