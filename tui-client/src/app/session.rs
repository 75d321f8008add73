//! Who we are on the server and what it has told about itself: our name, role and profile, its limits, the bans and mutes
//! in force, a mute of our own, the countdown to its shutdown. What happens in rooms is in `rooms.rs`.

use std::collections::BTreeMap;

use shared::limits::Limits;
use shared::server_msg::{ListedRoom, Member, Sanction, SanctionKind, ServerInfo, You};
use shared::{Fingerprint, Millis, Name, Role, RoomName, Secret, Sender, Seq, Style, Uid};

use super::changes::Changes;
use super::countdown::Countdown;
use super::memory_budget::{self, add_within};
use super::timeline::Called;
use crate::address::Address;
use crate::lang::Lang;
use crate::profile::{Attention, Ignored, Profile, SentLine, sent_lines};

/// Who we are, and what the server has told us.
#[derive(Debug)]
pub struct Session {
    /// What is kept for the next start; outbox and read positions are filled in when it is written.
    profile: Profile,
    me: Option<You>,
    server: Option<ServerInfo>,
    limits: Limits,
    /// The bans and mutes in force, as of the last answer.
    sanctions: Vec<Sanction>,
    /// Until when we are muted, as far as we know; `None` where it is without end or not known.
    muted_until: Option<Millis>,
    countdown: Option<Countdown>,
    /// What is kept for the next start cannot be written.
    unsaved: bool,
    /// The name that is asked for was that of ours at another server.
    asks_old_name: bool,
    /// The message of the day, until what was missed has come.
    held_motd: Option<String>,
    /// The rooms of the server, as of the last answer.
    room_list: Vec<ListedRoom>,
    /// How many machines of ours are linked.
    machines: usize,
    /// How far we have told the others that rooms were read.
    read_told: BTreeMap<RoomName, Seq>,
    pub(super) changes: Changes,
}

/// What is known.
impl Session {
    /// Keeps the message of the day until what was missed has come.
    pub(super) fn hold_motd(&mut self, motd: &str) {
        self.held_motd = Some(motd.to_owned());
    }

    /// The message of the day that was held, once.
    pub(super) fn take_motd(&mut self) -> Option<String> {
        self.held_motd.take()
    }

    /// Nobody yet, with the profile of the last run.
    #[must_use]
    pub fn new(profile: Profile) -> Self {
        Self {
            profile,
            me: None,
            server: None,
            limits: Limits::default(),
            sanctions: Vec::new(),
            muted_until: None,
            countdown: None,
            unsaved: false,
            asks_old_name: false,
            held_motd: None,
            room_list: Vec::new(),
            machines: 0,
            read_told: BTreeMap::new(),
            changes: Changes::default(),
        }
    }

    /// How many machines of ours are linked.
    #[must_use]
    pub fn machines(&self) -> usize {
        self.machines
    }

    /// The server says how many there are.
    pub(super) fn set_machines(&mut self, machines: usize) {
        self.machines = machines;
    }

    /// Notes that the other machines are told, or know, how far a room was read; false where that was so.
    pub(super) fn note_read_told(&mut self, room: &RoomName, seq: Seq) -> bool {
        let is_news = self.read_told.get(room).is_none_or(|told| *told < seq);
        if is_news {
            self.read_told.insert(room.clone(), seq);
        }
        is_news
    }

    /// The other machines are told anew how far everything was read.
    pub(super) fn forget_read_told(&mut self) {
        self.read_told.clear();
    }

    /// The profile, without what other parts of the app have to add to it.
    #[must_use]
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// Whether the server has told us of rooms and people.
    #[must_use]
    pub fn is_welcome(&self) -> bool {
        self.me.is_some()
    }

    /// Who we are, once the server has said it.
    #[must_use]
    pub fn me(&self) -> Option<&You> {
        self.me.as_ref()
    }

    /// As whom our messages are shown; before the first welcome, as whom we were in the last run.
    #[must_use]
    pub fn sender(&self) -> Option<Sender> {
        if let Some(me) = &self.me {
            return Some(Sender { uid: me.uid, name: me.name.clone(), style: me.style });
        }
        let Profile { uid, name, .. } = &self.profile;
        Some(Sender { uid: (*uid)?, name: name.clone()?, style: Style::ALL[0] })
    }

    /// Our number; zero, which nobody has, before the first welcome.
    #[must_use]
    pub fn my_uid(&self) -> Uid {
        self.me.as_ref().map_or(Uid::ZERO, |me| me.uid)
    }

    /// Our role.
    #[must_use]
    pub fn role(&self) -> Role {
        self.me.as_ref().map_or(Role::Member, |me| me.role)
    }

    /// The server's name and version.
    #[must_use]
    pub fn server(&self) -> Option<&ServerInfo> {
        self.server.as_ref()
    }

    /// The server's name, which is typed to confirm a shutdown; its address, where it has none.
    #[must_use]
    pub fn server_name(&self, address: &Address) -> String {
        let name = self.server.as_ref().map_or("", |server| server.name.as_str());
        if name.is_empty() { address.to_string() } else { name.to_owned() }
    }

    /// The server's limits.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The bans and mutes in force, as of the last answer.
    #[must_use]
    pub fn sanctions(&self) -> &[Sanction] {
        &self.sanctions
    }

    /// A ban or mute by the name or `#number` of whom it holds for.
    #[must_use]
    pub fn find_sanction(&self, name: &str, kind: Option<SanctionKind>) -> Option<&Sanction> {
        let name = name.trim_start_matches('@').to_lowercase();
        let uid = Uid::parse_written(&name);
        let fits = |sanction: &&Sanction| {
            kind.is_none_or(|kind| sanction.kind == kind)
                && (Some(sanction.target.uid) == uid || sanction.target.name.as_str().to_lowercase() == name)
        };
        self.sanctions.iter().find(fits)
    }

    /// Until when we are muted, where that is still to come.
    #[must_use]
    pub fn muted_until(&self, now: Millis) -> Option<Millis> {
        self.muted_until.filter(|until| *until > now)
    }

    /// The countdown to the server's shutdown.
    #[must_use]
    pub fn countdown(&self) -> Option<&Countdown> {
        self.countdown.as_ref()
    }

    /// Whether we have ever been somebody on this server.
    #[must_use]
    pub fn was_here(&self) -> bool {
        self.profile.secret.is_some()
    }

    /// Whether what is kept for the next start cannot be written.
    #[must_use]
    pub fn is_unsaved(&self) -> bool {
        self.unsaved
    }

    /// Whether the name that is asked for was that of ours at another server.
    #[must_use]
    pub fn asks_old_name(&self) -> bool {
        self.asks_old_name
    }

    /// The rooms of the server by name, as of the last answer.
    #[must_use]
    pub fn room_list(&self) -> &[ListedRoom] {
        &self.room_list
    }

    /// The list of rooms is asked for anew.
    pub fn begin_room_list(&mut self) {
        self.room_list.clear();
    }

    /// A page of the list of rooms came.
    ///
    /// Says whether there is room for more.
    pub fn add_to_room_list(&mut self, page: Vec<ListedRoom>) -> bool {
        self.changes.draw();
        add_within(&mut self.room_list, page, memory_budget::LIST)
    }

    /// What the person wants to be told of.
    #[must_use]
    pub fn attention(&self) -> &Attention {
        &self.profile.attention
    }

    /// The people whom the person ignores.
    #[must_use]
    pub fn ignored(&self) -> &Ignored {
        &self.profile.ignored
    }

    /// What there is to say of somebody's presence: that the person ignores them, that they are away by their own word, or not
    /// connected.
    #[must_use]
    pub fn how_is(&self, member: &Member, is_absent: bool, lang: Lang) -> Option<&'static str> {
        if self.ignored().has(member.uid) {
            Some(lang.ignored())
        } else if is_absent {
            Some(lang.away())
        } else {
            member.away.then(|| lang.not_connected_mark())
        }
    }

    /// By what the person is called, once they have a name.
    #[must_use]
    pub fn called(&self) -> Option<Called<'_>> {
        let me = self.me.as_ref()?;
        Some(Called { name: me.name.as_str(), words: &self.profile.attention.words })
    }

    /// How far a room was read when the last run ended.
    #[must_use]
    pub fn was_read(&self, room: &RoomName) -> Option<Seq> {
        self.profile.read.get(room).copied()
    }
}

/// What changes.
impl Session {
    /// The server says who we are. A secret means that it takes us for somebody new.
    ///
    /// Says whether we have another number than before.
    pub fn welcome(&mut self, you: You, server: ServerInfo, limits: Limits, secret: Option<Secret>) -> bool {
        let limits = limits.within_protocol();
        let is_new = secret.is_some() || self.profile.uid != Some(you.uid);
        if let Some(id) = &server.id {
            self.profile.server = Some(id.clone());
        }
        self.note_keys(server.key.clone());
        self.profile.secret = secret.or(self.profile.secret.take());
        self.profile.beside = limits.windows > 1;
        (self.profile.uid, self.profile.name) = (Some(you.uid), Some(you.name.clone()));
        (self.me, self.server, self.limits) = (Some(you), Some(server), limits);
        self.changes.draw();
        self.changes.save();
        is_new
    }

    /// The server has these keys, or will have them: whoever shows one of them is this server, however its address is written.
    pub fn note_keys(&mut self, keys: impl IntoIterator<Item = Fingerprint>) {
        for key in keys {
            if self.profile.keys.len() >= memory_budget::KEYS && !self.profile.keys.contains(&key) {
                self.profile.keys.clear();
            }
            self.profile.keys.insert(key);
        }
    }

    /// The server is at these addresses, too.
    pub fn note_nodes(&mut self, nodes: Vec<String>) {
        if self.profile.nodes != nodes {
            self.profile.nodes = nodes;
            self.changes.save();
        }
    }

    /// Changes what the person wants to be told of.
    pub fn change_attention<T>(&mut self, change: impl FnOnce(&mut Attention) -> T) -> T {
        self.changes.draw();
        self.changes.save();
        change(&mut self.profile.attention)
    }

    /// Changes whom the person ignores.
    pub fn change_ignored<T>(&mut self, change: impl FnOnce(&mut Ignored) -> T) -> T {
        self.changes.draw();
        self.changes.save();
        change(&mut self.profile.ignored)
    }

    /// The server is another one than the one this was about: what was told of that one is forgotten.
    pub fn switch(&mut self, profile: Profile, asks_old_name: bool) {
        let unsaved = self.unsaved;
        *self = Self { unsaved, asks_old_name, ..Self::new(profile) };
        self.changes.draw();
    }

    /// What is kept for the next start can be written, or cannot.
    pub fn set_unsaved(&mut self, unsaved: bool) {
        self.unsaved = unsaved;
        self.changes.draw();
    }

    /// Nobody is asked for that name any more.
    pub fn forget_old_name(&mut self) {
        self.asks_old_name = false;
    }

    /// We have another name.
    pub fn rename(&mut self, name: &Name) {
        if let Some(me) = &mut self.me {
            me.name = name.clone();
        }
        self.profile.name = Some(name.clone());
        self.changes.draw();
        self.changes.save();
    }

    /// We have another role.
    pub fn set_role(&mut self, role: Role) {
        if let Some(me) = &mut self.me {
            me.role = role;
        }
        self.changes.draw();
    }

    /// The server told which bans and mutes are in force.
    pub fn set_sanctions(&mut self, sanctions: Vec<Sanction>) {
        self.sanctions.clear();
        add_within(&mut self.sanctions, sanctions, memory_budget::LIST);
        self.changes.draw();
    }

    /// We are muted until then, or without end.
    pub fn set_muted(&mut self, until: Option<Millis>) {
        self.muted_until = until;
    }

    /// A countdown runs, or none any more.
    pub fn set_countdown(&mut self, countdown: Option<Countdown>) {
        self.countdown = countdown;
        self.changes.draw();
    }

    /// Time has passed: a countdown shows another second, or is over.
    pub fn tick(&mut self, now: Millis) {
        let Some(countdown) = &self.countdown else { return };
        if now >= countdown.until {
            self.countdown = None;
        }
        self.changes.draw();
    }

    /// The connection is down: what held on the server may hold no more.
    pub fn lost(&mut self) {
        self.countdown = None;
        self.sanctions.clear();
        self.changes.draw();
    }

    /// Another connection has taken the place of ours: who starts next must not do so, until a server has said it need not.
    pub fn was_replaced(&mut self) {
        self.profile.beside = false;
        self.changes.save();
    }

    /// How far rooms were read when the last run ended is not of this server's log.
    pub fn forget_read(&mut self) {
        self.profile.read.clear();
    }

    /// Takes the draft that was kept for a room when the last run ended.
    pub fn take_draft(&mut self, room: &RoomName) -> Option<String> {
        self.profile.drafts.remove(room)
    }

    /// Takes the lines sent before in a room.
    pub fn take_sent(&mut self, room: &RoomName) -> Vec<SentLine> {
        self.profile.take_sent(room)
    }

    /// A message is deleted: its text goes from what was kept for rooms that are not here. Says whether it was there.
    pub fn forget_sent(&mut self, seq: Seq) -> bool {
        let has_it = |lines: &Vec<Vec<Seq>>| lines.iter().any(|of| of.contains(&seq));
        let rooms: Vec<RoomName> = self
            .profile
            .sent_as
            .iter()
            .filter(|(_, lines)| has_it(lines))
            .map(|(room, _)| room.clone())
            .collect();
        for room in &rooms {
            let mut lines = self.profile.take_sent(room);
            sent_lines::forget(&mut lines, seq);
            self.profile.put_sent(room.clone(), lines);
        }
        !rooms.is_empty()
    }

    /// What was deleted must not stay in the file that was written last either.
    pub fn purge(&mut self) {
        self.profile.purges += 1;
        self.changes.save();
    }

    /// Keeps the draft of a room that is left, for when it is entered again.
    pub fn keep_draft(&mut self, room: &RoomName, draft: String) {
        if !draft.trim().is_empty() {
            self.profile.drafts.insert(room.clone(), draft);
        }
        self.changes.save();
    }

    /// Our number changed: kept drafts move to the new names of their rooms, and read positions of direct rooms, where
    /// `renamed` has a new name, are forgotten.
    pub fn rename_rooms(&mut self, renamed: impl Fn(&RoomName) -> Option<RoomName>) {
        let drafts = std::mem::take(&mut self.profile.drafts).into_iter();
        let rooms: Vec<RoomName> = self.profile.sent.keys().cloned().collect();
        for (room, now) in rooms.iter().filter_map(|room| Some((room, renamed(room)?))) {
            let lines = self.profile.take_sent(room);
            self.profile.put_sent(now, lines);
        }
        self.profile.drafts = drafts.map(|(room, draft)| (renamed(&room).unwrap_or(room), draft)).collect();
        self.profile.read.retain(|room, _| renamed(room).is_none());
        self.profile.attention.notify.retain(|room, _| renamed(room).is_none());
        self.changes.save();
    }
}
