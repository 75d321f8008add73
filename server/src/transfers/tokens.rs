//! The tokens that were given and not used yet. Each opens one transfer, once, for a while; it is found by a hash table, whose time
//! tells nothing of a token that is nearly right.

use std::collections::HashMap;

use shared::{FileHash, TransferToken, Uid};
use tokio::time::Instant;

use super::job::{Job, Way};

/// The most tokens of all; further ones are refused.
const MOST: usize = 4096;
/// The most of one identity; a further one takes the place of the oldest.
const OF_IDENTITY: usize = 8;

/// The tokens.
#[derive(Debug, Default)]
pub(super) struct Tokens(HashMap<TransferToken, (Job, Instant)>);

impl Tokens {
    /// Gives a token that is good until then; false when there are too many.
    pub(super) fn give(&mut self, token: TransferToken, job: Job, now: Instant, until: Instant) -> bool {
        self.0.retain(|_, (_, until)| *until > now);
        if job.way == Way::Up {
            self.drop_upload(job.uid, job.sha256);
        }
        let of_identity = self.0.iter().filter(|(_, (other, _))| other.uid == job.uid);
        let mut of_identity: Vec<_> =
            of_identity.map(|(token, (_, until))| (*until, token.clone())).collect();
        if of_identity.len() >= OF_IDENTITY {
            of_identity.sort_by_key(|(until, _)| *until);
            if let Some((_, oldest)) = of_identity.first() {
                self.0.remove(oldest);
            }
        }
        if self.0.len() >= MOST {
            return false;
        }
        self.0.insert(token, (job, until));
        true
    }

    /// Uses a token.
    pub(super) fn take(&mut self, token: &TransferToken, now: Instant) -> Option<Job> {
        self.0.remove(token).filter(|(_, until)| *until > now).map(|(job, _)| job)
    }

    /// Takes an identity's tokens back.
    pub(super) fn drop_of(&mut self, uid: Uid) {
        self.0.retain(|_, (job, _)| job.uid != uid);
    }

    /// Takes back those to send this content.
    pub(super) fn drop_upload(&mut self, uid: Uid, sha256: FileHash) {
        self.0.retain(|_, (job, _)| !job.is_upload_of(uid, sha256));
    }

    /// The uploads that may be begun.
    pub(super) fn uploads(&self, now: Instant) -> impl Iterator<Item = &Job> {
        let good = self.0.values().filter(move |(job, until)| job.way == Way::Up && *until > now);
        good.map(|(job, _)| job)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn job(uid: u64, content: u8, way: Way) -> Job {
        Job { uid: Uid::new(uid).unwrap(), sha256: FileHash([content; 32]), bytes: 6, way }
    }

    fn token(number: u8) -> TransferToken {
        TransferToken::from_bytes([number; 16])
    }

    #[test]
    fn a_token_is_good_once_and_for_a_while() {
        let (mut tokens, now) = (Tokens::default(), Instant::now());
        let until = now + Duration::from_mins(1);
        let job = job(1, 1, Way::Up);
        for number in [1, 2] {
            assert!(tokens.give(token(number), Job { sha256: FileHash([number; 32]), ..job }, now, until));
        }
        assert_eq!(tokens.take(&token(1), now), Some(job));
        assert_eq!(tokens.take(&token(1), now), None);
        assert_eq!(tokens.take(&token(2), until), None);
        assert_eq!(tokens.take(&token(3), now), None);
    }

    #[test]
    fn a_content_has_one_token_and_an_identity_a_few() {
        let (mut tokens, now) = (Tokens::default(), Instant::now());
        let until = now + Duration::from_mins(1);
        for number in [1, 2] {
            assert!(tokens.give(token(number), job(1, 7, Way::Up), now, until));
        }
        assert_eq!((tokens.take(&token(1), now), tokens.uploads(now).count()), (None, 1));
        for number in 10..20 {
            let until = until + Duration::from_millis(number.into());
            assert!(tokens.give(token(number), job(1, 7, Way::Down), now, until));
        }
        assert_eq!(tokens.0.len(), OF_IDENTITY);
        assert!(tokens.take(&token(11), now).is_none() && tokens.take(&token(19), now).is_some());
        assert!(tokens.give(token(1), job(2, 7, Way::Down), now, until));
        tokens.drop_of(Uid::new(1).unwrap());
        assert_eq!(tokens.0.len(), 1);
    }

    #[test]
    fn there_is_an_end_to_the_tokens_until_some_are_old() {
        let (mut tokens, now) = (Tokens::default(), Instant::now());
        let (until, most) = (now + Duration::from_mins(1), u64::try_from(MOST).unwrap());
        let mut give = |number: u64, now: Instant| {
            let mut bytes = [0; 16];
            bytes[..8].copy_from_slice(&number.to_le_bytes());
            tokens.give(TransferToken::from_bytes(bytes), job(number + 1, 7, Way::Down), now, until)
        };
        assert!((0..most).all(|number| give(number, now)));
        assert!(!give(most, now) && give(most, until));
    }
}
