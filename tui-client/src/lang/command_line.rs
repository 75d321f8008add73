//! Texts about the command line and the files it refers to.

use super::Lang;

impl Lang {
    /// A file cannot be read; what the system said.
    #[must_use]
    pub fn cannot_read(self, path: &str, why: &str) -> String {
        match self {
            Self::En => format!("cannot read {path}: {why}"),
            Self::Ko => format!("{path} 파일을 읽을 수 없습니다: {why}"),
        }
    }

    /// A file with a password or key has none in its first line.
    #[must_use]
    pub fn no_first_line(self, path: &str) -> String {
        match self {
            Self::En => format!("{path} is empty; its first line should be the password or key"),
            Self::Ko => format!("{path} 파일이 비어 있습니다. 첫 줄에 비밀번호나 열쇠가 있어야 합니다"),
        }
    }

    /// A line of the configuration file is wrong. `place` is the file and the line; the reason is of the TOML parser.
    #[must_use]
    pub fn bad_setting(self, place: &str, why: &str) -> String {
        match self {
            Self::En => format!("{place}: {why}"),
            Self::Ko => format!("{place}: 설정이 잘못되었습니다: {why}"),
        }
    }
}
