//! The fuzz target `request`: a line from a client is a request that can be written and read again, or a refusal that
//! repeats nothing dangerous.

use shared::codec::to_line;
use shared::limits::LINE_BYTES;
use shared::text::is_safe;
use shared::{ClientMsg, Request};

/// The input is one line.
pub(super) fn check(line: &[u8]) {
    match Request::parse(line) {
        Ok(request) => {
            let written = to_line(&request);
            let written = written.strip_suffix(b"\n").unwrap();
            assert!(!written.contains(&b'\n'), "a request is one line");
            assert_eq!(Request::parse(written), Ok(request.clone()), "it is read otherwise");
            assert!(!Request::claims(line, "no such type"));
            // Never longer than what it came in, by more than the escapes a stricter writer would use.
            assert!(written.len() <= 6 * LINE_BYTES.max(line.len()));
            secrets_stay_secret(&request);
        }
        Err(refusal) => {
            assert!(refusal.message.chars().all(is_safe), "{:?}", refusal.message);
            assert!(!refusal.message.is_empty() && refusal.message.len() < 400, "{:?}", refusal.message);
        }
    }
}

/// What is printed for the log does not depend on a password or a key.
fn secrets_stay_secret(Request { msg, .. }: &Request) {
    let mut other = msg.clone();
    if let ClientMsg::Auth(auth) = &mut other {
        auth.key.push('x');
    }
    if let ClientMsg::Hello(hello) = &mut other {
        hello.password = hello.password.take().map(|password| password + "x");
    }
    assert_eq!(format!("{msg:?}"), format!("{other:?}"));
}
