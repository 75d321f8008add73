//! A set and a map that are one sorted vector each, as long as what is in it: for what every person has a few of. A node of a
//! B-tree has room for eleven entries, which made 480 bytes for the rooms of somebody who is in one.
//!
//! They serialise as `BTreeSet` and `BTreeMap` do.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<T>", bound(deserialize = "T: Ord + Deserialize<'de>"))]
pub struct SortedSet<T>(Vec<T>);

/// A map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SortedMap<K, V>(Vec<(K, V)>);

impl<T: Ord> SortedSet<T> {
    /// Whether it has this.
    #[must_use]
    pub fn contains(&self, value: &T) -> bool {
        self.0.binary_search(value).is_ok()
    }

    /// Adds something; false if it was there.
    pub fn insert(&mut self, value: T) -> bool {
        let at = self.0.binary_search(&value);
        if let Err(at) = at {
            self.0.reserve_exact(1);
            self.0.insert(at, value);
        }
        at.is_err()
    }

    /// Removes something; false if it was not there.
    pub fn remove(&mut self, value: &T) -> bool {
        let at = self.0.binary_search(value);
        if let Ok(at) = at {
            self.0.remove(at);
            self.0.shrink_to_fit();
        }
        at.is_ok()
    }

    /// All, from the least to the greatest.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.0.iter()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<T> Default for SortedSet<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Ord> From<Vec<T>> for SortedSet<T> {
    fn from(mut values: Vec<T>) -> Self {
        values.sort_unstable();
        values.dedup();
        values.shrink_to_fit();
        Self(values)
    }
}

impl<T: Ord> FromIterator<T> for SortedSet<T> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        values.into_iter().collect::<Vec<_>>().into()
    }
}

impl<'a, T> IntoIterator for &'a SortedSet<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl<K: Ord, V> SortedMap<K, V> {
    fn find(&self, key: &K) -> Result<usize, usize> {
        self.0.binary_search_by(|(other, _)| other.cmp(key))
    }

    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &K) -> Option<&V> {
        self.find(key).ok().map(|at| &self.0[at].1)
    }

    /// Gives a key this value.
    pub fn insert(&mut self, key: K, value: V) {
        match self.find(&key) {
            Ok(at) => self.0[at].1 = value,
            Err(at) => {
                self.0.reserve_exact(1);
                self.0.insert(at, (key, value));
            }
        }
    }

    /// Removes a key; false if it was not there.
    pub fn remove(&mut self, key: &K) -> bool {
        let at = self.find(key);
        if let Ok(at) = at {
            self.0.remove(at);
            self.0.shrink_to_fit();
        }
        at.is_ok()
    }

    /// All keys with their values, from the least to the greatest.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.0.iter().map(|(key, value)| (key, value))
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<K, V> Default for SortedMap<K, V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<K: Ord, V> FromIterator<(K, V)> for SortedMap<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        Self(BTreeMap::from_iter(entries).into_iter().collect())
    }
}

impl<K: Serialize, V: Serialize> Serialize for SortedMap<K, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

impl<'de, K: Ord + Deserialize<'de>, V: Deserialize<'de>> Deserialize<'de> for SortedMap<K, V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        BTreeMap::deserialize(deserializer).map(Self::from_iter)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn they_hold_and_serialise_what_those_of_the_standard_library_do(
            steps in prop::collection::vec((any::<bool>(), 0..20_u8, any::<u8>()), 0..60),
        ) {
            let (mut set, mut map) = (SortedSet::default(), SortedMap::default());
            let (mut other_set, mut other_map) = (BTreeSet::new(), BTreeMap::new());
            for (insert, key, value) in steps {
                if insert {
                    prop_assert_eq!(set.insert(key), other_set.insert(key));
                    map.insert(key, value);
                    other_map.insert(key, value);
                } else {
                    prop_assert_eq!(set.remove(&key), other_set.remove(&key));
                    map.remove(&key);
                    other_map.remove(&key);
                }
                prop_assert_eq!(set.contains(&key), insert);
                prop_assert_eq!(map.get(&key), other_map.get(&key));
            }
            prop_assert!(set.iter().eq(&other_set));
            prop_assert_eq!(set.0.capacity(), set.len());
            let json = (serde_json::to_string(&set).unwrap(), serde_json::to_string(&map).unwrap());
            let other = (serde_json::to_string(&other_set).unwrap(), serde_json::to_string(&other_map).unwrap());
            prop_assert_eq!(&json, &other);
            prop_assert_eq!(serde_json::from_str::<SortedSet<u8>>(&json.0).unwrap(), set);
            prop_assert_eq!(serde_json::from_str::<SortedMap<u8, u8>>(&json.1).unwrap(), map);
        }
    }
}
