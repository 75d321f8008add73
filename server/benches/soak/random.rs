//! Chance, from a seed: the same every time (xorshift64*).

/// A generator.
pub(crate) struct Random(u64);

impl Random {
    /// One with this seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 16
    }

    /// A number below this one, which is not 0.
    pub(crate) fn below(&mut self, many: usize) -> usize {
        usize::try_from(self.next()).unwrap_or(0) % many
    }

    /// A number of seconds from one to the other.
    pub(crate) fn seconds(&mut self, from: usize, to: usize) -> std::time::Duration {
        std::time::Duration::from_millis(((from * 1000) + self.below((to - from) * 1000 + 1)) as u64)
    }

    /// One of these.
    pub(crate) fn pick<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        if of.is_empty() { None } else { of.get(self.below(of.len())) }
    }
}
