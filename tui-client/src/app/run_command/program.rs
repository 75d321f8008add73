//! Commands about the program: `/help`, `/quit`, `/quiet`, `/editor`, `/retry`, `/reconnect`, `/source`, `/clear`.

use crate::app::App;
use crate::app::action::PopupKind;
use crate::app::command;
use crate::app::popup::Popup;
use crate::app::timeline::Level;
use crate::effect::Effect;
use crate::settings;

impl App {
    pub(super) fn run_help(&mut self, args: &str) -> Result<(), String> {
        let lang = self.lang();
        let name = args.trim_start_matches('/');
        if name.is_empty() {
            return self.prompt(|_| Popup::of_kind(PopupKind::Help), Self::list_commands);
        }
        let (command, _) =
            command::of_line(name).ok_or_else(|| lang.unknown_command(name, command::suggest(name)))?;
        let names: Vec<String> = command.names().map(|name| format!("/{name}")).collect();
        let text = format!("{} — {}\n{}", command.usage(lang), lang.pick(command.help), names.join(" "));
        self.notice(&text, Level::Info);
        Ok(())
    }

    #[expect(clippy::unnecessary_wraps, reason = "what a command does instead of a popup")]
    fn list_commands(&mut self) -> Result<(), String> {
        let lang = self.lang();
        for command in command::offered(self.role(), &self.setup.place) {
            self.notice(&format!("{} — {}", command.usage(lang), lang.pick(command.help)), Level::Info);
        }
        Ok(())
    }

    #[expect(clippy::unnecessary_wraps, reason = "every command has the same shape")]
    pub(super) fn run_quit(&mut self, quiet: bool) -> Result<(), String> {
        self.leave_or_ask(quiet);
        Ok(())
    }

    /// What stands after the command is the beginning of the draft.
    pub(super) fn run_editor(&mut self, args: &str) -> Result<(), String> {
        if !self.has_screen() {
            return Err(self.lang().editor_needs_screen().to_owned());
        }
        self.input.set_text(args.to_owned());
        self.effects.push(Effect::EditDraft);
        Ok(())
    }

    pub(super) fn run_retry(&mut self, args: &str) -> Result<(), String> {
        match args {
            "" => self.retry(),
            "edit" | "고치기" | "수정" => self.take_back(true),
            "drop" | "버리기" | "삭제" => self.take_back(false),
            _ => Err(self.usage("retry")),
        }
    }

    #[expect(clippy::unnecessary_wraps, reason = "every command has the same shape")]
    pub(super) fn run_reconnect(&mut self) -> Result<(), String> {
        self.reconnect();
        Ok(())
    }

    pub(super) fn run_source(&mut self, args: &str) -> Result<(), String> {
        if !self.has_screen() {
            return Err(self.lang().lines_are_source().to_owned());
        }
        let formatting = match args {
            "" => !self.settings.formatting,
            "on" | "켜기" => false,
            "off" | "끄기" => true,
            _ => return Err(self.usage("source")),
        };
        if let Some(setting) = settings::find("formatting") {
            self.change_setting(setting, Some(if formatting { "true" } else { "false" }));
        }
        self.hint(self.lang().shows_source(!formatting), Level::Info);
        Ok(())
    }

    pub(super) fn run_clear(&mut self) -> Result<(), String> {
        if !self.has_screen() {
            return Err(self.lang().nothing_to_clear().to_owned());
        }
        self.effects.push(Effect::Redraw);
        Ok(())
    }
}
