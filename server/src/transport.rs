//! What a connection runs over: TCP, TLS, a Unix socket or a pipe in memory, all with the interface of a non-blocking
//! socket, so that the hub writes without waiting while the connection's own task reads.

mod half_close;
pub mod peer;
pub mod pipe;
mod read_once;
pub mod signals;
pub mod socket;
pub mod tls_stream;
pub mod trusted_proxy;
