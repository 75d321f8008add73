//! Commands about what one is told of: `/notify`, `/highlight`, `/dnd`.

use crate::app::App;
use crate::app::command::split;
use crate::app::timeline::Level;
use crate::profile::NotifyOn;

impl App {
    /// What of the current room gives a notice.
    pub(super) fn run_notify(&mut self, args: &str) -> Result<(), String> {
        let on = match args.to_lowercase().as_str() {
            "" => {
                self.tell_attention();
                return Ok(());
            }
            "all" | "모두" | "전부" => NotifyOn::All,
            "mentions" | "mention" | "멘션" => NotifyOn::Mentions,
            "nothing" | "none" | "없음" => NotifyOn::Nothing,
            _ => return Err(self.usage_and_help("notify")),
        };
        self.change_attention(|attention, room| attention.set(room, on));
        self.tell_attention();
        Ok(())
    }

    /// The words one is called by beside one's name.
    pub(super) fn run_highlight(&mut self, args: &str) -> Result<(), String> {
        let (verb, word) = split(args);
        match verb.to_lowercase().as_str() {
            "" => self.tell_attention(),
            _ if word.is_empty() => return Err(self.usage_and_help("highlight")),
            "add" | "추가" => {
                if !self.change_attention(|attention, _| attention.add_word(word)) {
                    return Err(self.lang().bad_highlight().to_owned());
                }
                self.tell_attention();
            }
            "remove" | "delete" | "삭제" | "빼기" => {
                if !self.change_attention(|attention, _| attention.remove_word(word)) {
                    return Err(self.lang().no_such_highlight(word));
                }
                self.tell_attention();
            }
            _ => return Err(self.usage_and_help("highlight")),
        }
        Ok(())
    }

    /// No notice of anything, until it is switched off.
    pub(super) fn run_dnd(&mut self, args: &str) -> Result<(), String> {
        let dnd = match args.to_lowercase().as_str() {
            "" => !self.session.attention().dnd,
            "on" | "켜기" => true,
            "off" | "끄기" => false,
            _ => return Err(self.usage("dnd")),
        };
        self.change_attention(|attention, _| attention.dnd = dnd);
        let lang = self.lang();
        self.hint(if dnd { lang.dnd_on() } else { lang.dnd_off() }, Level::Info);
        Ok(())
    }

    fn tell_attention(&mut self) {
        let room = self.rooms.current();
        let (title, attention) = (room.title(self.my_uid()), self.session.attention());
        let text = self.lang().attention(&title, attention.of(&room.name), &attention.words, attention.dnd);
        self.notice(&text, Level::Info);
    }
}
