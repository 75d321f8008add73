//! What the services do with this machine, for somebody who is at it: transfers of files, looking at files before they are sent,
//! opening them, decoding pictures, running hooks. Somebody who is elsewhere has services without this value.

use super::file_opener::FileOpener;
use super::hooks::Hooks;
use super::local_files::LocalFiles;
use super::pictures::Pictures;
use super::service_event::ServiceEvent;
use super::transfers::{Route, Transfers};
use crate::effect::Effect;
use crate::event::HookFailure;

/// What is done with files and programs of this machine.
#[derive(Default)]
pub(super) struct Machine {
    pub(super) hooks: Hooks,
    pub(super) local_files: LocalFiles,
    pub(super) file_opener: FileOpener,
    pub(super) pictures: Pictures,
    pub(super) transfers: Transfers,
}

/// What came of something.
pub(super) enum MachineNews {
    /// What the shell is to be told.
    Told(ServiceEvent),
    /// A hook did not run to a good end.
    HookFailed(String, HookFailure),
}

impl Machine {
    /// Does what concerns files and programs, and hands back the rest. `route` is the way to the server for a connection of its own.
    pub(super) fn execute(&mut self, effect: Effect, route: impl FnOnce() -> Route) -> Option<Effect> {
        match effect {
            Effect::RunHook(hook) => self.hooks.run(*hook),
            Effect::OpenFile { path, with } => self.file_opener.open(path, with),
            Effect::AskFiles(number, asked) => self.local_files.ask(number, asked),
            Effect::Transfer(id, act) => self.transfers.execute(id, act, route),
            Effect::OpenServer(_)
            | Effect::Suspend
            | Effect::EditDraft
            | Effect::LoadPicture(_)
            | Effect::Connect(..)
            | Effect::Send(_)
            | Effect::Disconnect
            | Effect::Save(_)
            | Effect::WriteSetting { .. }
            | Effect::SettingsChanged
            | Effect::TransferMoved(_)
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
            | Effect::Log(_)
            | Effect::Quit(_) => return Some(effect),
        }
        None
    }
}

/// The next thing to tell; waits for ever where there is no machine. Cancel safe.
pub(super) async fn next_news(machine: &mut Option<Box<Machine>>) -> MachineNews {
    let Some(machine) = machine else { return std::future::pending().await };
    let told = tokio::select! {
        biased;
        opened = machine.file_opener.next() => ServiceEvent::FileOpened(opened),
        (file, loaded) = machine.pictures.next() => ServiceEvent::LargePicture(file, loaded),
        (number, found) = machine.local_files.next() => ServiceEvent::FilesFound(number, found),
        (id, news) = machine.transfers.next() => ServiceEvent::Transfer(id, news),
        (program, why) = machine.hooks.next_failure() => return MachineNews::HookFailed(program, why),
    };
    MachineNews::Told(told)
}
