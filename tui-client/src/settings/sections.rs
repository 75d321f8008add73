//! The tables of the configuration file whose keys are names, as a table: what each is for, with lines for the documented example.

use super::section::Section;
use super::table::{About, Settings};

/// A table by its name.
#[derive(Debug)]
pub struct SectionInfo {
    /// Its name in the file.
    pub key: &'static str,
    /// What it is about.
    pub about: About,
    /// What it is for, in English and Korean.
    pub help: [&'static str; 2],
    /// Lines for the documented example.
    pub examples: &'static [&'static str],
    /// The table.
    pub get: fn(&Settings) -> &Section,
    /// The table, to change it.
    pub get_mut: fn(&mut Settings) -> &mut Section,
}

/// Every table.
pub static SECTIONS: &[SectionInfo] = &[
    SectionInfo {
        key: "keys",
        about: About::Person,
        help: [
            "Keys of actions, by name: one or several with spaces between them, none to take its keys away",
            "동작의 키. 여러 키는 빈칸으로 나누고, 비우면 키가 없어집니다",
        ],
        examples: &["send = \"ctrl-s\"", "find-room = \"alt-k ctrl-o\"", "suspend = \"\""],
        get: |settings| &settings.keys,
        get_mut: |settings| &mut settings.keys,
    },
    SectionInfo {
        key: "aliases",
        about: About::Person,
        help: [
            "Names of your own for commands, with what stands after them",
            "직접 정하는 명령어 이름과, 그 뒤에 붙는 글",
        ],
        examples: &["j = \"join\"", "tea = \"me makes tea\""],
        get: |settings| &settings.aliases,
        get_mut: |settings| &mut settings.aliases,
    },
    SectionInfo {
        key: "hooks",
        about: About::Machine,
        help: [
            "Programs to run when a message arrives: mention, direct, or message for every one. Each is a program and its \
             arguments, which gets the event as a line of JSON on its standard input; no shell reads them",
            "메시지가 오면 실행할 프로그램. mention은 나를 부를 때, direct는 귓속말, message는 모든 메시지. 프로그램과 인자를 \
             그대로 실행하고, 표준 입력으로 JSON 한 줄을 줍니다",
        ],
        examples: &["mention = [\"notify-send\", \"Chinwag\", \"somebody calls you\"]"],
        get: |settings| &settings.hooks,
        get_mut: |settings| &mut settings.hooks,
    },
];

/// The table with a name.
#[must_use]
pub fn find(key: &str) -> Option<&'static SectionInfo> {
    SECTIONS.iter().find(|section| section.key == key)
}
