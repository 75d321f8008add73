//! A server that does not answer: `chinwagd ctl` ends all the same, in the time it was given.

use std::os::unix::net::{UnixListener, UnixStream};

use socket2::{Domain, SockAddr, Socket, Type};
use tempfile::TempDir;

use super::{ctl, fails};

#[test]
fn a_server_that_answers_nothing_is_given_up() {
    let dir = TempDir::new().unwrap();
    let _silent = UnixListener::bind(dir.path().join("chinwagd.sock")).unwrap();
    fails(dir.path(), &["status", "--timeout", "1"], 3, &["did not answer in 1 s"]);
    let (_, _, why) = ctl(dir.path(), &["status", "--timeout", "1"]);
    assert!(!why.contains("may still"), "{why}");
    fails(dir.path(), &["announce", "hear", "--timeout", "1"], 3, &["may still be carried out", "ctl audit"]);
}

#[test]
fn a_server_that_accepts_nothing_is_given_up_too() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("chinwagd.sock");
    let full = Socket::new(Domain::UNIX, Type::STREAM, None).unwrap();
    full.bind(&SockAddr::unix(&path).unwrap()).unwrap();
    full.listen(0).unwrap();
    // The queue takes one; the next one would wait.
    let _waiting = UnixStream::connect(&path).unwrap();
    fails(dir.path(), &["status", "--timeout", "1"], 3, &["did not answer in 1 s"]);
}
