//! The client against real sockets, a simulated network, and a real terminal.

mod net;
mod pty;
