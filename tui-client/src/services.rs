//! What every shell does for its app: clock, connection, profile, configuration file, transfers of files and log. Each is a value given to it, so that several
//! shells in one process share nothing but what they were given.
//!
//! What reads files of this machine or starts programs (`machine`) is there only where the person is at this machine. The services of
//! somebody who is here by ssh ([`Services::elsewhere`]) do not have it.

mod file_opener;
mod hooks;
mod local_files;
mod machine;
mod pictures;
mod profile_writer;
mod service_event;
mod settings_file;
mod transfers;

use std::collections::VecDeque;
use std::path::PathBuf;
use std::time::Duration;

use shared::{ClientMsg, Millis, Request, ServerMsg};

use self::machine::{Machine, MachineNews};
use self::profile_writer::ProfileWriter;
pub use self::service_event::ServiceEvent;
use self::settings_file::SettingsFile;
use self::transfers::Route;
pub use self::transfers::{Directories, spool};
use crate::clock::Clock;
use crate::effect::{Concern, Effect};
use crate::event::{FromLink, LocalFailure, Reached};
use crate::fair_share::FairShare;
use crate::log::Log;
use crate::net::dial::{Dial, Dialing};
use crate::net::link::{Batch, Link, Options};
use crate::pictures::large::Stage;
use crate::pictures::viewing::PictureWanted;
use crate::place::SETTINGS_BYTES;
use crate::profile_store::{ProfileStore, SharedStore};

/// How long the last write of the profile is waited for at the end. A disk that hangs must not keep the program from
/// ending.
const LAST_WRITE: Duration = Duration::from_secs(2);

/// Clock, connection, profile, configuration file and log of one app.
pub struct Services {
    clock: Clock,
    log: Log,
    dialer: Box<dyn Dial>,
    profile: Option<ProfileWriter>,
    store: Option<SharedStore>,
    settings: Option<SettingsFile>,
    /// What is done with files and programs of this machine; nothing for somebody who is elsewhere.
    machine: Option<Box<Machine>>,
    link: Option<Link>,
    /// The share of the process.
    share: FairShare,
    /// How the server was reached.
    reached: Option<Reached>,
    /// What happened here, to be told before anything else.
    pending: VecDeque<ServiceEvent>,
}

impl Services {
    /// Services with this clock and log, that connect by this dialer, and keep the profile in this store if there is one.
    /// Needs a runtime.
    #[must_use]
    pub fn new(clock: Clock, log: Log, dialer: Box<dyn Dial>, store: Option<Box<dyn ProfileStore>>) -> Self {
        let machine = Some(Box::default());
        Self { machine, ..Self::elsewhere(clock, log, dialer, store) }
    }

    /// The same for somebody who is not at this machine: what concerns its files, its programs and other servers is not done, but
    /// reported as [`LocalFailure::NotHere`]. Needs a runtime.
    #[must_use]
    pub fn elsewhere(
        clock: Clock,
        log: Log,
        dialer: Box<dyn Dial>,
        store: Option<Box<dyn ProfileStore>>,
    ) -> Self {
        let store = store.map(SharedStore::new);
        let profile = store.clone().map(ProfileWriter::start);
        Self {
            clock,
            log,
            dialer,
            profile,
            store,
            settings: None,
            machine: None,
            link: None,
            share: FairShare::default(),
            reached: None,
            pending: VecDeque::new(),
        }
    }

    /// Shares the process with the clients of other people, from the next connection on.
    pub fn share_process(&mut self, share: FairShare) {
        self.share = share;
    }

    /// The share of the process.
    #[must_use]
    pub fn share(&self) -> &FairShare {
        &self.share
    }

    /// Where files are found and kept, where no directory is named. Needs a runtime.
    pub fn set_directories(&mut self, directories: Directories) {
        if let Some(machine) = &mut self.machine {
            machine.transfers.set_directories(directories);
        }
    }

    /// Where what is made only to be sent is kept.
    #[must_use]
    pub fn spool_dir(&self) -> Option<PathBuf> {
        self.machine.as_ref()?.transfers.spool_dir()
    }

    /// Watches a configuration file, which had this text, and writes it. Needs a runtime.
    pub fn watch_settings(&mut self, path: PathBuf, text: String) {
        self.settings = Some(SettingsFile::watch(path, text));
    }

    /// Keeps the settings of somebody elsewhere in a file, which had this text. Needs a runtime.
    pub fn keep_settings(&mut self, path: PathBuf, text: String) {
        self.settings = Some(SettingsFile::keep(path, text, SETTINGS_BYTES));
    }

    /// Hands the configuration file over: of the clients of several servers the one on the screen watches and writes it.
    pub fn hand_settings_to(&mut self, other: &mut Self) {
        other.settings = self.settings.take().or(other.settings.take());
    }

    /// Tells of something that went wrong before the app was there, and logs it.
    pub fn report(&mut self, failure: LocalFailure) {
        self.log(&format!("{failure:?}"));
        self.pending.push_back(ServiceEvent::LocalFailure(failure));
    }

    /// The time, in milliseconds since 1970.
    pub fn now(&mut self) -> Millis {
        self.clock.now()
    }

    /// How long it is until `deadline`.
    pub fn until(&mut self, deadline: Millis) -> Duration {
        self.clock.until(deadline)
    }

    /// Writes a line to the log.
    pub fn log(&mut self, line: &str) {
        let now = self.clock.now();
        self.log.line(now, line);
    }

    /// Begins to open another connection, beside that of the chat, to the same server.
    pub(crate) fn dial_beside(&self) -> Dialing {
        self.dialer.dial_beside()
    }

    /// Does what concerns connection, profile and log, and hands back the rest. Never waits for any of them.
    pub fn execute(&mut self, effect: Effect) -> Option<Effect> {
        match (effect.concerns(), &mut self.machine) {
            (Concern::Machine, Some(machine)) => {
                let (dialer, reached) = (&self.dialer, &self.reached);
                return machine
                    .execute(effect, || Route { dialing: dialer.dial_beside(), reached: reached.clone() });
            }
            (Concern::Machine, None) => {
                self.report(LocalFailure::NotHere);
                return None;
            }
            (
                Concern::Connection | Concern::Person | Concern::Terminal | Concern::Client | Concern::Log,
                _,
            ) => {}
        }
        match effect {
            Effect::Connect(hello, attempt) => {
                let hello = Request::unnamed(ClientMsg::Hello(*hello));
                self.disconnect();
                self.dialer.head_for(&attempt);
                let options = Options {
                    store: self.store.clone(),
                    limit: attempt.limit,
                    share: self.share.clone(),
                    ..Options::default()
                };
                self.link = Some(Link::open_with(self.dialer.dial(), hello, options));
            }
            Effect::Send(request) => {
                if let Some(Err(lost)) = self.link.as_ref().map(|link| link.send(&request)) {
                    self.disconnect();
                    self.pending.push_back(ServiceEvent::Batch(vec![FromLink::Down(lost)]));
                }
            }
            Effect::Disconnect => self.disconnect(),
            Effect::Save(profile) => {
                if let Some(writer) = &self.profile {
                    writer.save(profile);
                }
            }
            Effect::WriteSetting { key, literal } => match &self.settings {
                Some(settings) if settings.write(key, literal) => {}
                Some(_) => self.report(LocalFailure::SettingsUnwritten("the disk is too slow".to_owned())),
                // A guest is told so where settings are shown.
                None if self.machine.is_none() => {}
                None => self.report(LocalFailure::NoSettingsFile),
            },
            Effect::SettingsChanged => {
                if let Some(machine) = &mut self.machine {
                    machine.hooks.tell_again();
                }
                return Some(effect);
            }
            // Nothing opens a link of somebody who is elsewhere but their own terminal.
            Effect::Open(address) if self.machine.is_none() => return Some(Effect::Copy(address)),
            Effect::Log(line) => self.log(&line),
            Effect::TransferMoved(_)
            | Effect::Copy(_)
            | Effect::Open(_)
            | Effect::Title(_)
            | Effect::Notify(_)
            | Effect::Notice(_)
            | Effect::Happened(_)
            | Effect::Recalled(_)
            | Effect::NotDone
            | Effect::ShowServer(..)
            | Effect::CloseServer(_)
            | Effect::LeaveOthers { .. }
            | Effect::Redraw
            | Effect::Quit(_)
            // What concerns the machine is done above.
            | Effect::Transfer(..)
            | Effect::RunHook(_)
            | Effect::OpenFile { .. }
            | Effect::OpenServer(_)
            | Effect::Suspend
            | Effect::EditDraft
            | Effect::AskFiles(..)
            | Effect::LoadPicture(_) => return Some(effect),
        }
        None
    }

    /// Decodes a picture to be shown large on a stage. Never waits for it. Needs a runtime.
    pub fn load_picture(&self, wanted: PictureWanted, stage: Stage) {
        if let Some(machine) = &self.machine {
            machine.pictures.load(wanted, stage);
        }
    }

    /// The next thing to tell. Cancel safe.
    pub async fn next(&mut self) -> ServiceEvent {
        match self.pending.pop_front() {
            Some(event) => event,
            None => self.happened().await,
        }
    }

    /// Waits until there is something to tell. Cancel safe.
    pub async fn wait(&mut self) {
        if self.pending.is_empty() {
            let event = self.happened().await;
            self.pending.push_back(event);
        }
    }

    /// What is to be told, if it was waited for.
    pub fn try_next(&mut self) -> Option<ServiceEvent> {
        self.pending.pop_front()
    }

    async fn happened(&mut self) -> ServiceEvent {
        tokio::select! {
            biased;
            batch = next_batch(&mut self.link) => {
                self.note(&batch);
                ServiceEvent::Batch(batch)
            }
            news = next_news(&mut self.profile) => {
                self.log(&format!("writing the profile: {news:?}"));
                let failure = news.err().map_or(LocalFailure::ProfileWritten, LocalFailure::ProfileUnwritten);
                ServiceEvent::LocalFailure(failure)
            }
            news = settings_file::next_news(&mut self.settings) => match news {
                Ok(text) => ServiceEvent::SettingsFile(text),
                Err(why) => ServiceEvent::LocalFailure(LocalFailure::SettingsUnwritten(why)),
            },
            news = machine::next_news(&mut self.machine) => match news {
                MachineNews::Told(event) => event,
                MachineNews::HookFailed(program, why) => {
                    self.log(&format!("the hook {program}: {why:?}"));
                    ServiceEvent::LocalFailure(LocalFailure::Hook(program, why))
                }
            },
        }
    }

    /// The next batch from the connection, if there is one already.
    pub fn try_next_batch(&mut self) -> Option<Batch> {
        // What is pending was before it.
        let batch = if self.pending.is_empty() { self.link.as_mut().and_then(Link::try_next) } else { None };
        if let Some(batch) = &batch {
            self.note(batch);
        }
        batch
    }

    /// Tells the dialer of a welcome, for the keys of servers are its concern, and remembers how the server was reached.
    fn note(&mut self, batch: &Batch) {
        for said in batch {
            if let FromLink::Reached(reached) = said {
                self.reached = Some(reached.clone());
            } else if let FromLink::Said(ServerMsg::Cluster(cluster)) = said {
                self.dialer.told_keys(&cluster.keys);
            } else if let FromLink::Said(ServerMsg::Welcome(welcome)) = said {
                self.dialer.welcomed(welcome.next_key.clone());
                if let Some(cluster) = &welcome.cluster {
                    self.dialer.told_keys(&cluster.keys);
                }
            }
        }
    }

    /// Closes the connection and waits until profile and settings are written, at most a moment. Says why it could not be written.
    pub async fn close(mut self) -> Option<String> {
        self.disconnect();
        if let Some(settings) = self.settings.take() {
            settings.close(LAST_WRITE).await;
        }
        let why = self.profile.take()?.close(LAST_WRITE).await.err()?.to_string();
        self.log(&format!("cannot write the profile: {why}"));
        Some(why)
    }

    /// Nothing more comes from the connection, not even its end.
    fn disconnect(&mut self) {
        self.link = None;
        self.pending.retain(|event| !matches!(event, ServiceEvent::Batch(_)));
    }
}

/// The next batch; waits for ever without a connection. Cancel safe.
async fn next_batch(link: &mut Option<Link>) -> Batch {
    if let Some(open) = link {
        if let Some(batch) = open.next().await {
            return batch;
        }
        *link = None;
    }
    std::future::pending().await
}

/// Why the profile cannot be written, or that it can be again; waits for ever while nothing changes. Cancel safe.
async fn next_news(writer: &mut Option<ProfileWriter>) -> Result<(), String> {
    match writer {
        Some(writer) => writer.news().await,
        None => std::future::pending().await,
    }
}
