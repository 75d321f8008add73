//! Where settings come from, and which outweighs which: a flag, then the environment, then the file, then the default.
//! It must not know any setting by name.

use std::collections::BTreeMap;
use std::error::Error as _;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use anyhow::{Result, anyhow};
use clap::error::{ContextKind, ContextValue};
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Args as _, Command, CommandFactory as _, FromArgMatches as _};

use super::{Cli, Config, file};

/// What the variables of the environment begin with.
const PREFIX: &str = "CHINWAGD_";
/// The file in `$CONFIGURATION_DIRECTORY`, where systemd says a service has its configuration. There is no other
/// default: what a server does that is started by hand depends on nothing but its command line and its environment.
const FILE: &str = "chinwagd.toml";

/// The command line and the environment of a server, which name the file. Read again, they say what is set now.
#[derive(Clone, Debug)]
pub struct Sources {
    args: Vec<OsString>,
    vars: BTreeMap<OsString, OsString>,
}

/// What they say.
#[derive(Clone, Debug)]
pub struct Read {
    /// The settings.
    pub config: Config,
    /// Something else than serving.
    pub command: Option<super::Command>,
    /// The configuration file, if there is one.
    pub file: Option<PathBuf>,
    /// Each setting by its name, as a flag has it; empty when it is nothing.
    pub values: BTreeMap<String, String>,
}

impl Sources {
    /// Those of this process.
    #[must_use]
    pub fn of_process() -> Self {
        let ours = |name: &OsStr| {
            name == "CONFIGURATION_DIRECTORY" || name.as_encoded_bytes().starts_with(PREFIX.as_bytes())
        };
        Self {
            args: std::env::args_os().collect(),
            vars: std::env::vars_os().filter(|(name, _)| ours(name)).collect(),
        }
    }

    /// These.
    pub fn new<'a>(
        args: impl IntoIterator<Item = &'a str>,
        vars: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Self {
        let vars = vars.into_iter().map(|(name, value)| (name.into(), value.into()));
        Self { args: args.into_iter().map(OsString::from).collect(), vars: vars.collect() }
    }

    /// What the command line says by itself. Its mistakes are shown with the usage, as every program shows them; so are
    /// the help and the version.
    pub fn command_line(&self) -> Result<Cli, clap::Error> {
        Cli::from_arg_matches(&command().try_get_matches_from(&self.args)?)
    }

    /// The configuration file: the one that was named, which must be there, or the one that is there.
    fn file(&self, cli: &Cli) -> Option<PathBuf> {
        let named = || self.var("CHINWAGD_CONFIG").map(PathBuf::from);
        let found = || {
            let dirs = self.var("CONFIGURATION_DIRECTORY")?;
            let path = std::env::split_paths(dirs).next()?.join(FILE);
            path.exists().then_some(path)
        };
        cli.file.clone().or_else(named).or_else(found)
    }

    /// Reads all of them. A value is checked wherever it stands, also where another outweighs it.
    pub fn read(&self) -> Result<Read> {
        let flags = command().try_get_matches_from(&self.args)?;
        let settings = settings();
        let mut given = BTreeMap::new();
        let file = self.file(&Cli::from_arg_matches(&flags)?);
        if let Some(path) = &file {
            given.extend(file::read(path, &settings)?);
        }
        given.extend(self.environment(&settings)?);
        given.retain(|key, _| find(&settings, key).is_some_and(|setting| !is_flag(&flags, setting)));
        let given = given.iter().map(|(key, value)| flag(key, value));
        let (program, rest) = self.args.split_at(self.args.len().min(1));
        let args = program.iter().cloned().chain(given).chain(rest.iter().cloned());
        // A flag before `ctl` was refused above; a setting from elsewhere is none.
        let matches = command().args_conflicts_with_subcommands(false).try_get_matches_from(args)?;
        let Cli { config, command, .. } = Cli::from_arg_matches(&matches)?;
        Ok(Read { config, command, file, values: values(&settings, &matches) })
    }

    fn environment(&self, settings: &Command) -> Result<Vec<(String, OsString)>> {
        let mut given = Vec::new();
        for key in settings.get_arguments().filter_map(Arg::get_long) {
            let name = variable(key);
            if let Some(value) = self.var(&name) {
                check(settings, key, value).map_err(|why| anyhow!("{name}: {why}"))?;
                given.push((key.to_owned(), value.to_owned()));
            }
        }
        Ok(given)
    }

    /// A variable; an empty one is none.
    fn var(&self, name: &str) -> Option<&OsStr> {
        self.vars.get(OsStr::new(name)).map(OsString::as_os_str).filter(|value| !value.is_empty())
    }
}

/// The command line of `chinwagd`, as it is read.
#[must_use]
pub fn command() -> Command {
    Cli::command().mut_args(with_value)
}

/// The settings alone: what may stand in the environment and in the file.
#[must_use]
pub fn settings() -> Command {
    let bare = Command::new("chinwagd").disable_help_flag(true).disable_version_flag(true);
    Config::augment_args(bare).mut_args(with_value)
}

/// The variable of a setting: `CHINWAGD_MAX_USERS` is `max-users`.
#[must_use]
pub fn variable(key: &str) -> String {
    PREFIX.to_owned() + &key.to_uppercase().replace('-', "_")
}

/// A switch can be turned off as well: `--log-chat` is `--log-chat=true`.
fn with_value(arg: Arg) -> Arg {
    if !matches!(arg.get_action(), ArgAction::SetTrue) {
        return arg;
    }
    arg.action(ArgAction::Set)
        .value_parser(clap::value_parser!(bool))
        .num_args(0..=1)
        .require_equals(true)
        .default_value("false")
        .default_missing_value("true")
        .value_name("true|false")
        .hide_default_value(true)
        .hide_possible_values(true)
}

fn is_flag(flags: &ArgMatches, setting: &Arg) -> bool {
    flags.value_source(setting.get_id().as_str()) == Some(ValueSource::CommandLine)
}

fn values(settings: &Command, matches: &ArgMatches) -> BTreeMap<String, String> {
    let value = |setting: &Arg| {
        let raw = matches.get_raw(setting.get_id().as_str()).into_iter().flatten();
        raw.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
    };
    let named = |setting| Some((Arg::get_long(setting)?.to_owned(), value(setting)));
    settings.get_arguments().filter_map(named).collect()
}

fn flag(key: &str, value: &OsStr) -> OsString {
    let mut flag = OsString::from(format!("--{key}="));
    flag.push(value);
    flag
}

/// The setting of this name.
pub(super) fn find<'a>(settings: &'a Command, key: &str) -> Option<&'a Arg> {
    settings.get_arguments().find(|setting| setting.get_long() == Some(key))
}

/// Says what is wrong with a value, as its own parser sees it.
pub(super) fn check(settings: &Command, key: &str, value: &OsStr) -> Result<(), String> {
    let tried = settings.clone().try_get_matches_from([OsStr::new("chinwagd"), &flag(key, value)]);
    let Err(error) = tried else { return Ok(()) };
    let why = match (error.get(ContextKind::ValidValue), error.source()) {
        (Some(ContextValue::Strings(valid)), _) => format!("is one of: {}", valid.join(", ")),
        (_, Some(why)) => why.to_string(),
        _ => "this value cannot be read".to_owned(),
    };
    Err(format!("{key}: {why}"))
}

/// Says that there is no such setting, and which was meant.
pub(super) fn unknown(settings: &Command, key: &str) -> String {
    let shown = key.escape_debug();
    let tried = settings.clone().try_get_matches_from(["chinwagd", &format!("--{key}")]);
    let near = tried.err().and_then(|error| match error.get(ContextKind::SuggestedArg) {
        Some(ContextValue::String(near)) => Some(near.trim_start_matches('-').to_owned()),
        _ => None,
    });
    match near {
        Some(near) => format!("unknown setting \"{shown}\"; did you mean \"{near}\"?"),
        None => format!("unknown setting \"{shown}\"; chinwagd --help lists them all"),
    }
}
