//! Chinwag server.
