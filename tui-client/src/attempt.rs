//! Where one attempt to connect goes, as data: the app decides it, the dialer and the connection do it.

use std::time::Duration;

use crate::address::Address;

/// An attempt to connect to one of a server's addresses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attempt {
    /// The address, where it is not the first of those given, which the dialer knows. If another server than the one expected
    /// answers at it, that one is not gone over to.
    pub other: Option<Address>,
    /// Whether the person has not given it: then it is never spoken to in the clear over a network, whatever they want else.
    pub is_told: bool,
    /// How long the address may take to answer, where there is another one to go to instead; as usual without it.
    pub limit: Option<Duration>,
}
