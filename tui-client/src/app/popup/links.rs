//! The links of a message: the one that is selected is shown as the whole address it leads to, and can be opened or copied.

use shared::Millis;

use super::choices::turn;
use super::context::Context;
use super::outcome::{Choice, Outcome};
use crate::app::timeline::{Target, links};
use crate::event::{Code, Key};

/// A key this soon was pressed before the address could be read, in milliseconds.
const DELAY: Millis = 300;

/// The list.
#[derive(Clone, Debug)]
pub struct LinkList {
    /// Where they lead, each once.
    pub targets: Vec<Target>,
    /// Which of them is selected.
    pub at: usize,
    since: Millis,
}

impl LinkList {
    /// The links of a text; `None` where it has none.
    #[must_use]
    pub fn of(text: &str, now: Millis) -> Option<Self> {
        let mut targets: Vec<Target> = Vec::new();
        for target in links(text).into_iter().filter_map(|link| Target::of(text.get(link)?)) {
            if !targets.contains(&target) {
                targets.push(target);
            }
        }
        (!targets.is_empty()).then_some(Self { targets, at: 0, since: now })
    }

    pub(super) fn on_key(&mut self, key: Key, ctx: &Context<'_>) -> Outcome {
        let count = self.targets.len();
        match key.on_latin_layout().code {
            Code::Up => self.at = turn(self.at, count, false),
            Code::Down | Code::Tab => self.at = turn(self.at, count, true),
            Code::Enter if ctx.now - self.since >= DELAY => return self.choose(Choice::Open),
            Code::Char('y') if !key.ctrl && !key.alt => return self.choose(Choice::Copy),
            Code::Char('q') => return Outcome::Closed,
            Code::Char(_)
            | Code::F(_)
            | Code::Enter
            | Code::Backspace
            | Code::Delete
            | Code::Esc
            | Code::Left
            | Code::Right
            | Code::Home
            | Code::End
            | Code::PageUp
            | Code::PageDown => {}
        }
        Outcome::Kept
    }

    fn choose(&self, choice: impl Fn(String) -> Choice) -> Outcome {
        let target = self.targets.get(self.at);
        target.map_or(Outcome::Kept, |target| Outcome::Chosen(choice(target.address.clone())))
    }
}
