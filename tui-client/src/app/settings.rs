//! The settings of a running app: applied at once, whether `/set` changes them or the file was changed from outside. A file
//! that is wrong changes nothing. What the command line and the environment decide stays for this run.

use super::App;
use super::timeline::Level;
use crate::effect::Effect;
use crate::settings::{SETTINGS, Setting, Settings, file};

impl App {
    /// What counts now.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The text of the file is another one.
    pub(super) fn on_settings_file(&mut self, text: &str) {
        let lang = self.lang();
        let path = self.setup.settings_path.clone().unwrap_or_default();
        match file::read(text) {
            Ok(settings) => {
                let differs =
                    |setting: &&Setting| (setting.text)(&settings) != (setting.text)(&self.setup.settings);
                let keys: Vec<_> = SETTINGS.iter().filter(differs).map(|setting| setting.key).collect();
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
            self.effects.push(Effect::WriteSetting { key: setting.key, literal });
            self.apply_settings(settings);
        }
        is_allowed
    }

    fn apply_settings(&mut self, settings: Settings) {
        let counts = settings.clone().with_overrides(&self.setup.overrides);
        self.setup.settings = settings;
        if counts != self.settings {
            self.settings = counts;
            self.changes.page();
            self.effects.push(Effect::SettingsChanged);
        }
    }
}
