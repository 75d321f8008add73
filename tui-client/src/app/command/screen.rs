//! Commands about the program itself. They must not ask anything of the server but to leave it.

use super::super::App;
use super::super::action::Popup;
use super::super::layer::Layer;
use super::super::timeline::Level;
use super::find;
use crate::effect::Effect;

pub(super) fn help(app: &mut App, args: &str) -> Result<(), String> {
    let lang = app.lang();
    let name = args.trim_start_matches('/');
    if !name.is_empty() {
        let command = find(name).ok_or_else(|| lang.unknown_command(name))?;
        let names: Vec<String> = command.names().map(|name| format!("/{name}")).collect();
        let text = format!("{} — {}\n{}", command.usage(lang), lang.pick(command.help), names.join(" "));
        app.notice(&text, Level::Info);
    } else if app.setup.has_screen {
        app.open_popup(Popup::Help);
    } else {
        for command in super::for_role(app.role()) {
            app.notice(&format!("{} — {}", command.usage(lang), lang.pick(command.help)), Level::Info);
        }
    }
    Ok(())
}

pub(super) fn search(app: &mut App, args: &str) -> Result<(), String> {
    if !app.setup.has_screen {
        return Err(app.lang().search_needs_screen().to_owned());
    }
    app.open(Layer::search(args));
    Ok(())
}

#[expect(clippy::unnecessary_wraps, reason = "every command has the same shape")]
pub(super) fn quit(app: &mut App, _: &str) -> Result<(), String> {
    app.leave(false);
    Ok(())
}

#[expect(clippy::unnecessary_wraps, reason = "every command has the same shape")]
pub(super) fn quiet(app: &mut App, _: &str) -> Result<(), String> {
    app.leave(true);
    Ok(())
}

pub(super) fn retry(app: &mut App, args: &str) -> Result<(), String> {
    match args {
        "" => app.retry(),
        "edit" => app.take_back(true),
        "drop" => app.take_back(false),
        _ => Err(super::usage(app, "retry")),
    }
}

#[expect(clippy::unnecessary_wraps, reason = "every command has the same shape")]
pub(super) fn reconnect(app: &mut App, _: &str) -> Result<(), String> {
    app.reconnect();
    Ok(())
}

#[expect(clippy::unnecessary_wraps, reason = "every command has the same shape")]
pub(super) fn clear(app: &mut App, _: &str) -> Result<(), String> {
    app.effects.push(Effect::Redraw);
    Ok(())
}
