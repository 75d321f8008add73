//! What the library asks of us: whether somebody may come in, and what may be done on a channel. There is one session channel
//! in a connection, and on it a terminal with the client in it, or a command of ours; all else is refused.
//!
//! Answers are given at once, for the library keeps whether one is wanted only until the next request. The channel's own queue
//! of messages is dropped: what it would bring comes here, too, and a queue that nobody reads would block the connection.

use std::net::SocketAddr;
use std::sync::Arc;

use russh::keys::{Certificate, ssh_key};
use russh::server::{Auth, ChannelOpenHandle, Handle, Msg, PublicKeyOffer, Session, VerifiedPublicKey};
use russh::{Channel, ChannelId, ChannelOpenFailure, ChannelWriteHalf, MethodKind, MethodSet, Pty, Sig};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, timeout};
use tokio_util::sync::{CancellationToken, DropGuard};

use super::door::Door;
use super::environment::{self, Environment};
use super::identity::{GUEST, KeyId, is_weak, wish};
use super::limits::{INPUT, SMALLEST_PACKET, STALLED};
use super::session::{self, Begin};
use super::stage::Stage;
use crate::lang::Lang;
use crate::terminal::{Size, TerminalEvent};

/// One connection.
pub(super) struct Handler {
    door: Arc<Door>,
    peer: SocketAddr,
    stages: watch::Sender<Stage>,
    user: String,
    /// The key that was signed with; a guest has none.
    key: Option<KeyId>,
    channel: Option<Open>,
}

/// The session channel.
struct Open {
    id: ChannelId,
    events: mpsc::Sender<TerminalEvent>,
    /// The session is told when the channel, or the connection with it, is gone.
    gone: DropGuard,
    environment: Environment,
    pty: Option<Size>,
    /// When its person last typed something.
    typed: watch::Sender<Instant>,
    /// What a session needs that has not begun.
    unused: Option<Unused>,
}

struct Unused {
    writer: ChannelWriteHalf<Msg>,
    queue: mpsc::Receiver<TerminalEvent>,
    gone: CancellationToken,
}

impl Handler {
    pub(super) fn new(door: Arc<Door>, peer: SocketAddr, stages: watch::Sender<Stage>) -> Self {
        Self { door, peer, stages, user: String::new(), key: None, channel: None }
    }

    fn of(&mut self, id: ChannelId) -> Option<&mut Open> {
        self.channel.as_mut().filter(|open| open.id == id)
    }

    /// Hands something to the session. While that has not begun, what does not fit is dropped; then the connection waits, and
    /// with it the client.
    async fn tell(&mut self, id: ChannelId, event: TerminalEvent) -> Result<(), russh::Error> {
        let Some(open) = self.of(id) else { return Ok(()) };
        if open.unused.is_some() {
            open.events.try_send(event).ok();
            return Ok(());
        }
        match timeout(STALLED, open.events.send(event)).await {
            // A session that has ended takes nothing more.
            Ok(_) => Ok(()),
            // A command that reads nothing must not keep the connection for ever.
            Err(_) => Err(russh::Error::ConnectionTimeout),
        }
    }

    fn begin(&mut self, id: ChannelId, command: Option<Vec<u8>>, handle: Handle) -> bool {
        let (door, peer, key) = (Arc::clone(&self.door), self.peer, self.key);
        let (stages, wish) = (self.stages.clone(), wish(&self.user));
        let Some(open) = self.of(id) else { return false };
        let Some(Unused { writer, queue, gone }) = open.unused.take() else { return false };
        let begin = Begin {
            door,
            peer,
            key,
            wish,
            environment: open.environment.clone(),
            pty: open.pty,
            command,
            id,
            writer,
            handle,
            queue,
            events: open.events.clone(),
            gone,
            typed: open.typed.subscribe(),
            stages,
        };
        tokio::spawn(session::run(begin));
        true
    }

    fn knows(&mut self, user: &str, key: KeyId) -> Auth {
        user.clone_into(&mut self.user);
        self.key = Some(key);
        Auth::Accept
    }
}

/// No; and a key is the way.
fn only_keys() -> Auth {
    let methods = MethodSet::from(&[MethodKind::PublicKey][..]);
    Auth::Reject { proceed_with_methods: Some(methods), partial_success: false }
}

impl russh::server::Handler for Handler {
    type Error = russh::Error;

    /// Told to those who may have no key: ssh itself would say no more than `Permission denied (publickey)`.
    async fn authentication_banner(&mut self) -> Result<Option<String>, Self::Error> {
        let is_new = !self.door.counts.is_acquainted(self.peer.ip());
        Ok(is_new.then(|| Lang::ssh_banner(self.door.options.guests).to_owned()))
    }

    async fn auth_none(&mut self, user: &str) -> Result<Auth, Self::Error> {
        if user != GUEST || !self.door.options.guests {
            return Ok(only_keys());
        }
        user.clone_into(&mut self.user);
        self.key = None;
        Ok(Auth::Accept)
    }

    async fn auth_publickey_offered(
        &mut self,
        _user: &str,
        offer: PublicKeyOffer<'_>,
    ) -> Result<Auth, Self::Error> {
        let is_weak = is_weak(offer.public_key.key_data(), offer.algorithm);
        Ok(if is_weak { only_keys() } else { Auth::Accept })
    }

    async fn auth_publickey(&mut self, user: &str, key: VerifiedPublicKey<'_>) -> Result<Auth, Self::Error> {
        let data = key.public_key.key_data();
        let id = KeyId::of(data).filter(|_| !is_weak(data, key.algorithm));
        Ok(id.map_or_else(only_keys, |id| self.knows(user, id)))
    }

    /// A certificate is the key it certifies: who has issued it matters to nobody here.
    async fn auth_openssh_certificate(
        &mut self,
        user: &str,
        certificate: &Certificate,
    ) -> Result<Auth, Self::Error> {
        let is_of_person = certificate.cert_type() == ssh_key::certificate::CertType::User;
        let id = KeyId::of(certificate.public_key()).filter(|_| is_of_person);
        Ok(id.map_or_else(only_keys, |id| self.knows(user, id)))
    }

    async fn auth_succeeded(&mut self, _session: &mut Session) -> Result<(), Self::Error> {
        self.stages.send_replace(Stage::LoggedIn);
        Ok(())
    }

    async fn channel_open_session(
        &mut self,
        channel: Channel<Msg>,
        reply: ChannelOpenHandle,
        _session: &mut Session,
    ) -> Result<(), Self::Error> {
        if self.channel.is_some() {
            let reason = "one session a connection: connect once more".to_owned();
            reply.reject(ChannelOpenFailure::Other { code: 1, reason }).await;
            return Ok(());
        }
        if channel.writable_packet_size().await < SMALLEST_PACKET {
            reply.reject(ChannelOpenFailure::ResourceShortage).await;
            return Ok(());
        }
        let id = channel.id();
        let (_, writer) = channel.split();
        let (events, queue) = mpsc::channel(INPUT);
        let gone = CancellationToken::new();
        self.channel = Some(Open {
            id,
            events,
            gone: gone.clone().drop_guard(),
            typed: watch::Sender::new(Instant::now()),
            environment: Environment::default(),
            pty: None,
            unused: Some(Unused { writer, queue, gone }),
        });
        reply.accept().await;
        Ok(())
    }

    async fn pty_request(
        &mut self,
        channel: ChannelId,
        term: &str,
        columns: u32,
        rows: u32,
        _width: u32,
        _height: u32,
        _modes: &[(Pty, u32)],
        session: &mut Session,
    ) -> Result<(), Self::Error> {
        match self.of(channel) {
            Some(open) if open.unused.is_some() && open.pty.is_none() => {
                open.environment.set_term(term);
                open.pty = Some(environment::size(columns, rows));
                session.channel_success(channel)
            }
            Some(_) | None => session.channel_failure(channel),
        }
    }

    async fn env_request(
        &mut self,
        channel: ChannelId,
        name: &str,
        value: &str,
        session: &mut Session,
    ) -> Result<(), Self::Error> {
        let is_taken = self.of(channel).is_some_and(|open| open.environment.set(name, value));
        if is_taken { session.channel_success(channel) } else { session.channel_failure(channel) }
    }

    async fn shell_request(&mut self, channel: ChannelId, session: &mut Session) -> Result<(), Self::Error> {
        let has_begun = self.begin(channel, None, session.handle());
        if has_begun { session.channel_success(channel) } else { session.channel_failure(channel) }
    }

    async fn exec_request(
        &mut self,
        channel: ChannelId,
        command: &[u8],
        session: &mut Session,
    ) -> Result<(), Self::Error> {
        let has_begun = self.begin(channel, Some(command.to_vec()), session.handle());
        if has_begun { session.channel_success(channel) } else { session.channel_failure(channel) }
    }

    async fn subsystem_request(
        &mut self,
        channel: ChannelId,
        _name: &str,
        session: &mut Session,
    ) -> Result<(), Self::Error> {
        // ssh shows nothing but its own words when the request itself is refused, so it gets an end with ours.
        let handle = session.handle();
        let Some((unused, lang)) =
            self.of(channel).and_then(|open| Some((open.unused.take()?, open.environment.lang())))
        else {
            return session.channel_failure(channel);
        };
        let stages = self.stages.clone();
        tokio::spawn(session::refuse(unused.writer, handle, channel, stages, lang.ssh_no_subsystem()));
        session.channel_success(channel)
    }

    async fn x11_request(
        &mut self,
        channel: ChannelId,
        _single: bool,
        _protocol: &str,
        _cookie: &str,
        _screen: u32,
        session: &mut Session,
    ) -> Result<(), Self::Error> {
        session.channel_failure(channel)
    }

    async fn window_change_request(
        &mut self,
        channel: ChannelId,
        columns: u32,
        rows: u32,
        _width: u32,
        _height: u32,
        session: &mut Session,
    ) -> Result<(), Self::Error> {
        let size = environment::size(columns, rows);
        match self.of(channel) {
            Some(open) if open.pty.is_none() => return session.channel_failure(channel),
            // It has the size from the start then.
            Some(open) if open.unused.is_some() => open.pty = Some(size),
            Some(_) | None => self.tell(channel, TerminalEvent::Resize(size)).await?,
        }
        session.channel_success(channel)
    }

    /// Any signal would end a program.
    async fn signal(
        &mut self,
        channel: ChannelId,
        _signal: Sig,
        _session: &mut Session,
    ) -> Result<(), Self::Error> {
        self.tell(channel, TerminalEvent::Terminate).await
    }

    async fn data(
        &mut self,
        channel: ChannelId,
        data: &[u8],
        _session: &mut Session,
    ) -> Result<(), Self::Error> {
        if let Some(open) = self.of(channel) {
            open.typed.send_replace(Instant::now());
        }
        self.tell(channel, TerminalEvent::Input(data.to_vec())).await
    }

    async fn channel_eof(&mut self, channel: ChannelId, _session: &mut Session) -> Result<(), Self::Error> {
        self.tell(channel, TerminalEvent::Gone).await
    }

    async fn channel_close(&mut self, channel: ChannelId, _session: &mut Session) -> Result<(), Self::Error> {
        if let Some(open) = self.channel.take_if(|open| open.id == channel) {
            // The session's own end is first: a terminal that is gone is no terminal to write to.
            open.events.try_send(TerminalEvent::Gone).ok();
            drop(open.gone);
        }
        Ok(())
    }
}
