//! Which nonces of somebody only the store knows: those of messages that [`dedupe`](super::dedupe) has forgotten, and those
//! from before this chat began. Only the greatest is kept, in two orders; a nonce above it is new for certain, and the store
//! need not be asked. So it is with clients whose nonces grow: a time in front, or a number. It is right for any others, too;
//! most of their nonces are looked up.

use serde::{Deserialize, Serialize};

use shared::Nonce;

/// What is known of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForgottenNonces {
    /// Whether there may be some from before this chat began that the store was not asked about yet.
    #[serde(default)]
    unread: bool,
    /// The greatest by its bytes, which the store can find.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    greatest: Option<Nonce>,
    /// The greatest by length and then by its bytes, as numbers are without zeros in front.
    #[serde(default)]
    longest: Longest,
}

/// The greatest by length.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Longest {
    /// This one; none where nothing was forgotten.
    Is(Option<Nonce>),
    /// The store does not say.
    Unknown,
}

impl Default for Longest {
    fn default() -> Self {
        Self::Is(None)
    }
}

impl ForgottenNonces {
    /// Those of somebody who spoke before this chat began.
    #[must_use]
    pub fn unread() -> Self {
        Self { unread: true, greatest: None, longest: Longest::Unknown }
    }

    /// Whether a nonce may be one of them.
    pub(super) fn may_have(&self, nonce: &Nonce) -> bool {
        let is_greatest = self.greatest.as_ref().is_none_or(|greatest| nonce > greatest);
        let is_longest = match &self.longest {
            Longest::Is(longest) => longest.as_ref().is_none_or(|longest| is_longer(nonce, longest)),
            Longest::Unknown => false,
        };
        self.unread || !(is_greatest || is_longest)
    }

    /// One more.
    pub(super) fn add(&mut self, nonce: Nonce) {
        if let Longest::Is(longest) = &mut self.longest
            && longest.as_ref().is_none_or(|longest| is_longer(&nonce, longest))
        {
            *longest = Some(nonce.clone());
        }
        self.add_stored(nonce);
    }

    /// The greatest one in the store by its bytes, of whatever was said before this chat began.
    pub(super) fn read(&mut self, greatest: Nonce) {
        if std::mem::take(&mut self.unread) {
            self.add_stored(greatest);
        }
    }

    /// After a rollback to what is stored of somebody who spoke.
    pub(super) fn unread_again(&mut self) {
        (self.unread, self.longest) = (true, Longest::Unknown);
    }

    fn add_stored(&mut self, nonce: Nonce) {
        self.greatest = self.greatest.take().max(Some(nonce));
    }
}

fn is_longer(one: &Nonce, other: &Nonce) -> bool {
    let (one, other) = (one.as_str(), other.as_str());
    (one.len(), one) > (other.len(), other)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nonce(raw: &str) -> Nonce {
        Nonce::parse(raw).unwrap()
    }

    #[track_caller]
    fn check(forgotten: &ForgottenNonces, news: &[&str], others: &[&str]) {
        for new in news {
            assert!(!forgotten.may_have(&nonce(new)), "{new} is new: {forgotten:?}");
        }
        for other in others {
            assert!(forgotten.may_have(&nonce(other)), "{other} may be one: {forgotten:?}");
        }
    }

    #[test]
    fn what_is_above_all_of_them_in_one_order_is_new() {
        let mut forgotten = ForgottenNonces::default();
        check(&forgotten, &["1", "zz"], &[]);
        for number in 1..=20 {
            forgotten.add(nonce(&number.to_string()));
        }
        // By length 20 is the greatest, by its bytes 9 is.
        check(&forgotten, &["21", "100", "a"], &["20", "19", "9", "1", "00"]);
    }

    #[test]
    fn of_what_was_said_before_the_store_knows_the_greatest_by_its_bytes() {
        let mut forgotten = ForgottenNonces::unread();
        forgotten.add(nonce("15"));
        check(&forgotten, &[], &["1", "16", "99", "100"]);
        forgotten.read(nonce("12"));
        check(&forgotten, &["16", "99"], &["15", "12", "100", "1"]);
        forgotten.read(nonce("98"));
        check(&forgotten, &["16"], &[]);
        forgotten.unread_again();
        check(&forgotten, &[], &["16", "99"]);
    }
}
