//! One room: its members, its scrollback, its draft, what of it is unread, and up to where its events have arrived.

use std::collections::BTreeSet;

use shared::{Code, Event, Line, Millis, Name, RoomName, RoomSettings, Seq, Uid, Word};

use super::composer::Composer;
use super::composing::Composing;
use super::line_order::LineOrder;
use super::roster::Roster;
use super::timeline::{PageEdge, Timeline, Viewport};

/// How soon it is kept how far a room was read, in milliseconds.
pub(super) const KEEP_READ_WITHIN: Millis = 5_000;

/// One room.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Room {
    /// What the server calls it.
    pub name: RoomName,
    /// What it is about.
    pub topic: Line,
    /// How it is set up.
    pub settings: RoomSettings,
    /// The messages with files that were printed of its past, and are in no timeline.
    pub(super) recalled_files: BTreeSet<Seq>,
    /// The word to enter it with, until the server has answered.
    pub word: Option<Word>,
    /// Who is in it.
    pub roster: Roster,
    /// What the other person of a direct room is called, who need not be connected.
    pub peer: Option<Name>,
    /// What happened in it.
    pub timeline: Timeline,
    /// The draft that waits here while another room is on the screen.
    pub draft: Composer,
    /// What the draft is for, if not for the next message.
    pub composing: Option<Composing>,
    /// The answer from which the reader went to what it answers.
    pub came_from: Option<Seq>,
    /// Messages not seen.
    pub unread: usize,
    /// How many of them name me.
    pub mentions: usize,
    /// Whether there are more than were counted.
    pub unread_more: bool,
    /// Whether the server says we are in it.
    pub joined: bool,
    /// What is wanted instead.
    pub wish: Option<Wish>,
    /// Whether the server was asked to let us in or out and has not answered.
    pub asked: bool,
    /// Why the server did not let us in when it was asked last.
    pub refused: Option<Code>,
    /// The server's newest event when it last told us about the room; events up to here change no roster.
    pub head: Seq,
    /// The newest event there is no gap before: where to resume.
    pub position: Seq,
    /// Whether the server accepts that position for a resume.
    pub resumable: bool,
    /// The last event that was on the screen.
    pub read: Seq,
    /// Brings its events into order where they are printed as lines.
    pub line_order: LineOrder,
    /// The edge of the history page that was asked for; one page of a room is asked for at a time.
    pub paging: Option<Seq>,
    /// Gaps up to here are beside messages that were jumped to: they are filled when the reader comes near.
    pub far: Seq,
    /// What is still to be counted as unread.
    pub recount: Option<Recount>,
    /// How many messages were missed, counted while the server resumes.
    pub catching_up: Option<CatchUp>,
    /// Up to here the server was asked for the newest events, and has given what it has.
    pub asked_to: Seq,
    /// Who is in it is not known any more, and has to be asked.
    pub wants_members: bool,
    /// When we last told the others that we are typing.
    pub told_typing: Option<Millis>,
    /// Since when the other person of a direct room is away by their own word, as we were told last.
    pub told_away: Option<Millis>,
    /// When it was looked at last, counted in looks at rooms; zero for never.
    pub looked_at: u64,
}

/// What is wanted of a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// To be in it.
    Join,
    /// To be out of it.
    Part,
}

/// What of a room is still to be counted as unread; `recount.rs` counts it.
#[derive(Clone, Copy, Debug)]
pub struct Recount {
    /// What is after this was not read.
    pub after: Seq,
    /// How many pages may be asked for.
    pub pages: u8,
    /// Nothing is counted yet: a direct room shows that there is something.
    pub is_guess: bool,
}

/// What was missed while the connection was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CatchUp {
    /// The position when it was lost.
    pub after: Seq,
    /// Messages that came since.
    pub count: usize,
}

impl Room {
    /// A room of which only the name is known.
    #[must_use]
    pub fn new(name: RoomName) -> Self {
        Self {
            name,
            topic: Line::default(),
            settings: RoomSettings::default(),
            word: None,
            roster: Roster::default(),
            peer: None,
            timeline: Timeline::default(),
            recalled_files: BTreeSet::new(),
            draft: Composer::default(),
            composing: None,
            came_from: None,
            unread: 0,
            mentions: 0,
            unread_more: false,
            joined: false,
            wish: None,
            asked: false,
            refused: None,
            head: Seq::ZERO,
            position: Seq::ZERO,
            resumable: true,
            read: Seq::ZERO,
            line_order: LineOrder::default(),
            paging: None,
            far: Seq::ZERO,
            recount: None,
            catching_up: None,
            asked_to: Seq::ZERO,
            wants_members: false,
            told_typing: None,
            told_away: None,
            looked_at: 0,
        }
    }

    /// What to call it: its name, or the other person's in a direct room.
    #[must_use]
    pub fn title(&self, me: Uid) -> String {
        match self.other(me) {
            Some(other) => match self.roster.get(other).map(|member| &member.name).or(self.peer.as_ref()) {
                Some(name) => format!("@{name}"),
                None => format!("@{other}"),
            },
            None => self.name.to_string(),
        }
    }

    /// The other person of a direct room.
    #[must_use]
    pub fn other(&self, me: Uid) -> Option<Uid> {
        self.name.pair().map(|(one, other)| if one == me { other } else { one })
    }

    /// Somebody has this name now: in a direct room it is kept for when they are not connected.
    pub fn know(&mut self, uid: Uid, name: &Name, me: Uid) {
        if self.other(me) == Some(uid) {
            self.peer = Some(name.clone());
        }
    }

    /// Whether what is said here can be sent now: we are in it, and do not wait to be out.
    #[must_use]
    pub fn takes_messages(&self) -> bool {
        self.joined && !self.asked
    }

    /// Whether this is a conversation of two.
    #[must_use]
    pub fn is_direct(&self) -> bool {
        self.name.pair().is_some()
    }

    /// The events between our position and `head` are not sent unasked.
    pub fn skip_to(&mut self, head: Seq) {
        self.position = self.position.max(head);
        self.note_gap();
    }

    /// The server has another store: its seqs mean other events from now on.
    pub fn forget_log(&mut self) {
        self.timeline.forget();
        self.line_order = LineOrder::default();
        (self.position, self.read, self.head, self.far) = (Seq::ZERO, Seq::ZERO, Seq::ZERO, Seq::ZERO);
        self.asked_to = Seq::ZERO;
        (self.composing, self.came_from) = (None, None);
        self.recalled_files.clear();
    }

    /// The server knows nothing of this direct room, and will call it `name`. The draft stays, and who it is with.
    pub fn begin_anew(&mut self, name: RoomName, other: Uid) {
        let peer = self.roster.get(other).map(|member| member.name.clone()).or(self.peer.take());
        let draft = std::mem::take(&mut self.draft);
        let timeline = std::mem::take(&mut self.timeline);
        let had_log = self.position > Seq::ZERO;
        *self = Self { peer, draft, timeline, joined: true, ..Self::new(name) };
        if had_log {
            self.forget_log();
        }
    }

    /// Notes a gap for the events up to our position that are not here: they have to be paged, as a page that was asked for
    /// before they happened does not have them.
    pub fn note_gap(&mut self) {
        let known = self.asked_to.max(self.timeline.newest_seq());
        if known >= self.position {
            return;
        }
        match self.timeline.newest_seq() {
            Seq::ZERO => self.timeline.set_head(self.position),
            _ => self.timeline.add_gap(known, self.position.next()),
        }
    }

    /// Takes in events around a message, far from what is here. `more` says whether there is something before them.
    pub fn insert_around(&mut self, page: &[Event], more: bool) {
        let known = self.oldest_known();
        if page.first().is_some_and(|first| first.seq < known) {
            self.far = self.far.max(known);
        }
        self.timeline.insert_around(page, more);
        self.note_gap();
    }

    /// The next history page wanted for the screen: what a gap left out, else what is older than the oldest event here. It
    /// counts as asked for from now on.
    pub fn next_page(&mut self, viewport: &Viewport) -> Option<PageEdge> {
        if !self.joined || self.paging.is_some() {
            return None;
        }
        // What a gap left out is fetched at once, what is beside a message that was jumped to when the reader is near.
        let missed = self.timeline.gaps().last().map(|gap| gap.before).filter(|before| *before > self.far);
        let gap = missed.map(PageEdge::Before).or_else(|| self.timeline.gap_near_viewport(viewport));
        let older = || self.timeline.want_older(viewport).then(|| PageEdge::Before(self.oldest_known()));
        let edge = gap.or_else(older)?;
        if gap.is_none() {
            self.timeline.older_requested();
        }
        let (PageEdge::Before(seq) | PageEdge::After(seq)) = edge;
        self.paging = Some(seq);
        Some(edge)
    }

    /// The next history page wanted where events are printed as lines: what is missing before the next one in order. It
    /// counts as asked for from now on.
    pub fn next_page_for_lines(&mut self) -> Option<PageEdge> {
        if !self.joined || self.paging.is_some() {
            return None;
        }
        let before = self.line_order.missing_before(self.position)?;
        self.paging = Some(before);
        Some(PageEdge::Before(before))
    }

    /// What the next older page is before.
    pub(super) fn oldest_known(&self) -> Seq {
        match self.timeline.oldest_seq() {
            Seq::ZERO => self.position.next(),
            oldest => oldest,
        }
    }

    /// Everything here was read.
    pub fn mark_read(&mut self) {
        self.read = self.read.max(self.position);
        (self.unread, self.mentions, self.unread_more, self.recount) = (0, 0, false, None);
    }
}
