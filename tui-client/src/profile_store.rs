//! Where profiles are kept. On disk that is one directory per server with numbered slots, one identity each; a running
//! client holds its slot by a file lock, and another one that starts meanwhile becomes a further window of the same identity,
//! with a file and a lock of its own (`place.rs`, `windows.rs`).
//!
//! A profile belongs to a server, and addresses point to it (`servers.rs`): a secret goes to an address where its server was
//! met before, to a server that proves its key, or to one that could read the file anyway, and nowhere else.
//!
//! A client works without any of it and forgets. What must not happen is that an identity is lost because its file was
//! damaged: such a file is renamed, never overwritten, the one before it is used, and the caller is told (`file.rs`).

mod file;
mod lock;
mod place;
mod servers;
mod slot;
mod store;
mod windows;

pub use self::servers::{needs_proof, secrets_of};
pub use self::slot::{Opened, Slot};
pub use self::store::{ProfileStore, SharedStore};
