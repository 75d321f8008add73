//! What is known of a server between connecting and greeting, and what follows from it for the profile: which secret is for
//! it. Plain data below the network, which finds it out, and [`crate::profile_store`], which decides.

use shared::{Fingerprint, ServerId};

use crate::address::Address;
use crate::profile::Profile;

/// A server that was connected to and not greeted yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Met {
    /// The key it has proved to have, over TLS.
    pub key: Option<Fingerprint>,
    /// Which server it says it is. Anybody can say that.
    pub id: Option<ServerId>,
    /// The address it was met at, where that is not the first one of its server.
    pub other_address: Option<Address>,
    /// Whether its process could read our profiles anyway: it is our own user's, root's, or this very one.
    pub is_own: bool,
}

/// The server is not the one that was expected at this address; from now on another profile is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Recognised {
    /// The profile for it. For a server that was never met it has the name to ask for, and nothing else.
    pub profile: Box<Profile>,
    /// Whether it was met before, here or under another address.
    pub is_known: bool,
    /// Files of that profile that were damaged.
    pub damaged: Vec<Damaged>,
}

/// A file of a profile that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damaged {
    /// Where it is kept now.
    pub path: String,
    /// Whether the one before it could be used in its place.
    pub is_restored: bool,
}
