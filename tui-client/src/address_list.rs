//! The addresses of one server: one, or several where it is a cluster, whose nodes are one chat. A value only; which of them is
//! tried next is decided in [`crate::app`]'s `nodes`.
//!
//! Wherever a person gives an address (command line, configuration, `/server`), this is what it is read by: `HOST1,HOST2,HOST3`.

use std::fmt;
use std::str::FromStr;

use shared::limits::NODES;

use crate::address::Address;

/// One address or several, each once, in the order given. The first one is what the server is called by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AddressList {
    first: Address,
    others: Vec<Address>,
}

impl AddressList {
    /// The first one.
    #[must_use]
    pub fn first(&self) -> &Address {
        &self.first
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Address> {
        std::iter::once(&self.first).chain(&self.others)
    }

    /// Whether there is more than one.
    #[must_use]
    pub fn is_several(&self) -> bool {
        !self.others.is_empty()
    }

    /// Whether one of them is in the other list, too: then both are one server.
    #[must_use]
    pub fn meets(&self, other: &Self) -> bool {
        self.iter().any(|address| other.iter().any(|it| it == address))
    }

    /// The list without what goes without saying.
    #[must_use]
    pub fn short(&self) -> String {
        joined(self.iter().map(Address::short))
    }
}

impl From<Address> for AddressList {
    fn from(first: Address) -> Self {
        Self { first, others: Vec::new() }
    }
}

impl FromStr for AddressList {
    type Err = &'static str;

    fn from_str(raw: &str) -> Result<Self, Self::Err> {
        let raw = raw.trim();
        // A path may have commas in it.
        if raw.starts_with("unix:") || raw.starts_with('/') || raw.starts_with('.') || !raw.contains(',') {
            return raw.parse::<Address>().map(Self::from);
        }
        let mut all: Vec<Address> = Vec::new();
        for part in raw.split(',') {
            let address: Address = part.trim().parse()?;
            if matches!(address, Address::Unix(_)) {
                return Err(
                    "the path of a Unix socket stands alone: several addresses are HOST or HOST:PORT",
                );
            }
            if !all.contains(&address) {
                all.push(address);
            }
        }
        if all.len() > NODES {
            return Err("a server has at most 64 addresses");
        }
        let mut all = all.into_iter();
        let first = all.next().unwrap_or_default();
        Ok(Self { first, others: all.collect() })
    }
}

impl fmt::Display for AddressList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&joined(self.iter().map(ToString::to_string)))
    }
}

fn joined(addresses: impl Iterator<Item = String>) -> String {
    addresses.collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::AddressList;

    #[test]
    fn several_addresses_have_commas_between_them_and_count_once() {
        for (raw, shown) in [
            ("seoul", "seoul:7667"),
            ("seoul,busan:7000", "seoul:7667,busan:7000"),
            (" seoul , [::1]:80 ", "seoul:7667,[::1]:80"),
            ("seoul,busan,seoul:7667", "seoul:7667,busan:7667"),
            ("/run/a,b.sock", "unix:/run/a,b.sock"),
            ("unix:/run/a,b.sock", "unix:/run/a,b.sock"),
        ] {
            assert_eq!(
                raw.parse::<AddressList>().map(|list| list.to_string()),
                Ok(shown.to_owned()),
                "{raw}"
            );
        }
        let many = (0..65).map(|n| format!("h{n}")).collect::<Vec<_>>().join(",");
        for wrong in ["", ",", "seoul,", ",seoul", "seoul,,busan", "seoul,busan:x", "seoul,/run/s", &many] {
            assert!(wrong.parse::<AddressList>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn two_lists_with_an_address_in_common_are_one_server() {
        let list = |raw: &str| raw.parse::<AddressList>().unwrap();
        assert!(list("a,b").meets(&list("b,c")) && !list("a,b").meets(&list("c")));
        assert_eq!((list("a,b:1").short().as_str(), list("a").is_several()), ("a,b:1", false));
    }
}
