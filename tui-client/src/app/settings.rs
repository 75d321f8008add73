//! The settings of a running app: applied at once, whether `/set` changes them or the file was changed from outside. A file
//! that is wrong changes nothing. What the command line and the environment decide stays for this run.

use super::keymap::{self, Keymap};
use super::output_mode::OutputMode;
use super::timeline::Level;
use super::{App, aliases, hooks};
use crate::effect::Effect;
use crate::place::SETTINGS_BYTES;
use crate::settings::file::{self, Problem, What};
use crate::settings::sections::{SECTIONS, SectionInfo};
use crate::settings::value::quoted;
use crate::settings::{SETTINGS, Setting, Settings};
use crate::time_style::ClockStyle;

/// Reads the text of a configuration file.
///
/// # Errors
/// Everything that is wrong in it, in the order of the file.
pub fn read(text: &str) -> Result<Settings, Vec<Problem>> {
    let (settings, mut problems) = file::read(text);
    problems.extend(check(&settings));
    problems.sort_by_key(|problem| problem.line);
    if problems.is_empty() { Ok(settings) } else { Err(problems) }
}

/// The bytes of the tables, about.
fn section_bytes(settings: &Settings) -> usize {
    let entries = SECTIONS.iter().flat_map(|section| &(section.get)(settings).0);
    entries.map(|entry| 8 + entry.name.len() + entry.value.iter().map(String::len).sum::<usize>()).sum()
}

/// What is wrong with names: of actions and keys, aliases, hooks.
fn check(settings: &Settings) -> Vec<Problem> {
    let mut problems = keymap::check(&settings.keys);
    problems.extend(aliases::check(&settings.aliases));
    problems.extend(hooks::check(&settings.hooks));
    problems
}

impl App {
    /// What counts now.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// What the file sets.
    #[must_use]
    pub fn file_settings(&self) -> &Settings {
        &self.setup.settings
    }

    /// Has joins and leaves and times shown as is set. Lines have times of one form, for scripts.
    pub(super) fn show(&mut self) {
        self.rooms.set_joins(self.settings.joins);
        if self.setup.output_mode == OutputMode::Screen {
            let Settings { clock, clock_seconds: seconds, dates, .. } = self.settings;
            (self.times.clock, self.times.dates) = (ClockStyle { clock, seconds }, dates);
        }
    }

    /// The text of the file is another one.
    pub(super) fn on_settings_file(&mut self, text: &str) {
        let lang = self.lang();
        let path = self.setup.settings_path.clone().unwrap_or_default();
        match read(text) {
            Ok(settings) => {
                let differs =
                    |setting: &&Setting| (setting.text)(&settings) != (setting.text)(&self.setup.settings);
                let mut keys: Vec<_> = SETTINGS.iter().filter(differs).map(|setting| setting.key).collect();
                let differs = |it: &&SectionInfo| (it.get)(&settings) != (it.get)(&self.setup.settings);
                keys.extend(SECTIONS.iter().filter(differs).map(|section| section.key));
                if !keys.is_empty() {
                    self.apply_settings(settings);
                    self.hint(self.lang().settings_read(&keys.join(", ")), Level::Info);
                }
            }
            Err(wrong) => {
                let told = lang.settings_kept(&lang.settings_wrong(&path, &wrong));
                self.notice(&told, Level::Warning);
            }
        }
    }

    /// Sets something, or puts it back to its default, and has that written. Says whether the value is allowed.
    pub(super) fn change_setting(&mut self, setting: &Setting, value: Option<&str>) -> bool {
        let mut settings = self.setup.settings.clone();
        let is_allowed = value.is_none_or(|value| (setting.set)(&mut settings, value));
        if value.is_none() {
            (setting.reset)(&mut settings);
        }
        if is_allowed {
            let literal = value.map(|_| (setting.literal)(&settings));
            self.effects.push(Effect::WriteSetting { key: setting.key.to_owned(), literal });
            self.apply_settings(settings);
        }
        is_allowed
    }

    /// Gives a name in a table something else, or takes it out, and has that written. An error is what is wrong with it.
    pub(super) fn change_entry(
        &mut self,
        section: &SectionInfo,
        name: &str,
        value: Option<&str>,
    ) -> Result<(), Problem> {
        let mut settings = self.setup.settings.clone();
        (section.get_mut)(&mut settings).set(name, value.map(|value| vec![value.to_owned()]));
        if self.place().is_elsewhere() && section_bytes(&settings) > SETTINGS_BYTES {
            return Err(Problem { line: 0, what: What::TooLong(SETTINGS_BYTES) });
        }
        // What stands in the file already has a line.
        if let Some(wrong) = check(&settings).into_iter().find(|problem| problem.line == 0) {
            return Err(wrong);
        }
        let literal = value.map(quoted);
        self.effects.push(Effect::WriteSetting { key: format!("{}.{name}", section.key), literal });
        self.apply_settings(settings);
        Ok(())
    }

    /// The settings were changed where another server was shown.
    pub(super) fn adopt_settings(&mut self, settings: Settings) {
        if settings != self.setup.settings {
            self.apply_settings(settings);
        }
    }

    fn apply_settings(&mut self, settings: Settings) {
        let counts = settings.clone().with_overrides(&self.setup.overrides);
        self.setup.settings = settings;
        if counts != self.settings {
            self.keymap = Keymap::at(&self.setup.place, &counts.keys);
            self.settings = counts;
            self.show();
            self.changes.page();
            self.effects.push(Effect::SettingsChanged);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{What, read};

    #[test]
    fn everything_that_is_wrong_is_found_at_once_in_the_order_of_the_file() {
        let text = "tls = 'x'\n# fine\nmuose = 1\naddress = 'y:z'\n[aliases]\nwho = 'who'\n[keys]\nsned = 'ctrl-s'\n";
        let problems = read(text).unwrap_err();
        assert_eq!(problems.iter().map(|problem| problem.line).collect::<Vec<_>>(), [1, 3, 4, 6, 8]);
        assert!(matches!(problems[1].what, What::UnknownKey { meant: Some("mouse"), .. }));
        assert!(matches!(problems[3].what, What::AliasIsCommand(_)));
        assert!(matches!(problems[4].what, What::UnknownAction(..)));
    }
}
