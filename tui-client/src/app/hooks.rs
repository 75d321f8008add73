//! Hooks: programs that run when a message arrives (`[hooks]` of the configuration file). Which ones, and what they are told, is
//! decided here; `services/hooks.rs` runs them. What was said while we were away is history, and runs nothing.

use std::time::Duration;

use serde_json::Value;
use shared::{Event, Kind, ServerMsg};

use super::App;
use crate::effect::{Effect, Hook};
use crate::settings::file::{Problem, What};
use crate::settings::section::Section;

/// The events that can have a hook.
const HOOKS: [&str; 3] = ["mention", "direct", "message"];

impl App {
    /// Runs the hooks of a message that somebody else has just said.
    pub(super) fn run_hooks(&mut self, event: &Event) {
        if self.place().is_elsewhere() || self.settings.hooks.0.is_empty() || self.connection.is_resuming() {
            return;
        }
        let (Kind::Message(said) | Kind::Action(said)) = &event.kind else { return };
        if event.from.uid == self.session.my_uid() || self.session.ignored().hides_event(event) {
            return;
        }
        let is_mention = self.session.called().is_some_and(|called| called.is_in(said.as_str()));
        for (name, runs) in HOOKS.into_iter().zip([is_mention, event.room.pair().is_some(), true]) {
            let Some(entry) = self.settings.hooks.get(name).filter(|_| runs) else { continue };
            let hook = Hook {
                argv: entry.value.clone(),
                input: input(name, &self.label, event),
                limit: Duration::from_secs(self.settings.hook_time.0.into()),
            };
            self.effects.push(Effect::RunHook(Box::new(hook)));
        }
    }
}

/// What a hook is told: the event as the wire has it, which hook it is, and of which server.
fn input(name: &str, server: &str, event: &Event) -> String {
    let mut told = serde_json::to_value(ServerMsg::Event(Box::new(event.clone()))).unwrap_or_default();
    if let Value::Object(fields) = &mut told {
        fields.insert("hook".into(), name.into());
        fields.insert("server".into(), server.into());
    }
    format!("{told}\n")
}

/// What is wrong with the hooks of the settings.
#[must_use]
pub fn check(hooks: &Section) -> Vec<Problem> {
    let wrong = hooks.0.iter().filter_map(|entry| {
        let what = if !HOOKS.contains(&entry.name.as_str()) {
            What::UnknownHook(entry.name.clone())
        } else if entry.value.first().is_none_or(String::is_empty) {
            What::EmptyHook(entry.name.clone())
        } else {
            return None;
        };
        Some(Problem { line: entry.line, what })
    });
    wrong.collect()
}
