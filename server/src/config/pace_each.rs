//! A pace of their own for single people and bots, by number, as `#17=100/50, #23=off`. Names change hands, numbers do not.

use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::Arc;

use shared::Uid;

use crate::token_bucket::Pace;

/// Who has a pace of their own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PaceEach(Arc<BTreeMap<Uid, Pace>>);

impl PaceEach {
    /// The pace of this person, if they have one of their own.
    #[must_use]
    pub fn of(&self, uid: Uid) -> Option<Pace> {
        self.0.get(&uid).copied()
    }
}

impl FromStr for PaceEach {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut each = BTreeMap::new();
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let form =
                || format!("{part:?}: give #UID=BURST/RATE or #UID=off; `ctl whois NAME` says the uid");
            let (who, pace) = part.split_once('=').ok_or_else(form)?;
            let uid = Uid::parse_written(who.trim()).ok_or_else(form)?;
            let pace = pace.trim().parse().map_err(|wrong| format!("{part:?}: {wrong}"))?;
            if each.insert(uid, pace).is_some() {
                return Err(format!("#{} is there twice", uid.get()));
            }
        }
        Ok(Self(Arc::new(each)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_has_the_pace_they_are_given_and_others_have_none() {
        let each: PaceEach = "#17=100/50, #23 = off ,".parse().unwrap();
        let of = |number| each.of(Uid::new(number).unwrap());
        assert_eq!(of(17), Some(Pace::Limit { burst: 100, rate: 50 }));
        assert_eq!((of(23), of(24)), (Some(Pace::Off), None));
        assert_eq!("".parse(), Ok(PaceEach::default()));
    }

    #[test]
    fn what_is_no_pace_for_a_person_is_told() {
        for (text, told) in [
            ("bot=100/50", "#UID=BURST/RATE"),
            ("17=100/50", "#UID=BURST/RATE"),
            ("#0=100/50", "#UID=BURST/RATE"),
            ("#17", "#UID=BURST/RATE"),
            ("#17=fast", "is no pace"),
            ("#17=off, #17=1/1", "#17 is there twice"),
        ] {
            let error = text.parse::<PaceEach>().unwrap_err();
            assert!(error.contains(told), "{text}: {error}");
        }
    }
}
