//! The table of settings. A new one is a row here: the field the app reads, its type, its default, when a change of it
//! counts, where it counts, its key in the file and in `/set`, and its help in English and Korean. `CHINWAG_UPDATE=1 cargo test -p
//! tui-client --test it manual` then writes `assets/chinwag.toml`.

use std::path::PathBuf;

use shared::Name;

use super::look::{PaneOrder, ThemeName};
use super::section::Section;
use super::value::{Allowed, LangArg, Number, Servers, Value};
use crate::address_list::AddressList;
use crate::ambiguous_width::AmbiguousWidth;
use crate::joins::Joins;
use crate::line_options::{ControlChars, LongLines, Slash};
use crate::picture_way::Pictures;
use crate::pictures::content::PictureMetadata;
use crate::time_style::{Clock, Dates};
use crate::tls_mode::TlsMode;

/// When a change of a setting counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// At once.
    Live,
    /// From the next start on.
    Start,
}

/// Where a setting counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// On the screen and for lines alike.
    Everywhere,
    /// On the screen alone.
    Screen,
    /// For lines alone (`--plain`, `--json`).
    Lines,
}

/// What a setting is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// How the person likes it, wherever they are.
    Person,
    /// The machine: its files and programs, which server it joins, how the program starts there. Somebody who is elsewhere cannot set it.
    Machine,
}

/// A row of the table.
#[derive(Debug)]
pub struct Setting {
    /// Its key in the file and in `/set`.
    pub key: &'static str,
    /// What it is about.
    pub about: About,
    /// When a change counts.
    pub when: When,
    /// Where it counts.
    pub scope: Scope,
    /// What it is for, in English and Korean.
    pub help: [&'static str; 2],
    /// What it may be.
    pub allowed: fn() -> Allowed,
    /// Its value as a person writes it; empty where it is not set.
    pub text: fn(&Settings) -> String,
    /// Its value as the file has it.
    pub literal: fn(&Settings) -> String,
    /// Sets it, and says whether that value is allowed.
    pub set: fn(&mut Settings, &str) -> bool,
    /// Puts it back to its default.
    pub reset: fn(&mut Settings),
}

/// The setting with a key.
#[must_use]
pub fn find(key: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.key.eq_ignore_ascii_case(key))
}

macro_rules! settings {
    ($($field:ident: $type:ty = $default:expr, $about:ident, $when:ident, $scope:ident, $key:literal, [$english:literal, $korean:literal $(,)?];)*) => {
        /// What is set: a field for each row of the table.
        #[derive(Clone, Debug, PartialEq)]
        pub struct Settings {
            $(#[doc = $english] pub $field: $type,)*
            /// Keys of actions.
            pub keys: Section,
            /// Names of commands.
            pub aliases: Section,
            /// Programs to run for messages.
            pub hooks: Section,
        }

        impl Default for Settings {
            fn default() -> Self {
                Self {
                    $($field: $default,)*
                    keys: Section::default(),
                    aliases: Section::default(),
                    hooks: Section::default(),
                }
            }
        }

        /// Every setting, in the order of the documented example.
        pub static SETTINGS: &[Setting] = &[$(Setting {
            key: $key,
            about: About::$about,
            when: When::$when,
            scope: Scope::$scope,
            help: [$english, $korean],
            allowed: <$type as Value>::allowed,
            text: |settings| settings.$field.text(),
            literal: |settings| settings.$field.literal(),
            set: |settings, text| {
                let value = Value::read(text);
                value.map(|value| settings.$field = value).is_some()
            },
            reset: |settings| settings.$field = $default,
        }),*];
    };
}

settings! {
    address: Option<AddressList> = None, Machine, Start, Everywhere, "address",
        ["The server to join, where the command line names none", "명령줄에서 정하지 않았을 때 접속할 서버"];
    servers: Servers = Servers::default(), Machine, Start, Screen, "servers",
        ["Further servers to join at the start, where the command line names none", "명령줄에서 정하지 않았을 때 시작하면서 함께 접속할 서버들"];
    name: Option<Name> = None, Machine, Start, Everywhere, "name",
        ["The name to ask for", "쓰고 싶은 이름"];
    lang: Option<LangArg> = None, Person, Live, Everywhere, "lang",
        ["The language of the screen; the locale's, if it is not set", "화면의 언어. 정하지 않으면 로캘을 따릅니다"];
    tls: TlsMode = TlsMode::Auto, Machine, Start, Everywhere, "tls",
        ["When to encrypt, and which servers to trust", "언제 암호화하고 어떤 서버를 믿을지"];
    password_file: Option<PathBuf> = None, Machine, Start, Everywhere, "password-file",
        ["A file with the server's password in its first line", "첫 줄에 서버 비밀번호가 있는 파일"];
    admin_key_file: Option<PathBuf> = None, Machine, Start, Everywhere, "admin-key-file",
        ["A file with the admin key in its first line", "첫 줄에 관리자 키가 있는 파일"];

    downloads: Option<PathBuf> = None, Machine, Live, Everywhere, "downloads",
        ["The directory where files are saved; the system's for downloads, if it is not set",
         "파일을 저장할 폴더. 정하지 않으면 시스템의 다운로드 폴더"];
    picture_metadata: PictureMetadata = PictureMetadata::Strip, Person, Live, Everywhere, "picture-metadata",
        ["What a PNG, JPEG, GIF or WebP carries beside the picture (camera, place, comments) is not sent, or kept; other files are sent as they are",
         "PNG, JPEG, GIF, WebP에 딸린 정보(카메라, 위치, 설명)를 빼고 보낼지 그대로 둘지. 다른 파일은 그대로 보냅니다"];

    formatting: bool = true, Person, Live, Screen, "formatting",
        ["Draw *bold*, _italic_, `code` and quotes; otherwise messages are shown as they were typed",
         "*굵게*, _기울임_, `코드`와 인용을 서식으로 보여 줍니다. 끄면 쓴 그대로 보입니다"];
    theme: ThemeName = ThemeName::Auto, Person, Live, Screen, "theme",
        ["The colours: fit for the terminal's background, for a dark or a light one, with high contrast and nothing dim, or none",
         "색. auto는 터미널 배경에 맞추고, high-contrast는 흐린 글자 없이 대비를 높이며, none은 색을 쓰지 않습니다"];
    ascii: bool = false, Person, Live, Screen, "ascii",
        ["Draw frames and signs in ASCII; what people write stays as it is", "테두리와 기호를 ASCII로 그립니다. 사람들이 쓴 글은 그대로 둡니다"];
    clock: Clock = Clock::Hours24, Person, Live, Screen, "clock",
        ["Times of day with 24 hours or with AM and PM, on the screen; lines have 24 hours always",
         "화면의 시각을 24시간제로 또는 오전·오후로 보입니다. 줄 단위 출력은 언제나 24시간제입니다"];
    clock_seconds: bool = false, Person, Live, Screen, "clock-seconds",
        ["Show the seconds in the times of messages, from 60 columns on", "메시지 시각에 초도 보입니다(60칸부터)"];
    dates: Dates = Dates::Language, Person, Live, Screen, "dates",
        ["How dates are written: as the language has it, 2026-11-21, 21 Nov 2026 or Nov 21, 2026",
         "날짜를 쓰는 방법: 언어에 맞게, 2026-11-21, 21/11/2026, 또는 월을 먼저"];
    panes: PaneOrder = PaneOrder::RoomsChatMembers, Person, Live, Screen, "panes",
        ["The order of the panes, from left to right", "왼쪽부터 방 목록, 대화, 참여자 목록의 순서"];
    rooms_width: Number<0, 60> = Number(17), Person, Live, Screen, "rooms-width",
        ["How many columns the list of rooms has; 0 hides it", "방 목록의 너비(칸). 0이면 숨깁니다"];
    members_width: Number<0, 60> = Number(20), Person, Live, Screen, "members-width",
        ["How many columns the list of members has; 0 hides it", "참여자 목록의 너비(칸). 0이면 숨깁니다"];
    hook_time: Number<1, 600> = Number(10), Machine, Live, Everywhere, "hook-time",
        ["How many seconds a hook may run", "훅이 실행될 수 있는 시간(초)"];
    mouse: bool = true, Person, Live, Screen, "mouse",
        ["Take the mouse's clicks and wheel; text is then selected with Shift held",
         "마우스 클릭과 휠을 받습니다. 이때 글은 Shift를 누른 채 선택합니다"];
    escape_wait: Option<Number<1, 5000>> = None, Person, Start, Everywhere, "escape-wait",
        ["How many milliseconds the rest of a key may come after an Esc",
         "Esc 다음에 키의 나머지를 기다리는 시간(밀리초)"];
    ambiguous_width: AmbiguousWidth = AmbiguousWidth::Auto, Person, Start, Screen, "ambiguous-width",
        ["How wide the terminal draws characters whose width Unicode leaves open",
         "유니코드가 폭을 정하지 않은 글자를 터미널이 그리는 폭"];

    fold: Number<0, 500> = Number(12), Person, Live, Screen, "fold-rows",
        ["How many rows of a long message are shown until it is unfolded; 0 shows all of them",
         "긴 메시지를 펼치기 전에 보이는 줄 수. 0이면 모두 보입니다"];
    joins: Joins = Joins::Condensed, Person, Live, Screen, "joins",
        ["How who comes and leaves is shown: each in a line, neighbours condensed into one, or not at all",
         "드나든 사람을 보이는 방법: 한 줄씩, 이웃한 것을 한 줄로 묶어서, 또는 보이지 않게"];

    open_with: Option<PathBuf> = None, Machine, Live, Screen, "open-with",
        ["The program that opens a saved file; the desktop's, if it is not set", "저장한 파일을 여는 프로그램. 정하지 않으면 데스크톱의 것"];
    ask_to_send: bool = true, Machine, Live, Screen, "ask-to-send",
        ["Ask whether to send a file whose path is dropped or pasted alone", "파일 경로만 끌어다 놓거나 붙여 넣으면 그 파일을 보낼지 묻습니다"];
    pictures: Pictures = Pictures::Auto, Person, Live, Screen, "pictures",
        ["How a picture is shown large: as well as the terminal says it can, by its protocol, with half blocks, or no pictures at all; over ssh half blocks, unless it is set",
         "사진을 크게 보이는 방법: 터미널이 할 수 있는 대로, 정한 방식으로, 반칸 블록으로, 또는 사진을 보이지 않게. ssh에서는 따로 정하지 않으면 반칸 블록입니다"];
    picture_rows: Number<0, 18> = Number(10), Person, Live, Screen, "picture-rows",
        ["How many rows a picture has under its message, if it needs them; 0 shows its line alone",
         "메시지 아래에 사진을 보이는 줄 수. 0이면 파일 줄만 보입니다"];

    send_typing: bool = true, Person, Live, Screen, "send-typing",
        ["Tell the others while you are writing a message", "메시지를 쓰는 동안 다른 사람에게 알립니다"];
    show_typing: bool = true, Person, Live, Screen, "show-typing",
        ["Show who else is writing a message", "다른 사람이 메시지를 쓰고 있음을 보여 줍니다"];

    plain: bool = false, Machine, Start, Lines, "plain",
        ["Start as lines of text on stdin and stdout", "표준 입출력에서 글줄로 시작합니다"];
    json: bool = false, Machine, Start, Lines, "json",
        ["Start as JSON lines on stdin and stdout", "표준 입출력에서 JSON 줄로 시작합니다"];
    listen: bool = false, Machine, Start, Lines, "listen",
        ["With lines: read no input, and run until a signal", "글줄일 때 입력을 읽지 않고 신호가 올 때까지 실행합니다"];
    wait: Number<1, { u32::MAX }> = Number(10), Machine, Start, Lines, "wait",
        ["With lines: how many seconds the first connection may take", "글줄일 때 첫 접속을 기다리는 시간(초)"];
    timeout: Option<Number<1, { u32::MAX }>> = None, Machine, Start, Lines, "timeout",
        ["With lines: how many seconds an answer may take; 30 in a script, if it is not set",
         "글줄일 때 답을 기다리는 시간(초). 정하지 않으면 스크립트에서 30초"];
    long_lines: LongLines = LongLines::Split, Machine, Start, Lines, "long-lines",
        ["With lines: what becomes of one that is longer than a message may be", "글줄일 때 메시지보다 긴 줄을 어떻게 할지"];
    control_chars: ControlChars = ControlChars::Clean, Machine, Start, Lines, "control-chars",
        ["With lines: what becomes of one with colours, tabs or other control characters",
         "글줄일 때 색, 탭 같은 제어 문자가 있는 줄을 어떻게 할지"];
    slash: Slash = Slash::Command, Machine, Start, Lines, "slash",
        ["With lines: what one is that begins with a slash", "글줄일 때 빗금으로 시작하는 줄을 무엇으로 볼지"];
}

#[cfg(test)]
mod tests {
    use super::{SETTINGS, Settings};

    #[test]
    fn every_default_is_allowed_and_reads_back_as_it_is_written() {
        for setting in SETTINGS {
            let mut settings = Settings::default();
            let text = (setting.text)(&settings);
            assert!(text.is_empty() || (setting.set)(&mut settings, &text), "{}: {text}", setting.key);
            assert_eq!(settings, Settings::default(), "{}", setting.key);
            let korean = setting.help[1].chars().any(|c| matches!(c, '가'..='힣'));
            assert!(korean && setting.help[0].is_ascii(), "{}", setting.key);
        }
    }
}
