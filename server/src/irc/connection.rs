//! The task of one IRC connection: an IRC byte stream on one side, on the other a pipe to the server, which is attached when the
//! client has said who it is. What passes between them is decided by the [`Session`]; `streams` reads and writes them, `timers` says
//! what is due when nothing comes, `pace` how fast the client may speak, and here they are put together.
//!
//! Nothing is kept without a bound. The pipe is not read while the client does not take what it was sent, so that the server
//! sees a slow reader and leaves a gap; the client is not read while the session waits for the server.

mod pace;
mod server_pipe;
mod streams;
mod timers;

use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::codec::Decoder as _;

use shared::codec::{Frame, LineCodec};
use shared::{ClientMsg, Millis, Request, Secret, ServerMsg};

use self::pace::Pace;
use self::server_pipe::ServerPipe;
use super::line::{CLIENT_TAG_BYTES, LINE_BYTES};
use super::login::log_in;
use super::session::{Action, LoginOutcome, Session, Setup};
use crate::connection::close::CLOSE_TIMEOUT;
use crate::connection::context::Context;
use crate::transport::pipe::{self, Pipe};
use crate::transport::socket::Socket;
use crate::utc;

/// What the pipe buffers in each direction.
const PIPE_BYTES: usize = 32 * 1024;
/// What waits for the client at most before the server is not read any more; one answer may go beyond it.
const MAX_WAITING: usize = 64 * 1024;
/// How much of what was sent the kernel keeps beyond what is on its way, so that a slow reader is noticed soon.
const MOST_UNSENT: u32 = 32 * 1024;
/// How long it may take to tell both sides what is still to be told, once it is over.
const END: Duration = Duration::from_secs(10);
/// After how many lines in a row others have their turn.
const TURN: u32 = 64;

/// An IRC client that was let in by its address.
pub struct Accepted {
    /// Its socket, the TLS handshake done.
    pub socket: Socket,
    /// Its address, for limits, bans and the log.
    pub peer: SocketAddr,
    /// When it must have registered.
    pub register_by: Instant,
    /// Attaches the near end of a pipe to the chat; the far end speaks the lines of `PROTOCOL.md`, beginning with `hello`. Must be
    /// called inside the runtime. May be called again for another identity, once the pipe before was dropped.
    pub attach: Box<dyn FnMut(Pipe) + Send>,
}

/// Serves it until it ends.
pub async fn serve(accepted: Accepted, context: Arc<Context>) {
    let peer = accepted.peer;
    let mut connection = Connection::new(accepted, context);
    if let Err(error) = connection.run().await {
        tracing::debug!(%peer, %error, "an IRC connection has ended");
    }
    connection.keep_position();
    timeout(CLOSE_TIMEOUT, connection.socket.half_close()).await.ok();
}

struct Connection {
    socket: Socket,
    register_by: Instant,
    attach: Box<dyn FnMut(Pipe) + Send>,
    context: Arc<Context>,
    session: Session,
    /// What the client sent and was not taken yet.
    input: BytesMut,
    input_lines: LineCodec,
    /// What waits for the client, and whether TLS holds some of it.
    output: BytesMut,
    unflushed: bool,
    server: Option<ServerPipe>,
    /// Finds out whose credentials the client showed.
    login: Option<Pin<Box<dyn Future<Output = LoginOutcome> + Send>>>,
    /// The secret of whom it speaks for.
    secret: Option<Secret>,
    /// When the client was heard last, and whether it was asked since.
    heard: Instant,
    asked: bool,
    /// Since when nothing that waits was taken by the client.
    stalled_since: Option<Instant>,
    /// Up to when the client is read no more, for its pace.
    paused_until: Option<Instant>,
    pace: Pace,
    /// Whether the client says nothing more: what it asked for is still carried out.
    said_all: bool,
    /// By when it is over, once it ends.
    ends_by: Option<Instant>,
}

/// What can be done.
enum Ready {
    ReadClient,
    WriteClient,
    ReadServer,
    WriteServer,
    LoggedIn(LoginOutcome),
    Time,
}

impl Connection {
    fn new(accepted: Accepted, context: Arc<Context>) -> Self {
        let Accepted { socket, register_by, attach, peer: _ } = accepted;
        // Without it the kernel keeps more for a slow reader, no more.
        socket.bound_unsent(MOST_UNSENT).ok();
        let session = Session::new(setup(&context, &socket));
        let pace = Pace::new(context.admission.terms.clone());
        Self {
            socket,
            register_by,
            attach,
            context,
            session,
            input: BytesMut::new(),
            input_lines: LineCodec::new(CLIENT_TAG_BYTES + LINE_BYTES),
            output: BytesMut::new(),
            unflushed: false,
            server: None,
            login: None,
            secret: None,
            heard: Instant::now(),
            asked: false,
            stalled_since: None,
            paused_until: None,
            pace,
            said_all: false,
            ends_by: None,
        }
    }

    fn now(&self) -> Millis {
        self.context.clock.now()
    }

    async fn run(&mut self) -> std::io::Result<()> {
        let mut lines: u32 = 0;
        loop {
            if self.take_line()? {
                lines += 1;
                if lines.is_multiple_of(TURN) {
                    tokio::task::yield_now().await;
                }
                continue;
            }
            let is_over = self.ends_by.is_some() || self.said_all && self.session.is_idle();
            if is_over && self.client_is_told() && self.server_is_told() {
                return Ok(());
            }
            match self.wait().await {
                Ready::ReadClient => self.read_client()?,
                Ready::WriteClient => self.write_client()?,
                Ready::ReadServer => self.read_server(),
                Ready::WriteServer => self.write_server(),
                Ready::LoggedIn(outcome) => {
                    self.login = None;
                    self.session.on_login(outcome, self.now());
                    self.carry_out();
                }
                Ready::Time => self.on_time()?,
            }
        }
    }

    /// Takes a line that is there, of the server or the client; whether there was one.
    fn take_line(&mut self) -> std::io::Result<bool> {
        if self.output.len() >= MAX_WAITING {
            return Ok(false);
        }
        let now = self.now();
        if let Some(server) = &mut self.server
            && let Some(frame) = server.lines.decode(&mut server.input)?
        {
            match frame {
                Frame::Line(line) => match ServerMsg::parse(&line) {
                    Ok(msg) => {
                        if let ServerMsg::Welcome(welcome) = &msg
                            && let Some(new) = &welcome.secret
                        {
                            self.secret = Some(new.clone());
                        }
                        self.session.on_server(msg, now);
                    }
                    Err(error) => tracing::error!(%error, "the IRC door does not understand the server"),
                },
                Frame::TooLong | Frame::BadUtf8 => {
                    tracing::error!("the IRC door got a line from the server that is none");
                }
            }
            self.carry_out();
            return Ok(true);
        }
        if self.ends_by.is_some() || !self.session.wants_input() || self.is_paused() {
            return Ok(false);
        }
        let Some(frame) = self.input_lines.decode(&mut self.input)? else { return Ok(false) };
        let said = match frame {
            Frame::Line(line) => {
                self.session.on_line(&line, now);
                line.len()
            }
            Frame::TooLong => {
                self.session.on_long_line(now);
                CLIENT_TAG_BYTES + LINE_BYTES
            }
            Frame::BadUtf8 => {
                self.session.on_bad_utf8(now);
                LINE_BYTES
            }
        };
        let before = self.output.len();
        self.carry_out();
        let (answered, now_ms) = (self.output.len() - before, self.context.clock.uptime_ms());
        self.pace.charge(said, answered, now_ms);
        self.paused_until = self.pace.wait(now_ms).map(|wait| Instant::now() + wait);
        Ok(true)
    }

    /// Does what the session wants.
    fn carry_out(&mut self) {
        let output = self.session.take_output();
        for action in output.actions {
            match action {
                Action::Greet(hello) => {
                    let (near, far) = pipe::pair(PIPE_BYTES);
                    // The one before goes first.
                    self.server = None;
                    (self.attach)(near);
                    self.server = Some(ServerPipe::new(far));
                    self.secret.clone_from(&hello.secret);
                    if let Some(secret) = &hello.secret {
                        let seen = self.context.irc_positions.of(secret, self.session.user());
                        self.session.resume_from(seen);
                    }
                    self.tell(&Request::unnamed(ClientMsg::Hello(*hello)));
                }
                Action::Ask(request) => self.tell(&request),
                Action::LogIn(credentials) => {
                    let (certificate, peer) = (self.socket.client_certificate(), self.socket.peer);
                    let context = Arc::clone(&self.context);
                    self.login =
                        Some(Box::pin(async move { log_in(credentials, certificate, peer, &context).await }));
                }
            }
        }
        if !output.lines.is_empty() && self.client_is_told() {
            self.stalled_since = Some(Instant::now());
        }
        self.output.extend_from_slice(output.lines.as_bytes());
        if output.end {
            self.ends_by.get_or_insert_with(|| Instant::now() + END);
        }
    }

    /// Puts a request behind those that wait for the pipe. How many there are is bounded by the session.
    fn tell(&mut self, request: &Request) {
        let Some(server) = &mut self.server else { return };
        match serde_json::to_vec(request) {
            Ok(line) => {
                server.output.extend_from_slice(&line);
                server.output.extend_from_slice(b"\n");
            }
            Err(error) => tracing::error!(%error, "the IRC door cannot write a request"),
        }
    }

    /// Waits for what can be done next.
    async fn wait(&mut self) -> Ready {
        self.release_buffers();
        let has_room = self.output.len() < MAX_WAITING;
        let reads_client = has_room && self.reads_client();
        let (deadline, to_client) = (self.deadline(), !self.client_is_told());
        let (pipe, to_server) = match &self.server {
            Some(server) => (Some(&server.pipe), !server.output.is_empty()),
            None => (None, false),
        };
        let readable = async {
            match pipe {
                Some(pipe) => pipe.readable().await,
                None => std::future::pending().await,
            }
        };
        let writable = async {
            match pipe {
                Some(pipe) => pipe.writable().await,
                None => std::future::pending().await,
            }
        };
        let login = &mut self.login;
        let logged_in = async move {
            match login {
                Some(login) => login.await,
                None => std::future::pending().await,
            }
        };
        // What an end of a stream means is found out by who reads or writes then.
        tokio::select! {
            _ = writable, if to_server => Ready::WriteServer,
            _ = readable, if has_room => Ready::ReadServer,
            _ = self.socket.writable(), if to_client => Ready::WriteClient,
            _ = self.socket.readable(), if reads_client => Ready::ReadClient,
            outcome = logged_in => Ready::LoggedIn(outcome),
            () = sleep_until(deadline) => Ready::Time,
        }
    }

    /// Whether the client has its turn. While it has not, nothing of it is read, and its silence says nothing.
    fn reads_client(&self) -> bool {
        self.ends_by.is_none() && !self.said_all && self.session.wants_input() && !self.is_paused()
    }

    fn is_paused(&self) -> bool {
        self.paused_until.is_some_and(|until| until > Instant::now())
    }

    /// Somebody who logged in is shown what they missed when they come back.
    fn keep_position(&self) {
        if let Some(secret) = self.secret.as_ref().filter(|_| self.session.was_registered()) {
            self.context.irc_positions.keep(secret, self.session.user(), self.session.seen());
        }
    }
}

/// What a session is given: marks that are greater than those of the connections before, and nobody else's.
fn setup(context: &Context, socket: &Socket) -> Setup {
    let now = context.clock.now();
    let mut random = [0; 4];
    // Without randomness the time alone tells connections apart.
    getrandom::fill(&mut random).ok();
    let uptime = Millis::try_from(context.clock.uptime_ms()).unwrap_or_default();
    Setup {
        nonce_prefix: format!("{now:012x}{:08x}", u32::from_le_bytes(random)),
        mechanisms: match socket.client_certificate() {
            Some(_) => vec!["PLAIN", "EXTERNAL"],
            None => vec!["PLAIN"],
        },
        created: utc::text(now.saturating_sub(uptime)),
        people: context.irc_people.clone(),
    }
}
