//! An act of a moderator or an admin, step by step: whom, why, for how long, and at last one sentence that names the person
//! and the consequence. Only Enter at that sentence does it. It must not touch the draft, nor follow a name: whom it is
//! about is fixed by number when they are picked.

mod deed;
mod person;
mod question;
mod verb;

use shared::{Line, Millis, Name, Style, Uid};

pub use self::person::{Bar, Person};
pub use self::verb::Verb;
use super::field::{edit_of, one_line};
use super::{Choice, Heard, closes, is_global};
use crate::app::App;
use crate::app::composer::{Composer, Edit};
use crate::app::span;
use crate::event::{Code, Key};

/// How long the question must have been on the screen before Enter counts, in milliseconds: an Enter that was meant for
/// the step before, or a key that bounces, does nothing.
const PAUSE: Millis = 400;

/// What is asked now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Whom it is about.
    Who,
    /// The reason.
    Why,
    /// For how long, or when.
    Long,
    /// Stop or restart.
    What,
    /// What to announce.
    Words,
    /// Whether it is meant.
    Sure,
}

/// Whom an act is about, as they were when they were picked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whom {
    /// Their number, which decides.
    pub uid: Uid,
    /// What they were called.
    pub name: Name,
    /// How they looked.
    pub style: Style,
}

/// What keeps the dialog at a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Complaint {
    /// It is no length of time.
    NoSpan,
    /// The reason or announcement is too long or has characters that are not allowed.
    BadText,
    /// What was typed is not the server's name.
    OtherName,
    /// They are not here any more, and only somebody who is can be kicked.
    NotHere,
    /// There is no connection.
    Offline,
}

/// The dialog.
#[derive(Debug)]
pub struct Dialog {
    /// What is to be done.
    pub verb: Verb,
    /// What is asked now.
    pub step: Step,
    /// The step it began with: Esc closes it there.
    first: Step,
    /// Whom it is about.
    pub whom: Option<Whom>,
    /// What was typed to find somebody.
    pub query: Composer,
    /// Who is picked out in the list.
    picked: Option<Uid>,
    /// Why.
    pub reason: Composer,
    /// A length of time of one's own.
    pub span: Composer,
    /// Which of the offered lengths is picked out.
    pub at: usize,
    /// For how many seconds; nothing is for good.
    pub for_s: Option<u64>,
    /// Whether their address is banned as well.
    pub address: bool,
    /// Whether the server comes back.
    pub restart: bool,
    /// The announcement, or the server's name as it was typed.
    pub words: Composer,
    /// What is wrong with what was given.
    pub complaint: Option<Complaint>,
    /// When the step began.
    since: Millis,
}

impl Dialog {
    /// A dialog that begins with its first question.
    #[must_use]
    pub fn new(verb: Verb, now: Millis) -> Self {
        let first = verb.steps().first().copied().unwrap_or(Step::Sure);
        Self {
            verb,
            step: first,
            first,
            whom: None,
            query: Composer::default(),
            picked: None,
            reason: Composer::default(),
            span: Composer::default(),
            // Neither the mildest nor the hardest.
            at: 2,
            for_s: None,
            address: false,
            restart: false,
            words: Composer::default(),
            complaint: None,
            since: now,
        }
    }

    /// A dialog about somebody: what is left to ask comes first.
    #[must_use]
    pub fn about(verb: Verb, whom: Whom, now: Millis) -> Self {
        let mut dialog = Self::new(verb, now);
        dialog.whom = Some(whom);
        if dialog.first == Step::Who {
            (dialog.first, dialog.step) = (Step::Why, Step::Why);
        }
        dialog
    }

    /// The same, with everything said but whether it is meant.
    #[must_use]
    pub fn sure(mut self) -> Self {
        (self.first, self.step) = (Step::Sure, Step::Sure);
        self
    }

    /// Whether Esc closes it now.
    #[must_use]
    pub fn is_first(&self) -> bool {
        self.step == self.first
    }

    /// The line that is edited at this step.
    #[must_use]
    pub fn field(&self) -> Option<&Composer> {
        match self.step {
            Step::Who => Some(&self.query),
            Step::Why => Some(&self.reason),
            Step::Long => Some(&self.span),
            Step::Words => Some(&self.words),
            Step::Sure if self.verb == Verb::Shutdown => Some(&self.words),
            Step::What | Step::Sure => None,
        }
    }

    fn field_mut(&mut self) -> Option<&mut Composer> {
        match self.step {
            Step::Who => Some(&mut self.query),
            Step::Why => Some(&mut self.reason),
            Step::Long => Some(&mut self.span),
            Step::Words => Some(&mut self.words),
            Step::Sure if self.verb == Verb::Shutdown => Some(&mut self.words),
            Step::What | Step::Sure => None,
        }
    }

    pub(super) fn on_key(&mut self, key: Key, app: &App) -> Heard {
        if is_global(key) {
            return Heard::Passed;
        }
        self.complaint = None;
        if key.code == Code::Esc {
            return self.back(app.now());
        }
        if closes(key) {
            return Heard::Closed;
        }
        match key.code {
            Code::Enter if !key.alt && !key.ctrl && !key.shift => return self.enter(app),
            Code::Up => self.step_in_list(false, app),
            Code::Down => self.step_in_list(true, app),
            Code::Tab => self.toggle(app),
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
            | Code::PageDown => {
                if let Some(edit) = self.field().and_then(|field| edit_of(key, field, app)) {
                    self.edit(edit);
                }
            }
        }
        Heard::Kept
    }

    pub(super) fn on_paste(&mut self, text: &str) {
        self.edit(Edit::InsertText(one_line(text)));
    }

    fn edit(&mut self, edit: Edit) {
        if let Some(field) = self.field_mut() {
            field.apply(edit, u16::MAX);
        }
        if self.step == Step::Who {
            self.picked = None;
        }
    }

    fn step_in_list(&mut self, down: bool, app: &App) {
        let turn = |at: usize, count: usize| (at + if down { 1 } else { count.max(1) - 1 }) % count.max(1);
        match self.step {
            Step::Who => {
                let people = self.people(app);
                let free = people.iter().filter(|person| person.bar.is_none()).count();
                let next = turn(self.picked_at(&people), free);
                self.picked = people.get(next).filter(|_| free > 0).map(|person| person.whom.uid);
            }
            Step::Long => self.at = turn(self.at, self.verb.spans().len()),
            Step::What => self.restart = !self.restart,
            Step::Why | Step::Words | Step::Sure => {}
        }
    }

    fn toggle(&mut self, app: &App) {
        match self.step {
            Step::Long if self.verb == Verb::Ban => self.address = !self.address,
            Step::Who | Step::What | Step::Long => self.step_in_list(true, app),
            Step::Why | Step::Words | Step::Sure => {}
        }
    }

    /// One step back; from the first, out.
    fn back(&mut self, now: Millis) -> Heard {
        if self.is_first() {
            return Heard::Closed;
        }
        // Lifting what holds was a turn of the list: it leads back there.
        match self.verb {
            Verb::Unban => self.verb = Verb::Ban,
            Verb::Unmute => self.verb = Verb::Mute,
            Verb::Kick
            | Verb::Ban
            | Verb::Mute
            | Verb::Role(_)
            | Verb::Announce
            | Verb::Shutdown
            | Verb::CallOff => {
                let steps = self.verb.steps();
                let at = steps.iter().position(|step| *step == self.step).unwrap_or(1);
                self.go(steps.get(at.saturating_sub(1)).copied().unwrap_or(self.first), now);
                return Heard::Kept;
            }
        }
        self.go(Step::Who, now);
        Heard::Kept
    }

    fn go(&mut self, step: Step, now: Millis) {
        (self.step, self.since) = (step, now);
        if step == Step::Sure && self.verb == Verb::Shutdown {
            self.words = Composer::default();
        }
    }

    fn next(&mut self, now: Millis) {
        let steps = self.verb.steps();
        let at = steps.iter().position(|step| *step == self.step).unwrap_or(0);
        self.go(steps.get(at + 1).copied().unwrap_or(Step::Sure), now);
    }

    fn enter(&mut self, app: &App) -> Heard {
        match self.step {
            Step::Who => self.pick(app),
            Step::Why => self.check(Line::parse(self.reason.text()).is_ok(), Complaint::BadText, app.now()),
            Step::Words => {
                let is_text = shared::Text::parse(self.words.text()).is_ok();
                self.check(is_text, Complaint::BadText, app.now());
            }
            Step::Long => self.settle_span(app.now()),
            Step::What => self.next(app.now()),
            Step::Sure => return self.confirm(app),
        }
        Heard::Kept
    }

    fn check(&mut self, is_good: bool, complaint: Complaint, now: Millis) {
        if is_good {
            self.next(now);
        } else {
            self.complaint = Some(complaint);
        }
    }

    fn settle_span(&mut self, now: Millis) {
        let typed = self.span.text().trim();
        let longest = if self.verb == Verb::Shutdown { 86_400 } else { u64::MAX };
        self.for_s = if typed.is_empty() {
            self.verb.spans().get(self.at).copied().flatten()
        } else {
            match span::parse(typed).filter(|seconds| *seconds <= longest) {
                Some(seconds) => Some(seconds),
                None => return self.complaint = Some(Complaint::NoSpan),
            }
        };
        self.next(now);
    }

    /// Somebody is picked: from here on it is about them, whatever they are called.
    fn pick(&mut self, app: &App) {
        let people = self.people(app);
        let Some(person) = people.get(self.picked_at(&people)).filter(|person| person.bar.is_none()) else {
            return;
        };
        self.whom = Some(person.whom.clone());
        self.picked = Some(person.whom.uid);
        match (self.verb, person.held) {
            (Verb::Ban, Some(_)) => self.lift(Verb::Unban, app.now()),
            (Verb::Mute, Some(_)) => self.lift(Verb::Unmute, app.now()),
            (_, _) => self.next(app.now()),
        }
    }

    fn lift(&mut self, verb: Verb, now: Millis) {
        self.verb = verb;
        self.go(Step::Sure, now);
    }

    /// The question was answered with yes.
    fn confirm(&mut self, app: &App) -> Heard {
        if app.now() - self.since < PAUSE {
            return Heard::Kept;
        }
        self.complaint = self.obstacle(app);
        if self.complaint.is_some() {
            return Heard::Kept;
        }
        self.deed().map_or(Heard::Closed, |deed| Heard::Chosen(Choice::Ask(Box::new(deed))))
    }

    /// Why it cannot be done now.
    fn obstacle(&self, app: &App) -> Option<Complaint> {
        let is_gone = |whom: &Whom| app.everyone().get(whom.uid).is_none();
        if !app.link().is_online() {
            return Some(Complaint::Offline);
        }
        if self.verb == Verb::Kick && self.whom.as_ref().is_some_and(is_gone) {
            return Some(Complaint::NotHere);
        }
        let other = self.verb == Verb::Shutdown && self.words.text().trim() != app.server_name();
        other.then_some(Complaint::OtherName)
    }
}
