//! Several clients of one person on one machine: the real binaries share an identity.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use crate::processes::{Daemon, Plain, run_at};

/// A home directory of somebody whom the server at `address` knows.
pub(crate) fn known_home(address: &str, name: &str) -> Arc<tempfile::TempDir> {
    let home = Arc::new(tempfile::tempdir().unwrap());
    let mut first = Plain::at(Arc::clone(&home), &[address, "--name", name]);
    first.say("I was here");
    first.hears(": I was here");
    first.ends();
    home
}

#[test]
fn a_script_beside_a_client_is_the_same_person_and_one_with_another_name_is_not() {
    let state = tempfile::tempdir().unwrap();
    let daemon = Daemon::start(state.path(), "127.0.0.1:0");
    let address = daemon.address.as_str();
    let home = known_home(address, "kim");
    let guest = Plain::start(address, "minsu");
    guest.hears("minsu is connected");
    let mut kim = Plain::at(Arc::clone(&home), &[address]);
    kim.say("hello");
    guest.hears("kim: hello");
    for _ in 0..2 {
        let bot = run_at(home.path(), &[address, "--plain", "--name", "beeper"], b"beep\n");
        assert_eq!(bot.status, 0, "{}", bot.err);
        // The bot's profile is the one used last.
        let script = run_at(home.path(), &[address, "--plain"], b"done\n");
        assert_eq!(script.status, 0, "{}", script.err);
    }
    kim.hears("kim: done");
    kim.say("still kim");
    let mut heard = Vec::new();
    while !heard.last().is_some_and(|line: &String| line.contains("still kim")) {
        heard.push(guest.hears(""));
    }
    let heard: Vec<_> =
        heard.iter().map(|line| line.split_once("] ").map_or(&**line, |(_, said)| said)).collect();
    let said: Vec<_> = heard.iter().filter(|line| line.contains(": ")).collect();
    let (beep, done) = ("lobby beeper: beep", "lobby kim: done");
    assert_eq!(said, [&beep, &done, &beep, &done, &"lobby kim: still kim"]);
    assert!(!heard.iter().any(|line| line.contains("kim") && !line.contains(": ")), "{heard:?}");
}

/// A server that has never heard of windows, in front of one that has: neither is told what the other says of them. Returns
/// its address.
fn old_server(behind: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let behind = behind.to_owned();
    thread::spawn(move || {
        for client in listener.incoming().map_while(Result::ok) {
            let server = TcpStream::connect(&behind).unwrap();
            let (from_client, from_server) = (client.try_clone().unwrap(), server.try_clone().unwrap());
            thread::spawn(move || pass_on(from_client, server));
            thread::spawn(move || pass_on(from_server, client));
        }
    });
    address
}

fn pass_on(from: TcpStream, mut to: TcpStream) {
    for line in BufReader::new(from).lines().map_while(Result::ok) {
        let mut value: serde_json::Value = serde_json::from_str(&line).unwrap();
        if let Some(message) = value.as_object_mut() {
            message.remove("window");
        }
        if let Some(limits) = value.get_mut("limits").and_then(serde_json::Value::as_object_mut) {
            limits.remove("windows");
        }
        if writeln!(to, "{value}").is_err() {
            break;
        }
    }
    to.shutdown(Shutdown::Both).ok();
}

#[test]
fn at_an_older_server_a_second_client_is_somebody_else_and_throws_nobody_out() {
    let state = tempfile::tempdir().unwrap();
    let daemon = Daemon::start(state.path(), "127.0.0.1:0");
    let address = old_server(&daemon.address);
    let home = known_home(&address, "kim");
    let mut guest = Plain::start(&daemon.address, "minsu");
    guest.say("here");
    guest.hears(": here");
    let mut kim = Plain::at(Arc::clone(&home), &[&address]);
    kim.say("hello");
    guest.hears("kim: hello");
    for _ in 0..2 {
        let script = run_at(home.path(), &[&address, "--plain"], b"from a script\n");
        assert_eq!(script.status, 0, "{}", script.err);
        let said = guest.hears(": from a script");
        assert!(!said.contains("kim"), "{said}");
        kim.say("still kim");
        guest.hears("kim: still kim");
    }
}
