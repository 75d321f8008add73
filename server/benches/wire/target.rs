//! What a load is put on: the server, or the bare broadcaster; and what each is told.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::driver::daemon::Daemon;
use super::driver::process::Process;
use super::driver::wire::Wire;
use super::report::Contender;

/// The settings of a server that is measured: nobody is slowed down.
pub(crate) const SETTINGS: &str = "pace = \"off\"\nmax-users = 20000\nmax-rooms = 20000\n";

/// What a load is put on.
pub(crate) enum Target {
    Server(Daemon, #[expect(dead_code, reason = "keeps the directory")] TempDir),
    Limit(Child, SocketAddr),
    /// A server whose members come by IRC.
    Irc(Daemon, SocketAddr, #[expect(dead_code, reason = "keeps the directory")] TempDir),
}

impl Target {
    /// A server with an empty store, or a broadcaster.
    pub(crate) fn start(contender: &Contender) -> Self {
        match contender {
            Contender::Limit => Self::limit(),
            Contender::Server(program) => {
                let dir = tempfile::tempdir().unwrap();
                Self::Server(Daemon::start(program, dir.path(), SETTINGS), dir)
            }
        }
    }

    /// A server with an empty store, for members who come by IRC.
    pub(crate) fn irc(program: &Path) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let settings = format!("{SETTINGS}irc = \"{address}\"\n");
        Self::Irc(Daemon::start(program, dir.path(), &settings), address, dir)
    }

    /// What stands before the time in a text, as a member hears it.
    pub(crate) fn before_stamp(&self) -> &'static [u8] {
        match self {
            Self::Server(..) | Self::Limit(..) => b"\"text\":\"t",
            Self::Irc(..) => b" :t",
        }
    }

    fn limit() -> Self {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let this = std::env::current_exe().unwrap();
        let child = Command::new(this).args(["--broadcast", &address.to_string()]).spawn().unwrap();
        let began = Instant::now();
        while TcpStream::connect(address).is_err() {
            assert!(began.elapsed() < Duration::from_secs(30), "the broadcaster does not listen");
            std::thread::sleep(Duration::from_millis(1));
        }
        Self::Limit(child, address)
    }

    /// Its process.
    pub(crate) fn process(&self) -> Process {
        match self {
            Self::Server(server, _) | Self::Irc(server, ..) => server.process(),
            Self::Limit(child, _) => Process::new(child.id()),
        }
    }

    /// What its threads ran.
    pub(crate) fn cpu(&self) -> Duration {
        self.process().cpu()
    }

    fn address(&self) -> SocketAddr {
        match self {
            Self::Server(server, _) => server.address,
            Self::Limit(_, address) | Self::Irc(_, address, _) => *address,
        }
    }

    /// Somebody who is in this room, and has heard so.
    pub(crate) fn member(&self, number: usize, room: u32) -> Wire {
        let mut wire = Wire::connect(self.address());
        match self {
            Self::Server(..) => {
                wire.send(&format!(
                    r#"{{"type":"hello","protocol":[1,1],"client":"bench","name":"member-{number}"}}"#
                ));
                wire.wait_for(r#""type":"welcome""#);
                if room > 0 {
                    wire.send(&format!(r#"{{"type":"join","id":"join","room":"room{room}"}}"#));
                    wire.wait_for(r#""id":"join""#);
                }
            }
            Self::Limit(..) => wire.send(&format!("/{room}")),
            Self::Irc(..) => {
                let caps = "CAP REQ :echo-message server-time message-tags batch";
                wire.send(&format!("{caps}\r\nNICK member-{number}\r\nUSER x 0 * :x\r\nCAP END\r"));
                wire.wait_for(" 376 ");
                wire.send("JOIN #lobby\r");
                wire.wait_for(" 366 ");
            }
        }
        wire
    }

    /// What a member says, so that an event with this text comes of it. For the broadcaster it is the event itself: as
    /// many bytes as the server sends.
    pub(crate) fn say(&self, room: u32, number: u64, text: &str) -> String {
        let room = if room == 0 { "lobby".to_owned() } else { format!("room{room}") };
        match self {
            Self::Server(..) => {
                format!(r#"{{"type":"say","room":"{room}","text":"{text}","nonce":"n{number}"}}"#)
            }
            Self::Irc(..) => format!("PRIVMSG #lobby :{text}\r"),
            Self::Limit(..) => format!(
                r#"{{"type":"event","room":"{room}","seq":{number},"prev":{number},"at":1763640000123,"from":{{"uid":17,"name":"member-17","style":{{"color":6}}}},"kind":"message","text":"{text}","nonce":"n{number}"}}"#
            ),
        }
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        if let Self::Limit(child, _) = self {
            child.kill().ok();
            child.wait().ok();
        }
    }
}
