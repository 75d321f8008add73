//! Whose a secret is, and whose it was that was taken out.

use shared::{SecretHash, Uid};

use super::Roster;
use crate::chat::identity::Identity;
use crate::chat::linked::Linked;

impl Roster {
    pub(super) fn index_secrets(&mut self, identity: &Identity) {
        self.by_secret.extend(identity.secrets().map(|secret| (secret, identity.uid)));
        self.taken_out.extend(identity.taken_out().map(|secret| (secret, identity.uid)));
    }

    /// Gives somebody another secret, and these machines; the secrets before are nobody's.
    pub(in crate::chat) fn replace_secrets(
        &mut self,
        uid: Uid,
        secret: SecretHash,
        linked: Option<Box<Linked>>,
    ) {
        let Some(identity) = self.identities.get_mut(&uid) else { return };
        for before in identity.secrets() {
            if self.by_secret.get(&before) == Some(&uid) {
                self.by_secret.remove(&before);
            }
        }
        for before in identity.taken_out() {
            self.taken_out.remove(&before);
        }
        (identity.secret, identity.linked) = (secret, linked);
        self.by_secret.extend(identity.secrets().map(|secret| (secret, uid)));
        self.taken_out.extend(identity.taken_out().map(|secret| (secret, uid)));
    }

    /// Makes a secret one of somebody's.
    pub(in crate::chat) fn add_secret(&mut self, uid: Uid, secret: SecretHash) {
        self.by_secret.insert(secret, uid);
    }

    /// A secret of somebody's is nobody's. Where it was their first, it is this one that is now.
    pub(in crate::chat) fn drop_secret(&mut self, uid: Uid, secret: SecretHash, next: Option<SecretHash>) {
        self.by_secret.remove(&secret);
        self.taken_out.insert(secret, uid);
        if let (Some(identity), Some(next)) = (self.identities.get_mut(&uid), next)
            && identity.secret == secret
        {
            identity.secret = next;
        }
    }

    pub(in crate::chat) fn by_secret(&self, secret: SecretHash) -> Option<Uid> {
        self.by_secret.get(&secret).copied()
    }

    /// Whether it was the secret of a machine that was taken out.
    pub(in crate::chat) fn is_taken_out(&self, secret: SecretHash) -> bool {
        self.taken_out.contains_key(&secret)
    }
}
