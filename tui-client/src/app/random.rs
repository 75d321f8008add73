//! Pseudo-random numbers from a seed, for nonces (idempotency keys), the id of the window and the jitter of the backoff. The same seed gives
//! the same run, which is why secrets never come from here.

use shared::{Nonce, WindowId};

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

    /// A nonce that this generator gives once: the seed, which is this run's own, and a number.
    pub fn nonce(&mut self) -> Option<Nonce> {
        self.nonces += 1;
        Nonce::parse(&format!("{:016x}-{:x}", self.seed, self.nonces)).ok()
    }
}
