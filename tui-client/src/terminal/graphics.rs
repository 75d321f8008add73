//! How a terminal shows pictures, by what it answers: whether it takes kitty's commands, whether it has sixels (DA1), and which program it
//! is (XTVERSION), for kitty's commands alone do not say that it knows placeholders.

use crate::picture_way::PictureWay;

/// Asks, without drawing anything, whether a picture of one pixel could be taken; then what the terminal is (DA1), which every one answers.
pub const ASK: &str = "\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\";
/// Asks what it is (DA1).
pub const ASK_ATTRIBUTES: &str = "\x1b[c";

/// A program that is known to show pictures in a way that its answers do not tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Program {
    /// kitty or ghostty: kitty's protocol with placeholders.
    Placeholders,
    /// iTerm2 or `WezTerm`: iTerm2's sequence.
    Iterm2,
}

impl Program {
    /// By what it calls itself.
    #[must_use]
    pub fn of_version(version: &str) -> Option<Self> {
        let name = version.split([' ', '(']).next().unwrap_or_default().to_ascii_lowercase();
        match name.as_str() {
            "kitty" | "ghostty" => Some(Self::Placeholders),
            "iterm2" | "wezterm" => Some(Self::Iterm2),
            _ => None,
        }
    }
}

/// What is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Graphics {
    /// It takes kitty's commands.
    pub kitty: bool,
    /// It has sixels.
    pub sixel: bool,
    /// Which program it is.
    pub program: Option<Program>,
}

impl Graphics {
    /// The best way it has.
    #[must_use]
    pub fn best(self) -> PictureWay {
        match self.program {
            Some(Program::Placeholders) if self.kitty => PictureWay::Kitty,
            Some(Program::Iterm2) => PictureWay::Iterm2,
            Some(Program::Placeholders) | None if self.sixel => PictureWay::Sixel,
            Some(Program::Placeholders) | None => PictureWay::Blocks,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Graphics, PictureWay, Program};

    #[test]
    fn each_terminal_has_the_best_way_it_is_known_to_have() {
        for (version, kitty, sixel, way) in [
            ("kitty(0.42.1)", true, false, PictureWay::Kitty),
            ("ghostty 1.2.0", true, false, PictureWay::Kitty),
            ("kitty(0.19.0)", false, false, PictureWay::Blocks),
            // They take the commands, and know no placeholders.
            ("WezTerm 20240203", true, true, PictureWay::Iterm2),
            ("Konsole 24.08", true, true, PictureWay::Sixel),
            ("iTerm2 3.5", false, true, PictureWay::Iterm2),
            ("foot(1.20.2)", false, true, PictureWay::Sixel),
            ("XTerm(388)", false, false, PictureWay::Blocks),
            ("tmux 3.5", false, true, PictureWay::Sixel),
        ] {
            let graphics = Graphics { kitty, sixel, program: Program::of_version(version) };
            assert_eq!(graphics.best(), way, "{version}");
        }
    }
}
