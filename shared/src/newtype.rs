//! Macros for the newtypes of the wire. Over a validated string `parse` is the only constructor, and serde, `FromStr` and
//! `TryFrom` call it, so that a value that exists is valid wherever it came from. A SHA-256 is any 32 bytes, which stand on the
//! wire in hexadecimal.

/// Gives a `struct T(Arc<str>)` with an inherent `parse(&str) -> Result<T, Invalid>` everything a wire string needs.
macro_rules! wire_string {
    ($type:ident) => {
        impl $type {
            /// The validated text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::str::FromStr for $type {
            type Err = $crate::code::Invalid;

            fn from_str(raw: &str) -> Result<Self, Self::Err> {
                Self::parse(raw)
            }
        }

        impl TryFrom<String> for $type {
            type Error = $crate::code::Invalid;

            fn try_from(raw: String) -> Result<Self, Self::Error> {
                Self::parse(&raw)
            }
        }

        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Visitor;
                impl serde::de::Visitor<'_> for Visitor {
                    type Value = $type;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str("a string")
                    }

                    fn visit_str<E: serde::de::Error>(self, raw: &str) -> Result<$type, E> {
                        $type::parse(raw).map_err(E::custom)
                    }
                }
                deserializer.deserialize_str(Visitor)
            }
        }
    };
}

/// `Display` as the text itself, for types that are no secret.
macro_rules! shown_string {
    ($type:ident) => {
        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(&self.0)
            }
        }
    };
}

/// Gives a `struct T(pub [u8; 32])` that is a SHA-256 what reads and writes it: 64 hexadecimal digits in lower case. The text
/// says what is wrong with anything else. `Display` and `Debug` are for those that are no secret: see [`shown_sha256`].
macro_rules! wire_sha256 {
    ($type:ident, $invalid:literal) => {
        impl From<$type> for String {
            fn from(hash: $type) -> Self {
                $crate::hex::to_hex(&hash.0)
            }
        }

        impl TryFrom<String> for $type {
            type Error = $crate::code::Invalid;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl std::str::FromStr for $type {
            type Err = $crate::code::Invalid;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let invalid = || $crate::code::Invalid::new($crate::code::Code::BadRequest, $invalid);
                $crate::hex::from_hex(text).map(Self).ok_or_else(invalid)
            }
        }
    };
}

/// `Display` as the digits, and `Debug` with them, for hashes that are no secret.
macro_rules! shown_sha256 {
    ($type:ident) => {
        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&$crate::hex::to_hex(&self.0))
            }
        }

        impl std::fmt::Debug for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($type), "({})"), self)
            }
        }
    };
}

pub(crate) use {shown_sha256, shown_string, wire_sha256, wire_string};
