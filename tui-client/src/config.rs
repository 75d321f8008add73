//! The configuration: command line over environment over file over defaults, settled before anything starts.

mod arguments;
mod bad_value;
mod conflicts;
mod door_arguments;
mod example;
mod settings_file;

use std::env;
use std::ffi::OsString;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Result, anyhow};
use shared::{FileName, LinkCode, Name, Secret};

use self::arguments::{Args, Program};
pub use self::example::example;
use crate::address_list::AddressList;
use crate::ambiguous_width::AmbiguousWidth;
use crate::lang::Lang;
use crate::line_options::{FileToSend, LineOptions};
use crate::locale;
use crate::no_effect::NoEffect;
use crate::settings::{Override, Settings};
use crate::ssh_door;
use crate::tls_mode::TlsMode;

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
    /// The server to join, by all its addresses; with `host`, the address to listen on.
    pub address: AddressList,
    /// Further servers, each with its own entry in the list of rooms.
    pub others: Vec<AddressList>,
    /// The name asked for.
    pub name: Option<Name>,
    /// The code by which this machine becomes one more of somebody's.
    pub link: Option<LinkCode>,
    /// Whether the server runs in this process.
    pub host: bool,
    /// Whether that server lets other machines connect without TLS.
    pub allow_plaintext: bool,
    /// Where people come in by ssh to that server.
    pub ssh: Option<SocketAddr>,
    /// When to encrypt, and which servers to trust.
    pub tls: TlsMode,
    /// How the app is shown.
    pub mode: Mode,
    /// How a shell of lines behaves, as far as it was said.
    pub line_options: LineOptions,
    /// The server's password.
    pub password: Option<String>,
    /// Where it was read from; the server in this process reads it there, too.
    pub password_file: Option<PathBuf>,
    /// The admin key.
    pub admin_key: Option<String>,
    /// The secret of the identity to be, where one was given.
    pub secret: Option<Secret>,
    /// Whether the mouse's wheel is ours.
    pub mouse: bool,
    /// How long after an Esc the rest of a key may come, where that was set.
    pub escape_wait: Option<Duration>,
    /// How wide the terminal draws ambiguous characters.
    pub ambiguous_width: AmbiguousWidth,
    /// The person's language.
    pub lang: Lang,
    /// Where the log goes.
    pub log: Option<PathBuf>,
    /// The person's home directory.
    pub home: Option<PathBuf>,
    /// Where programs keep their configuration.
    pub config_home: Option<PathBuf>,
    /// Where identities are kept; `None` when the system names no home.
    pub state_dir: Option<PathBuf>,
    /// What the file sets.
    pub settings: Settings,
    /// What the command line and the environment set, whatever the file says.
    pub overrides: Vec<Override>,
    /// Where the file is, or would be; `None` when the system names no home.
    pub settings_path: Option<PathBuf>,
    /// Its text.
    pub settings_text: String,
}

/// Options on the command line that make no sense together, in words for the person.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct WrongLine(String);

/// The command line of `chinwag`, as it is read, with its help in this language.
#[must_use]
pub fn command(lang: Lang) -> clap::Command {
    arguments::command(lang)
}

/// What the command line asks for.
#[derive(Debug)]
pub enum Invocation {
    /// The client.
    Client(Box<Config>),
    /// An ssh door.
    SshDoor(Box<ssh_door::options::Options>),
}

impl Invocation {
    /// Reads the command line and what it refers to. Wrong arguments end the process, with what is wrong in the person's
    /// language.
    pub fn from_env() -> Result<Self> {
        let var = |name: &str| env::var_os(name);
        let line: Vec<OsString> = env::args_os().collect();
        let lang = locale::lang_of_line(&line).unwrap_or_else(|| locale::lang(&var));
        Self::new(arguments::parse(&line, lang), &var)
    }

    fn new(mut args: Args, var: &dyn Fn(&str) -> Option<OsString>) -> Result<Self> {
        match args.program.take() {
            None => Ok(Self::Client(Box::new(Config::new(args, var)?))),
            Some(Program::SshDoor(door)) => Ok(Self::SshDoor(Box::new(door.options(var, state_dir(var))?))),
        }
    }
}

impl Config {
    fn new(args: Args, var: &dyn Fn(&str) -> Option<OsString>) -> Result<Self> {
        let lang = args.lang.map_or_else(|| locale::lang(var), Lang::from);
        let settings_path = args.config.clone().or_else(|| config_file(var));
        let (settings_text, file) = match (&settings_path, &args.config) {
            (Some(path), Some(_)) => settings_file::read(path, lang)?,
            (Some(path), None) => settings_file::read_default(path, lang)?,
            (None, _) => Default::default(),
        };
        let lang = if args.lang.is_some() { lang } else { file.lang.map_or(lang, Lang::from) };
        let mode = match (args.json, args.plain) {
            (true, _) => Mode::Json,
            (false, true) => Mode::Plain,
            (false, false) if file.json => Mode::Json,
            // Whoever sends a file from the command line needs no screen.
            (false, false) if file.plain || !args.send.is_empty() => Mode::Plain,
            (false, false) => Mode::Screen,
        };
        let listens = args.listen || file.listen;
        let (address, others) = servers(&args, &file, mode);
        let wrong = |why| WrongLine(lang.no_effect(why));
        conflicts::find(&args, mode == Mode::Screen, listens, &address)
            .map_or(Ok(()), |why| Err(wrong(why)))?;
        let state_dir = state_dir(var);
        let var_log = var("CHINWAG_LOG").filter(|path| !path.is_empty()).map(PathBuf::from);
        let var_key = var("CHINWAG_ADMIN_KEY_FILE").filter(|path| !path.is_empty()).map(PathBuf::from);
        let password_file = args.password_file.or(file.password_file.clone());
        let seconds = |seconds: u32| Duration::from_secs(seconds.into());
        let line_options = LineOptions {
            json: mode == Mode::Json,
            ascii: !locale::is_utf8(var),
            listens,
            wait: seconds(args.wait.unwrap_or(file.wait.0)),
            timeout: args.timeout.or(file.timeout.map(|number| number.0)).map(seconds),
            long_lines: args.long_lines.unwrap_or(file.long_lines),
            control_chars: args.control_chars.unwrap_or(file.control_chars),
            slash: args.slash.unwrap_or(file.slash),
            one_message: args.one_message,
            to: args.to,
            sends: files_to_send(args.send, args.sent_as.as_deref(), args.caption),
        };
        let escape_wait = args.escape_wait.map(u32::from).or(file.escape_wait.map(|number| number.0));
        let mut overrides = args.overrides;
        // <https://no-color.org>
        if var("NO_COLOR").is_some_and(|value| !value.is_empty()) {
            overrides.push(Override { key: "theme", value: "none".into(), by: "NO_COLOR".into() });
        }
        let secret = |path: Option<PathBuf>| path.map(|path| first_line(&path, lang)).transpose();
        let identity = secret(args.secret_file.clone())?.map(|line| {
            let shown = args.secret_file.iter().map(|path| path.display().to_string()).collect::<String>();
            Secret::parse(&line).map_err(|_| anyhow!(lang.no_secret(&shown)))
        });
        Ok(Self {
            address,
            others,
            // Whoever is linked has a name.
            name: args.name.or(file.name.clone()).filter(|_| args.link.is_none()),
            link: args.link,
            host: args.host,
            allow_plaintext: args.allow_plaintext,
            ssh: args.ssh,
            tls: args.tls.unwrap_or(file.tls),
            mode,
            line_options,
            password: secret(password_file.clone())?,
            password_file,
            admin_key: secret(args.admin_key_file.or(var_key).or(file.admin_key_file.clone()))?,
            secret: identity.transpose()?,
            mouse: args.mouse.unwrap_or(file.mouse),
            escape_wait: escape_wait.map(u64::from).map(Duration::from_millis),
            ambiguous_width: args.ambiguous_width.unwrap_or(file.ambiguous_width),
            lang,
            log: args
                .log
                .or(var_log)
                .map(|path| {
                    log_path(path, state_dir.as_deref()).ok_or_else(|| wrong(NoEffect::NoPlaceForLog))
                })
                .transpose()?,
            home: var("HOME").map(PathBuf::from).filter(|home| home.is_absolute()),
            config_home: base_dir(var, "XDG_CONFIG_HOME", ".config"),
            state_dir,
            overrides,
            settings: file,
            settings_path,
            settings_text,
        })
    }
}

/// The server to join first, and further ones, each once: those of the command line, or else those of the file. What lines
/// speak with, and whoever hosts, is one.
fn servers(args: &Args, file: &Settings, mode: Mode) -> (AddressList, Vec<AddressList>) {
    let of_file = || file.address.iter().chain(&file.servers.0);
    let named: Vec<&AddressList> =
        if args.addr.is_empty() { of_file().collect() } else { args.addr.iter().collect() };
    let mut servers: Vec<AddressList> = Vec::new();
    for address in named {
        if !servers.iter().any(|server| server.meets(address)) {
            servers.push(address.clone());
        }
    }
    if args.host || mode != Mode::Screen {
        servers.truncate(1);
    }
    if args.host && args.addr.is_empty() {
        // Another server is no place to listen at.
        servers = file.address.clone().into_iter().collect();
    }
    let mut servers = servers.into_iter();
    (servers.next().unwrap_or_default(), servers.collect())
}

/// The files of the command line, each with what is told of it.
fn files_to_send(paths: Vec<PathBuf>, name: Option<&str>, caption: Option<String>) -> Vec<FileToSend> {
    let mut caption = caption.unwrap_or_default();
    let files = paths.into_iter().map(|path| {
        let is_stdin = path.as_os_str() == "-";
        let name = name.map(FileName::clean).or_else(|| is_stdin.then(|| FileName::clean("stdin")));
        let path = (!is_stdin).then_some(path);
        FileToSend { path, name, caption: std::mem::take(&mut caption) }
    });
    files.collect()
}

/// `$XDG_STATE_HOME/chinwag`, or `~/.local/state/chinwag` (XDG base directories 0.8).
fn state_dir(var: &dyn Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    base_dir(var, "XDG_STATE_HOME", ".local/state").map(|base| base.join("chinwag"))
}

/// `$XDG_CONFIG_HOME/chinwag/config.toml`, or `~/.config/chinwag/config.toml`.
fn config_file(var: &dyn Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    base_dir(var, "XDG_CONFIG_HOME", ".config").map(|base| base.join("chinwag/config.toml"))
}

/// A base directory as its variable names it, or where it is in the home directory.
fn base_dir(var: &dyn Fn(&str) -> Option<OsString>, name: &str, in_home: &str) -> Option<PathBuf> {
    let absolute = |name| var(name).map(PathBuf::from).filter(|path| path.is_absolute());
    absolute(name).or_else(|| absolute("HOME").map(|home| home.join(in_home)))
}

/// `--log` without a file means one in the state directory.
fn log_path(path: PathBuf, state_dir: Option<&Path>) -> Option<PathBuf> {
    if path.as_os_str() == "-" { state_dir.map(|dir| dir.join("chinwag.log")) } else { Some(path) }
}

fn first_line(path: &Path, lang: Lang) -> Result<String> {
    let shown = path.display().to_string();
    let text = fs::read_to_string(path).map_err(|why| anyhow!(lang.cannot_read(&shown, &why.to_string())))?;
    match text.lines().next().map(str::trim) {
        Some(line) if !line.is_empty() => Ok(line.to_owned()),
        _ => Err(anyhow!(lang.no_first_line(&shown))),
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use clap::{CommandFactory as _, Parser as _};

    use super::{Args, Config, Invocation, Mode, config_file};
    use crate::ambiguous_width::AmbiguousWidth;
    use crate::lang::Lang;

    fn read(args: &[&str], vars: &[(&str, &str)]) -> Config {
        let line: Vec<OsString> = [&["chinwag"], args].concat().into_iter().map(OsString::from).collect();
        let args = Args::read(&line, Lang::En).unwrap();
        Config::new(args, &|name| {
            vars.iter().find(|(known, _)| *known == name).map(|(_, v)| OsString::from(v))
        })
        .unwrap()
    }

    /// What a command line asks for.
    pub(super) fn invocation(args: &[&str], vars: &[(&str, &str)]) -> anyhow::Result<Invocation> {
        let line: Vec<OsString> = [&["chinwag"], args].concat().into_iter().map(OsString::from).collect();
        let var = |name: &str| vars.iter().find(|(known, _)| *known == name).map(|(_, v)| OsString::from(v));
        Invocation::new(Args::read(&line, Lang::En)?, &var)
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
        assert_eq!(read(&["--send", "a"], &[]).mode, Mode::Plain);
        assert_eq!(read(&["--send", "a", "--json"], &[]).mode, Mode::Json);
        assert_eq!(config.state_dir, None);
    }

    #[test]
    fn the_wished_name_comes_from_the_command_line() {
        let config = read(&["10.0.0.5", "--name", "민수"], &[]);
        assert_eq!(config.name.unwrap().as_str(), "민수");
        assert_eq!(config.address.to_string(), "10.0.0.5:7667");
    }

    #[test]
    fn several_servers_come_from_the_command_line_or_else_from_the_file() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(
            file.path(),
            "address = 'a.example'\nservers = ['b.example,b2', 'a.example', 'c.example:7000']\n",
        )
        .unwrap();
        let path = file.path().to_str().unwrap();
        let servers = |args: &[&str]| {
            let config = read(args, &[]);
            let all = [&config.address].into_iter().chain(&config.others);
            all.map(super::AddressList::short).collect::<Vec<_>>().join(" ")
        };
        for (args, expect) in [
            (&["x", "y:1", "x:7667"][..], "x y:1"),
            (&["x,y", "y", "z,w:1"], "x,y z,w:1"),
            (&["--config", path], "a.example b.example,b2 c.example:7000"),
            (&["--config", path, "x"], "x"),
            (&["--config", path, "--plain"], "a.example"),
            (&["--config", path, "--host"], "a.example"),
            (&[], "127.0.0.1"),
        ] {
            assert_eq!(servers(args), expect, "{args:?}");
        }
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
    fn the_config_file_is_read_from_its_place_without_being_named() {
        let home = tempfile::tempdir().unwrap();
        let dir = home.path().join(".config/chinwag");
        std::fs::create_dir_all(&dir).unwrap();
        let vars = [("HOME", home.path().to_str().unwrap())];
        assert_eq!(read(&[], &vars).name, None, "it need not be there");
        std::fs::write(dir.join("config.toml"), "name = 'kim'\nlang = 'ko'\n").unwrap();
        let config = read(&[], &vars);
        assert_eq!((config.name.unwrap().as_str(), config.lang), ("kim", Lang::Ko));
        // One that is named stands in its place.
        let other = home.path().join("other.toml");
        std::fs::write(&other, "").unwrap();
        assert_eq!(read(&["--config", other.to_str().unwrap()], &vars).name, None);
        let place = |vars: &[(&str, &str)]| {
            config_file(&|name| vars.iter().find(|(known, _)| *known == name).map(|(_, v)| OsString::from(v)))
        };
        assert_eq!(
            place(&[("XDG_CONFIG_HOME", "/c"), ("HOME", "/h")]),
            Some("/c/chinwag/config.toml".into())
        );
        assert_eq!(place(&[]), None);
    }

    #[test]
    fn what_a_file_lacks_is_told_in_the_persons_language() {
        let error = |lang: &str| {
            let args =
                Args::try_parse_from(["chinwag", "--lang", lang, "--password-file", "/no/such"]).unwrap();
            Config::new(args, &|_| None).unwrap_err().to_string()
        };
        assert!(error("en").contains("cannot read /no/such"));
        assert!(error("ko").contains("/no/such 파일을 읽을 수 없습니다"));
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
    fn what_is_known_of_the_terminal_is_set_by_flag_or_file() {
        let wait = |args| read(args, &[]).escape_wait.map(|wait| wait.as_millis());
        assert_eq!((wait(&[]), wait(&["--escape-wait", "25"])), (None, Some(25)));
        assert!(Args::try_parse_from(["chinwag", "--escape-wait", "0"]).is_err());
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "escape-wait = 300\nambiguous-width = \"wide\"\n").unwrap();
        let from_file = ["--config", file.path().to_str().unwrap()];
        assert_eq!(wait(&from_file), Some(300));
        assert_eq!(read(&from_file, &[]).ambiguous_width, AmbiguousWidth::Wide);
        assert_eq!(read(&["--ambiguous-width", "narrow"], &[]).ambiguous_width, AmbiguousWidth::Narrow);
        assert_eq!(read(&[], &[]).ambiguous_width, AmbiguousWidth::Auto);
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

    #[test]
    fn what_the_command_line_and_the_environment_decide_is_known() {
        let config = read(&["--mouse", "false", "host"], &[("NO_COLOR", "1")]);
        let by = |key: &str| config.overrides.iter().find(|one| one.key == key).map(|one| one.by.as_str());
        assert_eq!(
            (by("mouse"), by("address"), by("theme"), by("tls")),
            (Some("--mouse"), Some("ADDR"), Some("NO_COLOR"), None)
        );
        let counts = config.settings.with_overrides(&config.overrides);
        assert!(!counts.mouse && counts.theme == crate::settings::look::ThemeName::None);
        assert_eq!(read(&[], &[("NO_COLOR", "")]).overrides, []);
    }
}
