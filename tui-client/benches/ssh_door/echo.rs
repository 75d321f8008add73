//! A server of the same library that does nothing but echo, and, when it is told so, sends everybody as many bytes as often as the
//! door does: what ssh itself costs.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use russh::keys::ssh_key::private::{Ed25519Keypair, KeypairData};
use russh::server::{Auth, ChannelOpenHandle, Config, Handler, Msg, Server, Session};
use russh::{Channel, ChannelId};
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};

use super::process::on_lines;

/// What everybody is sent: so many bytes, and how long it is until the next. Nothing without it.
type Flood = Option<(usize, Duration)>;

/// Whose turn it is in that time.
static TURN: AtomicU32 = AtomicU32::new(0);

#[derive(Clone)]
struct Echo {
    flood: watch::Receiver<Flood>,
}

impl Server for Echo {
    type Handler = Self;

    fn new_client(&mut self, _: Option<std::net::SocketAddr>) -> Self {
        self.clone()
    }
}

impl Handler for Echo {
    type Error = russh::Error;

    async fn auth_none(&mut self, _: &str) -> Result<Auth, Self::Error> {
        Ok(Auth::Accept)
    }

    async fn channel_open_session(
        &mut self,
        _: Channel<Msg>,
        reply: ChannelOpenHandle,
        _: &mut Session,
    ) -> Result<(), Self::Error> {
        reply.accept().await;
        Ok(())
    }

    async fn shell_request(&mut self, channel: ChannelId, session: &mut Session) -> Result<(), Self::Error> {
        session.data(channel, "ready")?;
        tokio::spawn(flood(session.handle(), channel, self.flood.clone()));
        Ok(())
    }

    async fn data(
        &mut self,
        channel: ChannelId,
        data: &[u8],
        session: &mut Session,
    ) -> Result<(), Self::Error> {
        session.data(channel, data.to_vec())
    }
}

async fn flood(to: russh::server::Handle, channel: ChannelId, mut wanted: watch::Receiver<Flood>) {
    while wanted.changed().await.is_ok() {
        let Some((bytes, time)) = *wanted.borrow_and_update() else { continue };
        // Not all in the same moment.
        let turn = TURN.fetch_add(1, Ordering::Relaxed) % 64;
        tokio::time::sleep(time * turn / 64).await;
        let mut every = interval(time);
        every.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while !wanted.has_changed().unwrap_or(true) {
            every.tick().await;
            if to.data(channel, vec![b'.'; bytes]).await.is_err() {
                return;
            }
        }
    }
}

/// Tells its port, and is told by lines of bytes and microseconds what everybody is sent.
pub(crate) async fn run() {
    let pair = KeypairData::Ed25519(Ed25519Keypair::from_seed(&[7; 32]));
    let key = russh::keys::PrivateKey::new(pair, "echo").unwrap();
    let config = Arc::new(Config { keys: vec![key], nodelay: true, ..Config::default() });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("{}", listener.local_addr().unwrap().port());
    let (sender, flood) = watch::channel(None);
    on_lines(move |line| {
        let numbers: Vec<u64> = line.split(' ').map(|number| number.parse().unwrap()).collect();
        sender.send_replace(Some((usize::try_from(numbers[0]).unwrap(), Duration::from_micros(numbers[1]))));
    });
    Echo { flood }.run_on_socket(config, &listener).await.unwrap();
}
