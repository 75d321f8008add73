//! `/set`: lists the settings, tells of one, changes one.

use crate::app::App;
use crate::app::command::split;
use crate::app::keymap;
use crate::app::output_mode::OutputMode;
use crate::app::timeline::Level;
use crate::place::NotHere;
use crate::settings::file::{What, unknown};
use crate::settings::sections::{self, SectionInfo};
use crate::settings::table::{Scope, When};
use crate::settings::{About, SETTINGS, Setting, Settings, find};

/// Whether this puts a setting back.
fn is_default(value: &str) -> bool {
    matches!(value, "default" | "기본" | "기본값")
}

impl App {
    pub(super) fn run_set(&mut self, args: &str) -> Result<(), String> {
        let (key, value) = split(args);
        if let Some(section) = sections::find(key).filter(|_| value.is_empty()) {
            if section.about == About::Machine {
                self.need_here(NotHere::Hooks)?;
            }
            self.list_section(section);
            return Ok(());
        }
        if let Some((section, name)) =
            key.split_once('.').and_then(|(key, name)| Some((sections::find(key)?, name)))
        {
            return self.run_set_entry(section, name, value);
        }
        match (find(key), value) {
            (Some(setting), "") => self.tell_setting(setting),
            (Some(setting), value) => return self.run_set_value(setting, value),
            (None, "") if SETTINGS.iter().any(|setting| setting.key.starts_with(key)) => {
                self.list_settings(key);
            }
            (None, _) => return Err(self.lang().wrong(&unknown(key))),
        }
        Ok(())
    }

    /// Lists the settings that begin like this; without a beginning, of those that do not count here only the names.
    fn list_settings(&mut self, prefix: &str) {
        let is_offered = |about| about == About::Person || !self.place().is_elsewhere();
        let settings = SETTINGS.iter().filter(|setting| setting.key.starts_with(prefix));
        let settings = settings.filter(|setting| is_offered(setting.about));
        let (listed, elsewhere): (Vec<_>, Vec<_>) =
            settings.partition(|setting| !prefix.is_empty() || self.counts_here(setting));
        let defaults = Settings::default();
        let mut lines: Vec<String> = listed
            .iter()
            .map(|setting| {
                let is_default = (setting.text)(self.settings()) == (setting.text)(&defaults);
                format!("{} {}", if is_default { ' ' } else { '*' }, self.setting_line(setting))
            })
            .collect();
        if let Some(first) = elsewhere.first() {
            let names: Vec<_> = elsewhere.iter().map(|setting| setting.key).collect();
            lines.push(self.lang().settings_elsewhere(first.scope, &names.join(", ")));
        }
        let path = self.elsewhere().map(|elsewhere| self.lang().settings_of_key(elsewhere.kept));
        lines.push(self.lang().settings_hint(path.or(self.setup.settings_path.as_deref())));
        self.notice(&lines.join("\n"), Level::Info);
    }

    fn list_section(&mut self, section: &SectionInfo) {
        let of_file = (section.get)(&self.settings).clone();
        let line = |name: &str, value: &str, mark| format!("{mark} {}.{name} = {value}", section.key);
        let mut lines: Vec<String> = if section.key == "keys" {
            let keys = keymap::action_names().map(|name| match of_file.get(name) {
                Some(entry) => line(name, &entry.value.join(" "), '*'),
                None => line(name, &keymap::usual_keys(name), ' '),
            });
            keys.collect()
        } else {
            of_file.0.iter().map(|entry| line(&entry.name, &entry.value.join(" "), '*')).collect()
        };
        lines.push(self.lang().pick(section.help).to_owned());
        self.notice(&lines.join("\n"), Level::Info);
    }

    fn run_set_entry(
        &mut self,
        section: &'static SectionInfo,
        name: &str,
        value: &str,
    ) -> Result<(), String> {
        let lang = self.lang();
        if section.about == About::Machine {
            self.need_here(NotHere::Hooks)?;
        }
        if section.key == "hooks" {
            return Err(lang.hooks_in_file().to_owned());
        }
        let value = match value {
            "" => {
                let entry = (section.get)(&self.settings).get(name).map(|entry| entry.value.join(" "));
                let shown = entry.unwrap_or_else(|| {
                    if section.key == "keys" { keymap::usual_keys(name) } else { String::new() }
                });
                let shown = self.shown(shown);
                self.notice(
                    &format!("{}.{name} = {shown}\n{}", section.key, lang.pick(section.help)),
                    Level::Info,
                );
                return Ok(());
            }
            value if is_default(value) => None,
            "none" | "없음" | "\"\"" => Some(""),
            value => Some(value),
        };
        self.change_entry(section, name, value).map_err(|wrong| lang.wrong(&wrong.what))?;
        self.hint(format!("{}.{name} = {}", section.key, value.unwrap_or("default")), Level::Info);
        Ok(())
    }

    fn tell_setting(&mut self, setting: &Setting) {
        let lang = self.lang();
        let default = self.shown((setting.text)(&Settings::default()));
        let mut lines = vec![
            self.setting_line(setting),
            lang.pick(setting.help).to_owned(),
            lang.setting_allows(setting.key, &lang.allowed(&(setting.allowed)()), &default),
        ];
        lines.extend(self.setting_notes(setting));
        self.notice(&lines.join("\n"), Level::Info);
    }

    fn run_set_value(&mut self, setting: &'static Setting, value: &str) -> Result<(), String> {
        if setting.about == About::Machine {
            self.need_here(NotHere::Setting)?;
        }
        let set = if is_default(value) { None } else { Some(value) };
        if !self.change_setting(setting, set) {
            let wrong = What::BadValue { key: setting.key, allowed: (setting.allowed)() };
            return Err(self.lang().wrong(&wrong));
        }
        let mut told = vec![self.setting_line(setting)];
        told.extend(self.setting_notes(setting));
        self.hint(told.join(" · "), Level::Info);
        Ok(())
    }

    /// Whether a setting is about how this app is shown.
    fn counts_here(&self, setting: &Setting) -> bool {
        let is_screen = self.setup.output_mode == OutputMode::Screen;
        match setting.scope {
            Scope::Everywhere => true,
            Scope::Screen => is_screen,
            Scope::Lines => !is_screen,
        }
    }

    /// A setting and its value, as far as it counts now.
    fn setting_line(&self, setting: &Setting) -> String {
        format!("{} = {}", setting.key, self.shown((setting.text)(self.settings())))
    }

    fn shown(&self, value: String) -> String {
        if value.is_empty() { self.lang().not_set().to_owned() } else { value }
    }

    /// What has to be known of a change.
    fn setting_notes(&self, setting: &Setting) -> Vec<String> {
        let by = self.setup.overrides.iter().find(|one| one.key == setting.key);
        let overridden = by.map(|one| self.lang().overridden(&one.by));
        let at_start = (setting.when == When::Start).then(|| self.lang().counts_at_start().to_owned());
        let elsewhere =
            (!self.counts_here(setting)).then(|| self.lang().counts_elsewhere(setting.scope).to_owned());
        overridden.into_iter().chain(at_start).chain(elsewhere).collect()
    }
}
