//! Who somebody is: the SHA-256 of the public key, as ssh's own fingerprint has it. Comment, certificate and the algorithm of a
//! signature do not change it. Nothing here trusts a key before its owner has signed with it.

use std::fmt;

use base64ct::{Base64Unpadded, Encoding as _};
use russh::keys::ssh_key::public::KeyData;
use russh::keys::{Algorithm, HashAlg, PublicKey};
use shared::Name;

use super::limits::RSA_BITS;

/// The user name of those who have no key.
pub const GUEST: &str = "guest";

/// A public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyId([u8; 32]);

impl KeyId {
    /// That of a key; none of a key whose kind nobody knows.
    #[must_use]
    pub fn of(key: &KeyData) -> Option<Self> {
        key.fingerprint(HashAlg::Sha256).sha256().map(Self)
    }

    /// As the name of a directory: 64 hexadecimal digits.
    #[must_use]
    pub fn hex(self) -> String {
        use fmt::Write as _;
        self.0.iter().fold(String::with_capacity(64), |mut hex, byte| {
            // A string takes all.
            write!(hex, "{byte:02x}").ok();
            hex
        })
    }

    /// Reads `SHA256:…`, as ssh and `ssh-keygen -l` write it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        let read = Base64Unpadded::decode(text.strip_prefix("SHA256:")?, &mut bytes).ok()?.len();
        (read == 32).then_some(Self(bytes))
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SHA256:{}", Base64Unpadded::encode_string(&self.0))
    }
}

/// The keys of admins: lines of `authorized_keys`, or fingerprints. The number of the first line that is neither.
pub fn admins(text: &str) -> Result<Vec<KeyId>, usize> {
    let lines = text.lines().enumerate().map(|(at, line)| (at + 1, line.trim()));
    let lines = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    lines.map(|(number, line)| key_of_line(line).ok_or(number)).collect()
}

/// Options may stand before the key in `authorized_keys`; they may have spaces within quotes, so the key is looked for.
fn key_of_line(line: &str) -> Option<KeyId> {
    if let Some(id) = line.split_whitespace().next().and_then(KeyId::parse) {
        return Some(id);
    }
    let starts = std::iter::once(0).chain(line.match_indices(' ').map(|(at, _)| at + 1));
    let mut rests = starts.filter_map(|at| line.get(at..));
    rests.find_map(|rest| PublicKey::from_openssh(rest).ok().and_then(|key| KeyId::of(key.key_data())))
}

/// Why a key is not taken although its owner may have it.
#[must_use]
pub(super) fn is_weak(key: &KeyData, algorithm: &Algorithm) -> bool {
    let signs_with_sha1 = matches!(algorithm, Algorithm::Rsa { hash: None });
    signs_with_sha1 || key.rsa().is_some_and(|key| key.key_size() < RSA_BITS)
}

/// The name that somebody new asks for by the user name; none where it can be no name.
#[must_use]
pub(super) fn wish(user: &str) -> Option<Name> {
    Name::parse(user).ok().filter(|_| user != GUEST)
}

#[cfg(test)]
mod tests {
    use super::{KeyId, admins, wish};

    const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti";
    const PRINT: &str = "SHA256:UCUiLr7Pjs9wFFJMDByLgc3NrtdU344OgUM45wZPcIQ";

    #[test]
    fn a_fingerprint_is_read_as_it_is_written() {
        let id = KeyId::parse(PRINT).unwrap();
        assert_eq!((id.to_string(), id.hex().len()), (PRINT.to_owned(), 64));
        for wrong in ["", "SHA256:", "SHA256:UCUi", "MD5:00", PRINT.trim_start_matches('S')] {
            assert_eq!(KeyId::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn admins_are_lines_of_authorized_keys_or_fingerprints() {
        let text =
            format!("# us\n\n{KEY} me@home\nfrom=\"10.0.0.1 10.0.0.2\",no-pty {KEY}\n{PRINT} another\n");
        let ids = admins(&text).unwrap();
        assert_eq!(ids, [KeyId::parse(PRINT).unwrap(); 3]);
        assert_eq!(admins(&format!("{KEY}\nssh-ed25519 AAAA\n")), Err(2));
        assert_eq!(admins(""), Ok(Vec::new()));
    }

    #[test]
    fn a_user_name_is_a_wish_if_it_can_be_a_name() {
        assert_eq!(wish("minsu").as_ref().map(ToString::to_string).as_deref(), Some("minsu"));
        assert_eq!(wish("민수").as_ref().map(ToString::to_string).as_deref(), Some("민수"));
        assert_eq!((wish("guest"), wish(""), wish("a b")), (None, None, None));
    }
}
