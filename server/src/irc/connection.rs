//! The task of one IRC connection: an IRC byte stream on one side, on the other a pipe to the server, which is attached when the
//! client has said who it is. What passes between them is decided by the [`Session`]; here are the streams, the limits and the
//! timers.
//!
//! Nothing is kept without a bound. The pipe is not read while the client does not take what it was sent, so that the server
//! sees a slow reader and leaves a gap; the client is not read while the session waits for the server.

use std::io::{ErrorKind, IoSlice};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Buf as _, BytesMut};
use tokio::time::{Instant, sleep_until};
use tokio_util::codec::Decoder as _;

use shared::codec::{Frame, LineCodec};
use shared::limits::SERVER_LINE_BYTES;
use shared::{ClientMsg, Millis, Request, ServerMsg};

use super::line::{CLIENT_TAG_BYTES, LINE_BYTES};
use super::session::{Action, LoginOutcome, Session, Setup};
use crate::connection::context::Context;
use crate::transport::pipe::{self, Pipe};
use crate::transport::socket::Socket;
use crate::utc;

/// What the pipe buffers in each direction.
const PIPE_BYTES: usize = 32 * 1024;
/// What is read at once.
const READ_BYTES: usize = 4096;
/// What waits for the client at most before the server is not read any more; one answer may go beyond it.
const MAX_WAITING: usize = 64 * 1024;
/// After how long a silent client is asked whether it is there, and after how long more it is given up.
const PING_AFTER: Duration = Duration::from_secs(90);
const DEAD_AFTER: Duration = Duration::from_secs(60);
/// How long a client may take nothing of what it is sent.
const WRITE_STALL: Duration = Duration::from_secs(60);
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
    connection.socket.half_close().await;
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
    server: Option<Server>,
    /// When the client was heard last, and whether it was asked since.
    heard: Instant,
    asked: bool,
    /// Since when nothing that waits was taken by the client.
    stalled_since: Option<Instant>,
    ends: bool,
}

/// The pipe to the server.
struct Server {
    pipe: Pipe,
    input: BytesMut,
    lines: LineCodec,
    output: BytesMut,
}

/// What can be done.
enum Ready {
    ReadClient,
    WriteClient,
    ReadServer,
    WriteServer,
    Time,
}

impl Connection {
    fn new(accepted: Accepted, context: Arc<Context>) -> Self {
        let Accepted { socket, register_by, attach, peer: _ } = accepted;
        let session = Session::new(setup(&context));
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
            heard: Instant::now(),
            asked: false,
            stalled_since: None,
            ends: false,
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
            if self.ends && self.client_is_told() && self.server_is_told() {
                return Ok(());
            }
            match self.wait().await {
                Ready::ReadClient if !self.read_client()? => return Ok(()),
                Ready::ReadClient => {}
                Ready::WriteClient => self.write_client()?,
                Ready::ReadServer => self.read_server(),
                Ready::WriteServer => self.write_server(),
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
                    Ok(msg) => self.session.on_server(msg, now),
                    Err(error) => tracing::error!(%error, "the IRC door does not understand the server"),
                },
                Frame::TooLong | Frame::BadUtf8 => {
                    tracing::error!("the IRC door got a line from the server that is none");
                }
            }
            self.carry_out();
            return Ok(true);
        }
        if self.ends || !self.session.wants_input() {
            return Ok(false);
        }
        let Some(frame) = self.input_lines.decode(&mut self.input)? else { return Ok(false) };
        match frame {
            Frame::Line(line) => self.session.on_line(&line, now),
            Frame::TooLong => self.session.on_long_line(now),
            Frame::BadUtf8 => self.session.on_bad_utf8(now),
        }
        self.carry_out();
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
                    self.server = Some(Server::new(far));
                    self.tell(&Request::unnamed(ClientMsg::Hello(*hello)));
                }
                Action::Ask(request) => self.tell(&request),
                Action::LogIn(_) => {
                    let refused = LoginOutcome::Refused("this server knows no log-in yet".to_owned());
                    self.session.on_login(refused, self.context.clock.now());
                }
            }
        }
        if !output.lines.is_empty() && self.client_is_told() {
            self.stalled_since = Some(Instant::now());
        }
        self.output.extend_from_slice(output.lines.as_bytes());
        self.ends |= output.end;
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
        let has_room = self.output.len() < MAX_WAITING;
        let reads_client = has_room && !self.ends && self.session.wants_input();
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
        // What an end of a stream means is found out by who reads or writes then.
        tokio::select! {
            _ = writable, if to_server => Ready::WriteServer,
            _ = readable, if has_room => Ready::ReadServer,
            _ = self.socket.writable(), if to_client => Ready::WriteClient,
            _ = self.socket.readable(), if reads_client => Ready::ReadClient,
            () = sleep_until(deadline) => Ready::Time,
        }
    }

    /// Reads what the client sent; whether it is still there.
    fn read_client(&mut self) -> std::io::Result<bool> {
        let mut some = [0; READ_BYTES];
        match self.socket.try_read(&mut some) {
            Ok(0) => Ok(false),
            Ok(read) => {
                self.input.extend_from_slice(some.get(..read).unwrap_or_default());
                (self.heard, self.asked) = (Instant::now(), false);
                Ok(true)
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(true),
            Err(error) => Err(error),
        }
    }

    fn write_client(&mut self) -> std::io::Result<()> {
        if !self.output.is_empty() {
            match self.socket.try_write(&[IoSlice::new(&self.output)]) {
                Ok(written) => self.output.advance(written),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error),
            }
        }
        self.unflushed = !self.socket.flush()?;
        self.stalled_since = (!self.client_is_told()).then(Instant::now);
        Ok(())
    }

    fn client_is_told(&self) -> bool {
        self.output.is_empty() && !self.unflushed
    }

    fn read_server(&mut self) {
        let Some(server) = &mut self.server else { return };
        let mut some = [0; READ_BYTES];
        match server.pipe.try_read(&mut some) {
            Ok(0) => self.server_has_ended(),
            Ok(read) => server.input.extend_from_slice(some.get(..read).unwrap_or_default()),
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(_) => self.server_has_ended(),
        }
    }

    fn write_server(&mut self) {
        let Some(server) = &mut self.server else { return };
        match server.pipe.try_write(&[IoSlice::new(&server.output)]) {
            Ok(written) => server.output.advance(written),
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            // Why it has ended may still be there to be read.
            Err(_) => server.output.clear(),
        }
    }

    fn server_has_ended(&mut self) {
        self.server = None;
        self.session.on_server_gone(self.now());
        self.carry_out();
    }

    fn server_is_told(&self) -> bool {
        self.server.as_ref().is_none_or(|server| server.output.is_empty())
    }

    /// When something is to be done though nothing comes.
    fn deadline(&self) -> Instant {
        let silence = if !self.session.is_registered() {
            self.register_by
        } else if self.asked {
            self.heard + PING_AFTER + DEAD_AFTER
        } else {
            self.heard + PING_AFTER
        };
        self.stalled_since.map_or(silence, |since| silence.min(since + WRITE_STALL))
    }

    fn on_time(&mut self) -> std::io::Result<()> {
        if self.stalled_since.is_some_and(|since| since.elapsed() >= WRITE_STALL) {
            return Err(stalled());
        }
        let now = self.now();
        if self.session.is_registered() && !self.session.wants_input() {
            // What it sends is not read, so its silence says nothing.
            self.heard = Instant::now();
        } else if self.session.is_registered() && !self.asked {
            self.asked = true;
            self.session.ping(now);
        } else {
            let registered = self.session.is_registered();
            self.session.end(if registered { "ping timeout" } else { "registration timed out" }, now);
        }
        self.carry_out();
        Ok(())
    }
}

impl Server {
    fn new(pipe: Pipe) -> Self {
        let lines = LineCodec::new(SERVER_LINE_BYTES);
        Self { pipe, input: BytesMut::new(), lines, output: BytesMut::new() }
    }
}

fn stalled() -> std::io::Error {
    std::io::Error::new(ErrorKind::TimedOut, "the client takes nothing of what it is sent")
}

/// What a session is given: marks that are greater than those of the connections before, and nobody else's.
fn setup(context: &Context) -> Setup {
    let now = context.clock.now();
    let mut random = [0; 4];
    // Without randomness the time alone tells connections apart.
    getrandom::fill(&mut random).ok();
    let uptime = Millis::try_from(context.clock.uptime_ms()).unwrap_or_default();
    Setup {
        nonce_prefix: format!("{now:012x}{:08x}", u32::from_le_bytes(random)),
        mechanisms: Vec::new(),
        created: utc::text(now.saturating_sub(uptime)),
    }
}
