//! The file in the state directory that says which key was served last, and which one was announced: `--check-config` and
//! the next start compare the certificate they find with it, and so can say before it happens that clients which know the
//! server by its key would be locked out.

use std::path::Path;

use shared::Fingerprint;

use crate::{private_files, small_file};

/// The file.
const FILE: &str = "tls.served";

/// What the file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServedKey {
    /// The key that was served last.
    pub key: Fingerprint,
    /// The one that was announced then.
    pub next: Option<Fingerprint>,
}

impl ServedKey {
    /// What was kept; none where nothing was, or nothing that can be read.
    #[must_use]
    pub fn read(dir: &Path) -> Option<Self> {
        let text = small_file::read_text(&dir.join(FILE)).ok()?;
        let mut words = text.split_whitespace().map(str::parse);
        let key = words.next()?.ok()?;
        Some(Self { key, next: words.next().and_then(Result::ok) })
    }

    /// Keeps it. A disk that takes nothing is no reason not to serve: the file only helps to warn.
    pub fn write(&self, dir: &Path) {
        if Self::read(dir).as_ref() == Some(self) {
            return;
        }
        let next = self.next.as_ref().map_or_else(String::new, |next| format!("{next}\n"));
        let path = dir.join(FILE);
        let written = private_files::open_file(&path)
            .and_then(|_| std::fs::write(&path, format!("{}\n{next}", self.key)));
        if let Err(error) = written {
            tracing::warn!(%error, file = %path.display(), "could not keep which key is served");
        }
    }

    /// What should be told before a start makes a key because there is none.
    #[must_use]
    pub fn lost(&self) -> String {
        let was = &self.key;
        format!(
            "the key that clients know, {was}, is gone and a start makes another; bring tls.key and tls.crt back"
        )
    }

    /// What should be told before a certificate with this key is served, if anything.
    #[must_use]
    pub fn warning(&self, key: &Fingerprint) -> Option<String> {
        if *key == self.key {
            return None;
        }
        let was = &self.key;
        Some(if self.next.as_ref() == Some(key) {
            format!(
                "the certificate has the key that was announced, {key}; whoever was here meanwhile accepts it"
            )
        } else {
            format!(
                "the certificate has another key than before, {key} instead of {was}: clients that trusted the old one \
                 will refuse to connect; announce it with tls-next-cert for some weeks first, or renew with the same key"
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_read_as_it_was_written_and_warns_of_a_key_nobody_knows() {
        let dir = tempfile::TempDir::new().unwrap();
        let [one, two, three] = [b"1", b"2", b"3"].map(|key| Fingerprint::of(key));
        assert_eq!(ServedKey::read(dir.path()), None);
        let served = ServedKey { key: one.clone(), next: Some(two.clone()) };
        served.write(dir.path());
        assert_eq!(ServedKey::read(dir.path()), Some(served.clone()));
        assert_eq!(served.warning(&one), None);
        assert!(served.warning(&two).unwrap().contains("was announced"));
        assert!(served.warning(&three).unwrap().contains("will refuse to connect"));
        let alone = ServedKey { key: one, next: None };
        alone.write(dir.path());
        assert_eq!(ServedKey::read(dir.path()), Some(alone));
    }
}
