//! What outlives the process: events, rooms, identities, in one `SQLite` file. [`writer`] commits whole batches on a
//! thread of its own (group commit), [`reader`] answers history and search on another; the hub knows both as a [`Store`].

pub mod error;
pub mod load;
pub mod lookup;
pub mod reader;
pub mod retention;
pub mod schema;
pub mod search;
pub mod threads;
pub mod write;
pub mod writer;

use shared::{Refusal, RequestId};

use self::lookup::Lookup;
use self::write::Write;
use crate::chat::effect::Query;
use crate::chat::proposal::ConnId;

/// What the hub needs of a store. Nothing here waits for a disk: commits and pages are answered later, through the
/// channels the store was made with, in the order they were asked for.
pub trait Store: Send {
    /// Hands a batch over to be kept, all of it or nothing; false when the store is gone.
    fn commit(&mut self, batch: Vec<Write>) -> bool;

    /// Asks for a page of the past. When too many wait, the refusal is returned instead.
    fn ask(&self, conn: ConnId, id: Option<RequestId>, query: Query) -> Result<(), Refusal>;

    /// For small questions about what was committed, answered at once.
    fn lookup(&self) -> &Lookup;
}
