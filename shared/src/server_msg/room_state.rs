//! A room as a client is told of it, with its members: as objects, or in the compact form as arrays, for clients that ask for
//! that in their `hello`.

use std::sync::LazyLock;

use memchr::memmem::Finder;
use serde::ser::{SerializeSeq as _, SerializeStruct as _, SerializeTuple as _};
use serde::{Deserialize, Serialize, Serializer};

use crate::id::{Seq, Uid};
use crate::name::Name;
use crate::role::Role;
use crate::room_name::RoomName;
use crate::room_settings::RoomSettings;
use crate::style::{CompactStyle, Style};
use crate::text::Line;

/// How a connection is told of people: as it asked for in its `hello`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// Each join and leave is an event, a member is an object.
    #[default]
    Full,
    /// Joins and leaves come several in a `membership`, a member is an array.
    Compact,
}

/// A room as it is at `head`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct RoomState {
    /// Its name.
    pub name: RoomName,
    /// What it is about; may be empty.
    #[serde(default)]
    pub topic: Line,
    /// The seq of its newest event; `members` and `topic` are as of this.
    pub head: Seq,
    /// Who is in it, in the order they came.
    #[serde(default)]
    pub members: Vec<Member>,
    /// Whether the list is cut, since there are many: `who` has them all.
    #[serde(default)]
    pub more: bool,
    /// How far the person has read it on any of their machines, where several are linked.
    #[serde(default)]
    pub read: Option<Seq>,
    /// How it is set up.
    #[serde(default)]
    pub settings: RoomSettings,
    /// How `members` are written; they are read in both forms.
    #[serde(skip)]
    pub form: Form,
}

/// Somebody in a room.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Member {
    /// Their number.
    pub uid: Uid,
    /// Their name.
    pub name: Name,
    /// Their style.
    pub style: Style,
    /// Their role, when it is not `member`.
    #[serde(default, skip_serializing_if = "Role::is_member")]
    pub role: Role,
    /// Whether their connection is lost and may come back.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub away: bool,
}

impl Serialize for RoomState {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("RoomState", 7)?;
        fields.serialize_field("name", &self.name)?;
        fields.serialize_field("topic", &self.topic)?;
        fields.serialize_field("head", &self.head)?;
        match self.form {
            Form::Full => fields.serialize_field("members", &self.members)?,
            Form::Compact => fields.serialize_field("members", &Arrays(&self.members))?,
        }
        if self.more {
            fields.serialize_field("more", &true)?;
        }
        if let Some(read) = self.read {
            fields.serialize_field("read", &read)?;
        }
        if !self.settings.is_default() {
            fields.serialize_field("settings", &self.settings)?;
        }
        fields.end()
    }
}

/// A list without members as it stands in a line. Nothing else in a line is that: in a string every quote is escaped.
const NO_MEMBERS: &[u8] = br#""members":[]"#;

impl Member {
    /// Writes them as a list of this form has them.
    pub fn append(&self, list: &mut Vec<u8>, form: Form) {
        let start = list.len();
        let written = match form {
            Form::Full => serde_json::to_writer(&mut *list, self),
            Form::Compact => serde_json::to_writer(&mut *list, &Array(self)),
        };
        if written.is_err() {
            list.truncate(start);
        }
    }
}

/// The line of a message, with the members put in that its rooms were told without: `append` is called for each room, in order.
#[must_use]
pub fn with_members(line: &[u8], mut append: impl FnMut(&mut Vec<u8>)) -> Vec<u8> {
    static FINDER: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(NO_MEMBERS));
    let (mut whole, mut rest) = (Vec::with_capacity(line.len()), line);
    while let Some(at) = FINDER.find(rest) {
        let (head, tail) = rest.split_at(at + NO_MEMBERS.len() - 1);
        whole.extend_from_slice(head);
        append(&mut whole);
        rest = tail;
    }
    whole.extend_from_slice(rest);
    whole
}

/// Members as arrays of their values: `[9,"bold-fox",[9,true],"moderator",true]`, without what is left out at the end.
struct Arrays<'a>(&'a [Member]);

impl Serialize for Arrays<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.0.len()))?;
        for member in self.0 {
            list.serialize_element(&Array(member))?;
        }
        list.end()
    }
}

struct Array<'a>(&'a Member);

impl Serialize for Array<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Member { uid, name, style, role, away } = self.0;
        let length = if *away { 5 } else { 3 + usize::from(!role.is_member()) };
        let mut values = serializer.serialize_tuple(length)?;
        values.serialize_element(uid)?;
        values.serialize_element(name)?;
        values.serialize_element(&CompactStyle(style))?;
        if length > 3 {
            values.serialize_element(role)?;
        }
        if *away {
            values.serialize_element(away)?;
        }
        values.end()
    }
}
