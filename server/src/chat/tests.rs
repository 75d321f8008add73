//! Tests of the chat: tables of scripts, one file for each subject, and properties.
//!
//! A script is a list of proposals, each followed by the effects it must have; [`script`] parses and prints them. [`properties`]
//! holds what must be true for any sequence of proposals.

#![allow(clippy::wildcard_enum_match_arm, reason = "a test looks for one thing among many")]

mod absent;
mod admin;
mod away;
mod changed;
mod crowd;
mod direct_limit;
mod files;
mod levels;
mod limits;
mod machines;
mod many_rooms;
mod names;
mod newcomers;
mod nodes;
mod operator;
mod people;
mod private;
mod properties;
mod rooms;
mod said;
mod sanctions;
mod script;
