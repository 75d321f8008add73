//! Chinwag's wire: what client and server say to each other, and the types those messages are made of.
//!
//! This crate owns the protocol and nothing else: no socket, no clock, no chat rules. `PROTOCOL.md` beside
//! `src/` says the same in prose, for people who write a client in another language.
//!
//! Reading order: [`client_msg`] and [`server_msg`] are the two directions; [`event`] is the one message both
//! sides keep; [`refusal`] is how a request is declined. Below them are the newtypes ([`name`], [`room_name`],
//! [`text`], [`style`], [`role`], [`id`], [`node`], [`secret`], [`word`],
//! [`link_code`], [`login_word`], [`fingerprint`], [`certificate_hash`], [`mod@file`], [`file_hash`], [`picture`], [`transfer_token`]): each is built by one validating constructor, which serde
//! uses too, so a value that exists is valid on either side. [`codec`] cuts the stream into lines, [`search_terms`] says what a
//! search finds.

pub mod certificate_hash;
pub mod client_msg;
pub mod code;
pub mod codec;
pub mod event;
pub mod file;
pub mod file_hash;
pub mod fingerprint;
pub mod id;
pub mod limits;
pub mod link_code;
pub mod login_word;
pub mod name;
pub mod node;
pub mod picture;
pub mod reaction;
pub mod refusal;
pub mod role;
pub mod room_name;
pub mod room_settings;
pub mod search_terms;
pub mod secret;
pub mod secret_hash;
pub mod sender;
pub mod server_msg;
pub mod style;
pub mod text;
pub mod transfer_token;
pub mod word;

mod hex;
mod newtype;
mod server_number;

pub use certificate_hash::CertificateHash;
pub use client_msg::{ClientMsg, Request};
pub use code::{Code, Invalid};
pub use event::{Event, Kind, Sender};
pub use file::{Attachment, FileName, MediaType};
pub use file_hash::{FileHash, FileHasher, FileProof};
pub use fingerprint::Fingerprint;
pub use id::{Millis, Nonce, RequestId, Seq, ServerId, Uid, WindowId};
pub use link_code::LinkCode;
pub use login_word::LoginWord;
pub use name::Name;
pub use node::{NodeAddress, NodeName};
pub use picture::{Picture, Preview};
pub use reaction::Reaction;
pub use refusal::Refusal;
pub use role::Role;
pub use room_name::RoomName;
pub use room_settings::{RoomChange, RoomSettings};
pub use secret::Secret;
pub use secret_hash::SecretHash;
pub use server_msg::ServerMsg;
pub use style::Style;
pub use text::{Line, Text};
pub use transfer_token::TransferToken;
pub use word::Word;

/// The protocol versions this crate speaks, lowest and highest.
pub const PROTOCOL: [u16; 2] = [1, 1];

/// The port a server listens on when none is named.
pub const DEFAULT_PORT: u16 = 7667;
