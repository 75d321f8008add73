//! What this client asks the server by itself (history pages, lists of members, rooms to join again) is bounded, whatever
//! the server says or leaves out: a token bucket of its own. What a person asks for is not counted.

use shared::Millis;

/// So much may be asked at once: what a reconnect with many rooms, or a reader in a hurry, calls for.
const BURST: Millis = 40;
/// After that, one request in so many milliseconds.
const EVERY: Millis = 200;

/// The token bucket. It is full at the beginning.
#[derive(Clone, Copy, Debug, Default)]
pub struct AskBudget {
    /// When the bucket is full again.
    full_at: Millis,
}

impl AskBudget {
    /// Whether something may be asked now.
    #[must_use]
    pub fn may_ask(&self, now: Millis) -> bool {
        now >= self.ready_at()
    }

    /// When something may be asked.
    #[must_use]
    pub fn ready_at(&self) -> Millis {
        self.full_at.saturating_sub((BURST - 1) * EVERY)
    }

    /// Something was asked.
    pub fn charge(&mut self, now: Millis) {
        self.full_at = self.full_at.max(now).saturating_add(EVERY);
    }
}

#[cfg(test)]
mod tests {
    use super::{AskBudget, BURST, EVERY};

    #[test]
    fn a_burst_is_free_and_then_the_rate_holds() {
        let mut budget = AskBudget::default();
        let start = 1_000_000;
        let asked = |budget: &mut AskBudget, now| {
            let mut count = 0;
            while budget.may_ask(now) {
                budget.charge(now);
                count += 1;
            }
            count
        };
        assert_eq!(asked(&mut budget, start), BURST);
        assert_eq!(budget.ready_at(), start + EVERY);
        assert_eq!(asked(&mut budget, start + EVERY - 1), 0);
        assert_eq!(asked(&mut budget, start + 10 * EVERY), 10);
        assert_eq!(asked(&mut budget, start + 1_000 * EVERY), BURST);
    }
}
