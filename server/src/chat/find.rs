//! Who somebody is, for code that knows only their name, uid or secret. It changes nothing, so it goes past the order.

use shared::{Name, SecretHash, Uid};

use super::Chat;

/// Somebody who is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Whoever has this name, or one that looks like it.
    Name(Name),
    /// Whoever has this uid.
    Uid(Uid),
    /// Whoever has the secret with this hash.
    Secret(SecretHash),
}

impl Chat {
    /// Somebody by their name, uid or secret.
    #[must_use]
    pub fn find(&self, wanted: &Wanted) -> Option<(Uid, Name)> {
        let uid = match wanted {
            Wanted::Name(name) => self.roster.by_name(name)?,
            Wanted::Uid(uid) => *uid,
            Wanted::Secret(secret) => self.roster.by_secret(*secret)?,
        };
        self.roster.get(uid).map(|identity| (uid, identity.name.clone()))
    }
}
