//! The list of files on their way, and of those that have ended in this run: one can be stopped, had go on, cancelled, opened. The
//! selection stays with its file, wherever that moves in the list. Cancelling what was moved in part has to be said twice.

use super::choices::turn;
use super::context::Context;
use super::outcome::{Choice, Outcome, TransferDeed};
use crate::app::transfers::{Transfer, TransferState, Transfers};
use crate::event::{Code, Key};
use crate::transfer::TransferId;

/// The list.
#[derive(Clone, Copy, Debug, Default)]
pub struct TransferList {
    selected: Option<TransferId>,
    /// The one that is cancelled by the same key again.
    pub cancelling: Option<TransferId>,
}

impl TransferList {
    /// The transfers in the order of the list: those that move, those that wait, those that rest, then those that have ended, the newest
    /// of each first.
    #[must_use]
    pub fn sorted(transfers: &Transfers) -> Vec<&Transfer> {
        let mut sorted: Vec<_> = transfers.list().iter().rev().collect();
        sorted.sort_by_key(|transfer| match transfer.state {
            TransferState::Running { .. } => 0,
            TransferState::Preparing | TransferState::Waiting | TransferState::Broken => 1,
            TransferState::Stopped => 2,
            TransferState::Failed(_) => 3,
            TransferState::Finished { .. } => 4,
        });
        sorted
    }

    /// The place of the one that is selected.
    #[must_use]
    pub fn at(&self, sorted: &[&Transfer]) -> usize {
        sorted.iter().position(|transfer| Some(transfer.id) == self.selected).unwrap_or(0)
    }

    pub(super) fn on_key(&mut self, key: Key, ctx: &Context<'_>) -> Outcome {
        let sorted = Self::sorted(ctx.transfers);
        let at = self.at(&sorted);
        let cancelling = self.cancelling.take();
        let go_to = |at: usize| sorted.get(at).map(|transfer| transfer.id);
        let selected = sorted.get(at);
        match key.on_latin_layout().code {
            Code::Up => self.selected = go_to(turn(at, sorted.len(), false)),
            Code::Down | Code::Tab => self.selected = go_to(turn(at, sorted.len(), true)),
            Code::Home => self.selected = go_to(0),
            Code::End => self.selected = go_to(sorted.len().saturating_sub(1)),
            Code::Char('q') => return Outcome::Closed,
            Code::Enter | Code::Char('x') if !key.ctrl && !key.alt => {
                let may = |transfer: &&&Transfer| !transfer.is_resting() || transfer.may_go_on();
                return deed(selected.filter(may), TransferDeed::StopOrGoOn);
            }
            Code::Char('o') if !key.ctrl && !key.alt => {
                return deed(selected.filter(|transfer| transfer.of.is_some()), TransferDeed::Open);
            }
            Code::Char('c') | Code::Delete if !key.ctrl && !key.alt => {
                let Some(transfer) = selected else { return Outcome::Kept };
                let is_done = matches!(transfer.state, TransferState::Finished { .. });
                if is_done || cancelling == Some(transfer.id) {
                    self.selected = go_to(if at + 1 < sorted.len() { at + 1 } else { at.saturating_sub(1) });
                    return deed(selected, TransferDeed::Cancel);
                }
                (self.selected, self.cancelling) = (Some(transfer.id), Some(transfer.id));
            }
            Code::Char(_)
            | Code::F(_)
            | Code::Enter
            | Code::Backspace
            | Code::Delete
            | Code::Esc
            | Code::Left
            | Code::Right
            | Code::PageUp
            | Code::PageDown => {}
        }
        Outcome::Kept
    }
}

fn deed(transfer: Option<&&Transfer>, deed: TransferDeed) -> Outcome {
    transfer.map_or(Outcome::Kept, |transfer| Outcome::Done(Choice::Transfer(transfer.id, deed)))
}
