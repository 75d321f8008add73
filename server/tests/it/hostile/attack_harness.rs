//! The harness for attacks: the real `chinwagd`, two people who talk before, during and after each attack, and the memory
//! of the process, which must stop growing when all attacks are repeated.

use std::net::SocketAddr;

use serde_json::{Value, json};
use shared::ServerMsg;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::client::{Client, LIMIT, hello, show};
use crate::daemon::Daemon;

/// How often all attacks of a run are made at most, until what they leave behind no longer grows. What is bounded (the
/// rings of the rooms, the store's cache, what the allocator keeps) fills at its own pace; a leak never stops.
const ROUNDS: u32 = 12;
/// How much more memory there may be than two rounds before, in kB, to say that it no longer grows.
const SLACK_KB: u64 = 1024;

/// A server, and the two who only want to talk.
pub(crate) struct AttackHarness {
    daemon: Daemon,
    irc: Option<SocketAddr>,
    dir: TempDir,
    talkers: Talkers,
    round: u32,
    attacks: u32,
}

struct Talkers {
    ann: Client,
    ben: Client,
    said: u32,
}

/// What an attacker has to work with.
#[derive(Clone)]
pub(crate) struct Attacker {
    pub(crate) address: SocketAddr,
    /// Where IRC clients connect, if it listens for them.
    pub(crate) irc: Option<SocketAddr>,
    pub(crate) dir: std::path::PathBuf,
    /// Another number for each attack.
    pub(crate) n: u32,
}

impl AttackHarness {
    /// Makes every attack several times against one server, with these flags beside the usual ones.
    pub(crate) async fn run(flags: &[&str], attacks: impl AsyncFn(&mut Self)) {
        let dir = TempDir::new().unwrap();
        let mut daemon = Daemon::start(dir.path(), flags);
        let irc = flags.contains(&"--irc").then(|| daemon.irc());
        let (ann, ben) = (daemon.guest("ann").await, daemon.guest("ben").await);
        let mut harness =
            Self { daemon, irc, dir, talkers: Talkers { ann, ben, said: 0 }, round: 0, attacks: 0 };
        harness.talkers.ann.until("lobby ben joins").await;
        let mut after = Vec::new();
        for round in 0..ROUNDS {
            harness.round = round;
            attacks(&mut harness).await;
            after.push(harness.daemon.memory_kb());
            if let [.., before, _, now] = after.as_slice()
                && *now <= before + SLACK_KB
            {
                return;
            }
        }
        panic!("the memory grows with the attacks: {after:?} kB");
    }

    /// One attack, while the two talk. It says itself what the attacker must get.
    pub(crate) async fn attack(&mut self, name: &str, attack: impl AsyncFnOnce(Attacker)) {
        self.attacks += 1;
        let attacker = Attacker {
            address: self.daemon.address,
            irc: self.irc,
            dir: self.dir.path().to_owned(),
            n: self.attacks,
        };
        println!("round {}: {name}", self.round);
        self.talkers.talk().await;
        tokio::join!(attack(attacker), async {
            self.talkers.talk().await;
            self.talkers.talk().await;
        });
        self.talkers.talk().await;
    }
}

impl Talkers {
    /// Both say something, and both hear it; whatever else is said in between.
    async fn talk(&mut self) {
        self.said += 1;
        let (one, other) = (format!("{} from here", self.said), format!("{} from there", self.said));
        self.ann.say(&one).await;
        self.ben.until(&format!("lobby ann: {one}")).await;
        self.ben.say(&other).await;
        self.ann.until(&format!("lobby ann: {one}")).await;
        self.ann.until(&format!("lobby ben: {other}")).await;
    }
}

impl Attacker {
    /// A connection that has said nothing.
    pub(crate) async fn stranger(&self) -> Client {
        Client::connect(self.address).await
    }

    /// Somebody new, whose name begins like this.
    pub(crate) async fn guest(&self, name: &str) -> Client {
        Client::greet(self.address, json!({"name": self.name(name)})).await
    }

    /// A name that nobody else has, which begins like this.
    pub(crate) fn name(&self, name: &str) -> String {
        format!("{name}-{}", self.n)
    }

    /// Somebody new who showed the key.
    pub(crate) async fn admin(&self, name: &str) -> Client {
        let key = std::fs::read_to_string(self.dir.join("admin.key")).unwrap();
        let mut admin = self.guest(name).await;
        admin.ok(json!({"type": "auth", "key": key.trim()})).await;
        admin
    }

    /// A stranger sends these bytes, and hears exactly this until the end of the connection.
    #[track_caller]
    pub(crate) fn answers(&self, bytes: impl AsRef<[u8]>, expected: &[&str]) -> impl Future<Output = ()> {
        let caller = std::panic::Location::caller();
        async move {
            let mut stranger = self.stranger().await;
            stranger.raw(bytes.as_ref()).await;
            let heard = stranger.rest().await;
            assert_eq!(heard, expected, "at {caller}");
        }
    }

    /// A greeting with these fields is refused with this code, and the connection ended.
    pub(crate) async fn turned_away(&self, fields: Value, code: &str) {
        let line = hello(&fields).to_string() + "\n";
        self.answers(line, &[&format!("error {code}"), &format!("goodbye {code}")]).await;
    }
}

impl Client {
    /// Says that nothing more will be said.
    pub(crate) async fn finish(&mut self) {
        self.transport().shutdown().await.ok();
    }

    /// The next error, as its code; what is said in between is let pass.
    pub(crate) async fn error(&mut self) -> &'static str {
        loop {
            if let ServerMsg::Error(refusal) = self.next().await.expect("the end instead of an error") {
                return refusal.code.as_str();
            }
        }
    }

    /// Waits for the answer to the request with this id, whatever it is.
    pub(crate) async fn answer(&mut self, id: &str) {
        loop {
            let said = self.next().await.unwrap_or_else(|| panic!("the end instead of an answer to {id}"));
            let answered = match &said {
                ServerMsg::Ok(answer) => answer.id.as_ref(),
                ServerMsg::Error(refusal) => refusal.id.as_ref(),
                _ => None,
            };
            if answered.is_some_and(|answered| answered.as_str() == id) {
                return;
            }
        }
    }

    /// Takes whatever comes until the end, be it text or not.
    pub(crate) async fn bytes_to_end(&mut self) {
        let mut taken = Vec::new();
        let read = self.transport().read_to_end(&mut taken);
        tokio::time::timeout(LIMIT, read).await.expect("the connection is kept").ok();
    }

    /// Everything that is heard until the end.
    pub(crate) async fn rest(&mut self) -> Vec<String> {
        let mut heard = Vec::new();
        while let Some(msg) = self.next().await {
            heard.push(show(&msg));
        }
        heard
    }
}
