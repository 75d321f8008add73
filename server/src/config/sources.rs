//! Where settings come from, and which outweighs which: a flag, then the environment, then the file, then the default.
//! Read again, the sources say what is set now: that is how a reload works.

use std::any::TypeId;
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow, bail};
use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Args, Command, FromArgMatches as _};

use super::files::{Files, OfSetting};
use super::setting::{self, GivenSetting, PREFIX, check, find, flag, settings, variable, with_value};
use super::socket::SocketPath;
use super::{Config, file};

/// The file in `$CONFIGURATION_DIRECTORY`, which systemd sets for a service. There is no other default, so a server that
/// is started by hand depends on nothing but its command line and its environment.
const FILE: &str = "chinwagd.toml";

/// The flags of a server.
#[derive(Clone, Debug, Args)]
pub struct Flags {
    /// Read settings from this file, too [default: `chinwagd.toml` in `$CONFIGURATION_DIRECTORY`, if it is there]
    #[arg(long = "config", value_name = "FILE")]
    pub file: Option<PathBuf>,

    /// Check the settings and the files they name, say what is wrong, and end
    #[arg(long)]
    pub check_config: bool,

    /// The settings.
    #[command(flatten)]
    pub config: Config,
}

/// The flags and the environment of a server, which name the file.
#[derive(Clone, Debug)]
pub struct Sources {
    args: Vec<OsString>,
    vars: BTreeMap<OsString, OsString>,
}

/// What was read from them.
#[derive(Clone, Debug)]
pub struct Read {
    /// The settings.
    pub config: Config,
    /// The configuration file, if there is one.
    pub file: Option<PathBuf>,
    /// Each setting by its name, as a flag has it; empty when it is nothing.
    pub values: BTreeMap<String, String>,
    /// Where the settings of the file and of the environment are given: a line, or a variable.
    origins: BTreeMap<String, String>,
    /// What is no mistake for sure, and should be told.
    pub warnings: Vec<String>,
}

impl Read {
    /// Reads every file the settings name; see [`Config::load`]. An error says where the setting was given.
    pub fn load(&self) -> Result<Files> {
        self.check_paths()?;
        self.config.load().map_err(|error| {
            let setting = error.downcast_ref::<OfSetting>().and_then(|of| self.origins.get(of.0).cloned());
            match setting {
                Some(origin) => error.context(origin),
                None => error,
            }
        })
    }

    /// A shell writes `~` out as the home directory; in a file, in the environment and after `=` nobody does.
    fn check_paths(&self) -> Result<()> {
        for setting in settings().get_arguments().filter(|setting| is_path(setting)) {
            let key = setting.get_long().unwrap_or_default();
            let value = self.values.get(key).map_or("", String::as_str);
            if Path::new(value).components().any(|part| part.as_os_str().as_encoded_bytes().starts_with(b"~"))
            {
                let origin = self.origins.get(key).map_or_else(String::new, |origin| format!("{origin}: "));
                bail!("{origin}{key}: ~ is not written out here; give the whole path");
            }
        }
        Ok(())
    }
}

fn is_path(setting: &Arg) -> bool {
    let of = setting.get_value_parser().type_id();
    of == TypeId::of::<PathBuf>() || of == TypeId::of::<SocketPath>()
}

impl Sources {
    /// The command line and the environment of this process.
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

    /// These arguments, the program's name first, and these variables.
    pub fn new<'a>(
        args: impl IntoIterator<Item = &'a str>,
        vars: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Self {
        let vars = vars.into_iter().map(|(name, value)| (name.into(), value.into()));
        Self { args: args.into_iter().map(OsString::from).collect(), vars: vars.collect() }
    }

    /// The same without the flags: for a subcommand, whose command line has no settings.
    #[must_use]
    pub fn without_flags(mut self) -> Self {
        self.args.truncate(1);
        self
    }

    /// The configuration file: the one that was named, which must be there, or the one that is there.
    fn file(&self, flags: &Flags) -> Option<PathBuf> {
        let named = || self.var("CHINWAGD_CONFIG").map(PathBuf::from);
        let found = || {
            let dirs = self.var("CONFIGURATION_DIRECTORY")?;
            let path = std::env::split_paths(dirs).next()?.join(FILE);
            path.exists().then_some(path)
        };
        flags.file.clone().or_else(named).or_else(found)
    }

    /// Reads all of them. A value is checked wherever it stands, also where another outweighs it.
    ///
    /// # Errors
    /// When a file cannot be read, a setting is unknown or a value invalid; the message says where.
    pub fn read(&self) -> Result<Read> {
        let flags = definition().try_get_matches_from(&self.args)?;
        let settings = settings();
        let mut given = BTreeMap::new();
        let file = self.file(&Flags::from_arg_matches(&flags)?);
        if let Some(path) = &file {
            given.extend(file::read(path, &settings)?.into_iter().map(|line| (line.key.clone(), line)));
        }
        given.extend(self.environment(&settings)?.into_iter().map(|line| (line.key.clone(), line)));
        given.retain(|key, _| find(&settings, key).is_some_and(|setting| !is_flag(&flags, setting)));
        let origins = given.iter().map(|(key, line)| (key.clone(), line.origin.clone())).collect();
        let given = given.iter().map(|(key, line)| flag(key, &line.value));
        let (program, rest) = self.args.split_at(self.args.len().min(1));
        let args = program.iter().cloned().chain(given).chain(rest.iter().cloned());
        let matches = definition().try_get_matches_from(args)?;
        let Flags { config, .. } = Flags::from_arg_matches(&matches)?;
        let warnings = self.unknown_variables(&settings);
        Ok(Read { config, file, values: values(&settings, &matches), origins, warnings })
    }

    fn environment(&self, settings: &Command) -> Result<Vec<GivenSetting>> {
        let mut given = Vec::new();
        for key in settings.get_arguments().filter_map(Arg::get_long) {
            let name = variable(key);
            if let Some(value) = self.var(&name) {
                check(settings, key, value).map_err(|why| anyhow!("{name}: {why}"))?;
                given.push(GivenSetting { key: key.to_owned(), value: value.to_owned(), origin: name });
            }
        }
        Ok(given)
    }

    /// A variable may be for another program, or for a newer server, so an unknown one is told and no error.
    fn unknown_variables(&self, settings: &Command) -> Vec<String> {
        let names = self.vars.keys().filter_map(|name| name.to_str()).filter(|name| self.var(name).is_some());
        let keys = names.filter_map(|name| Some((name, name.strip_prefix(PREFIX)?)));
        let unknown = keys.filter_map(|(name, key)| {
            let key = key.to_lowercase().replace('_', "-");
            let is_known = key == "config" || find(settings, &key).is_some() && variable(&key) == name;
            (!is_known).then(|| setting::unknown_variable(settings, name, &key))
        });
        unknown.collect()
    }

    /// A variable; an empty one is none.
    fn var(&self, name: &str) -> Option<&OsStr> {
        self.vars.get(OsStr::new(name)).map(OsString::as_os_str).filter(|value| !value.is_empty())
    }
}

impl Config {
    /// The settings of a server whose command line, environment and file say nothing.
    pub fn defaults() -> Result<Self> {
        Ok(Sources::new(["chinwagd"], []).read()?.config)
    }
}

fn definition() -> Command {
    Flags::augment_args(setting::bare()).mut_args(with_value)
}

fn is_flag(flags: &ArgMatches, setting: &Arg) -> bool {
    flags.value_source(setting.get_id().as_str()) == Some(ValueSource::CommandLine)
}

fn values(settings: &Command, matches: &ArgMatches) -> BTreeMap<String, String> {
    let value = |setting: &Arg| {
        let raw = matches.get_raw(setting.get_id().as_str()).into_iter().flatten();
        raw.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(", ")
    };
    let named = |setting| Some((Arg::get_long(setting)?.to_owned(), value(setting)));
    settings.get_arguments().filter_map(named).collect()
}
