//! A number of bytes as the configuration writes it: `100M`, `10G`, or all digits. `K`, `M`, `G` and `T` stand for powers of 1024, as
//! in a pace.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A number of bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ByteSize(pub u64);

const UNITS: [(char, u32); 4] = [('T', 40), ('G', 30), ('M', 20), ('K', 10)];

/// The most that can be written: numbers up to this are exact in every program that reads JSON.
const MOST: u64 = 1 << 53;

impl FromStr for ByteSize {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let unit = UNITS.into_iter().find_map(|(unit, bits)| Some((text.strip_suffix(unit)?, 1_u64 << bits)));
        let (digits, unit) = unit.unwrap_or((text, 1));
        let are_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
        let number = if are_digits { digits.parse::<u64>().ok() } else { None };
        let bytes = number.and_then(|number| number.checked_mul(unit)).filter(|bytes| *bytes <= MOST);
        bytes.map(Self).ok_or_else(|| "write a number of bytes such as 100M, 1G or 4096".to_owned())
    }
}

impl std::fmt::Display for ByteSize {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let whole = |(_, bits): &(char, u32)| self.0 > 0 && self.0.is_multiple_of(1 << bits);
        match UNITS.iter().find(|unit| whole(unit)) {
            Some((unit, bits)) => write!(f, "{}{unit}", self.0 >> bits),
            None => write!(f, "{}", self.0),
        }
    }
}

impl TryFrom<String> for ByteSize {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<ByteSize> for String {
    fn from(size: ByteSize) -> Self {
        size.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_read_and_written_in_the_largest_unit_that_is_whole() {
        for (text, bytes, written) in [
            ("0", 0, "0"),
            ("4096", 4096, "4K"),
            ("1500", 1500, "1500"),
            ("100M", 104_857_600, "100M"),
            ("1024M", 1 << 30, "1G"),
            ("8192T", 1 << 53, "8192T"),
        ] {
            assert_eq!(text.parse(), Ok(ByteSize(bytes)));
            assert_eq!(ByteSize(bytes).to_string(), written);
        }
        for bad in ["", "M", "-1", "+1", "1.5M", "100m", "100MB", "1 G", "8193T", "99999999999999999999"] {
            assert!(bad.parse::<ByteSize>().unwrap_err().contains("100M"), "{bad}");
        }
    }
}
