//! The ssh door: people come in by `ssh`, with nothing installed, and get the same screen, run here for them.
//!
//! [`options`] says what the door is to do, [`route`] is its way to the server. It runs as a service beside chinwagd
//! (`chinwag ssh-door`), or in the process of a client that hosts a server (`chinwag --host --ssh`).

pub mod options;
pub mod route;
