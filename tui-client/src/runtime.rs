//! The one loop: it owns terminal, clock and network, feeds the app everything that happens and does what the app says.
//! It must not decide anything the app could decide.
//!
//! Everything that is there is drained, then one frame is drawn, if anything changed. What a person did is drawn at
//! once; what the network brings is drawn at once after a quiet moment, then at the frame rate. When nothing goes on,
//! no timer runs.

pub(crate) mod signals;
pub(crate) mod world;

use std::io::{self, IsTerminal as _};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

use self::signals::{Signals, Woken};
use self::world::World;
use crate::app::App;
use crate::config::Config;
use crate::effect::{Effect, Exit};
use crate::event::Event;
use crate::net::link::Batch;
use crate::terminal::encode::{clipboard, title};
use crate::terminal::output::Output;
use crate::terminal::screen::Screen;
use crate::terminal::{Taken, input};
use crate::ui;
use crate::ui::theme::Theme;

/// The time between two frames that only the network asked for: 30 a second. Nobody reads faster.
const FRAME: Duration = Duration::from_millis(33);
/// Batches from the network taken in before the keys are looked at again.
const TURN: usize = 4;

/// Runs the app on the terminal until it ends.
pub fn run(config: Config) -> Result<Exit> {
    if !(io::stdin().is_terminal() && io::stdout().is_terminal()) {
        bail!(config.lang.no_terminal());
    }
    let mouse = config.mouse;
    let (app, world) = world::open(config, true)?;
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().context("cannot start")?;
    let taken = Taken::take(mouse).context("cannot take the terminal")?;
    let exit = runtime.block_on(async {
        #[cfg(debug_assertions)]
        signals::panic_on_demand();
        Shell::new(app, world, taken)?.run().await
    });
    // What is still under way must not hold the shell's prompt back.
    runtime.shutdown_background();
    exit
}

struct Shell {
    app: App,
    world: World,
    theme: Theme,
    taken: Taken,
    output: Output,
    screen: Screen,
    keys: mpsc::Receiver<Vec<Event>>,
    signals: Signals,
    /// Sequences that go out before the next frame.
    aside: Vec<u8>,
    /// A frame is wanted, and a person waits for it.
    urgent: bool,
    changed: bool,
    /// When the last frame was drawn that only the network asked for.
    drawn: Option<Instant>,
    exit: Option<Exit>,
    /// The terminal takes nothing more and says nothing more.
    is_gone: bool,
}

/// What the loop woke up for.
enum Wake {
    Keys(Option<Vec<Event>>),
    Signal(Woken),
    Written(io::Result<()>),
    Batch(Batch),
    Time,
}

impl Shell {
    fn new(app: App, world: World, taken: Taken) -> Result<Self> {
        let (columns, rows) = crossterm::terminal::size().context("cannot ask for the terminal's size")?;
        let (sink, keys) = mpsc::channel(input::BATCHES);
        input::start(sink).context("cannot read keys")?;
        let theme = if std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty()) {
            Theme::plain()
        } else {
            Theme::ansi()
        };
        let mut shell = Self {
            app,
            world,
            theme,
            taken,
            output: Output::start().context("cannot write to the terminal")?,
            screen: Screen::new(columns, rows),
            keys,
            signals: Signals::listen().context("cannot listen to signals")?,
            aside: Vec::new(),
            urgent: true,
            changed: true,
            drawn: None,
            exit: None,
            is_gone: false,
        };
        shell.take(Event::Resize(columns, rows));
        Ok(shell)
    }

    async fn run(mut self) -> Result<Exit> {
        // The first frame comes before the first attempt to connect.
        self.draw();
        let now = self.world.now();
        let effects = self.app.start(now);
        self.carry_out(effects);
        loop {
            self.world.write_profile();
            if let Some(exit) = self.exit.take() {
                if !self.is_gone {
                    self.output.flush().await;
                }
                return Ok(exit);
            }
            self.draw();
            let wake = self.wait().await;
            self.react(wake)?;
            self.drain();
        }
    }

    /// Waits for something to happen. What a person does comes first.
    async fn wait(&mut self) -> Wake {
        let wake_at = self.wake_at();
        let is_busy = self.output.is_busy() && !self.is_gone;
        tokio::select! {
            biased;
            keys = self.keys.recv(), if !self.is_gone => Wake::Keys(keys),
            woken = self.signals.next() => Wake::Signal(woken),
            written = self.output.written(), if is_busy => Wake::Written(written),
            batch = self.world.next_batch() => Wake::Batch(batch),
            () = sleep(wake_at), if wake_at.is_some() => Wake::Time,
        }
    }

    fn react(&mut self, wake: Wake) -> Result<()> {
        match wake {
            Wake::Keys(Some(events)) => self.take_input(events),
            // Without keys the terminal is gone, and with it the person.
            Wake::Keys(None) => self.on_terminal_gone(&io::ErrorKind::UnexpectedEof.into()),
            Wake::Signal(Woken::Terminate) => self.take(Event::Terminate),
            // So is it when it takes nothing more; what is to be saved is saved on the way out.
            Wake::Written(Err(error)) => self.on_terminal_gone(&error),
            Wake::Signal(Woken::Suspend) => self.suspend(),
            Wake::Signal(Woken::Continue) => self.retake()?,
            Wake::Written(Ok(())) => {}
            Wake::Batch(batch) => self.take_batch(batch),
            Wake::Time => {
                let now = self.world.now();
                if self.app.deadline().is_some_and(|deadline| now >= deadline) {
                    self.take(Event::Tick);
                }
            }
        }
        Ok(())
    }

    /// Takes in what else is there already, so that one frame shows it all.
    fn drain(&mut self) {
        for _ in 0..TURN {
            match self.world.try_next_batch() {
                Some(batch) => self.take_batch(batch),
                None => break,
            }
        }
        while let Ok(events) = self.keys.try_recv() {
            self.take_input(events);
        }
    }

    fn take_input(&mut self, events: Vec<Event>) {
        for event in events {
            match event {
                Event::Resize(columns, rows) => self.screen.forget(columns, rows),
                // tmux attached again, another window on top: what the terminal shows may be anything.
                Event::Focus(true) => self.redraw(),
                Event::Focus(false)
                | Event::Key(_)
                | Event::Wheel(_)
                | Event::Paste(_)
                | Event::Line(_)
                | Event::Eof
                | Event::Terminate
                | Event::Link(_)
                | Event::Tick => {}
            }
            self.take(event);
        }
        self.urgent = true;
    }

    fn take_batch(&mut self, batch: Batch) {
        for heard in batch {
            self.take(Event::Link(heard));
        }
    }

    fn take(&mut self, event: Event) {
        let now = self.world.now();
        let effects = self.app.update(now, event);
        self.carry_out(effects);
        self.changed |= self.app.take_changed();
    }

    fn carry_out(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            if let Some(effect) = self.world.carry_out(effect) {
                self.carry_out_here(effect);
            }
        }
        while let Some(heard) = self.world.take_failure() {
            let now = self.world.now();
            let effects = self.app.update(now, Event::Link(heard));
            self.carry_out(effects);
        }
    }

    /// What concerns the screen.
    fn carry_out_here(&mut self, effect: Effect) {
        match effect {
            Effect::Copy(text) => self.aside.extend(clipboard(&text)),
            Effect::Title(text) => self.aside.extend(title(&text)),
            Effect::Redraw => self.redraw(),
            Effect::Suspend => self.suspend(),
            Effect::Quit(exit) => self.exit = Some(exit),
            // On a screen these are in the scrollback; the rest the world has done.
            Effect::Notice(_)
            | Effect::Happened(_)
            | Effect::Connect(_)
            | Effect::Send(_)
            | Effect::Disconnect
            | Effect::Save(_)
            | Effect::Log(_) => {}
        }
    }

    /// When the loop must wake up by itself, if ever.
    fn wake_at(&mut self) -> Option<Instant> {
        let frame =
            if self.changed && !self.output.is_busy() { self.drawn.map(|at| at + FRAME) } else { None };
        let deadline = self.app.deadline().map(|deadline| Instant::now() + self.world.until(deadline));
        [frame, deadline].into_iter().flatten().min()
    }

    /// Draws a frame, if there is something new and it is time.
    fn draw(&mut self) {
        let is_due = self.urgent || self.drawn.is_none_or(|at| at.elapsed() >= FRAME);
        if !(self.changed && is_due) && self.aside.is_empty() {
            // A key that changed nothing makes nothing urgent.
            self.urgent &= self.changed;
            return;
        }
        let Some(mut buffer) = self.output.buffer() else { return };
        buffer.append(&mut self.aside);
        if self.changed && is_due {
            let (app, theme) = (&self.app, &self.theme);
            buffer = self.screen.draw(buffer, |cells| ui::render(app, theme, cells));
            if !self.urgent {
                self.drawn = Some(Instant::now());
            }
            (self.changed, self.urgent) = (false, false);
        }
        self.output.submit(buffer);
    }

    fn on_terminal_gone(&mut self, error: &io::Error) {
        self.world.log(&format!("cannot write to the terminal: {error}"));
        self.is_gone = true;
        self.take(Event::Terminate);
    }

    fn redraw(&mut self) {
        // The size may have changed without a signal, as when tmux is attached again.
        if let Ok((columns, rows)) = crossterm::terminal::size() {
            self.screen.forget(columns, rows);
            self.changed = true;
            let now = self.world.now();
            let effects = self.app.update(now, Event::Resize(columns, rows));
            self.carry_out(effects);
        }
        self.urgent = true;
    }

    fn suspend(&mut self) {
        if let Err(error) = self.taken.suspend(signals::stop) {
            self.world.log(&format!("cannot suspend: {error}"));
        }
        self.redraw();
    }

    /// The shell continued us, perhaps after it had the terminal.
    fn retake(&mut self) -> Result<()> {
        self.taken.retake().context("cannot take the terminal back")?;
        self.redraw();
        Ok(())
    }
}

pub(crate) async fn sleep(until: Option<Instant>) {
    match until {
        Some(until) => sleep_until(until).await,
        None => std::future::pending().await,
    }
}
