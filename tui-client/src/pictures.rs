//! Pictures and what else is sent as a file: what of its content goes out ([`content`]), without the metadata of pictures ([`metadata`]),
//! and how a picture looks: decoded within limits ([`decode`]), from afar ([`preview`], [`quantize`])
//! or large, as the terminal can show it ([`large`]).
//!
//! All of it blocks and is called off the loop. It knows neither the app nor the terminal as a value.

pub mod content;
pub mod decode;
pub mod fit;
pub mod large;
pub mod media_type;
pub mod metadata;
pub mod pieces;
pub mod preview;
pub mod quantize;
#[cfg(test)]
mod samples;
pub mod source;
pub mod viewing;
