//! Pseudo-random numbers from a seed, for nonces (idempotency keys), the id of the window and the jitter of the backoff. The same seed gives
//! the same run, which is why secrets never come from here.

use shared::{Millis, Nonce, WindowId};

/// How many bits of a seed are random; the others are the time.
const RANDOM_BITS: u32 = 22;

/// A generator of numbers that look random (`SplitMix64`: Steele, Lea, Flood, "Fast Splittable Pseudorandom Number
/// Generators", 2014).
#[derive(Clone, Copy, Debug)]
pub struct Random {
    seed: u64,
    state: u64,
    nonces: u64,
}

impl Random {
    /// A generator whose whole sequence follows from `seed`. Two runs of one identity need different seeds, or they
    /// would give different messages the same nonce.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { seed, state: seed, nonces: 0 }
    }

    /// A seed for a run that begins now: greater than those of earlier runs, whatever the random number is.
    #[must_use]
    pub fn seed_at(now: Millis, random: u64) -> u64 {
        (now.unsigned_abs() << RANDOM_BITS) | (random & ((1 << RANDOM_BITS) - 1))
    }

    /// The next number.
    pub fn next_u64(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// What this run calls itself among the windows of one person.
    #[must_use]
    pub fn window(&self) -> Option<WindowId> {
        WindowId::parse(&format!("{:016x}", self.seed)).ok()
    }

    /// A nonce that this generator gives once: the seed, which is this run's own, and a number. They grow, which spares the
    /// server a look-up for each (see PROTOCOL.md).
    pub fn nonce(&mut self) -> Option<Nonce> {
        self.nonces += 1;
        Nonce::parse(&format!("{:016x}-{:06x}", self.seed, self.nonces)).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nonces_grow_within_a_run_and_from_run_to_run() {
        let now = 1_795_248_867_000;
        let mut earlier = Random::new(Random::seed_at(now, u64::MAX));
        let mut later = Random::new(Random::seed_at(now + 1, 0));
        let mut nonces: Vec<Nonce> = (0..300).filter_map(|_| earlier.nonce()).collect();
        nonces.extend((0..300).filter_map(|_| later.nonce()));
        assert_eq!(nonces.len(), 600);
        assert!(nonces.is_sorted_by(|one, next| one < next), "{nonces:?}");
    }
}
