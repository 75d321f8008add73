//! Kitty's graphics protocol with Unicode placeholders (<https://sw.kovidgoyal.net/kitty/graphics-protocol/#unicode-placeholders>, kitty
//! 0.28, ghostty): the picture is given to the terminal once and placed by cells, which scroll, are overdrawn and pass through tmux as
//! any text does.

use base64ct::{Base64, Encoding as _};

/// What stands for a part of a picture; with it two marks that say which row and column.
const PLACEHOLDER: char = '\u{10eeee}';
/// The marks, as ranges of code points: those of class 230 in Unicode 6.0 that nothing is composed with, which the protocol counts in
/// this order.
const MARKS: &[(u32, u32)] = &[
    (0x305, 0x305),
    (0x30d, 0x30e),
    (0x310, 0x310),
    (0x312, 0x312),
    (0x33d, 0x33f),
    (0x346, 0x346),
    (0x34a, 0x34c),
    (0x350, 0x352),
    (0x357, 0x357),
    (0x35b, 0x35b),
    (0x363, 0x36f),
    (0x483, 0x487),
    (0x592, 0x595),
    (0x597, 0x599),
    (0x59c, 0x5a1),
    (0x5a8, 0x5a9),
    (0x5ab, 0x5ac),
    (0x5af, 0x5af),
    (0x5c4, 0x5c4),
    (0x610, 0x617),
    (0x657, 0x65b),
    (0x65d, 0x65e),
    (0x6d6, 0x6dc),
    (0x6df, 0x6e2),
    (0x6e4, 0x6e4),
    (0x6e7, 0x6e8),
    (0x6eb, 0x6ec),
    (0x730, 0x730),
    (0x732, 0x733),
    (0x735, 0x736),
    (0x73a, 0x73a),
    (0x73d, 0x73d),
    (0x73f, 0x741),
    (0x743, 0x743),
    (0x745, 0x745),
    (0x747, 0x747),
    (0x749, 0x74a),
    (0x7eb, 0x7f1),
    (0x7f3, 0x7f3),
    (0x816, 0x819),
    (0x81b, 0x823),
    (0x825, 0x827),
    (0x829, 0x82d),
    (0x951, 0x951),
    (0x953, 0x954),
    (0xf82, 0xf83),
    (0xf86, 0xf87),
    (0x135d, 0x135f),
    (0x17dd, 0x17dd),
    (0x193a, 0x193a),
    (0x1a17, 0x1a17),
    (0x1a75, 0x1a7c),
    (0x1b6b, 0x1b6b),
    (0x1b6d, 0x1b73),
    (0x1cd0, 0x1cd2),
    (0x1cda, 0x1cdb),
    (0x1ce0, 0x1ce0),
    (0x1dc0, 0x1dc1),
    (0x1dc3, 0x1dc9),
    (0x1dcb, 0x1dcc),
    (0x1dd1, 0x1de6),
    (0x1dfe, 0x1dfe),
    (0x20d0, 0x20d1),
    (0x20d4, 0x20d7),
    (0x20db, 0x20dc),
    (0x20e1, 0x20e1),
    (0x20e7, 0x20e7),
    (0x20e9, 0x20e9),
    (0x20f0, 0x20f0),
    (0x2cef, 0x2cf1),
    (0x2de0, 0x2dff),
    (0xa66f, 0xa66f),
    (0xa67c, 0xa67d),
    (0xa6f0, 0xa6f1),
    (0xa8e0, 0xa8f1),
];
/// The most rows and columns that marks are here for.
pub(super) const MOST: u16 = 268;
/// The most base64 in one command.
const CHUNK: usize = 4096;

/// The cell that stands for a part of a picture, whose number is the colour of its text.
#[must_use]
pub fn placeholder(row: u16, column: u16) -> String {
    [Some(PLACEHOLDER), mark(row), mark(column)].into_iter().flatten().collect()
}

fn mark(number: u16) -> Option<char> {
    MARKS.iter().flat_map(|(from, to)| *from..=*to).nth(usize::from(number)).and_then(char::from_u32)
}

/// The number of a picture: a colour of the palette of 256 that no theme draws with, so that it passes where only those do.
pub(super) fn id_of(file: &[u8]) -> u8 {
    let sum = file.iter().fold(0_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(*byte)));
    u8::try_from(16 + sum % 240).unwrap_or(16)
}

/// Gives a PNG to the terminal, to be placed by so many columns and rows of placeholders. It answers nothing (`q=2`).
pub(super) fn transmit(id: u8, (columns, rows): (u16, u16), file: &[u8], through_tmux: bool) -> Vec<u8> {
    let text = Base64::encode_string(file);
    let mut bytes = Vec::with_capacity(text.len() + text.len() / 64);
    let chunks = text.as_bytes().chunks(CHUNK);
    let last = chunks.len().saturating_sub(1);
    for (number, chunk) in chunks.enumerate() {
        let more = u8::from(number < last);
        let keys = match number {
            0 => format!("a=t,f=100,q=2,i={id},m={more}"),
            _ => format!("q=2,m={more}"),
        };
        command(&mut bytes, &keys, chunk, through_tmux);
    }
    command(&mut bytes, &format!("a=p,U=1,q=2,i={id},c={columns},r={rows}"), b"", through_tmux);
    bytes
}

/// Takes it away again.
pub(super) fn delete(id: u8, through_tmux: bool) -> Vec<u8> {
    let mut bytes = Vec::new();
    command(&mut bytes, &format!("a=d,d=I,q=2,i={id}"), b"", through_tmux);
    bytes
}

/// Appends a command; for the terminal around tmux it is wrapped, each escape doubled.
fn command(bytes: &mut Vec<u8>, keys: &str, payload: &[u8], through_tmux: bool) {
    let [begin, end]: [&[u8]; 2] =
        if through_tmux { [b"\x1bPtmux;\x1b\x1b_G", b"\x1b\x1b\\\x1b\\"] } else { [b"\x1b_G", b"\x1b\\"] };
    bytes.extend(begin);
    bytes.extend(keys.as_bytes());
    if !payload.is_empty() {
        bytes.push(b';');
        bytes.extend(payload);
    }
    bytes.extend(end);
}
