//! Who an event is from, or whom it is about.

use serde::{Deserialize, Serialize};

use crate::id::Uid;
use crate::name::Name;
use crate::style::Style;

/// Who an event is from, as they were called and looked at that time.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Sender {
    /// The identity.
    pub uid: Uid,
    /// Its name then.
    pub name: Name,
    /// Its style.
    pub style: Style,
}

impl Sender {
    /// The one who runs the server, when they do something without being here.
    #[must_use]
    pub fn operator() -> Self {
        // Bright red, underlined: the palette's last warm colour, that nobody has before eighteen others are here.
        Self { uid: Uid::ZERO, name: Name::operator(), style: Style::OPERATOR }
    }
}
