//! Gaps: the ranges of seqs of a room that are known to be missing here, kept as a sorted set. `history_paging.rs` asks for
//! what is in them.

use shared::Seq;

use crate::app::memory_budget;

/// A range of which nothing is known: the seqs above `after` and below `before`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The last seq known before it.
    pub after: Seq,
    /// The first seq known after it, or one more than the last in it.
    pub before: Seq,
}

/// A page to ask for, at one end of a gap or before the oldest event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageEdge {
    /// What is just before this.
    Before(Seq),
    /// What is just after this.
    After(Seq),
}

/// All gaps, lowest first, apart from one another.
#[derive(Debug, Default)]
pub(super) struct Gaps(Vec<Gap>);

impl Gaps {
    pub(super) fn as_slice(&self) -> &[Gap] {
        &self.0
    }

    /// Notes that nothing is known between the two; gaps it meets become one with it.
    pub(super) fn add(&mut self, after: Seq, before: Seq) {
        if after.next() >= before {
            return;
        }
        let mut new = Gap { after, before };
        self.0.retain(|old| {
            // Two gaps that share only a border have a known event between them.
            let apart = old.before.get() <= new.after.get() + 1 || new.before.get() <= old.after.get() + 1;
            if !apart {
                new = Gap { after: new.after.min(old.after), before: new.before.max(old.before) };
            }
            apart
        });
        let at = self.0.partition_point(|gap| gap.after < new.after);
        self.0.insert(at, new);
        self.keep_to_budget();
    }

    /// Makes the oldest gaps one, where there are too many: what is between them counts as missing.
    fn keep_to_budget(&mut self) {
        while self.0.len() > memory_budget::GAPS
            && let [first, second, ..] = self.0.as_mut_slice()
        {
            first.before = second.before;
            self.0.remove(1);
        }
    }

    /// Notes that everything above `after`, up to and with `last`, is known.
    pub(super) fn fill(&mut self, after: Seq, last: Seq) {
        if self.0.iter().all(|gap| last <= gap.after || gap.before <= after.next()) {
            return;
        }
        let old = std::mem::take(&mut self.0);
        for gap in old {
            let below = Gap { after: gap.after, before: gap.before.min(after.next()) };
            let above = Gap { after: gap.after.max(last), before: gap.before };
            let rests = if after >= last { vec![gap] } else { vec![below, above] };
            self.0.extend(rests.into_iter().filter(|rest| rest.after.next() < rest.before));
        }
        self.keep_to_budget();
    }

    /// Forgets what lies wholly below `oldest`, and shortens what reaches below it.
    pub(super) fn forget_below(&mut self, oldest: Seq) {
        self.0.retain(|gap| gap.before > oldest);
    }

    /// Whether a gap ends between two neighbours.
    pub(super) fn between(&self, upper: Seq, lower: Seq) -> bool {
        let at = self.0.partition_point(|gap| gap.before <= lower);
        self.0.get(at).is_some_and(|gap| gap.before <= upper)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use shared::Seq;

    use super::Gaps;

    fn seq(number: u64) -> Seq {
        Seq::new(number).unwrap()
    }

    #[track_caller]
    fn check(gaps: &Gaps, expect: &[(u64, u64)]) {
        let found: Vec<_> = gaps.as_slice().iter().map(|gap| (gap.after.get(), gap.before.get())).collect();
        assert_eq!(found, expect);
    }

    #[test]
    fn a_gap_shrinks_from_both_ends_and_closes() {
        let mut gaps = Gaps::default();
        gaps.add(seq(10), seq(20));
        gaps.fill(seq(10), seq(12));
        check(&gaps, &[(12, 20)]);
        gaps.fill(seq(17), seq(19));
        check(&gaps, &[(12, 18)]);
        gaps.fill(seq(12), seq(17));
        check(&gaps, &[]);
    }

    #[test]
    fn a_page_inside_a_gap_makes_two_gaps() {
        let mut gaps = Gaps::default();
        gaps.add(seq(10), seq(20));
        gaps.fill(seq(13), seq(15));
        check(&gaps, &[(10, 14), (15, 20)]);
    }

    #[test]
    fn the_oldest_of_too_many_become_one() {
        let mut gaps = Gaps::default();
        for n in (0..100_000).rev().chain(200_000..300_000) {
            gaps.add(seq(10 * n), seq(10 * n + 5));
        }
        assert_eq!(gaps.as_slice().len(), crate::app::memory_budget::GAPS);
        let newest = gaps.as_slice().last().unwrap();
        assert_eq!((newest.after, newest.before), (seq(2_999_990), seq(2_999_995)));
        assert_eq!(gaps.as_slice().first().unwrap().after, seq(0));
    }

    #[test]
    fn a_gap_without_room_is_none() {
        let mut gaps = Gaps::default();
        gaps.add(seq(10), seq(11));
        gaps.add(seq(10), seq(10));
        gaps.add(seq(10), seq(9));
        check(&gaps, &[]);
    }

    #[test]
    fn overlapping_gaps_are_one() {
        let mut gaps = Gaps::default();
        gaps.add(seq(10), seq(20));
        gaps.add(seq(30), seq(40));
        gaps.add(seq(15), seq(32));
        check(&gaps, &[(10, 40)]);
    }

    proptest! {
        #[test]
        fn gaps_are_a_set_of_numbers(ops in prop::collection::vec((any::<bool>(), 0_u32..40, 0_u32..40), 0..20)) {
            let mut gaps = Gaps::default();
            let mut model = [false; 42];
            for (add, a, b) in ops {
                if add {
                    gaps.add(seq(a.into()), seq(b.into()));
                    (a + 1..b).for_each(|n| model[n as usize] = true);
                } else {
                    gaps.fill(seq(a.into()), seq(b.into()));
                    (a + 1..=b).for_each(|n| model[n as usize] = false);
                }
            }
            for (n, missing) in model.into_iter().enumerate() {
                let n = n as u64;
                let found = gaps.as_slice().iter().any(|gap| gap.after.get() < n && n < gap.before.get());
                prop_assert_eq!(found, missing, "{} in {:?}", n, gaps);
            }
            prop_assert!(gaps.as_slice().windows(2).all(|two| two[0].before.get() <= two[1].after.get() + 1));
        }
    }
}
