//! What becomes of a line in every form; the journal is a socket of the test.

use std::fs::File;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixDatagram;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::output::{colour, is_journal};
use super::*;
use crate::config::logging::Format;
use crate::config::sources::Sources;

const TEXT: Form = Form::Text { colour: false };

/// What would take a terminal over, forge a line or turn the direction.
const HOSTILE: &str =
    "a\u{1b}]0;x\u{7}\n2026-11-21T00:00:00Z  INFO came\r\u{9b}2J\u{202e}\u{2028}\0\u{7f}\" = \\ 점심";

fn config(flags: &[&str]) -> Config {
    Sources::new(["chinwagd"].into_iter().chain(flags.iter().copied()), []).read().unwrap().config
}

/// The text that is logged with these flags.
pub(crate) fn logged(flags: &[&str], say: impl FnOnce()) -> String {
    written(TEXT, flags, say)
}

fn written(form: Form, flags: &[&str], say: impl FnOnce()) -> String {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("log");
    let output = Output::File(form, private_files::open_file(&path).unwrap());
    // It is dropped at the end, and so written.
    tracing::subscriber::with_default(Log::start(&config(flags).live, output).unwrap(), say);
    std::fs::read_to_string(path).unwrap()
}

/// The fields of the entries that the journal gets.
fn journalled(flags: &[&str], say: impl FnOnce()) -> Vec<Vec<(String, String)>> {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("socket");
    let socket = UnixDatagram::bind(&path).unwrap();
    let (output, error) = Output::choose(Format::Auto, true, &path);
    assert!(error.is_none() && matches!(output, Output::Journal(_)));
    tracing::subscriber::with_default(Log::start(&config(flags).live, output).unwrap(), say);
    socket.set_nonblocking(true).unwrap();
    let mut buffer = vec![0; 64 * 1024];
    std::iter::from_fn(|| socket.recv(&mut buffer).ok().map(|length| fields(&buffer[..length]))).collect()
}

/// Reads an entry as the journal does.
fn fields(mut entry: &[u8]) -> Vec<(String, String)> {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let mut fields = vec![];
    while let Some(end) = entry.iter().position(|&byte| byte == b'\n') {
        let (name, rest) = (text(&entry[..end]), &entry[end + 1..]);
        let length = usize::try_from(u64::from_le_bytes(rest[..8].try_into().unwrap())).unwrap();
        fields.push((name, text(&rest[8..8 + length])));
        assert_eq!(rest[8 + length], b'\n');
        entry = &rest[9 + length..];
    }
    fields
}

#[test]
fn a_line_of_text_is_time_level_message_and_fields() {
    let line =
        logged(&[], || tracing::warn!(n = 3, up = true, name = %"ann", path = "/a b", no = "", "came"));
    let (time, rest) = line.split_once(' ').unwrap();
    assert_eq!(rest, " WARN came n=3 up=true name=ann path=\"/a b\" no=\"\"\n");
    assert!(time.len() == 24 && time.ends_with('Z') && time.starts_with("20"), "{time}");
}

#[test]
fn a_line_of_json_is_one_object() {
    let line =
        written(Form::Json, &[], || tracing::info!(n = 3, up = true, name = ?"ann", error = -1, "came"));
    let mut object: Value = serde_json::from_str(&line).unwrap();
    let time = object.as_object_mut().unwrap().remove("timestamp").unwrap();
    assert!(time.as_str().is_some_and(|time| time.len() == 24 && time.ends_with('Z')), "{time}");
    let fields = json!({"n": 3, "up": true, "name": "\"ann\"", "error": -1});
    assert_eq!(object, json!({"level": "info", "message": "came", "fields": fields}));
}

#[test]
fn only_a_terminal_gets_colour_and_only_the_level_has_it() {
    let coloured = written(Form::Text { colour: true }, &[], || tracing::error!(name = HOSTILE, "bad"));
    assert!(coloured.contains(" \u{1b}[31mERROR\u{1b}[0m bad "), "{coloured:?}");
    assert_eq!(coloured.matches('\u{1b}').count(), 2);
    assert!(!logged(&[], || tracing::error!("bad")).contains('\u{1b}'));
}

#[test]
fn nothing_that_is_logged_takes_a_terminal_over_or_forges_a_line() {
    let say = || {
        tracing::info!("{HOSTILE}");
        tracing::info!(name = HOSTILE, "text");
        tracing::info!(name = %HOSTILE, "shown");
        tracing::info!(name = ?std::path::Path::new(HOSTILE), "debugged");
        let error = std::io::Error::other(HOSTILE);
        tracing::info!(error = &error as &dyn std::error::Error, "error");
    };
    for form in [TEXT, Form::Json, Form::Journal] {
        let log = written(form, &[], say);
        assert_eq!(log.lines().count(), 5, "{log:?}");
        let bad = log.chars().find(|&c| c != '\n' && !shared::text::is_safe(c));
        assert!(bad.is_none() && log.contains("점심"), "{bad:?} in {log:?}");
    }
    let lines = written(Form::Json, &[], say);
    let mut lines = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    assert_eq!(lines.next().unwrap()["message"], HOSTILE, "nothing is lost");
    assert_eq!(lines.next().unwrap()["fields"]["name"], HOSTILE);
    for entry in journalled(&[], say) {
        assert!(entry[0].1.chars().all(shared::text::is_safe), "{entry:?}");
    }
}

#[test]
fn the_journal_gets_the_line_its_priority_and_the_fields() {
    let entries = journalled(&["--log-level", "trace"], || {
        tracing::error!("a");
        tracing::warn!("b");
        tracing::info!(by_name = "an\nn", target = 3, "audit");
        tracing::debug!("d");
        tracing::trace!("e");
    });
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let priorities = ["3", "4", "6", "7", "7"];
    for (entry, priority) in entries.iter().zip(priorities) {
        assert!(entry.contains(&pair("PRIORITY", priority)), "{entry:?}");
        assert!(entry.contains(&pair("SYSLOG_IDENTIFIER", "chinwagd")));
    }
    assert_eq!(entries.len(), priorities.len());
    let message = pair("MESSAGE", "audit by_name=\"an\\nn\" target=3");
    let fields = [pair("CHINWAGD_BY_NAME", "an\nn"), pair("CHINWAGD_TARGET", "3")];
    assert!(entries[2][0] == message && entries[2].ends_with(&fields), "{:?}", entries[2]);
}

#[test]
fn the_journal_is_for_whom_systemd_connected_to_it_and_text_where_it_is_not() {
    assert!(is_journal(Some("8:1234"), Some((8, 1234))));
    for stream in [None, Some(""), Some("8:123"), Some("8:12345"), Some("9:1234"), Some("8:1234 ")] {
        assert!(!is_journal(stream, Some((8, 1234))), "{stream:?}");
    }
    assert!(!is_journal(Some("8:1234"), None));
    let missing = Path::new("/nonexistent/socket");
    for (format, in_journal, form, fails) in [
        (Format::Auto, true, Form::Journal, true),
        (Format::Auto, false, Form::Text { colour: colour() }, false),
        (Format::Journal, false, Form::Text { colour: colour() }, true),
        (Format::Text, true, Form::Journal, false),
        (Format::Json, true, Form::Json, false),
    ] {
        let (output, error) = Output::choose(format, in_journal, missing);
        let chosen = matches!(output, Output::Stderr(chosen) if chosen == form);
        assert!(chosen && error.is_some() == fails, "{format:?} {in_journal}: {output:?} {error:?}");
    }
}

#[test]
fn where_people_are_is_left_out_of_every_form_when_it_is_not_wanted() {
    let say = || tracing::info!(address = "192.0.2.1", from = %"192.0.2.2", banned = "192.0.2.3", "came");
    let (with, without) = (["--log-addresses=true"], ["--log-addresses=false"]);
    for (flags, want) in [(with, [true; 3]), (without, [true, false, false])] {
        let journal = format!("{:?}", journalled(&flags, say));
        for log in [logged(&flags, say), written(Form::Json, &flags, say), journal] {
            let said = ["192.0.2.1", "192.0.2.2", "192.0.2.3"].map(|address| log.contains(address));
            assert_eq!(said, want, "{log}");
        }
    }
}

#[test]
fn a_reload_changes_what_is_logged() {
    let log = logged(&["--log-level", "warn"], || {
        tracing::info!(from = 1, "unheard");
        follow(&config(&["--log-level", "debug", "--log-addresses=false"]).live);
        tracing::debug!(from = 2, "heard");
        tracing::trace!("still unheard");
        follow(&config(&["--log-level", "error"]).live);
        tracing::warn!("unheard again");
    });
    assert!(log.ends_with("DEBUG heard\n") && log.lines().count() == 1, "{log}");
}

#[test]
fn each_level_is_logged_with_what_is_worse() {
    for (n, level) in ["error", "warn", "info", "debug", "trace"].into_iter().enumerate() {
        let log = logged(&["--log-level", level], || {
            tracing::error!("a");
            tracing::warn!("b");
            tracing::info!("c");
            tracing::debug!("d");
            tracing::trace!("e");
        });
        assert_eq!(log.lines().count(), n + 1, "{level}: {log}");
    }
}

#[test]
fn a_log_that_takes_nothing_holds_nobody_up_and_says_how_much_was_lost() {
    let (mut reader, writer) = std::io::pipe().unwrap();
    let output = Output::File(TEXT, File::from(OwnedFd::from(writer)));
    let log = Log::start(&config(&[]).live, output).unwrap();
    let lines = 50_000;
    let log = tracing::Dispatch::new(log);
    // Nobody reads meanwhile.
    tracing::dispatcher::with_default(&log, || (0..lines).for_each(|n| tracing::info!(n, "line")));
    let reading = std::thread::spawn(move || std::io::read_to_string(&mut reader).unwrap());
    drop(log);
    let log = reading.join().unwrap();
    // Mostly they are lost at once; a slow machine may lose some earlier, too.
    let lost = |line: &str| line.split_once(" WARN ")?.1.strip_suffix(" log lines were lost")?.parse().ok();
    let lost: Vec<usize> = log.lines().filter_map(lost).collect();
    assert!(log.ends_with(" log lines were lost\n"), "{lost:?}");
    assert_eq!(log.lines().count() - lost.len() + lost.iter().sum::<usize>(), lines);
}

#[test]
fn a_flush_waits_until_everything_is_written_but_not_for_ever() {
    let (mut reader, writer) = std::io::pipe().unwrap();
    let queue = Queue::start(Output::File(TEXT, File::from(OwnedFd::from(writer)))).unwrap();
    queue.push(Record::of_lost(1));
    queue.flush(Duration::MAX);
    // More than a pipe holds.
    (0..5000).for_each(|n| queue.push(Record::of_lost(n)));
    queue.flush(Duration::from_millis(1));
    let reading = std::thread::spawn(move || std::io::read_to_string(&mut reader).unwrap());
    queue.flush(Duration::MAX);
    drop(queue);
    assert_eq!(reading.join().unwrap().lines().count(), 5001);
}
