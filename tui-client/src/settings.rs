//! The client's settings: one table ([`table`]) of key, type, default and help. From it come the reading of the configuration
//! file ([`mod@file`]), its documented example (`config/example.rs`), `/set` with its completion, and the fields the app reads.
//!
//! A setting is a row of that table; its type ([`value`]) says what is allowed. [`edit`] changes a key in the text of the
//! file and leaves everything else in it as it is. All of this is pure: `services/settings_file.rs` reads and writes the
//! file, `app/settings.rs` applies what it says.

pub mod edit;
pub mod file;
pub mod look;
pub mod section;
pub mod sections;
pub mod table;
pub mod value;

pub use self::table::{About, SETTINGS, Setting, Settings, find};

use self::section::Section;
use self::sections::SECTIONS;

/// A setting that the command line or the environment has for this run, whatever the file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    /// Its key.
    pub key: &'static str,
    /// Its value.
    pub value: String,
    /// The option or variable that says so.
    pub by: String,
}

impl Settings {
    /// These, without what is about a machine.
    #[must_use]
    pub fn of_person(mut self) -> Self {
        for setting in SETTINGS.iter().filter(|setting| setting.about == About::Machine) {
            (setting.reset)(&mut self);
        }
        for section in SECTIONS.iter().filter(|section| section.about == About::Machine) {
            *(section.get_mut)(&mut self) = Section::default();
        }
        self
    }

    /// These, as far as the command line and the environment leave them alone.
    #[must_use]
    pub fn with_overrides(mut self, overrides: &[Override]) -> Self {
        for one in overrides {
            if let Some(setting) = find(one.key) {
                (setting.set)(&mut self, &one.value);
            }
        }
        self
    }
}
