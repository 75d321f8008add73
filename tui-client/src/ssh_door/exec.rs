//! Commands over ssh, without a screen: `ssh HOST who`, `echo hi | ssh HOST say lobby`. Each is a connection of its own of
//! whoever has the key. The exit status is 0 when it was done, 1 when it was not, 2 when it is no command; one line of standard
//! error says why.
//!
//! There is no shell and no program behind it, and nothing of this machine's files: `words` splits and reads what was sent,
//! `chat` asks the server, `transfer` moves the content of a file between the server and the other side, `print` has the
//! words, `lines` is `--plain` and `--json` over the channel.

mod chat;
mod lines;
mod output;
mod print;
mod status;
mod transfer;
mod words;

use std::fmt;
use std::io::{self, ErrorKind};
use std::sync::Arc;

use shared::client_msg::{Direct, Download, History, Join, ListRooms, RoomOnly, Say, Upload, Who};
use shared::{
    Attachment, ClientMsg, Code, Event, FileName, Name, Nonce, RoomName, Seq, ServerMsg, Text, Uid,
};
use tokio::io::{AsyncReadExt as _, AsyncWrite};
use tokio_util::sync::CancellationToken;

use self::chat::{Chat, Failure};
use self::output::Output;
use self::status::{FAILED, UNREAD, WRONG};
use self::transfer::Stopped;
use self::words::{Command, Of, What, Wrong};
use super::door::Door;
use super::input::Input;
use super::person::{self, Person};
use crate::app::output_mode::OutputMode;
use crate::app::random::Random;
use crate::clock::wall;
use crate::lang::Lang;
use crate::line_shell::clean;
use crate::pictures::media_type;

/// The most that is read of standard input as one text; of more nothing is said.
const TEXT_BYTES: u64 = 256 * 1024;
/// The directory of what is to be sent, in the door's.
const SPOOL: &str = "spool";

/// What a command has.
pub struct Lines {
    /// The door.
    pub door: Arc<Door>,
    /// Who says it.
    pub person: Person,
    /// The command, as it was sent; without one, lines are read and written as with `--plain`.
    pub command: Option<Vec<u8>>,
    /// There is a terminal at the other end, in raw mode: a line ends by `\r\n`.
    pub has_terminal: bool,
    /// Standard input. It ends when the client has sent its end, or is gone, or the door stops.
    pub stdin: Input,
    /// The client, or its channel, is gone: nobody reads or writes any more.
    pub gone: CancellationToken,
    /// Standard output; it waits for a client that does not read, and is an error when there is none any more.
    pub stdout: Box<dyn AsyncWrite + Send + Unpin>,
    /// Standard error.
    pub stderr: Box<dyn AsyncWrite + Send + Unpin>,
}

impl fmt::Debug for Lines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lines").field("person", &self.person).finish_non_exhaustive()
    }
}

/// Runs a command; its exit status.
pub async fn run(lines: Lines) -> u8 {
    let Lines { door, person, command, has_terminal, stdin, gone, stdout, stderr } = lines;
    let lang = person.lang;
    let mut output = Output::new(stdout, stderr, has_terminal);
    let Command { what, json } = match words::parse(command.as_deref()) {
        Ok(command) => command,
        Err(wrong) => {
            output.complain(&why_wrong(lang, &wrong)).await;
            return WRONG;
        }
    };
    match what {
        What::Help => {
            let help = lang.ssh_commands(&door.options.destination());
            if output.print(&help).await.is_ok() { 0 } else { UNREAD }
        }
        What::Lines => Box::pin(lines::run(&door, person, json, stdin, output)).await,
        What::Who
        | What::Rooms
        | What::Say { .. }
        | What::Msg { .. }
        | What::Tail { .. }
        | What::Send { .. }
        | What::Get { .. }
        | What::Link { .. } => Box::pin(run_in_chat(&door, person, what, json, (stdin, gone), output)).await,
    }
}

fn why_wrong(lang: Lang, wrong: &Wrong) -> String {
    match wrong {
        Wrong::Unreadable => lang.ssh_unreadable().to_owned(),
        Wrong::Unknown(name) => lang.ssh_unknown(name),
        Wrong::Usage(usage) => lang.ssh_usage(*usage),
        Wrong::Word(why) => why.clone(),
    }
}

/// One that needs the server.
async fn run_in_chat(
    door: &Arc<Door>,
    person: Person,
    what: What,
    json: bool,
    (stdin, gone): (Input, CancellationToken),
    output: Output,
) -> u8 {
    let lang = person.lang;
    let peer = person.peer;
    let client = if let What::Link { code } = &what {
        person::open_linking(person, door, code.clone()).await
    } else {
        person::open(person, door, OutputMode::Lines { confirms: false }).await
    };
    let mut output = output;
    let (mut chat, opened) = match Chat::open(client, async || output.complain(lang.ssh_waits()).await).await
    {
        Ok(chat) => (chat, Ok(())),
        Err((failure, chat)) => (chat, Err(failure)),
    };
    let done = match opened {
        Ok(()) => {
            let random = Random::new(Random::seed_at(wall(), getrandom::u64().unwrap_or(0)));
            let mut work = Work { chat: &mut chat, output: &mut output, door, gone, lang, json, random };
            work.run(what, stdin).await
        }
        Err(failure) => Err(failure.into()),
    };
    let status = match done {
        Ok(()) => 0,
        Err(Undone::Unread) => UNREAD,
        Err(Undone::Failed(failure)) => {
            output.complain(&why_failed(lang, failure)).await;
            FAILED
        }
    };
    if let Some(why) = chat.close().await {
        tracing::warn!(%peer, %why, "ssh: cannot write the profile");
    }
    status
}

fn why_failed(lang: Lang, failure: Failure) -> String {
    match failure {
        Failure::Unconnected => lang.ssh_unconnected().to_owned(),
        Failure::Refused(refusal) => lang.ssh_refusal(&refusal),
        Failure::Unanswered => lang.ssh_unanswered().to_owned(),
        Failure::Stalled { was_asked: true } => lang.unanswered_in_stall(),
        Failure::Stalled { was_asked: false } => lang.refused_in_stall(),
        Failure::Ended(exit) => lang.exit_reason(&exit).unwrap_or_else(|| lang.ssh_unanswered().to_owned()),
        Failure::Other(why) => why,
    }
}

/// Why a command did not do what it was to.
enum Undone {
    /// Nobody reads its output any more.
    Unread,
    Failed(Failure),
}

impl From<Failure> for Undone {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<io::Error> for Undone {
    fn from(_: io::Error) -> Self {
        Self::Unread
    }
}

type Done = Result<(), Undone>;

/// A command that is being carried out.
struct Work<'a> {
    chat: &'a mut Chat,
    output: &'a mut Output,
    door: &'a Arc<Door>,
    gone: CancellationToken,
    lang: Lang,
    json: bool,
    random: Random,
}

impl Work<'_> {
    async fn run(&mut self, what: What, stdin: Input) -> Done {
        match what {
            // Whoever is linked was welcomed as that person; the others need no server.
            What::Link { .. } | What::Help | What::Lines => Ok(()),
            What::Who => self.who().await,
            What::Rooms => self.rooms().await,
            What::Say { room, text } => self.say(room, text, stdin).await,
            What::Msg { name, text } => self.msg(name, text, stdin).await,
            What::Tail { of, count, follows } => self.tail(of, count, follows, stdin).await,
            What::Send { room, name } => self.send(room, name, stdin).await,
            What::Get { room, seq } => self.get(room, seq).await,
        }
    }

    async fn who(&mut self) -> Done {
        let mut after = None;
        loop {
            let answer = self.chat.ask(ClientMsg::Who(Who { after, ..Who::default() })).await?;
            let users = answer.users.unwrap_or_default();
            after = users.last().map(|user| user.member.uid);
            for user in &users {
                if self.json {
                    self.output.print_json(user).await?;
                } else {
                    self.output.print(&print::user(user, self.lang)).await?;
                }
            }
            if answer.more != Some(true) || after.is_none() {
                return Ok(());
            }
        }
    }

    async fn rooms(&mut self) -> Done {
        let mut after = None;
        loop {
            let asked = ListRooms { after, ..ListRooms::default() };
            let answer = self.chat.ask(ClientMsg::Rooms(asked)).await?;
            let rooms = answer.rooms.unwrap_or_default();
            after = rooms.last().map(|room| room.name.clone());
            for room in &rooms {
                if self.json {
                    self.output.print_json(room).await?;
                } else {
                    self.output.print(&print::room(room, self.lang)).await?;
                }
            }
            if answer.more != Some(true) || after.is_none() {
                return Ok(());
            }
        }
    }

    async fn say(&mut self, room: RoomName, text: Option<String>, stdin: Input) -> Done {
        for text in self.parts(text, stdin).await? {
            let said = Say {
                room: room.clone(),
                text,
                nonce: self.nonce()?,
                action: false,
                reply_to: None,
                file: None,
            };
            let answer = self.ask_in(&room, ClientMsg::Say(said)).await?;
            self.acknowledge(&room, answer.seq).await?;
        }
        Ok(())
    }

    async fn msg(&mut self, name: Name, text: Option<String>, stdin: Input) -> Done {
        let uid = self.uid_of(name).await?;
        for text in self.parts(text, stdin).await? {
            let said = Direct { uid, text, nonce: self.nonce()?, action: false, reply_to: None, file: None };
            let answer = self.chat.ask(ClientMsg::Direct(said)).await?;
            if let Some(room) = &answer.room {
                self.acknowledge(room, answer.seq).await?;
            }
        }
        Ok(())
    }

    /// What is known of a message that is stored: a program may answer it, or fetch it again.
    async fn acknowledge(&mut self, room: &RoomName, seq: Option<Seq>) -> Done {
        if self.json {
            let stored = serde_json::json!({ "type": "stored", "room": room, "seq": seq });
            self.output.print_json(&stored).await?;
        }
        Ok(())
    }

    async fn uid_of(&mut self, name: Name) -> Result<Uid, Undone> {
        let shown = name.to_string();
        let found = match self.chat.ask(ClientMsg::Who(Who::named(name))).await {
            Err(Failure::Refused(refusal)) if refusal.code == Code::NoSuchUser => None,
            answer => answer?.users.unwrap_or_default().into_iter().next(),
        };
        found.map(|user| user.member.uid).ok_or_else(|| other(self.lang.ssh_nobody(&shown)))
    }

    async fn conversation_with(&mut self, name: Name) -> Result<RoomName, Undone> {
        let other_one = self.uid_of(name).await?;
        let me = self.chat.app.session().me().map(|me| me.uid);
        me.map(|me| RoomName::direct(me, other_one)).ok_or(Undone::Failed(Failure::Unanswered))
    }

    /// The text in messages of the length that the server takes.
    async fn parts(&mut self, text: Option<String>, stdin: Input) -> Result<Vec<Text>, Undone> {
        let text = match text {
            Some(text) => text,
            None => self.read_text(stdin).await?,
        };
        // As lines of a pipe are cleaned: colours of a program go whole, tabs stay as wide as they were.
        let lines: Vec<String> = text.lines().map(clean).collect();
        let clean = lines.join("\n");
        let parts = self.chat.app.message_limit().split(clean.trim_matches('\n'));
        if parts.is_empty() {
            return Err(other(self.lang.ssh_nothing_to_say().to_owned()));
        }
        let parsed = parts.iter().map(|part| Text::parse(part));
        parsed.collect::<Result<_, _>>().map_err(|invalid| other(invalid.why))
    }

    async fn read_text(&mut self, stdin: Input) -> Result<String, Undone> {
        let mut bytes = Vec::new();
        stdin.take(TEXT_BYTES + 1).read_to_end(&mut bytes).await?;
        if bytes.len() as u64 > TEXT_BYTES {
            return Err(other(self.lang.ssh_text_too_long(TEXT_BYTES)));
        }
        String::from_utf8(bytes).map_err(|_| other(self.lang.ssh_text_not_utf8().to_owned()))
    }

    /// Asks for something in a room; enters it before, if it is there and not one of ours. None is made: a room's name that
    /// was mistyped is told.
    async fn ask_in(
        &mut self,
        room: &RoomName,
        msg: ClientMsg,
    ) -> Result<shared::server_msg::Answer, Undone> {
        match self.chat.ask(msg.clone()).await {
            Err(Failure::Refused(refusal)) if refusal.code == Code::NotMember => {
                self.chat.ask(ClientMsg::Join(Join { room: room.clone(), word: None })).await?;
                Ok(self.chat.ask(msg).await?)
            }
            other => Ok(other?),
        }
    }

    async fn tail(&mut self, of: Of, count: usize, follows: bool, stdin: Input) -> Done {
        let (room, is_person) = match of {
            Of::Room(room) => (room, false),
            Of::Person(name) => (self.conversation_with(name).await?, true),
        };
        // What is said while the past is asked for comes once: by its number.
        let mut shown = Seq::ZERO;
        let mut events: Vec<Event> = Vec::new();
        let mut before = None;
        // The past has what is no message, too.
        while events.len() < count {
            let page = History { before, limit: Some(count.max(50)), ..History::newest(room.clone()) };
            let answer = match self.ask_in(&room, ClientMsg::History(page)).await {
                // Nothing was said to them so far, and may be from now on.
                Err(Undone::Failed(Failure::Refused(refusal)))
                    if is_person && matches!(refusal.code, Code::NoSuchRoom | Code::NotMember) =>
                {
                    break;
                }
                answer => answer?,
            };
            let page = answer.events.unwrap_or_default();
            before = page.first().map(|event| event.seq);
            shown = shown.max(page.last().map_or(Seq::ZERO, |event| event.seq));
            let said = page.into_iter().filter(print::is_message);
            events.splice(0..0, said);
            if answer.more != Some(true) || before.is_none() {
                break;
            }
        }
        for event in events.iter().skip(events.len().saturating_sub(count)) {
            self.print_event(event).await?;
        }
        if follows { self.follow(&room, shown, stdin).await } else { Ok(()) }
    }

    /// Prints what is said from now on, until the other side has enough of it or is gone.
    async fn follow(&mut self, room: &RoomName, mut shown: Seq, stdin: Input) -> Done {
        let mut stdin = Some(stdin);
        loop {
            let said = tokio::select! {
                said = self.chat.hear() => said?,
                () = self.gone.cancelled() => return Err(Undone::Unread),
                end = ended(&mut stdin) => match end {
                    // The end of standard input (`< /dev/null`) is no end of what is listened to.
                    Ended::Closed => continue,
                    Ended::Interrupted => return Ok(()),
                },
            };
            for msg in said {
                if let ServerMsg::Event(event) = msg
                    && event.room == *room
                    && event.seq > shown
                {
                    shown = event.seq;
                    if print::is_message(&event) {
                        self.print_event(&event).await?;
                    }
                }
            }
        }
    }

    async fn print_event(&mut self, event: &Event) -> Done {
        if self.json {
            self.output.print_json(&ServerMsg::Event(Box::new(event.clone()))).await?;
        } else {
            let text = print::event(event, self.chat.app.times(), self.lang);
            self.output.print(&text).await?;
        }
        Ok(())
    }

    async fn send(&mut self, room: RoomName, name: FileName, stdin: Input) -> Done {
        let longest = self.chat.app.session().limits().file_bytes;
        let dir = self.door.options.state_dir.join(SPOOL);
        let share = self.door.spool.share();
        let content = transfer::take_in(stdin, &dir, longest, share).await;
        let content = content.map_err(|stopped| self.stopped(stopped))?;
        let (bytes, sha256) = (content.bytes, content.sha256);
        let media_type = media_type::of(&content.head, &name);
        // One is in the room before anything is sent.
        self.ask_in(&room, ClientMsg::Typing(RoomOnly { room: room.clone() })).await?;
        let wanted = Upload { sha256, bytes, proof: Some(content.proof) };
        if let Some(token) = self.chat.ask(ClientMsg::Upload(wanted)).await?.token {
            let dialing = self.chat.dial_beside();
            transfer::send(content, dialing, token).await.map_err(|stopped| self.stopped(stopped))?;
        }
        let text = Text::parse(name.as_str()).map_err(|invalid| other(invalid.why))?;
        let file = Attachment { name, bytes, sha256, media_type, picture: None };
        let file = Some(Box::new(file));
        let said =
            Say { room: room.clone(), text, nonce: self.nonce()?, action: false, reply_to: None, file };
        let answer = self.ask_in(&room, ClientMsg::Say(said)).await?;
        self.acknowledge(&room, answer.seq).await
    }

    async fn get(&mut self, room: RoomName, seq: Seq) -> Done {
        let asked = ClientMsg::Download(Download { room: room.clone(), of: seq });
        let token = match self.ask_in(&room, asked).await {
            Err(Undone::Failed(Failure::Refused(refusal)))
                if refusal.code == Code::NoSuchFile && !self.brings_file(&room, seq).await? =>
            {
                return Err(other(self.lang.ssh_brings_no_file(seq)));
            }
            answer => answer?.token,
        };
        let Some(token) = token else { return Err(other(self.lang.ssh_unanswered().to_owned())) };
        let dialing = self.chat.dial_beside();
        let fetched = transfer::fetch(dialing, token, &mut self.output.stdout).await;
        match fetched {
            Err(Stopped::Refused(refusal)) if refusal.code == Code::Storage => {
                Err(other(self.lang.not_given().to_owned()))
            }
            fetched => fetched.map(drop).map_err(|stopped| self.stopped(stopped)),
        }
    }

    /// Whether a message brings a file, whose content may be gone: the code of the refusal is the same.
    async fn brings_file(&mut self, room: &RoomName, seq: Seq) -> Result<bool, Undone> {
        let page = History { before: Some(seq.next()), limit: Some(1), ..History::newest(room.clone()) };
        let events = self.ask_in(room, ClientMsg::History(page)).await?.events.unwrap_or_default();
        Ok(events.iter().any(|event| event.seq == seq && event.file.is_some()))
    }

    /// What makes a message one, however often it is sent.
    fn nonce(&mut self) -> Result<Nonce, Undone> {
        self.random.nonce().ok_or_else(|| other(self.lang.ssh_unanswered().to_owned()))
    }

    fn stopped(&self, stopped: Stopped) -> Undone {
        match stopped {
            Stopped::Unread => Undone::Unread,
            Stopped::Refused(refusal) => Undone::Failed(Failure::Refused(refusal)),
            Stopped::Crowded => other(self.lang.ssh_spool_full().to_owned()),
            Stopped::Failed(error) if error.kind() == ErrorKind::StorageFull => {
                other(self.lang.ssh_no_space().to_owned())
            }
            Stopped::Failed(error) => other(self.lang.ssh_not_moved(&error.kind().to_string())),
            Stopped::TooLong(longest) => other(self.lang.ssh_file_too_long(longest)),
        }
    }
}

fn other(why: String) -> Undone {
    Undone::Failed(Failure::Other(why))
}

/// What became of standard input that nobody needs.
enum Ended {
    Closed,
    /// Ctrl-C of a terminal in raw mode.
    Interrupted,
}

/// Waits for an end; for ever after the first one.
async fn ended(stdin: &mut Option<Input>) -> Ended {
    let Some(input) = stdin else { return std::future::pending().await };
    let mut piece = [0; 256];
    loop {
        match input.read(&mut piece).await {
            Ok(0) | Err(_) => {
                *stdin = None;
                return Ended::Closed;
            }
            Ok(count) if piece.get(..count).is_some_and(|read| read.contains(&3)) => {
                return Ended::Interrupted;
            }
            Ok(_) => {}
        }
    }
}
