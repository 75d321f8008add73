//! Commands about a message that was said: `/edit`, `/delete`, `/reply`, `/react`. It is named by its seq, or counted back from
//! the newest: `^` is the newest one, `^2` the one before. For `/edit` and `/delete` only one's own are counted.

use shared::{Reaction, Seq, Uid};

use crate::app::App;
use crate::app::command::split;
use crate::app::completion::emoji;
use crate::app::popup::Popup;
use crate::app::popup::delete::DeleteQuestion;
use crate::app::timeline::{HowSaid, NotCounted};

impl App {
    pub(super) fn run_edit(&mut self, args: &str) -> Result<(), String> {
        let room = self.room_meant(&format!("/edit {args}"))?;
        let (of, text) = self.named_message(args, "edit", Some(self.my_uid()))?;
        if text.is_empty() {
            return Err(self.usage("edit"));
        }
        let author = self.rooms().current().timeline.said_at(of).map(|(author, _)| author.uid);
        if author.is_some_and(|author| author != self.my_uid()) {
            let lang = self.lang();
            return Err(lang.not_yours_to_edit(lang.pick(["/reply", "/답장"])));
        }
        self.edit_message(room, of, text)
    }

    pub(super) fn run_delete(&mut self, args: &str) -> Result<(), String> {
        let room = self.room_meant(&format!("/delete {args}"))?;
        let (of, rest) = self.named_message(args, "delete", Some(self.my_uid()))?;
        if !rest.is_empty() {
            return Err(self.usage("delete"));
        }
        let said =
            self.rooms().current().timeline.said(of).map(|(author, text)| (author.clone(), text.to_owned()));
        // The server knows what is not here.
        let Some((author, text)) = said else { return self.delete_message(room, of) };
        self.may_delete(&author)?;
        let place = (room.clone(), of);
        let line = format!("{}: {}", author.name, text.lines().next().unwrap_or_default());
        self.prompt(
            |app| Popup::Delete(Box::new(DeleteQuestion::new(place, author, text, app.now()))),
            |app| app.delete_by_line(room, of, &line),
        )
    }

    /// Takes back a deletion that waits to be sent: of the message that is named, or the newest.
    pub(super) fn run_undelete(&mut self, args: &str) -> Result<(), String> {
        let of = if args.is_empty() {
            let newest = self.rooms().current().timeline.newest_deleting();
            newest.ok_or_else(|| self.lang().nothing_being_deleted())?
        } else {
            seq_of(args).ok_or_else(|| self.usage("undelete"))?
        };
        self.keep_message(of)
    }

    pub(super) fn run_reply(&mut self, args: &str) -> Result<(), String> {
        let room = self.room_meant(&format!("/reply {args}"))?;
        let (of, text) = self.named_message(args, "reply", None)?;
        if text.is_empty() {
            return Err(self.usage("reply"));
        }
        self.say_in(room, text, HowSaid { action: false, reply_to: Some(of) })
    }

    pub(super) fn run_react(&mut self, args: &str) -> Result<(), String> {
        let room = self.room_meant(&format!("/react {args}"))?;
        let (of, with) = self.named_message(args, "react", None)?;
        let name = with.strip_prefix(':').and_then(|with| with.strip_suffix(':'));
        let with = name.and_then(emoji::named).unwrap_or(with);
        let with = Reaction::parse(with).map_err(|_| self.usage("react"))?;
        self.react(room, of, with)
    }

    /// The message that a command names first, and what stands after it.
    pub(super) fn named_message<'a>(
        &self,
        args: &'a str,
        command: &str,
        counted: Option<Uid>,
    ) -> Result<(Seq, &'a str), String> {
        let (named, rest) = split(args);
        let Some(back) = named.strip_prefix('^') else {
            let of = seq_of(named).ok_or_else(|| self.usage(command))?;
            return Ok((of, rest));
        };
        let back: usize = if back.is_empty() { 1 } else { back.parse().map_err(|_| self.usage(command))? };
        let found = self.rooms().current().timeline.counted_back(back, counted);
        let of = found.map_err(|why| match why {
            NotCounted::OnItsWay => self.lang().message_on_its_way(),
            NotCounted::TooFar => self.lang().nothing_that_far_back(counted.is_some()),
        })?;
        Ok((of, rest))
    }
}

fn seq_of(number: &str) -> Option<Seq> {
    number.parse().ok().and_then(Seq::new).filter(|seq| *seq > Seq::ZERO)
}
