//! Moving files by hand: asks for a token on one connection, and moves bytes on another.

use std::fs::File;
use std::io::{BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use super::driver::wire::Wire;

/// How long anything may take.
const LIMIT: Duration = Duration::from_mins(2);

/// The settings of a server that takes what is sent here.
pub(crate) const TAKES_ALL: &str = "file-max = \"4G\"\nfiles-per-day = \"4000G\"\nfiles-total = \"4000G\"\n";

/// Somebody who moves files.
pub(crate) struct Person {
    address: SocketAddr,
    wire: Wire,
    said: u64,
}

impl Person {
    pub(crate) fn come(address: SocketAddr) -> Self {
        let mut wire = Wire::connect(address);
        wire.send(r#"{"type":"hello","protocol":[1,1],"client":"bench"}"#);
        wire.wait_for(r#""type":"welcome""#);
        Self { address, wire, said: 0 }
    }

    fn asked(&mut self, request: &str) -> serde_json::Value {
        self.said += 1;
        let id = format!("q{}", self.said);
        self.wire.send(&request.replacen('{', &format!(r#"{{"id":"{id}","#), 1));
        serde_json::from_str(&self.wire.wait_for(&format!(r#""id":"{id}""#))).unwrap()
    }

    /// A token to send a content with this hash.
    pub(crate) fn may_send(&mut self, sha256: &str, bytes: u64) -> String {
        let answer = self.asked(&format!(r#"{{"type":"upload","sha256":"{sha256}","bytes":{bytes}}}"#));
        answer["token"].as_str().ok_or(&answer).unwrap().to_owned()
    }

    /// Says a message that brings it; returns which.
    pub(crate) fn says(&mut self, sha256: &str, bytes: u64) -> u64 {
        let file = format!(r#"{{"name":"a.bin","bytes":{bytes},"sha256":"{sha256}"}}"#);
        let nonce = self.said;
        let answer = self.asked(&format!(
            r#"{{"type":"say","room":"lobby","text":"a.bin","nonce":"n{nonce}","file":{file}}}"#
        ));
        answer["seq"].as_u64().ok_or(&answer).unwrap()
    }

    /// The last message that brings this content.
    pub(crate) fn last_with(&mut self, sha256: &str) -> u64 {
        let page = self.asked(r#"{"type":"history","room":"lobby"}"#);
        let events = page["events"].as_array().unwrap();
        let event = events.iter().rfind(|event| event["file"]["sha256"] == sha256);
        event.unwrap()["seq"].as_u64().unwrap()
    }

    /// A token to fetch the file of a message.
    pub(crate) fn may_fetch(&mut self, seq: u64) -> String {
        let answer = self.asked(&format!(r#"{{"type":"download","room":"lobby","of":{seq}}}"#));
        answer["token"].as_str().ok_or(&answer).unwrap().to_owned()
    }

    /// A connection that this token opened.
    pub(crate) fn open(&self, token: &str) -> BufReader<TcpStream> {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(LIMIT)).unwrap();
        let mut stream = BufReader::new(stream);
        stream.get_mut().write_all(transfer_line(token).as_bytes()).unwrap();
        expect(&mut stream, r#""type":"transfer""#);
        stream
    }
}

/// The first line of a transfer.
pub(crate) fn transfer_line(token: &str) -> String {
    format!("{{\"type\":\"transfer\",\"token\":\"{token}\"}}\n")
}

/// The next line has this in it.
pub(crate) fn expect(stream: &mut impl std::io::BufRead, what: &str) {
    let mut line = String::new();
    stream.read_line(&mut line).unwrap();
    assert!(line.contains(what), "{line} in place of {what}");
}

/// Sends a file, as the system does it best.
pub(crate) fn send(mut to: &TcpStream, file: &File) {
    std::io::copy(&mut { file }, &mut to).unwrap();
}

/// Reads to the end and drops it; returns how many bytes it was.
pub(crate) fn drain(from: &mut impl std::io::Read) -> u64 {
    let (mut buffer, mut all) = (vec![0; 256 * 1024], 0);
    loop {
        match from.read(&mut buffer).unwrap() {
            0 => return all,
            read => all += read as u64,
        }
    }
}

/// The SHA-256 of a file, in hexadecimal digits.
pub(crate) fn hash(path: &std::path::Path) -> String {
    let (mut file, mut hasher, mut buffer) =
        (File::open(path).unwrap(), shared::FileHasher::default(), vec![0; 256 * 1024]);
    loop {
        match file.read(&mut buffer).unwrap() {
            0 => return hasher.finish().0.to_string(),
            read => hasher.update(&buffer[..read]),
        }
    }
}
