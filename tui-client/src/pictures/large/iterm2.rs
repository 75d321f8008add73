//! iTerm2's sequence for pictures (OSC 1337, <https://iterm2.com/documentation-images.html>; `WezTerm` as well). The cursor stays where it is.

use base64ct::{Base64, Encoding as _};

/// Draws a file from the cursor on, in so many columns and rows.
pub(super) fn bytes((columns, rows): (u16, u16), file: &[u8]) -> Vec<u8> {
    let (size, text) = (file.len(), Base64::encode_string(file));
    let keys = format!("inline=1;size={size};width={columns};height={rows};preserveAspectRatio=1");
    format!("\x1b]1337;File={keys};doNotMoveCursor=1:{text}\x07").into_bytes()
}
