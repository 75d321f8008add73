//! The command line: its options as clap reads them, and what is told about one that is wrong. clap speaks English only, so
//! in another language the sentence is made here, from what clap says went wrong, and so are the headings of the help.

use std::error::Error as _;
use std::ffi::OsString;
use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process;

use clap::builder::Str;
use clap::error::{ContextKind, ContextValue, Error, ErrorKind};
use clap::parser::ValueSource;
use clap::{
    Arg, ArgAction, ArgMatches, Command, CommandFactory as _, FromArgMatches as _, Parser, Subcommand,
};
use shared::{Invalid, LinkCode, Name};
use unicode_width::UnicodeWidthStr as _;

use super::bad_value::{BadValue, listen};
use super::door_arguments::{self, DoorArgs};
use crate::address_list::AddressList;
use crate::ambiguous_width::AmbiguousWidth;
use crate::lang::Lang;
use crate::line_options::{ControlChars, Destination, LongLines, Slash};
use crate::settings::value::LangArg;
use crate::settings::{Override, SETTINGS};
use crate::tls_mode::TlsMode;

/// The command line. What `--help` says of each option is in `lang/option_help.rs`, by the name of its field.
#[derive(Debug, Parser)]
#[command(name = "chinwag", version, args_conflicts_with_subcommands = true, disable_help_subcommand = true)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch on the command line")]
pub(super) struct Args {
    #[arg(value_name = "ADDR", value_parser = address)]
    pub(super) addr: Vec<AddressList>,
    #[arg(long, value_name = "NAME", value_parser = name)]
    pub(super) name: Option<Name>,
    #[arg(long, value_name = "CODE", value_parser = link_code, conflicts_with_all = ["host", "name", "secret_file"])]
    pub(super) link: Option<LinkCode>,
    #[arg(long)]
    pub(super) host: bool,
    #[arg(long, requires = "host")]
    pub(super) allow_plaintext: bool,
    #[arg(long, value_name = "ADDR", value_parser = listen, requires = "host")]
    pub(super) ssh: Option<SocketAddr>,
    #[arg(long, value_enum, value_name = "auto|trust|verify|off", env = "CHINWAG_TLS")]
    pub(super) tls: Option<TlsMode>,
    #[arg(skip)]
    pub(super) tls_is_from_environment: bool,
    #[arg(long)]
    pub(super) plain: bool,
    #[arg(long)]
    pub(super) json: bool,
    #[arg(long)]
    pub(super) listen: bool,
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) wait: Option<u32>,
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) timeout: Option<u32>,
    #[arg(long, value_enum, value_name = "split|refuse")]
    pub(super) long_lines: Option<LongLines>,
    #[arg(long, value_enum, value_name = "clean|refuse")]
    pub(super) control_chars: Option<ControlChars>,
    #[arg(long, value_enum, value_name = "command|text")]
    pub(super) slash: Option<Slash>,
    #[arg(long, conflicts_with = "slash")]
    pub(super) one_message: bool,
    #[arg(long, value_name = "ROOM|@NAME", value_parser = destination)]
    pub(super) to: Option<Destination>,
    #[arg(long, value_name = "FILE", conflicts_with_all = ["listen", "one_message"])]
    pub(super) send: Vec<PathBuf>,
    #[arg(long = "as", value_name = "NAME", requires = "send")]
    pub(super) sent_as: Option<String>,
    #[arg(long, value_name = "TEXT", requires = "send")]
    pub(super) caption: Option<String>,
    #[arg(long, value_name = "DIR")]
    pub(super) downloads: Option<PathBuf>,
    #[arg(long, value_name = "FILE")]
    pub(super) password_file: Option<PathBuf>,
    #[arg(long, value_name = "FILE")]
    pub(super) admin_key_file: Option<PathBuf>,
    #[arg(long, value_name = "FILE", conflicts_with = "host")]
    pub(super) secret_file: Option<PathBuf>,
    #[arg(long, value_name = "true|false", action = clap::ArgAction::Set)]
    pub(super) mouse: Option<bool>,
    #[arg(long, value_name = "MS", value_parser = clap::value_parser!(u16).range(1..=5000))]
    pub(super) escape_wait: Option<u16>,
    #[arg(long, value_enum, value_name = "auto|narrow|wide")]
    pub(super) ambiguous_width: Option<AmbiguousWidth>,
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    #[arg(long, value_enum)]
    pub(super) lang: Option<LangArg>,
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true, default_missing_value = "-")]
    pub(super) log: Option<PathBuf>,
    /// The settings that this line or the environment decides.
    #[arg(skip)]
    pub(super) overrides: Vec<Override>,
    /// What is asked for is no client, but an ssh door.
    #[command(subcommand)]
    pub(super) program: Option<Program>,
}

/// The programs in this one beside the client.
#[derive(Debug, Subcommand)]
pub(super) enum Program {
    #[command(name = door_arguments::NAME)]
    SshDoor(Box<DoorArgs>),
}

impl Args {
    /// Reads a command line, whence `--tls` comes, and which settings it outweighs.
    pub(super) fn read(line: &[OsString], lang: Lang) -> Result<Self, Error> {
        let matches = command(lang).try_get_matches_from(line)?;
        let tls_is_from_environment = matches.value_source("tls") == Some(ValueSource::EnvVariable);
        let overrides = overrides(&matches);
        Ok(Self { tls_is_from_environment, overrides, ..Self::from_arg_matches(&matches)? })
    }
}

/// The settings that have an option of their name, or the address, which has none, where these are given.
fn overrides(matches: &ArgMatches) -> Vec<Override> {
    let given = SETTINGS.iter().filter_map(|setting| {
        let (id, option) = match setting.key {
            "address" => ("addr".to_owned(), "ADDR".to_owned()),
            key => (key.replace('-', "_"), format!("--{key}")),
        };
        let value = matches.try_get_raw(&id).ok()??.next()?.to_string_lossy().into_owned();
        let source = matches.value_source(&id).filter(|source| *source != ValueSource::DefaultValue)?;
        // There is one option that reads a variable.
        let by = if source == ValueSource::EnvVariable { "CHINWAG_TLS".to_owned() } else { option };
        Some(Override { key: setting.key, value, by })
    });
    given.collect()
}

fn name(raw: &str) -> Result<Name, BadValue> {
    Name::parse(raw).map_err(|invalid| BadValue::Name(invalid.why))
}

fn link_code(raw: &str) -> Result<LinkCode, BadValue> {
    LinkCode::parse(raw).map_err(|invalid| BadValue::Link(invalid.why))
}

fn destination(raw: &str) -> Result<Destination, BadValue> {
    raw.parse().map_err(|invalid: Invalid| BadValue::Destination(invalid.why))
}

fn address(raw: &str) -> Result<AddressList, BadValue> {
    raw.parse().map_err(BadValue::Address)
}

/// The command line with its help in a language.
pub(super) fn command(lang: Lang) -> Command {
    let helped = |command: Command| {
        command.mut_args(|arg| {
            let help = lang.option_help(arg.get_id().as_str()).unwrap_or_default();
            arg.help(if lang == Lang::Ko { wrapped(help) } else { help.to_owned() })
        })
    };
    let in_lang =
        |command, usage| if lang == Lang::Ko { with_korean_headings(command, usage) } else { command };
    let command = helped(Args::command()).about(lang.about()).after_help(lang.usage_examples());
    let command = command.mut_subcommand(door_arguments::NAME, |door| {
        let door = helped(door).about(lang.about_ssh_door()).after_help(lang.ssh_door_examples());
        in_lang(door, "chinwag ssh-door [옵션]")
    });
    in_lang(command, "chinwag [옵션] [주소]...\n        chinwag ssh-door [옵션]")
}

/// What clap adds to the texts, in Korean.
fn with_korean_headings(command: Command, usage: &'static str) -> Command {
    let korean = |name: &Str| match name.as_str() {
        "ADDR" => "주소".into(),
        "NAME" => "이름".into(),
        "SECONDS" => "초".into(),
        "MINUTES" => "분".into(),
        "FILE" => "파일".into(),
        "SOCKET" => "소켓".into(),
        "N" => "개수".into(),
        "DIR" => "폴더".into(),
        "TEXT" => "글".into(),
        "MS" => "밀리초".into(),
        "ROOM|@NAME" => "방|@이름".into(),
        "LANG" | "SSH_LANG" => "en|ko".into(),
        _ => name.clone(),
    };
    let flag = |name: &'static str, short, action, help| {
        Arg::new(name).short(short).long(name).action(action).help(help)
    };
    let is_whole = command.has_subcommands();
    let command = command
        .mut_args(|arg| {
            let names: Vec<Str> = arg.get_value_names().into_iter().flatten().map(korean).collect();
            let takes_value = arg.get_action().takes_values();
            let arg = arg.next_line_help(true);
            if takes_value { arg.value_names(names).hide_possible_values(true).hide_env(true) } else { arg }
        })
        .disable_help_flag(true)
        .arg(flag("help", 'h', ArgAction::Help, "이 도움말 보기").next_line_help(true))
        .override_usage(usage);
    if is_whole {
        let version = flag("version", 'V', ArgAction::Version, "버전 보기").next_line_help(true);
        let command = command.disable_version_flag(true).arg(version);
        command.help_template(
            "{about}\n\n사용법: {usage}\n\n명령:\n{subcommands}\n\n인자:\n{positionals}\n\n옵션:\n{options}{after-help}",
        )
    } else {
        command.help_template("{about}\n\n사용법: {usage}\n\n옵션:\n{options}{after-help}")
    }
}

/// A text in lines of at most so many columns. clap would count the characters, of which these take two each.
fn wrapped(text: &str) -> String {
    const COLUMNS: usize = 68;
    let mut lines = String::with_capacity(text.len());
    let mut column = 0;
    for word in text.split(' ') {
        let separator = if column == 0 {
            ""
        } else if column + 1 + word.width() > COLUMNS {
            column = 0;
            "\n"
        } else {
            " "
        };
        lines += separator;
        lines += word;
        column += word.width() + usize::from(separator == " ");
    }
    lines
}

/// Reads a command line. A wrong one, `--help` and `--version` end the process.
pub(super) fn parse(line: &[OsString], lang: Lang) -> Args {
    Args::read(line, lang).unwrap_or_else(|error| {
        if lang == Lang::En || !error.use_stderr() {
            error.exit();
        }
        // Where even stderr is gone, the exit status has to do.
        write!(io::stderr(), "chinwag: {}", in_korean(&error)).ok();
        process::exit(error.exit_code())
    })
}

/// What is wrong with a command line, and where the right one is described.
fn in_korean(error: &Error) -> String {
    let texts = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(", "),
        Some(ContextValue::StyledStr(text)) => text.to_string(),
        _ => String::new(),
    };
    let (argument, value) = (texts(ContextKind::InvalidArg), texts(ContextKind::InvalidValue));
    let source = error.source().and_then(|source| source.downcast_ref::<BadValue>());
    let told = match (error.kind(), source) {
        (_, Some(BadValue::Name(_))) => {
            format!(
                "'{argument}'에 '{value}' 이름을 쓸 수 없습니다: {}",
                Lang::Ko.refusal(shared::Code::NameInvalid)
            )
        }
        (_, Some(BadValue::Link(_))) => "연결 코드는 7KQ2-M0XV-93HD 처럼 글자와 숫자 12개입니다".to_owned(),
        (_, Some(BadValue::Destination(_))) => {
            format!("'{value}': 방 이름이나 @사람이름으로 쓰세요")
        }
        (_, Some(BadValue::Address(_))) => {
            format!(
                "'{value}' 주소를 알아볼 수 없습니다: 주소, 주소:포트, [IPv6]:포트, 유닉스 소켓 경로로 쓰세요. 한 서버의 주소가 여럿이면 쉼표로 잇습니다"
            )
        }
        (_, Some(BadValue::Listen(_))) => {
            format!("'{value}' 주소를 알아볼 수 없습니다: 0.0.0.0:7722 처럼 IP 주소와 포트를 쓰세요")
        }
        (ErrorKind::UnknownArgument, None) => format!("'{argument}' 옵션이나 인자는 없습니다"),
        (ErrorKind::InvalidValue, None) if value.is_empty() => format!("'{argument}'에 값이 필요합니다"),
        (ErrorKind::InvalidValue | ErrorKind::ValueValidation, None) => {
            format!("'{argument}'에 '{value}' 값을 쓸 수 없습니다")
        }
        (ErrorKind::NoEquals, None) => format!("'{argument}' 다음에는 = 를 붙여 값을 쓰세요"),
        (ErrorKind::MissingRequiredArgument, None) => format!("함께 써야 할 옵션이 없습니다: {argument}"),
        (ErrorKind::ArgumentConflict, None) => {
            format!("'{argument}' 옵션을 '{}' 옵션과 함께 쓸 수 없습니다", texts(ContextKind::PriorArg))
        }
        (ErrorKind::InvalidUtf8, None) => "UTF-8이 아닌 값이 있습니다".to_owned(),
        (_, None) => "명령줄을 알아볼 수 없습니다".to_owned(),
    };
    let hint =
        |label: &str, text: String| if text.is_empty() { text } else { format!("\n  {label}: {text}") };
    let valid = hint("쓸 수 있는 값", texts(ContextKind::ValidValue));
    let like = hint("비슷한 옵션", texts(ContextKind::SuggestedArg));
    format!("{told}{valid}{like}\n\n쓰는 법은 'chinwag --help' 로 볼 수 있습니다\n")
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use unicode_width::UnicodeWidthStr as _;

    use super::{Args, command, in_korean};
    use crate::lang::Lang;

    #[test]
    fn every_option_has_its_help_in_either_language() {
        for lang in [Lang::En, Lang::Ko] {
            let command = command(lang);
            command.clone().debug_assert();
            let door = command.find_subcommand("ssh-door").unwrap();
            for arg in command.get_arguments().chain(door.get_arguments()) {
                let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
                let is_korean = help.chars().any(|c| matches!(c, '가'..='힣'));
                assert!(!help.is_empty() && is_korean == (lang == Lang::Ko), "{}: {help}", arg.get_id());
                assert!(lang == Lang::En || help.lines().all(|line| line.width() <= 68), "{help}");
            }
        }
    }

    fn errors(line: &[&str]) -> (String, String) {
        let error = Args::try_parse_from([&["chinwag"], line].concat()).unwrap_err();
        (error.to_string(), in_korean(&error))
    }

    #[test]
    fn what_is_wrong_is_told_in_either_language_with_where_to_read_on() {
        for (line, english, korean) in [
            (&["--nmae", "kim"][..], "unexpected argument '--nmae'", "'--nmae' 옵션이나 인자는 없습니다"),
            (&["--nmae", "kim"], "'--name'", "비슷한 옵션: --name"),
            (&["--name", "x y"], "a name is made of letters", "이름의 길이나 글자가 맞지 않습니다"),
            (&["--name"], "a value is required", "값이 필요합니다"),
            (&["--lang", "fr"], "possible values: en, ko", "쓸 수 있는 값: en, ko"),
            (&["--mouse", "perhaps"], "invalid value 'perhaps'", "'perhaps' 값을 쓸 수 없습니다"),
            (&["host:99999"], "a port is a number", "'host:99999' 주소를 알아볼 수 없습니다"),
            (&["a", "b:c"], "a port is a number", "'b:c' 주소를 알아볼 수 없습니다"),
            (&["--host", "--ssh", "here"], "\"here\" is no address", "'here' 주소를 알아볼 수 없습니다"),
            (&["--ssh", "0.0.0.0"], "--host", "함께 써야 할 옵션이 없습니다: --host"),
            (
                &["ssh-door", "--admins", "/a"],
                "--admin-key-file",
                "함께 써야 할 옵션이 없습니다: --admin-key-file",
            ),
            (&["ssh-door", "--guests", "perhaps"], "invalid value 'perhaps'", "쓸 수 있는 값: on, off"),
            (&["--allow-plaintext"], "--host", "함께 써야 할 옵션이 없습니다: --host"),
        ] {
            let (told, told_in_korean) = errors(line);
            assert!(told.contains(english) && told.contains("--help"), "{told}");
            assert!(told_in_korean.contains(korean) && told_in_korean.contains("--help"), "{told_in_korean}");
            for leak in ["name_invalid", "/nick", "error:"] {
                assert!(
                    !told_in_korean.contains(leak) && (leak == "error:" || !told.contains(leak)),
                    "{told}"
                );
            }
        }
    }
}
