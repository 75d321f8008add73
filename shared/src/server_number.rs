//! Numbers that a server says and that count something: times, waits, limits. One that is out of range is taken for the nearest
//! one that is not, so that a `goodbye` that asks for a wait of 2^64 ms is still a goodbye. What identifies something (a seq, a
//! uid) is not read like this: another number would be something else.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserializer;
use serde::de::{Error, Visitor};

/// A number with a least and a greatest value.
pub(crate) trait Number: Sized {
    /// The nearest of this type.
    fn nearest(number: i128) -> Self;
}

macro_rules! number {
    ($($type:ty)*) => {
        $(impl Number for $type {
            fn nearest(number: i128) -> Self {
                Self::try_from(number).unwrap_or(if number < 0 { Self::MIN } else { Self::MAX })
            }
        })*
    };
}

number! { i64 u64 u32 usize }

struct Whole<T>(PhantomData<T>);

impl<T: Number> Visitor<'_> for Whole<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number")
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<T, E> {
        Ok(T::nearest(number.into()))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<T, E> {
        Ok(T::nearest(number.into()))
    }

    #[expect(clippy::cast_possible_truncation, reason = "saturates, which is what is wanted")]
    fn visit_f64<E: Error>(self, number: f64) -> Result<T, E> {
        Ok(T::nearest(number as i128))
    }
}

/// Reads a number.
pub(crate) fn whole<'de, D: Deserializer<'de>, T: Number>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_any(Whole(PhantomData))
}

struct Optional<T>(PhantomData<T>);

impl<'de, T: Number> Visitor<'de> for Optional<T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number or nothing")
    }

    fn visit_none<E: Error>(self) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<T>, D::Error> {
        whole(deserializer).map(Some)
    }
}

/// Reads a number that may be missing.
pub(crate) fn optional<'de, D: Deserializer<'de>, T: Number>(deserializer: D) -> Result<Option<T>, D::Error> {
    deserializer.deserialize_option(Optional(PhantomData))
}

/// The greatest number that a JSON reader takes, where its own kind is not known.
const GREATEST: &[u8] = b"1e308";

/// The line with numbers that no JSON reader here takes (`1e999`) replaced by ones that it does; nothing, if there are none.
pub(crate) fn readable(line: &[u8]) -> Option<Vec<u8>> {
    let (mut new, mut is_changed) = (Vec::with_capacity(line.len()), false);
    let (mut in_string, mut rest) = (false, line);
    while let Some((&byte, after)) = rest.split_first() {
        match byte {
            b'"' => in_string = !in_string,
            b'\\' if in_string => {
                // What is escaped ends no string.
                let length = rest.len().min(2);
                new.extend_from_slice(rest.get(..length)?);
                rest = rest.get(length..)?;
                continue;
            }
            b'-' | b'0'..=b'9' if !in_string => {
                let is_part = |byte: &u8| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E');
                let length = rest.iter().position(|byte| !is_part(byte)).unwrap_or(rest.len());
                let (number, after) = rest.split_at_checked(length)?;
                let value = std::str::from_utf8(number).ok().and_then(|number| number.parse::<f64>().ok());
                if value.is_some_and(f64::is_infinite) {
                    is_changed = true;
                    new.extend((byte == b'-').then_some(b'-'));
                    new.extend_from_slice(GREATEST);
                } else {
                    new.extend_from_slice(number);
                }
                rest = after;
                continue;
            }
            _ => {}
        }
        new.push(byte);
        rest = after;
    }
    is_changed.then_some(new)
}
