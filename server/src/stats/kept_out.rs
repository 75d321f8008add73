//! Whom limits kept out, by setting: how many, and who was the last. As many entries as there are settings, whatever comes.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use shared::server_msg::KeptOut as Told;
use shared::{Line, Millis, Refusal};

/// Whom limits kept out since the start.
#[derive(Debug, Default)]
pub struct KeptOut(Mutex<BTreeMap<String, Entry>>);

#[derive(Debug)]
struct Entry {
    total: Total,
    untold: u64,
}

/// What a setting kept out since the start.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Total {
    /// The setting.
    pub setting: Line,
    /// How many times.
    pub count: u64,
    /// The address the last one came from, if it had one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<IpAddr>,
    /// When that was, in milliseconds since 1970.
    pub at: Millis,
}

impl KeptOut {
    /// Counts a refusal, if a setting is the reason of it.
    pub fn note(&self, refusal: &Refusal, address: Option<IpAddr>, at: Millis) {
        let Some(setting) = &refusal.setting else { return };
        let mut entries = self.entries();
        let entry = entries.entry(setting.to_string()).or_insert_with(|| Entry {
            total: Total { setting: setting.clone(), count: 0, address: None, at },
            untold: 0,
        });
        entry.total.count += 1;
        entry.untold += 1;
        (entry.total.address, entry.total.at) = (address, at);
    }

    /// Whether something was not told yet.
    #[must_use]
    pub fn has_untold(&self) -> bool {
        self.entries().values().any(|entry| entry.untold > 0)
    }

    /// What was not told yet; it counts as told.
    #[must_use]
    pub fn take_untold(&self) -> Vec<Told> {
        let mut entries = self.entries();
        let untold = entries.values_mut().filter(|entry| entry.untold > 0).map(|entry| {
            let Total { setting, address, at, .. } = entry.total.clone();
            Told { setting, count: std::mem::take(&mut entry.untold), address, at }
        });
        untold.collect()
    }

    /// All there was since the start.
    #[must_use]
    pub fn totals(&self) -> Vec<Total> {
        self.entries().values().map(|entry| entry.total.clone()).collect()
    }

    fn entries(&self) -> MutexGuard<'_, BTreeMap<String, Entry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use shared::Code;

    use super::*;

    #[test]
    fn what_a_limit_kept_out_is_told_once_and_counted_for_good() {
        let kept_out = KeptOut::default();
        let full = Refusal::new(Code::TooManyConnections, "full").by_setting("max-per-address");
        let ip = "192.0.2.7".parse().ok();
        kept_out.note(&Refusal::new(Code::Banned, "no limit"), ip, 1);
        assert!(!kept_out.has_untold());
        kept_out.note(&full, None, 2);
        kept_out.note(&full, ip, 3);
        let told = kept_out.take_untold();
        assert_eq!(
            told.iter().map(|told| (told.count, told.address, told.at)).collect::<Vec<_>>(),
            [(2, ip, 3)]
        );
        assert!(!kept_out.has_untold() && kept_out.take_untold().is_empty());
        kept_out.note(&full, ip, 4);
        assert_eq!(kept_out.totals()[0].count, 3);
        assert_eq!(kept_out.take_untold()[0].count, 1);
    }
}
