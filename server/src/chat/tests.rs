//! Tables over the chat core.
