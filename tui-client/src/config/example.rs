//! The documented example of the configuration file, from the table: `assets/chinwag.toml`.

use std::fmt::Write as _;

use crate::app::keymap;
use crate::lang::Lang;
use crate::settings::sections::SECTIONS;
use crate::settings::table::{SETTINGS, Scope, Settings, When};

const HEADER: &str = "\
# The settings of chinwag, as they are without this file: ~/.config/chinwag/config.toml, $XDG_CONFIG_HOME/chinwag/config.toml,
# or what --config names. A change counts at once, or, where it says so, from the next start on. /set changes a setting from
# within. Options on the command line and variables of the environment outweigh the file.
# chinwag의 설정과 기본값입니다. 고치면 바로, 따로 적힌 것은 다음에 시작할 때 적용됩니다. 화면에서는 /설정 으로 바꿉니다.
";

/// The text of the example. Every key is there with its default, as a comment.
#[must_use]
pub fn example() -> String {
    let defaults = Settings::default();
    let mut text = HEADER.to_owned();
    for setting in SETTINGS {
        let at_start = if setting.when == When::Start { " From the next start on." } else { "" };
        let scope = match setting.scope {
            Scope::Everywhere => "",
            Scope::Screen => " On the full screen only.",
            Scope::Lines => " For lines only.",
        };
        let allowed = Lang::En.allowed(&(setting.allowed)());
        let (key, literal) = (setting.key, (setting.literal)(&defaults));
        let [english, korean] = setting.help;
        // A string takes everything.
        write!(
            text,
            "\n# {english}.\n# {korean}.\n# Can be: {allowed}.{at_start}{scope}\n#{key} = {literal}\n"
        )
        .ok();
    }
    for section in SECTIONS {
        let [english, korean] = section.help;
        write!(text, "\n# {english}.\n# {korean}.\n#[{}]\n", section.key).ok();
        for line in section.examples {
            writeln!(text, "# {line}").ok();
        }
    }
    let names = keymap::action_names().collect::<Vec<_>>();
    text += "\n# The actions that can stand under [keys]:\n# [keys] 에 쓸 수 있는 동작:\n";
    for names in names.chunks(8) {
        writeln!(text, "#   {}", names.join(" ")).ok();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::example;
    use crate::app::settings::read;
    use crate::settings::Settings;

    #[test]
    fn the_documented_example_changes_nothing_and_each_of_its_lines_can_be_used() {
        assert_eq!(read(&example()), Ok(Settings::default()));
        let used: String = example()
            .lines()
            .filter_map(|line| line.strip_prefix('#'))
            .filter(|line| !line.starts_with(' '))
            .fold(String::new(), |text, line| text + line + "\n");
        assert!(used.contains("mouse = true"), "{used}");
        assert_eq!(read(&used), Ok(Settings::default()), "{used}");
    }
}
