//! The client against real sockets, a simulated network, and a real terminal.

mod chaos;
mod net;
mod picture;
mod processes;
mod pty;
mod simulation;
