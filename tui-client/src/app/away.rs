//! Being away by one's own word: `/away`, `/back`, who else is, and `/seen`. The server keeps it, for all windows and machines of a
//! person; here it is known of whom it holds. A lost connection is another thing, see `roster.rs`.

use shared::client_msg::{Absent, Who};
use shared::server_msg::{Absence, Answer, Member, User};
use shared::{ClientMsg, Line, Name, Uid};

use super::App;
use super::pending_requests::Purpose;
use super::timeline::Level;
use crate::effect::Effect;

/// Commands.
impl App {
    pub(super) fn run_away(&mut self, args: &str) -> Result<(), String> {
        self.need_online()?;
        let why = Line::parse(args).map_err(|why| self.lang().refusal(why.code))?;
        let msg = ClientMsg::Absent(Absent { why: why.clone(), back: false });
        self.request(Purpose::Away(Some(why)), msg);
        Ok(())
    }

    pub(super) fn run_back(&mut self) -> Result<(), String> {
        self.need_online()?;
        self.request(Purpose::Away(None), ClientMsg::Absent(Absent { back: true, ..Absent::default() }));
        Ok(())
    }

    /// When somebody was last here.
    pub(super) fn run_seen(&mut self, args: &str) -> Result<(), String> {
        if args.is_empty() {
            return Err(self.usage("seen"));
        }
        self.need_online()?;
        let known = self.find_person(args).ok();
        let uid = Uid::parse_written(args).or(known);
        let name = Name::parse(args.trim_start_matches(['@', '#']));
        let name = name.map_err(|_| self.lang().nobody_called(args))?;
        let who = match uid {
            Some(uid) => Who { uid: Some(uid), ..Who::default() },
            None => Who::named(name.clone()),
        };
        self.request(Purpose::Seen(name), ClientMsg::Who(who));
        Ok(())
    }
}

/// What the server says.
impl App {
    /// We are away from now on, or back.
    pub(super) fn on_away(&mut self, why: Option<&Line>) {
        let text = match why {
            Some(why) => self.lang().now_away(why.as_str()),
            None => self.lang().not_away_any_more().to_owned(),
        };
        let me = self.my_uid();
        // The presence that follows says the same.
        self.rooms.set_absent(me, why.is_some());
        self.hint(text, Level::Info);
    }

    pub(super) fn on_seen(&mut self, asked: &Name, users: &[User]) {
        let lang = self.lang();
        let Some(User { member, last_seen, absent, .. }) = users.first() else {
            self.effects.push(Effect::NotDone);
            return self.hint(lang.nobody_has_name(asked.as_str()), Level::Warning);
        };
        let name = member.name.as_str();
        let text = match (last_seen, absent, member.away) {
            (Some(at), ..) => lang.last_here(name, &lang.moment(*at, self.now, &self.times)),
            (None, Some(absence), _) => self.says_away(name, absence),
            (None, None, true) => lang.not_here_at_all(name),
            (None, None, false) => lang.here_now(name),
        };
        self.notice(&text, Level::Info);
    }

    /// Whom we wrote to directly is away: that is said once for each time they are.
    pub(super) fn tell_away(&mut self, answer: &Answer) {
        let (Some(absence), Some(room)) = (&answer.absent, &answer.room) else { return };
        let me = self.my_uid();
        let Some(found) = self.rooms.get_mut(room) else { return };
        if found.told_away.replace(absence.since) == Some(absence.since) {
            return;
        }
        let name = found.title(me);
        let text = self.says_away(name.trim_start_matches('@'), absence);
        self.notice_in(room, &text, Level::Info);
    }

    /// That somebody is away, since when and why.
    pub(super) fn says_away(&self, name: &str, absence: &Absence) -> String {
        let since = self.lang().moment(absence.since, self.now, &self.times);
        self.lang().is_away(name, &since, absence.why.as_str())
    }

    /// What stands beside somebody's name in the list of members: that they are ignored, away, or not connected.
    #[must_use]
    pub fn how_is(&self, member: &Member) -> Option<&'static str> {
        self.session.how_is(member, self.rooms.is_absent(member.uid), self.lang())
    }
}
