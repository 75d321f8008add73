//! 32 bytes as 43 characters (RFC 4648, without padding). It must not know what they are.

/// The characters of base64url (section 5).
pub(crate) const URL: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/// The characters of base64 (section 4).
pub(crate) const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Writes 32 bytes in these characters.
pub(crate) fn encode(bytes: &[u8; 32], alphabet: &[u8; 64]) -> String {
    let mut text = String::with_capacity(43);
    for chunk in bytes.chunks(3) {
        let bytes = [chunk.first(), chunk.get(1), chunk.get(2)].map(|b| b.copied().unwrap_or(0));
        let bits = u32::from(bytes[0]) << 16 | u32::from(bytes[1]) << 8 | u32::from(bytes[2]);
        for place in 0..=chunk.len() {
            let six = (bits >> (18 - 6 * place)) & 0x3f;
            text.push(char::from(alphabet[six as usize]));
        }
    }
    text
}

/// Whether a text looks like 32 bytes in these characters.
pub(crate) fn is(text: &str, alphabet: &[u8; 64]) -> bool {
    text.len() == 43 && text.bytes().all(|b| alphabet.contains(&b))
}
