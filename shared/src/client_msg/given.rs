//! How an optional field of a request is read: left out or with a value, never `null`.

use serde::{Deserialize, Deserializer};

/// An optional field that is there has a value: `null` is refused, or a ban whose `for_s` a program could not compute would
/// hold for good.
pub(super) fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}
