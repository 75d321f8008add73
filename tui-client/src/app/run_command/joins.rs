//! `/joins`: how joins and leaves are shown.

use crate::app::App;
use crate::settings::find;

impl App {
    pub(super) fn run_joins(&mut self, args: &str) -> Result<(), String> {
        let value = match args.to_lowercase().as_str() {
            "" => return self.run_set("joins"),
            "all" | "모두" | "전부" => "all",
            "condensed" | "묶어서" | "묶음" => "condensed",
            "none" | "없음" | "숨김" => "none",
            _ => return Err(self.usage_and_help("joins")),
        };
        if !self.has_screen() {
            return self.run_set(&format!("joins {value}"));
        }
        if let Some(setting) = find("joins") {
            self.change_setting(setting, Some(value));
        }
        Ok(())
    }
}
