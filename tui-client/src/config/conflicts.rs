//! Options of a command line that would have no effect together: an error before anything starts, instead of silence. A
//! configuration file holds for starts of every kind, so of what it says nothing is refused.

use super::arguments::Args;
use crate::address::Address;
use crate::address_list::AddressList;
use crate::no_effect::NoEffect;
use crate::tls_mode::TlsMode;

/// The first option on a command line that would have no effect. The rest may come from a file.
pub(super) fn find(args: &Args, is_screen: bool, listens: bool, address: &AddressList) -> Option<NoEffect> {
    let of_input = [
        ("--long-lines", args.long_lines.is_some()),
        ("--control-chars", args.control_chars.is_some()),
        ("--slash", args.slash.is_some()),
        ("--one-message", args.one_message),
    ];
    let of_lines = [
        ("--listen", args.listen),
        ("--wait", args.wait.is_some()),
        ("--timeout", args.timeout.is_some()),
        ("--to", args.to.is_some()),
    ];
    let of_screen =
        [("--mouse", args.mouse.is_some()), ("--ambiguous-width", args.ambiguous_width.is_some())];
    let of_keys = [("--escape-wait", args.escape_wait.is_some())];
    let given =
        |options: &[(&'static str, bool)]| options.iter().find(|(_, given)| *given).map(|(name, _)| *name);
    let by_mode = if is_screen {
        given(&of_lines).or_else(|| given(&of_input)).map(NoEffect::OnlyForLines)
    } else {
        given(&of_screen).map(NoEffect::OnlyForScreen).or_else(|| {
            let unread = given(&of_input).or_else(|| given(&of_keys)).filter(|_| listens);
            unread.map(NoEffect::ReadsNothing)
        })
    };
    let asks_for_tls =
        matches!(args.tls, Some(TlsMode::Trust | TlsMode::Verify)) && !args.tls_is_from_environment;
    by_mode
        .or((args.addr.len() > 1 && !is_screen).then_some(NoEffect::SeveralForLines))
        .or((args.host && (args.addr.len() > 1 || address.is_several())).then_some(NoEffect::HostOfSeveral))
        .or((args.send.len() > 1 && args.sent_as.is_some()).then_some(NoEffect::NameOfSeveral))
        .or((args.plain && args.json).then_some(NoEffect::TwoFormats))
        .or((args.host && args.admin_key_file.is_some()).then_some(NoEffect::HostIsAdmin))
        .or((asks_for_tls && matches!(address.first(), Address::Unix(_))).then_some(NoEffect::UnixSocket))
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::super::{Args, Config, WrongLine};
    use crate::lang::Lang;

    fn told(line: &str, vars: &[(&str, &str)]) -> Option<String> {
        let line: Vec<OsString> =
            ["chinwag"].into_iter().chain(line.split(' ')).map(OsString::from).collect();
        let args = Args::read(&line, Lang::En).unwrap();
        let var = |name: &str| vars.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into());
        let error = Config::new(args, &var).err()?;
        assert!(error.is::<WrongLine>(), "{error}");
        Some(error.to_string())
    }

    #[test]
    fn an_option_without_effect_is_an_error_that_says_what_to_do() {
        let (lines, screen) = (["add one of them", "함께 씁니다"], ["full screen", "전체 화면에서만"]);
        let unread = ["leave one of them out", "둘 가운데 하나를 빼세요"];
        for (line, option, words) in [
            ("--listen", "--listen", lines),
            ("--wait 5", "--wait", lines),
            ("--timeout 5", "--timeout", lines),
            ("--long-lines split", "--long-lines", lines),
            ("--control-chars clean", "--control-chars", lines),
            ("--slash text", "--slash", lines),
            ("--one-message", "--one-message", lines),
            ("--to dev", "--to", lines),
            ("--plain --send a --send b --as c", "--as", ["one file", "파일 하나"]),
            ("--host --listen", "--listen", lines),
            ("--plain --mouse true", "--mouse", screen),
            ("--json --mouse false", "--mouse", screen),
            ("--json --ambiguous-width wide", "--ambiguous-width", screen),
            ("--plain --listen --long-lines split", "--long-lines", unread),
            ("--json --listen --control-chars clean", "--control-chars", unread),
            ("--plain --listen --slash text", "--slash", unread),
            ("--plain --listen --one-message", "--one-message", unread),
            ("--plain --listen --escape-wait 50", "--escape-wait", unread),
            ("--plain --json", "--json", ["choose one", "하나만 쓰세요"]),
            ("--plain a.example b.example", "--plain", ["start one for each", "하나씩 실행하세요"]),
            ("a.example b.example --json", "--plain", ["start one for each", "하나씩 실행하세요"]),
            ("--host 127.0.0.1 b.example", "--host", ["/server ADDR", "/서버 주소"]),
            ("--host --admin-key-file /k", "--admin-key-file", ["admin already", "이미 관리자"]),
            ("--tls verify /run/chinwag.sock", "--tls", ["leave it out", "빼세요"]),
            ("--log", "--log=", ["name a file", "적으세요"]),
        ] {
            for (lang, word) in ["en", "ko"].into_iter().zip(words) {
                let told = told(&format!("{line} --lang {lang}"), &[]).unwrap_or_default();
                assert!(told.contains(option) && told.contains(word), "{line}: {told}");
            }
        }
    }

    #[test]
    fn an_option_with_an_effect_is_taken() {
        let home = [("HOME", "/nowhere")];
        for line in [
            "--plain --listen --wait 5 --timeout 5",
            "--json --wait 5 --timeout 5 --long-lines split --control-chars clean --slash text",
            "--plain --escape-wait 50",
            "--plain --one-message --to dev --long-lines refuse",
            "--plain --listen --to @kim",
            "--plain --send a --send b --to @kim --caption c --downloads /d",
            "--json --send - --as a.tar",
            "--send - --as a.tar --to dev",
            "--mouse false --escape-wait 50 --ambiguous-width wide",
            "--host --json --name kim --tls trust",
            "--host --allow-plaintext --plain --listen",
            "--tls off /run/chinwag.sock",
            "--log",
        ] {
            assert_eq!(told(line, &home), None, "{line}");
        }
    }
}
