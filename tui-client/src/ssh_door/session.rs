//! A session on its channel: the full screen on a terminal, or a command with standard input and output; then the exit status and
//! the channel's end. A panic in it gives the terminal back and ends this session alone.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use russh::ChannelId;
use russh::ChannelWriteHalf;
use russh::server::{Handle, Msg};
use shared::Name;
use tokio::io::{AsyncWrite, AsyncWriteExt as _};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

use super::counts::Full;
use super::door::Door;
use super::environment::Environment;
use super::exec::{self, Lines};
use super::identity::KeyId;
use super::input::Input;
use super::limits::{FAREWELL, WITHOUT_CLIENT};
use super::person::{self, Person};
use super::stage::Stage;
use crate::app::output_mode::OutputMode;
use crate::effect::Exit;
use crate::lang::Lang;
use crate::screen_shell;
use crate::terminal::modes::{self, Capabilities, Wishes};
use crate::terminal::output::FrameSink;
use crate::terminal::{Size, Terminal, TerminalEvent};

/// The exit status of a session that ended by a fault of ours (`EX_SOFTWARE` of sysexits).
const FAULT: u8 = 70;
/// That of one that is none of ours.
const REFUSED: u8 = 1;
/// That of one that could not begin since there are too many (`EX_TEMPFAIL`).
const TRY_LATER: u8 = 75;

/// What a session begins with.
pub(super) struct Begin {
    pub(super) door: Arc<Door>,
    pub(super) peer: SocketAddr,
    pub(super) key: Option<KeyId>,
    pub(super) wish: Option<Name>,
    pub(super) environment: Environment,
    /// Its terminal's size, if it has one.
    pub(super) pty: Option<Size>,
    pub(super) command: Option<Vec<u8>>,
    pub(super) id: ChannelId,
    pub(super) writer: ChannelWriteHalf<Msg>,
    pub(super) handle: Handle,
    pub(super) queue: mpsc::Receiver<TerminalEvent>,
    pub(super) events: mpsc::Sender<TerminalEvent>,
    pub(super) gone: CancellationToken,
    /// When its person last typed something.
    pub(super) typed: watch::Receiver<Instant>,
    pub(super) stages: watch::Sender<Stage>,
}

/// Says that the session has ended, in whatever way.
struct Ending(watch::Sender<Stage>);

impl Drop for Ending {
    fn drop(&mut self) {
        self.0.send_replace(Stage::Ended);
    }
}

/// Runs a session to its end.
pub(super) async fn run(begin: Begin) {
    let ending = Ending(begin.stages.clone());
    begin.stages.send_replace(Stage::Begun);
    let (handle, id) = (begin.handle.clone(), begin.id);
    let (door, peer) = (Arc::clone(&begin.door), begin.peer);
    let lang = begin.environment.lang();
    match door.counts.session(peer.ip(), begin.key) {
        Ok(seat) => {
            let who = begin.key.map_or_else(|| "a guest".to_owned(), |key| key.to_string());
            door.log(&format!("ssh: {peer}: {who} came in"));
            Box::pin(converse(begin)).await;
            door.log(&format!("ssh: {peer}: {who} left"));
            drop(seat);
        }
        Err(full) => {
            door.log(&format!("ssh: {peer}: too many sessions ({full:?})"));
            let mut stderr = begin.writer.make_writer_ext(Some(1));
            say(&mut stderr, why_full(lang, full)).await;
            end(&handle, id, TRY_LATER).await;
        }
    }
    drop(ending);
}

/// Ends a session that is none with a sentence on its standard error.
pub(super) async fn refuse(
    writer: ChannelWriteHalf<Msg>,
    handle: Handle,
    id: ChannelId,
    stages: watch::Sender<Stage>,
    why: &'static str,
) {
    let _ending = Ending(stages.clone());
    stages.send_replace(Stage::Begun);
    say(&mut writer.make_writer_ext(Some(1)), why).await;
    end(&handle, id, REFUSED).await;
}

async fn converse(begin: Begin) {
    let has_screen = begin.pty.is_some() && begin.environment.has_screen() && begin.command.is_none();
    let (size, environment) = (begin.pty, begin.environment.clone());
    let person = Person {
        key: begin.key,
        wish: begin.wish.clone(),
        peer: begin.peer,
        lang: environment.lang(),
        zone: environment.zone(),
        is_utf8: environment.is_utf8(),
        no_color: environment.no_color(),
    };
    match size {
        Some(size) if has_screen => show(begin, person, size).await,
        Some(_) | None => command(begin, person).await,
    }
}

/// The full screen.
async fn show(begin: Begin, person: Person, size: Size) {
    let Begin { door, environment, id, writer, handle, queue, events, gone, typed, .. } = begin;
    let lang = person.lang;
    let opening = Arc::clone(&door);
    let mut terminal = writer.make_writer();
    let opened = tokio::spawn(async move { person::open(person, &opening, OutputMode::Screen).await });
    let Ok((app, services)) = opened.await else {
        say(&mut writer.make_writer_ext(Some(1)), fault(lang)).await;
        return end(&handle, id, FAULT).await;
    };
    let settings = app.settings();
    let capabilities = environment.capabilities(Wishes {
        mouse: settings.mouse,
        escape_wait: settings.escape_wait.map(|wait| Duration::from_millis(wait.0.into())),
        ambiguous_width: settings.ambiguous_width,
    });
    if write(&mut terminal, &modes::enter(capabilities)).await.is_err() {
        services.close().await;
        return;
    }
    let shell =
        screen_shell::run(app, self::terminal(size, capabilities, queue, writer.make_writer()), services);
    // A task of its own, so that a panic in it ends here.
    let mut shell = tokio::spawn(shell);
    let mut is_idle = false;
    let ended = tokio::select! {
        ended = &mut shell => ended,
        () = tell_of_end(&events, &gone, &door.stop) => shell.await,
        () = idles(&typed, door.options.limits.idle) => {
            is_idle = true;
            timeout(FAREWELL, events.send(TerminalEvent::Terminate)).await.ok();
            shell.await
        }
    };
    let (exit, unclosed) = match ended {
        Ok((exit, unclosed)) => (Some(exit), Some(unclosed)),
        Err(_) => (None, None),
    };
    if !gone.is_cancelled() {
        let leaves = [modes::leave(capabilities), farewell(lang, exit.as_ref(), is_idle, &door)].concat();
        write(&mut terminal, &leaves).await.ok();
        end(&handle, id, exit.as_ref().map_or(FAULT, Exit::status)).await;
    }
    // The terminal first: nobody waits for a disk in front of a dead screen.
    if let Some(unclosed) = unclosed
        && let Some(why) = unclosed.close().await
    {
        door.log(&format!("ssh: {}: cannot write the profile: {why}", begin.peer));
    }
}

fn terminal(
    size: Size,
    capabilities: Capabilities,
    queue: mpsc::Receiver<TerminalEvent>,
    writer: impl AsyncWrite + Send + Unpin + 'static,
) -> Terminal {
    Terminal {
        size,
        capabilities,
        events: queue.into(),
        output: FrameSink::direct(writer),
        job_control: None,
        editor: None,
        notices: None,
        cell_pixels: || None,
        opener: None,
        clipboard: None,
    }
}

/// A command, or lines without one.
async fn command(begin: Begin, person: Person) {
    let lines = Lines {
        door: Arc::clone(&begin.door),
        person,
        command: begin.command,
        has_terminal: begin.pty.is_some(),
        stdin: Input::from(begin.queue),
        gone: begin.gone.clone(),
        stdout: Box::new(begin.writer.make_writer()),
        stderr: Box::new(begin.writer.make_writer_ext(Some(1))),
    };
    let lang = begin.environment.lang();
    let mut running = tokio::spawn(exec::run(lines));
    let ended = tokio::select! {
        ended = &mut running => Some(ended),
        () = tell_of_end(&begin.events, &begin.gone, &begin.door.stop) => {
            let patience = if begin.gone.is_cancelled() { WITHOUT_CLIENT } else { FAREWELL };
            timeout(patience, &mut running).await.ok()
        }
    };
    // What has not ended by now waits for a client that is gone, or for a server.
    running.abort();
    let status = match ended {
        Some(Ok(status)) => status,
        Some(Err(_)) => {
            say(&mut begin.writer.make_writer_ext(Some(1)), fault(lang)).await;
            FAULT
        }
        None => TRY_LATER,
    };
    end(&begin.handle, begin.id, status).await;
}

/// Waits until the client is gone or the door stops, and tells the session.
async fn tell_of_end(
    events: &mpsc::Sender<TerminalEvent>,
    gone: &CancellationToken,
    stop: &CancellationToken,
) {
    let event = tokio::select! {
        () = gone.cancelled() => TerminalEvent::Gone,
        () = stop.cancelled() => TerminalEvent::Terminate,
    };
    // One that takes nothing is not waited for.
    timeout(FAREWELL, events.send(event)).await.ok();
}

/// Waits until nothing was typed for so long; for ever without a limit.
async fn idles(typed: &watch::Receiver<Instant>, limit: Option<Duration>) {
    let Some(limit) = limit else { return std::future::pending().await };
    loop {
        let last = *typed.borrow();
        sleep_until(last + limit).await;
        if *typed.borrow() == last {
            return;
        }
    }
}

/// What is left on the terminal.
fn farewell(lang: Lang, exit: Option<&Exit>, is_idle: bool, door: &Door) -> Vec<u8> {
    let why = match exit {
        None => Some(fault(lang).to_owned()),
        Some(_) if door.stop.is_cancelled() => Some(lang.ssh_door_stops().to_owned()),
        Some(_) if is_idle => Some(lang.ssh_idle().to_owned()),
        Some(exit) => lang.exit_reason(exit),
    };
    // A server's words may be in it.
    let clean = |why: String| -> String { why.chars().filter(|&c| shared::text::is_safe(c)).collect() };
    why.map(|why| format!("chinwag: {}\r\n", clean(why)).into_bytes()).unwrap_or_default()
}

const fn fault(lang: Lang) -> &'static str {
    lang.ssh_session_fault()
}

const fn why_full(lang: Lang, full: Full) -> &'static str {
    match full {
        Full::All => lang.ssh_door_full(),
        Full::Address => lang.ssh_address_full(),
        Full::Key => lang.ssh_key_full(),
    }
}

async fn say(writer: &mut (impl AsyncWrite + Unpin), text: &str) {
    // Nobody is there to be told otherwise.
    write(writer, format!("chinwag: {text}\r\n").as_bytes()).await.ok();
}

/// Writes all, if the client takes it in a moment.
async fn write(writer: &mut (impl AsyncWrite + Unpin), bytes: &[u8]) -> std::io::Result<()> {
    timeout(FAREWELL, writer.write_all(bytes)).await?
}

/// Exit status, end, and close, in this order; a client that does not read is not waited for.
async fn end(handle: &Handle, id: ChannelId, status: u8) {
    let said = async {
        handle.exit_status_request(id, status.into()).await.ok();
        handle.eof(id).await.ok();
        handle.close(id).await.ok();
    };
    timeout(FAREWELL, said).await.ok();
}
