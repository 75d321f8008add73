//! The session by hand of PROTOCOL.md, run as it stands there against the real server.

use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::daemon::Daemon;

const DOCUMENT: &str = include_str!("../../../shared/PROTOCOL.md");

/// The fenced block after a mark.
fn block_after(mark: &str) -> String {
    let lines = DOCUMENT.lines().skip_while(|line| *line != mark).skip_while(|line| !line.starts_with("```"));
    let block: Vec<&str> = lines.skip(1).take_while(|line| *line != "```").collect();
    assert!(!block.is_empty(), "no block after {mark}");
    block.join("\n")
}

/// The random name is another one each time.
fn without_names(value: &mut Value) {
    match value {
        Value::Object(fields) if fields.contains_key("uid") => {
            let name = fields["name"].as_str().unwrap().to_owned();
            assert!(name.contains('-'), "{name} is no random name");
            fields.insert("name".into(), "*".into());
        }
        Value::Object(fields) => fields.values_mut().for_each(without_names),
        Value::Array(values) => values.iter_mut().for_each(without_names),
        _ => {}
    }
}

fn lines(text: &str) -> Vec<Value> {
    let read = |line: &str| -> Value {
        let mut value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        without_names(&mut value);
        value
    };
    text.lines().map(read).collect()
}

/// Runs the session behind a mark; what it writes. None where this machine has not what it needs.
fn run(mark: &str) -> Option<String> {
    for tool in ["nc", "jq", "bash", "sha256sum"] {
        let found = Command::new("sh").arg("-c").arg(format!("command -v {tool}")).output().unwrap();
        if !found.status.success() {
            println!("skipped: this machine has no {tool}");
            return None;
        }
    }
    let (state, here) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let daemon = Daemon::start(state.path(), &[]);
    let session = block_after(mark).replace("7667", &daemon.address.port().to_string());
    // Longer than any session: one that hangs is a failure.
    let done =
        Command::new("timeout").args(["30", "bash", "-c", &session]).current_dir(&here).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    Some(String::from_utf8(done.stdout).unwrap())
}

/// Takes as long as the session sleeps: seven seconds.
#[test]
fn the_session_by_hand_goes_as_the_document_says() {
    let Some(said) = run("<!-- session -->") else { return };
    let expected = block_after("<!-- session output -->");
    assert_eq!(lines(&said), lines(&expected), "\n{said}");
}

#[test]
fn a_file_is_sent_and_fetched_by_hand_as_the_document_says() {
    let Some(said) = run("<!-- files session -->") else { return };
    assert_eq!(said.trim_end(), block_after("<!-- files session output -->"));
}
