//! Chinwag client.
