//! Somebody at a terminal in memory: bytes in, a picture out, and a profile that is kept in memory.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::task::{JoinError, JoinHandle};
use tokio::time::timeout;
use tui_client::address::Address;
use tui_client::address_list::AddressList;
use tui_client::app::App;
use tui_client::app::output_mode::OutputMode;
use tui_client::app::setup::Setup;
use tui_client::clock::Clock;
use tui_client::effect::Exit;
use tui_client::lang::Lang;
use tui_client::line_options::LineOptions;
use tui_client::line_shell;
use tui_client::log::Log;
use tui_client::net::dial::{Dial, Dialer};
use tui_client::profile::Profile;
use tui_client::profile_store::ProfileStore;
use tui_client::screen_shell::{self, OpenServer};
use tui_client::services::Services;
use tui_client::terminal::lines::{LINES, LineInput, Lines};
use tui_client::terminal::modes::Capabilities;
use tui_client::terminal::output::{self, FrameSource};
use tui_client::terminal::{EVENTS, Size, Terminal, TerminalEvent};

use crate::processes::PATIENCE;

/// A profile in memory.
#[derive(Clone, Default)]
pub(super) struct Memory {
    profile: Arc<Mutex<Option<Profile>>>,
    before: Option<Arc<dyn Fn() -> io::Result<()> + Send + Sync>>,
}

impl Memory {
    /// A store that does this before it keeps anything: nothing is kept when it fails.
    pub(super) fn after(before: impl Fn() -> io::Result<()> + Send + Sync + 'static) -> Self {
        Self { before: Some(Arc::new(before)), ..Self::default() }
    }

    /// Waits until what is kept is as wanted.
    pub(super) async fn has(&self, what: &str, is_so: impl Fn(&Profile) -> bool) {
        let step = Duration::from_millis(5);
        let mut waited = Duration::ZERO;
        while !self.profile().is_some_and(|kept| is_so(&kept)) {
            assert!(waited < PATIENCE, "{what} was never kept: {:?}", self.profile());
            tokio::time::sleep(step).await;
            waited += step;
        }
    }

    pub(super) fn profile(&self) -> Option<Profile> {
        self.profile.lock().unwrap().clone()
    }
}

impl ProfileStore for Memory {
    fn save(&mut self, profile: &Profile) -> io::Result<()> {
        if let Some(before) = &self.before {
            before()?;
        }
        *self.profile.lock().unwrap() = Some(profile.clone());
        Ok(())
    }
}

/// A shell, and its terminal from the person's side.
pub(super) struct Person {
    keyboard: mpsc::Sender<TerminalEvent>,
    screen: watch::Receiver<Screen>,
    sizes: mpsc::Sender<Size>,
    stopped: watch::Sender<bool>,
    shell: JoinHandle<Exit>,
}

/// A client that was not started yet. Every one has another seed.
fn app(output_mode: OutputMode, lang: Lang, name: &str, store: &Memory) -> App {
    app_at(Address::default(), output_mode, lang, name, store)
}

fn app_at(address: Address, output_mode: OutputMode, lang: Lang, name: &str, store: &Memory) -> App {
    static SEED: AtomicU64 = AtomicU64::new(0);
    App::new(Setup {
        address: address.into(),
        lang,
        name: name.parse().ok(),
        profile: store.profile().unwrap_or_default(),
        output_mode,
        seed: SEED.fetch_add(1, Ordering::Relaxed),
        ..Setup::default()
    })
}

fn services(dialer: Box<dyn Dial>, store: &Memory) -> Services {
    Services::new(Clock::start(), Log::default(), dialer, Some(Box::new(store.clone())))
}

/// A shell of lines, from the side of who writes and reads them.
pub(super) struct Writer {
    input: mpsc::Sender<LineInput>,
    output: mpsc::Receiver<String>,
    _terminate: mpsc::Sender<()>,
    shell: JoinHandle<io::Result<Exit>>,
}

/// Passes on what is written, line by line as the shell writes it.
struct Output(mpsc::Sender<String>);

impl io::Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8(bytes.to_vec()).map_err(io::Error::other)?;
        self.0.try_send(text).map_err(io::Error::other)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Writer {
    pub(super) fn start(dialer: Box<dyn Dial>, name: &str, store: &Memory) -> Self {
        let ((input, lines), (sink, output)) = (mpsc::channel(LINES), mpsc::channel(1024));
        let (terminate, asked) = mpsc::channel(1);
        let ((_, unread), (_, drained)) = (mpsc::channel(1), mpsc::channel(1));
        let sink = Box::new(Output(sink));
        let lines = Lines {
            input: lines,
            content: None,
            terminate: asked,
            unread,
            terminal: None,
            output: sink,
            drained,
        };
        let app = app(OutputMode::Lines { confirms: false }, Lang::En, name, store);
        let services = services(dialer, store);
        let shell = tokio::spawn(async move {
            let run = Box::pin(line_shell::run(app, lines, services, LineOptions::default()));
            let (exit, services) = run.await;
            services.close().await;
            exit
        });
        Self { input, output, _terminate: terminate, shell }
    }

    pub(super) async fn says(&mut self, line: &str) {
        self.input.send(line.into()).await.unwrap();
    }

    /// Reads until something with `text` in it.
    pub(super) async fn reads(&mut self, text: &str) {
        while !timeout(PATIENCE, self.output.recv()).await.unwrap().unwrap().contains(text) {}
    }

    /// Reads until each of these was in something, in any order: rooms are not in order with each other.
    pub(super) async fn reads_all(&mut self, texts: &[&str]) {
        let mut missing = texts.to_vec();
        while !missing.is_empty() {
            let read = timeout(PATIENCE, self.output.recv()).await.unwrap().unwrap();
            missing.retain(|text| !read.contains(text));
        }
    }

    /// Says that there will be no more, and waits for the end.
    pub(super) async fn ends(self) -> Exit {
        self.input.send(LineInput::End).await.unwrap();
        timeout(PATIENCE, self.shell).await.unwrap().unwrap().unwrap()
    }
}

/// What the terminal shows.
#[derive(Default)]
struct Screen {
    text: String,
    rows: u16,
}

impl Person {
    /// A client with this language on a terminal of this size, that begins with the profile in `store` and asks for
    /// `name` if it is not empty.
    pub(super) fn start(dialer: Box<dyn Dial>, lang: Lang, size: Size, name: &str, store: &Memory) -> Self {
        let client = (app(OutputMode::Screen, lang, name, store), services(dialer, store));
        Self::at(size, client, Vec::new(), None)
    }

    /// The same with several servers, whose profiles are kept nowhere, and who can open more of them.
    pub(super) fn with_servers(servers: &[Address], lang: Lang, size: Size, name: &str) -> Self {
        let name = name.to_owned();
        let open: OpenServer = Arc::new(move |address: AddressList| {
            let (store, address) = (Memory::default(), address.first().clone());
            let dialer = Box::new(Dialer::from(address.clone()));
            (app_at(address, OutputMode::Screen, lang, &name, &store), services(dialer, &store))
        });
        let mut clients = servers.iter().map(|address| open(address.clone().into()));
        let first = clients.next().unwrap();
        let others = clients.collect();
        Self::at(size, first, others, Some(open))
    }

    fn at(
        size: Size,
        first: (App, Services),
        others: Vec<(App, Services)>,
        open: Option<OpenServer>,
    ) -> Self {
        let (keyboard, events) = mpsc::channel(EVENTS);
        let (frames, source) = output::channel();
        let (picture, screen) = watch::channel(Screen::default());
        let (sizes, resizes) = mpsc::channel(1);
        let (stopped, flow) = watch::channel(false);
        tokio::spawn(show(source, size, resizes, flow, picture));
        let capabilities = Capabilities::of("xterm-256color", false, true);
        let events = events.into();
        let terminal = Terminal {
            size,
            capabilities,
            events,
            output: frames,
            job_control: None,
            editor: None,
            opener: None,
            cell_pixels: || None,
            notices: None,
            clipboard: None,
        };
        let shell = tokio::spawn(async move {
            let (exit, unclosed) = screen_shell::run_all(first, others, terminal, open).await;
            unclosed.close().await;
            exit
        });
        Self { keyboard, screen, sizes, stopped, shell }
    }

    pub(super) async fn types(&mut self, keys: &str) {
        self.sends(keys.as_bytes()).await;
    }

    /// Sends bytes of the keyboard as one read.
    pub(super) async fn sends(&mut self, bytes: &[u8]) {
        self.keyboard.send(TerminalEvent::Input(bytes.to_vec())).await.unwrap();
    }

    pub(super) async fn resizes(&mut self, size: Size) {
        self.sizes.send(size).await.unwrap();
        self.keyboard.send(TerminalEvent::Resize(size)).await.unwrap();
    }

    /// Stops the terminal from taking frames, as Ctrl-S does, or lets it go on.
    pub(super) fn stops_output(&mut self, stopped: bool) {
        self.stopped.send(stopped).unwrap();
    }

    /// Whether this is on the screen now.
    pub(super) fn shows(&self, text: &str) -> bool {
        self.screen.borrow().text.contains(text)
    }

    pub(super) fn rows(&self) -> u16 {
        self.screen.borrow().rows
    }

    pub(super) async fn sees(&self, text: &str) {
        self.until(text, |screen| screen.contains(text)).await;
    }

    /// Waits until the screen is as wanted.
    pub(super) async fn until(&self, what: &str, is_so: impl Fn(&str) -> bool) {
        let mut screen = self.screen.clone();
        let waiting = timeout(PATIENCE, screen.wait_for(|screen| is_so(&screen.text)));
        let is_late = waiting.await.map_or(true, |found| found.is_err());
        assert!(!is_late, "{what} never came; the screen:\n{}", self.screen.borrow().text);
    }

    /// Waits for the end of the shell.
    pub(super) async fn ends(self) -> Result<Exit, JoinError> {
        timeout(PATIENCE, self.shell).await.expect("the shell went on")
    }

    /// Ends the shell as `kill -9` would.
    pub(super) async fn dies(self) {
        self.shell.abort();
        assert!(self.shell.await.unwrap_err().is_cancelled());
    }

    /// Takes the terminal away, as when a window is closed.
    pub(super) async fn hangs_up(self) -> Result<Exit, JoinError> {
        drop((self.keyboard, self.screen));
        timeout(PATIENCE, self.shell).await.expect("the shell went on")
    }
}

/// Shows frames until nobody looks or nothing more comes.
async fn show(
    mut source: FrameSource,
    size: Size,
    mut resizes: mpsc::Receiver<Size>,
    mut flow: watch::Receiver<bool>,
    picture: watch::Sender<Screen>,
) {
    let cells = |size: Size| (size.rows.try_into().unwrap(), size.columns.try_into().unwrap());
    let (rows, columns) = cells(size);
    let mut terminal = vt100::Parser::new(rows, columns, 0);
    while let Some(frame) = source.next().await {
        if flow.wait_for(|stopped| !stopped).await.is_err() {
            return;
        }
        // A frame for another size comes after the terminal has it.
        while let Ok(size) = resizes.try_recv() {
            let (rows, columns) = cells(size);
            terminal.screen_mut().set_size(rows, columns);
        }
        terminal.process(&frame);
        let screen = Screen { text: terminal.screen().contents(), rows: terminal.screen().size().0.get() };
        if picture.send(screen).is_err() {
            return;
        }
        source.done(Ok(frame));
    }
}
