//! The command line: its options as clap reads them, and what is told about one that is wrong. clap speaks English only, so
//! in another language the sentence is made here, from what clap says went wrong.

use std::error::Error as _;
use std::ffi::OsString;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process;

use clap::error::{ContextKind, ContextValue, Error, ErrorKind};
use clap::parser::ValueSource;
use clap::{CommandFactory as _, FromArgMatches as _, Parser};
use shared::Name;

use super::file::LangArg;
use crate::address::Address;
use crate::ambiguous_width::AmbiguousWidth;
use crate::lang::Lang;
use crate::line_options::{ControlChars, LongLines, Slash};
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
pub(super) struct Args {
    /// The server: HOST, HOST:PORT, [IPv6]:PORT or the path of its Unix socket; with --host, the address to listen on
    #[arg(value_name = "ADDR", value_parser = address)]
    pub(super) addr: Option<Address>,
    /// What to be called; without it the server picks a name, and the same one next time. Another name than that of a client that runs here already is another person; the same, or none, is a further window of the same person
    #[arg(long, value_name = "NAME", value_parser = name)]
    pub(super) name: Option<Name>,
    /// Start a server in this process and join it
    #[arg(long)]
    pub(super) host: bool,
    /// With --host: let other machines connect without TLS
    #[arg(long, requires = "host")]
    pub(super) allow_plaintext: bool,
    /// When to encrypt, and which servers to trust
    #[arg(long, value_enum, value_name = "auto|trust|verify|off", env = "CHINWAG_TLS")]
    pub(super) tls: Option<TlsMode>,
    #[arg(skip)]
    pub(super) tls_is_from_environment: bool,
    /// No full screen: read lines from stdin, write lines to stdout; the exit status says whether all was done. From a terminal, what hurts (/kick, /ban, /shutdown) asks
    /// for a yes; from a pipe it is done at once
    #[arg(long)]
    pub(super) plain: bool,
    /// Like --plain, with JSON lines on stdout; stdin takes text, commands or JSON requests
    #[arg(long)]
    pub(super) json: bool,
    /// With --plain or --json: only listen, until a signal ends it; stdin is not read
    #[arg(long)]
    pub(super) listen: bool,
    /// With --plain or --json: how long there may be no connection at the start [default: 10]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) wait: Option<u32>,
    /// With --plain or --json: how long the server may leave something unanswered [default: 30; for ever with --listen or at
    /// a terminal]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) timeout: Option<u32>,
    /// With --plain or --json: what becomes of a line that is longer than a message may be [default: split]
    #[arg(long, value_enum, value_name = "split|refuse")]
    pub(super) long_lines: Option<LongLines>,
    /// With --plain or --json: what becomes of a line with colours, tabs or other control characters [default: clean]
    #[arg(long, value_enum, value_name = "clean|refuse")]
    pub(super) control_chars: Option<ControlChars>,
    /// With --plain or --json: what a line from a pipe is that begins with a slash; with text every line is said as it is, as for
    /// a log [default: command]
    #[arg(long, value_enum, value_name = "command|text")]
    pub(super) slash: Option<Slash>,
    /// A file with the server's password; with --host, the one that everybody must give
    #[arg(long, value_name = "FILE")]
    pub(super) password_file: Option<PathBuf>,
    /// A file with the admin key; with it you become admin after joining; `CHINWAG_ADMIN_KEY_FILE` does so too
    #[arg(long, value_name = "FILE")]
    pub(super) admin_key_file: Option<PathBuf>,
    /// A file with the secret that the server's operator gave you: with it you are who you were, here and from then on
    #[arg(long, value_name = "FILE", conflicts_with = "host")]
    pub(super) secret_file: Option<PathBuf>,
    /// Whether the wheel scrolls, and a click opens a room, a person or a message; a drag then needs Shift to select text
    #[arg(long, value_name = "true|false", action = clap::ArgAction::Set)]
    pub(super) mouse: Option<bool>,
    /// How long after an Esc the rest of a key may come, in milliseconds: 50 by itself, 150 over ssh
    #[arg(long, value_name = "MS", value_parser = clap::value_parser!(u16).range(1..=5000))]
    pub(super) escape_wait: Option<u16>,
    /// How wide the terminal draws characters like ─ and …, whose width Unicode leaves open; it is asked otherwise
    #[arg(long, value_enum, value_name = "auto|narrow|wide")]
    pub(super) ambiguous_width: Option<AmbiguousWidth>,
    /// A file of lines like `name = "kim"`, with the long names of these options; without it,
    /// ~/.config/chinwag/config.toml is read if it is there
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// The language of the screen; the locale of the environment says it otherwise
    #[arg(long, value_enum)]
    pub(super) lang: Option<LangArg>,
    /// Write a log, to this file or to chinwag.log in the state directory; `CHINWAG_LOG=FILE` does so too
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true, default_missing_value = "-")]
    pub(super) log: Option<PathBuf>,
}

impl Args {
    /// Reads a command line, and whence `--tls` comes.
    pub(super) fn read(line: &[OsString]) -> Result<Self, Error> {
        let matches = Self::command().try_get_matches_from(line)?;
        let tls_is_from_environment = matches.value_source("tls") == Some(ValueSource::EnvVariable);
        Ok(Self { tls_is_from_environment, ..Self::from_arg_matches(&matches)? })
    }
}

/// A value that cannot be. In English it says what is wrong and nothing of the wire's codes.
#[derive(Debug, thiserror::Error)]
enum BadValue {
    #[error("{0}")]
    Name(String),
    #[error("{0}")]
    Address(&'static str),
}

fn name(raw: &str) -> Result<Name, BadValue> {
    Name::parse(raw).map_err(|invalid| BadValue::Name(invalid.why))
}

fn address(raw: &str) -> Result<Address, BadValue> {
    raw.parse().map_err(BadValue::Address)
}

/// Reads a command line. A wrong one, `--help` and `--version` end the process.
pub(super) fn parse(line: &[OsString], lang: Lang) -> Args {
    Args::read(line).unwrap_or_else(|error| {
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
                Lang::Ko.refusal_reason(shared::Code::NameInvalid)
            )
        }
        (_, Some(BadValue::Address(_))) => {
            format!(
                "'{value}' 주소를 알아볼 수 없습니다: 주소, 주소:포트, [IPv6]:포트, 유닉스 소켓 경로로 쓰세요"
            )
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

    use super::{Args, in_korean};

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
            (&["a", "b"], "unexpected argument 'b'", "'b' 옵션이나 인자는 없습니다"),
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
