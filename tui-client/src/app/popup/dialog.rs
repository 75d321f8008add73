//! The dialog for an action of a moderator or admin, step by step: whom, why, for how long, and at last one sentence that
//! names the person and the consequence. Only Enter at that sentence does it.
//!
//! The subject is fixed by number when they are picked: a name can change hands while the dialog is open.

pub mod candidates;

mod confirmation;
mod request;

use shared::{Line, Millis, Text, Uid};

use super::choices::turn;
use super::context::Context;
use super::outcome::{Choice, Outcome};
use super::text_field::TextField;
use crate::admin_action::{AdminAction, Step, Subject};
use crate::app::duration;
use crate::event::{Code, Key};

/// How long the question must have been on the screen before Enter counts, in milliseconds: an Enter that was meant for
/// the step before, or a key that bounces, does nothing but say so.
const CONFIRM_DELAY: Millis = 400;
/// The longest delay of a shutdown, in seconds.
pub const LONGEST_SHUTDOWN_S: u64 = 86_400;

/// Why the dialog stays at a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InputError {
    /// It is no duration.
    BadDuration,
    /// The reason or announcement is too long or has characters that are not allowed.
    BadText,
    /// What was typed is not the server's name.
    WrongServerName,
    /// They are not here any more, and only somebody who is can be kicked.
    NotHere,
    /// There is no connection.
    Offline,
    /// Enter came before the question can have been read.
    TooSoon,
}

/// The dialog.
#[derive(Debug)]
pub struct Dialog {
    /// What is to be done.
    pub action: AdminAction,
    /// What is asked now.
    pub step: Step,
    /// The step it began with: Esc closes it there.
    first: Step,
    /// Whom it is about.
    pub subject: Option<Subject>,
    /// What was typed to find somebody.
    pub query: TextField,
    /// Who is selected in the list.
    picked: Option<Uid>,
    /// Why.
    pub reason: TextField,
    /// A duration that is not among those offered.
    pub duration: TextField,
    /// Which of the offered durations is selected.
    pub at: usize,
    /// For how many seconds; `None` is without end.
    pub for_s: Option<u64>,
    /// Whether their address is banned as well.
    pub address: bool,
    /// Whether the server comes back.
    pub restart: bool,
    /// The announcement, or the server's name as it was typed.
    pub text: TextField,
    /// What is wrong with what was given.
    pub error: Option<InputError>,
    /// When the step began.
    since: Millis,
}

impl Dialog {
    /// A dialog that begins with its first question.
    #[must_use]
    pub fn new(action: AdminAction, now: Millis) -> Self {
        let first = action.steps().first().copied().unwrap_or(Step::Confirm);
        Self {
            action,
            step: first,
            first,
            subject: None,
            query: TextField::default(),
            picked: None,
            reason: TextField::default(),
            duration: TextField::default(),
            // Neither the mildest nor the hardest.
            at: 2,
            for_s: None,
            address: false,
            restart: false,
            text: TextField::default(),
            error: None,
            since: now,
        }
    }

    /// A dialog about somebody: what is left to ask comes first.
    #[must_use]
    pub fn about(action: AdminAction, subject: Subject, now: Millis) -> Self {
        let mut dialog = Self::new(action, now);
        dialog.subject = Some(subject);
        if dialog.first == Step::Subject {
            (dialog.first, dialog.step) = (Step::Reason, Step::Reason);
        }
        dialog
    }

    /// The same, at its last step: everything is known but whether it is meant.
    #[must_use]
    pub fn at_confirmation(mut self) -> Self {
        (self.first, self.step) = (Step::Confirm, Step::Confirm);
        self
    }

    /// Whether Esc closes it now.
    #[must_use]
    pub fn is_first(&self) -> bool {
        self.step == self.first
    }

    /// The line that is edited at this step.
    #[must_use]
    pub fn field(&self) -> Option<&TextField> {
        match self.step {
            Step::Subject => Some(&self.query),
            Step::Reason => Some(&self.reason),
            Step::Duration => Some(&self.duration),
            Step::Text => Some(&self.text),
            Step::Confirm if self.action == AdminAction::Shutdown => Some(&self.text),
            Step::StopOrRestart | Step::Confirm => None,
        }
    }

    fn field_mut(&mut self) -> Option<&mut TextField> {
        match self.step {
            Step::Subject => Some(&mut self.query),
            Step::Reason => Some(&mut self.reason),
            Step::Duration => Some(&mut self.duration),
            Step::Text => Some(&mut self.text),
            Step::Confirm if self.action == AdminAction::Shutdown => Some(&mut self.text),
            Step::StopOrRestart | Step::Confirm => None,
        }
    }

    pub(super) fn on_key(&mut self, key: Key, ctx: &Context<'_>) -> Outcome {
        self.error = None;
        match key.code {
            Code::Enter if !key.alt && !key.ctrl && !key.shift => return self.enter(ctx),
            Code::Up => self.step_in_list(false, ctx),
            Code::Down => self.step_in_list(true, ctx),
            Code::Tab => self.toggle(ctx),
            Code::Enter
            | Code::Char(_)
            | Code::F(_)
            | Code::Backspace
            | Code::Delete
            | Code::Esc
            | Code::Left
            | Code::Right
            | Code::Home
            | Code::End
            | Code::PageUp
            | Code::PageDown => self.edit(|field| field.on_key(key, ctx.keymap)),
        }
        Outcome::Kept
    }

    pub(super) fn on_paste(&mut self, text: &str) {
        self.edit(|field| field.on_paste(text));
    }

    fn edit(&mut self, edit: impl FnOnce(&mut TextField) -> bool) {
        let edited = self.field_mut().is_some_and(edit);
        if edited && self.step == Step::Subject {
            self.picked = None;
        }
    }

    fn step_in_list(&mut self, down: bool, ctx: &Context<'_>) {
        let turn = |at: usize, count: usize| turn(at, count, down);
        match self.step {
            Step::Subject => {
                let candidates = self.candidates(ctx);
                let free = candidates.iter().filter(|candidate| candidate.ineligible.is_none()).count();
                let next = turn(self.picked_at(&candidates), free);
                self.picked =
                    candidates.get(next).filter(|_| free > 0).map(|candidate| candidate.subject.uid);
            }
            Step::Duration => self.at = turn(self.at, self.action.offered_durations().len()),
            Step::StopOrRestart => self.restart = !self.restart,
            Step::Reason | Step::Text | Step::Confirm => {}
        }
    }

    fn toggle(&mut self, ctx: &Context<'_>) {
        match self.step {
            Step::Duration if self.action == AdminAction::Ban => self.address = !self.address,
            Step::Subject | Step::StopOrRestart | Step::Duration => self.step_in_list(true, ctx),
            Step::Reason | Step::Text | Step::Confirm => {}
        }
    }

    /// One step back; from the first one it closes.
    pub(super) fn back(&mut self, ctx: &Context<'_>) -> Outcome {
        let now = ctx.now;
        self.error = None;
        if self.is_first() {
            return Outcome::Closed;
        }
        // Unban and unmute were reached by picking somebody in the list of bans and mutes: back to that list.
        match self.action {
            AdminAction::Unban => self.action = AdminAction::Ban,
            AdminAction::Unmute => self.action = AdminAction::Mute,
            AdminAction::Kick
            | AdminAction::Ban
            | AdminAction::Mute
            | AdminAction::Role(_)
            | AdminAction::FreeName
            | AdminAction::Announce
            | AdminAction::Shutdown
            | AdminAction::CancelShutdown => {
                let steps = self.action.steps();
                let at = steps.iter().position(|step| *step == self.step).unwrap_or(1);
                self.go(steps.get(at.saturating_sub(1)).copied().unwrap_or(self.first), now);
                return Outcome::Kept;
            }
        }
        self.go(Step::Subject, now);
        Outcome::Kept
    }

    fn go(&mut self, step: Step, now: Millis) {
        (self.step, self.since) = (step, now);
        if step == Step::Confirm && self.action == AdminAction::Shutdown {
            self.text = TextField::default();
        }
    }

    fn next(&mut self, now: Millis) {
        let steps = self.action.steps();
        let at = steps.iter().position(|step| *step == self.step).unwrap_or(0);
        self.go(steps.get(at + 1).copied().unwrap_or(Step::Confirm), now);
    }

    fn enter(&mut self, ctx: &Context<'_>) -> Outcome {
        match self.step {
            Step::Subject => self.pick(ctx),
            Step::Reason => self.check(Line::parse(self.reason.text()).is_ok(), InputError::BadText, ctx.now),
            Step::Text => {
                let is_text = Text::parse(self.text.text()).is_ok();
                self.check(is_text, InputError::BadText, ctx.now);
            }
            Step::Duration => self.set_duration(ctx.now),
            Step::StopOrRestart => self.next(ctx.now),
            Step::Confirm => return self.confirm(ctx),
        }
        Outcome::Kept
    }

    fn check(&mut self, is_good: bool, error: InputError, now: Millis) {
        if is_good {
            self.next(now);
        } else {
            self.error = Some(error);
        }
    }

    fn set_duration(&mut self, now: Millis) {
        let typed = self.duration.text().trim();
        let longest = if self.action == AdminAction::Shutdown { LONGEST_SHUTDOWN_S } else { u64::MAX };
        self.for_s = if typed.is_empty() {
            self.action.offered_durations().get(self.at).copied().flatten()
        } else {
            match duration::parse(typed).filter(|seconds| *seconds <= longest) {
                Some(seconds) => Some(seconds),
                None => return self.error = Some(InputError::BadDuration),
            }
        };
        self.next(now);
    }

    /// Somebody is picked: from here on it is about their number, whatever their name becomes.
    fn pick(&mut self, ctx: &Context<'_>) {
        let candidates = self.candidates(ctx);
        let Some(candidate) =
            candidates.get(self.picked_at(&candidates)).filter(|candidate| candidate.ineligible.is_none())
        else {
            return;
        };
        self.subject = Some(candidate.subject.clone());
        self.picked = Some(candidate.subject.uid);
        match (self.action, candidate.sanctioned) {
            (AdminAction::Ban, Some(_)) => self.lift(AdminAction::Unban, ctx.now),
            (AdminAction::Mute, Some(_)) => self.lift(AdminAction::Unmute, ctx.now),
            (_, _) => self.next(ctx.now),
        }
    }

    fn lift(&mut self, action: AdminAction, now: Millis) {
        self.action = action;
        self.go(Step::Confirm, now);
    }

    /// Enter at the confirmation.
    fn confirm(&mut self, ctx: &Context<'_>) -> Outcome {
        self.error = self.obstacle(ctx);
        if self.error.is_some() {
            return Outcome::Kept;
        }
        self.request().map_or(Outcome::Closed, |request| Outcome::Chosen(Choice::Request(Box::new(request))))
    }

    /// Why it cannot be done now.
    fn obstacle(&self, ctx: &Context<'_>) -> Option<InputError> {
        let is_gone = |subject: &Subject| ctx.everyone().get(subject.uid).is_none();
        if ctx.now - self.since < CONFIRM_DELAY {
            return Some(InputError::TooSoon);
        }
        if !ctx.online {
            return Some(InputError::Offline);
        }
        if self.action == AdminAction::Kick && self.subject.as_ref().is_some_and(is_gone) {
            return Some(InputError::NotHere);
        }
        let other = self.action == AdminAction::Shutdown && self.text.text().trim() != ctx.server_name();
        other.then_some(InputError::WrongServerName)
    }
}
