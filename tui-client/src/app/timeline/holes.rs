//! The stretches of a room that are known to be missing here. It must not ask for them; the app does.

use shared::Seq;

/// A stretch of which nothing is known: the seqs above `after` and below `before`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hole {
    /// The last seq known before it.
    pub after: Seq,
    /// The first seq known after it, or one more than the last in it.
    pub before: Seq,
}

/// All holes, lowest first, apart from one another.
#[derive(Debug, Default)]
pub(super) struct Holes(Vec<Hole>);

impl Holes {
    pub(super) fn as_slice(&self) -> &[Hole] {
        &self.0
    }

    /// Notes that nothing is known between the two; holes it meets become one with it.
    pub(super) fn add(&mut self, after: Seq, before: Seq) {
        if after.next() >= before {
            return;
        }
        let mut new = Hole { after, before };
        self.0.retain(|old| {
            // Two holes that share only a border have a known event between them.
            let apart = old.before.get() <= new.after.get() + 1 || new.before.get() <= old.after.get() + 1;
            if !apart {
                new = Hole { after: new.after.min(old.after), before: new.before.max(old.before) };
            }
            apart
        });
        let at = self.0.partition_point(|hole| hole.after < new.after);
        self.0.insert(at, new);
    }

    /// Notes that everything above `after`, up to and with `last`, is known.
    pub(super) fn fill(&mut self, after: Seq, last: Seq) {
        if self.0.iter().all(|hole| last <= hole.after || hole.before <= after.next()) {
            return;
        }
        let old = std::mem::take(&mut self.0);
        for hole in old {
            let below = Hole { after: hole.after, before: hole.before.min(after.next()) };
            let above = Hole { after: hole.after.max(last), before: hole.before };
            let rests = if after >= last { vec![hole] } else { vec![below, above] };
            self.0.extend(rests.into_iter().filter(|rest| rest.after.next() < rest.before));
        }
    }

    /// Forgets what lies wholly below `oldest`, and shortens what reaches below it.
    pub(super) fn forget_below(&mut self, oldest: Seq) {
        self.0.retain(|hole| hole.before > oldest);
    }

    /// Whether a hole ends between two neighbours.
    pub(super) fn between(&self, upper: Seq, lower: Seq) -> bool {
        let at = self.0.partition_point(|hole| hole.before <= lower);
        self.0.get(at).is_some_and(|hole| hole.before <= upper)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use shared::Seq;

    use super::Holes;

    fn seq(number: u64) -> Seq {
        Seq::new(number).unwrap()
    }

    #[track_caller]
    fn check(holes: &Holes, expect: &[(u64, u64)]) {
        let found: Vec<_> =
            holes.as_slice().iter().map(|hole| (hole.after.get(), hole.before.get())).collect();
        assert_eq!(found, expect);
    }

    #[test]
    fn a_hole_shrinks_from_both_ends_and_closes() {
        let mut holes = Holes::default();
        holes.add(seq(10), seq(20));
        holes.fill(seq(10), seq(12));
        check(&holes, &[(12, 20)]);
        holes.fill(seq(17), seq(19));
        check(&holes, &[(12, 18)]);
        holes.fill(seq(12), seq(17));
        check(&holes, &[]);
    }

    #[test]
    fn an_island_in_a_hole_makes_two() {
        let mut holes = Holes::default();
        holes.add(seq(10), seq(20));
        holes.fill(seq(13), seq(15));
        check(&holes, &[(10, 14), (15, 20)]);
    }

    #[test]
    fn a_hole_without_room_is_none() {
        let mut holes = Holes::default();
        holes.add(seq(10), seq(11));
        holes.add(seq(10), seq(10));
        holes.add(seq(10), seq(9));
        check(&holes, &[]);
    }

    #[test]
    fn overlapping_holes_are_one() {
        let mut holes = Holes::default();
        holes.add(seq(10), seq(20));
        holes.add(seq(30), seq(40));
        holes.add(seq(15), seq(32));
        check(&holes, &[(10, 40)]);
    }

    proptest! {
        #[test]
        fn holes_are_a_set_of_numbers(ops in prop::collection::vec((any::<bool>(), 0_u32..40, 0_u32..40), 0..20)) {
            let mut holes = Holes::default();
            let mut model = [false; 42];
            for (add, a, b) in ops {
                if add {
                    holes.add(seq(a.into()), seq(b.into()));
                    (a + 1..b).for_each(|n| model[n as usize] = true);
                } else {
                    holes.fill(seq(a.into()), seq(b.into()));
                    (a + 1..=b).for_each(|n| model[n as usize] = false);
                }
            }
            for (n, missing) in model.into_iter().enumerate() {
                let n = n as u64;
                let found = holes.as_slice().iter().any(|hole| hole.after.get() < n && n < hole.before.get());
                prop_assert_eq!(found, missing, "{} in {:?}", n, holes);
            }
            prop_assert!(holes.as_slice().windows(2).all(|two| two[0].before.get() <= two[1].after.get() + 1));
        }
    }
}
