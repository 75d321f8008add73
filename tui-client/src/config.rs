//! The configuration: command line over environment over file over defaults, settled before anything starts.

mod file;

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use clap::{CommandFactory as _, Parser};
use shared::Name;

use self::file::{LangArg, Settings};
use crate::address::Address;
use crate::lang::Lang;
use crate::tls_mode::TlsMode;

const EXAMPLES: &str = "\
Examples:
  chinwag                          join the server on this machine
  chinwag chat.example.net         join another one, on port 7667
  chinwag 10.0.0.5:7000 --name kim join by address, under a name of your own
  chinwag --host                   start a server here and join it
  echo 'done' | chinwag --plain    say one thing and leave";

/// The command line.
#[derive(Debug, Parser)]
#[command(name = "chinwag", version, about = "Group chat for the terminal", after_help = EXAMPLES)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch on the command line")]
struct Args {
    /// The server: HOST, HOST:PORT, [IPv6]:PORT or the path of its Unix socket; with --host, the address to listen on
    #[arg(value_name = "ADDR")]
    addr: Option<Address>,
    /// What to be called; without it the server picks a name, and the same one next time
    #[arg(long, value_name = "NAME")]
    name: Option<Name>,
    /// Start a server in this process and join it
    #[arg(long)]
    host: bool,
    /// With --host: let other machines connect without TLS
    #[arg(long, requires = "host")]
    allow_plaintext: bool,
    /// When to encrypt, and which servers to trust
    #[arg(long, value_enum, value_name = "auto|trust|verify|off", env = "CHINWAG_TLS")]
    tls: Option<TlsMode>,
    /// No full screen: read lines from stdin, write lines to stdout. From a terminal, what hurts (/kick, /ban, /shutdown) asks
    /// for a yes; from a pipe it is done at once
    #[arg(long)]
    plain: bool,
    /// Like --plain, with JSON lines on stdout; stdin takes text, commands or JSON requests
    #[arg(long)]
    json: bool,
    /// A file with the server's password; with --host, the one that everybody must give
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
    /// A file with the admin key; with it you become admin after joining; `CHINWAG_ADMIN_KEY_FILE` does so too
    #[arg(long, value_name = "FILE")]
    admin_key_file: Option<PathBuf>,
    /// Whether the wheel scrolls; a drag then needs Shift to select text
    #[arg(long, value_name = "true|false", action = clap::ArgAction::Set)]
    mouse: Option<bool>,
    /// A file of lines like `name = "kim"`, with the long names of these options
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The language of the screen; the locale of the environment says it otherwise
    #[arg(long, value_enum)]
    lang: Option<LangArg>,
    /// Write a log, to this file or to chinwag.log in the state directory; `CHINWAG_LOG=FILE` does so too
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true, default_missing_value = "-")]
    log: Option<PathBuf>,
}

/// How the app is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// On the whole terminal.
    Screen,
    /// As lines of text on stdin and stdout.
    Plain,
    /// As JSON lines on stdout.
    Json,
}

/// Everything that is decided before the start.
#[derive(Clone, Debug)]
pub struct Config {
    /// The server to join; with `host`, the address to listen on.
    pub address: Address,
    /// The name asked for.
    pub name: Option<Name>,
    /// Whether the server runs in this process.
    pub host: bool,
    /// Whether that server lets other machines connect without TLS.
    pub allow_plaintext: bool,
    /// When to encrypt, and which servers to trust.
    pub tls: TlsMode,
    /// How the app is shown.
    pub mode: Mode,
    /// The server's password.
    pub password: Option<String>,
    /// Where it was read from; the server in this process reads it there, too.
    pub password_file: Option<PathBuf>,
    /// The admin key.
    pub admin_key: Option<String>,
    /// Whether the mouse's wheel is ours.
    pub mouse: bool,
    /// The person's language.
    pub lang: Lang,
    /// Where the log goes.
    pub log: Option<PathBuf>,
    /// Where identities are kept; `None` when the system names no home.
    pub state_dir: Option<PathBuf>,
}

/// The command line of `chinwag`, as it is read.
#[must_use]
pub fn command() -> clap::Command {
    Args::command()
}

impl Config {
    /// Reads the command line and what it refers to. Wrong arguments end the process with the right ones shown.
    pub fn from_env() -> Result<Self> {
        Self::new(Args::parse(), &|name| env::var_os(name))
    }

    fn new(args: Args, var: &dyn Fn(&str) -> Option<OsString>) -> Result<Self> {
        let file = args.config.as_deref().map_or_else(|| Ok(Settings::default()), Settings::read)?;
        let mode = match (args.json || file.json, args.plain || file.plain) {
            (true, _) => Mode::Json,
            (false, true) => Mode::Plain,
            (false, false) => Mode::Screen,
        };
        let state_dir = state_dir(var);
        let var_log = var("CHINWAG_LOG").filter(|path| !path.is_empty()).map(PathBuf::from);
        let var_key = var("CHINWAG_ADMIN_KEY_FILE").filter(|path| !path.is_empty()).map(PathBuf::from);
        let password_file = args.password_file.or(file.password_file);
        let lang = args.lang.map(Lang::from).or(file.lang.map(Lang::from)).unwrap_or_else(|| lang_of(var));
        Ok(Self {
            address: args.addr.or(file.address).unwrap_or_default(),
            name: args.name.or(file.name),
            host: args.host,
            allow_plaintext: args.allow_plaintext,
            tls: args.tls.or(file.tls).unwrap_or_default(),
            mode,
            password: password_file.as_deref().map(first_line).transpose()?,
            password_file,
            admin_key: args
                .admin_key_file
                .or(var_key)
                .or(file.admin_key_file)
                .as_deref()
                .map(first_line)
                .transpose()?,
            mouse: args.mouse.or(file.mouse).unwrap_or(true),
            lang,
            log: args.log.or(var_log).and_then(|path| log_path(path, state_dir.as_deref())),
            state_dir,
        })
    }
}

/// The first of `LC_ALL`, `LC_MESSAGES` and `LANG` that is set decides (POSIX, XBD 8.2).
fn lang_of(var: &dyn Fn(&str) -> Option<OsString>) -> Lang {
    let named = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().filter_map(var).find(|value| !value.is_empty());
    if named.is_some_and(|value| value.to_string_lossy().starts_with("ko")) { Lang::Ko } else { Lang::En }
}

/// `$XDG_STATE_HOME/chinwag`, or `~/.local/state/chinwag` (XDG base directories 0.8).
fn state_dir(var: &dyn Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let absolute = |name| var(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let base = absolute("XDG_STATE_HOME").or_else(|| absolute("HOME").map(|home| home.join(".local/state")));
    base.map(|base| base.join("chinwag"))
}

/// `--log` without a file means one in the state directory.
fn log_path(path: PathBuf, state_dir: Option<&Path>) -> Option<PathBuf> {
    if path.as_os_str() == "-" { state_dir.map(|dir| dir.join("chinwag.log")) } else { Some(path) }
}

fn first_line(path: &Path) -> Result<String> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    match text.lines().next().map(str::trim) {
        Some(line) if !line.is_empty() => Ok(line.to_owned()),
        _ => bail!("{} is empty; its first line should be the password or key", path.display()),
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use clap::{CommandFactory as _, Parser as _};

    use super::{Args, Config, Mode};
    use crate::lang::Lang;

    fn read(args: &[&str], vars: &[(&str, &str)]) -> Config {
        let args = Args::try_parse_from([&["chinwag"], args].concat()).unwrap();
        Config::new(args, &|name| {
            vars.iter().find(|(known, _)| *known == name).map(|(_, v)| OsString::from(v))
        })
        .unwrap()
    }

    #[test]
    fn the_command_line_is_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn nothing_said_means_the_server_on_this_machine() {
        let config = read(&[], &[]);
        assert_eq!(config.address.to_string(), "127.0.0.1:7667");
        assert_eq!((config.mode, config.lang, config.name), (Mode::Screen, Lang::En, None));
        assert_eq!(config.state_dir, None);
    }

    #[test]
    fn the_wished_name_comes_from_the_command_line() {
        let config = read(&["10.0.0.5", "--name", "민수"], &[]);
        assert_eq!(config.name.unwrap().as_str(), "민수");
        assert_eq!(config.address.to_string(), "10.0.0.5:7667");
    }

    #[test]
    fn wrong_arguments_are_answered_with_the_right_ones() {
        for wrong in [&["a", "b"][..], &["--port", "1"], &["--name", "x y"], &["host:99999"]] {
            let error = Args::try_parse_from([&["chinwag"], wrong].concat()).unwrap_err().to_string();
            assert!(error.contains("--help"), "{error}");
        }
        let error = Args::try_parse_from(["chinwag", "a", "b"]).unwrap_err().to_string();
        assert!(error.contains("chinwag [OPTIONS] [ADDR]"), "{error}");
    }

    #[test]
    fn the_environment_says_the_language() {
        for (vars, lang) in [
            (&[("LANG", "ko_KR.UTF-8")][..], Lang::Ko),
            (&[("LANG", "ko_KR.UTF-8"), ("LC_ALL", "C")], Lang::En),
            (&[("LANG", "en_US.UTF-8"), ("LC_MESSAGES", "ko_KR")], Lang::Ko),
            (&[("LANG", "C.UTF-8"), ("LC_ALL", "")], Lang::En),
        ] {
            assert_eq!(read(&[], vars).lang, lang, "{vars:?}");
        }
        assert_eq!(read(&["--lang", "ko"], &[("LANG", "C")]).lang, Lang::Ko);
    }

    #[test]
    fn a_log_is_written_only_when_asked_for() {
        let log = |args| read(args, &[("HOME", "/h")]).log.map(|path| path.display().to_string());
        assert_eq!(log(&[]), None);
        assert_eq!(log(&["--log"]), Some("/h/.local/state/chinwag/chinwag.log".into()));
        assert_eq!(log(&["--log=/tmp/x", "host"]), Some("/tmp/x".into()));
    }

    #[test]
    fn a_config_file_gives_what_the_command_line_does_not() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "# mine\naddress = \"chat.example\"\nname = 'kim'\nlang = \"ko\"\n")
            .unwrap();
        let path = file.path().to_str().unwrap();
        let config = read(&["--config", path, "--name", "lee"], &[]);
        assert_eq!((config.address.to_string(), config.lang), ("chat.example:7667".into(), Lang::Ko));
        assert_eq!(config.name.unwrap().as_str(), "lee");
    }

    #[test]
    fn the_admin_key_comes_from_a_file_that_a_flag_or_the_environment_names() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "open-sesame\n").unwrap();
        let path = file.path().to_str().unwrap();
        let named = [("CHINWAG_ADMIN_KEY_FILE", path)];
        assert_eq!(read(&[], &named).admin_key.as_deref(), Some("open-sesame"));
        assert_eq!(read(&["--admin-key-file", path], &[]).admin_key.as_deref(), Some("open-sesame"));
        assert_eq!(read(&[], &[("CHINWAG_ADMIN_KEY_FILE", "")]).admin_key, None);
    }

    #[test]
    fn state_lives_where_the_xdg_rules_say() {
        let dir = |vars| read(&[], vars).state_dir.map(|dir| dir.display().to_string());
        assert_eq!(dir(&[("HOME", "/h")]), Some("/h/.local/state/chinwag".into()));
        assert_eq!(dir(&[("HOME", "/h"), ("XDG_STATE_HOME", "/s")]), Some("/s/chinwag".into()));
        assert_eq!(
            dir(&[("HOME", "/h"), ("XDG_STATE_HOME", "relative")]),
            Some("/h/.local/state/chinwag".into())
        );
    }
}
