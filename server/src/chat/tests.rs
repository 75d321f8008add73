//! Tables over the chat core: a script of what is proposed and, under each line, what must be done about it.
//!
//! [`script`] reads and prints the scripts; the other files hold them by subject, and [`properties`] holds what is
//! true whatever happens.

#![allow(clippy::wildcard_enum_match_arm, reason = "a test looks for one thing among many")]

mod admin;
mod names;
mod operator;
mod people;
mod properties;
mod rooms;
mod said;
mod sanctions;
mod script;
