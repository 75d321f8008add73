//! The types of the settings about how the screen looks.

use clap::ValueEnum;

/// Which colours and attributes the screen uses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ThemeName {
    /// Fit for the terminal's background, as far as it says which it has.
    #[default]
    Auto,
    /// For a dark background.
    Dark,
    /// For a light background.
    Light,
    /// Nothing dim, and colours only with a contrast of 7:1.
    HighContrast,
    /// No colours: bold, dim, underlined and reversed.
    None,
}

/// The order of the panes, from left to right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
#[expect(missing_docs, reason = "each says the order")]
pub enum PaneOrder {
    #[default]
    RoomsChatMembers,
    MembersChatRooms,
    RoomsMembersChat,
    MembersRoomsChat,
    ChatRoomsMembers,
    ChatMembersRooms,
}
