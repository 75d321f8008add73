//! `/irc-password`, `/irc-cert`: how one logs in from IRC clients. The word is asked for unseen where there is a screen, and
//! one that was typed in sight there is not taken.

use shared::client_msg::{IrcCertificate, IrcPassword};
use shared::{CertificateHash, ClientMsg, LoginWord};

use crate::app::App;
use crate::app::output_mode::OutputMode;
use crate::app::pending_requests::Purpose;
use crate::app::popup::Popup;
use crate::app::popup::unseen_prompt::UnseenPrompt;
use crate::app::timeline::Level;

impl App {
    pub(super) fn run_irc_password(&mut self, args: &str) -> Result<(), String> {
        let is_off = ["off", "끄기"].contains(&args);
        let is_seen = !args.is_empty() && !is_off && self.setup.output_mode == OutputMode::Screen;
        if is_seen {
            // Whoever looked on knows this word: it is not taken.
            self.hint(self.lang().irc_word_was_visible(), Level::Warning);
        }
        if args.is_empty() || is_seen {
            let prompt = Popup::Unseen(UnseenPrompt::irc_word(self.setup.machine.clone()));
            return self.prompt(|_| prompt, |app| Err(app.usage_and_help("irc-password")));
        }
        let word = LoginWord::parse(if is_off { "" } else { args });
        let word = word.map_err(|_| self.lang().bad_irc_word().to_owned())?;
        self.need_online()?;
        let machine = self.setup.machine.clone();
        let request = ClientMsg::IrcPassword(IrcPassword { word, machine });
        self.request(Purpose::IrcPassword(!is_off), request);
        Ok(())
    }

    pub(super) fn run_irc_cert(&mut self, args: &str) -> Result<(), String> {
        let fingerprint = CertificateHash::parse_printed(args);
        let fingerprint = fingerprint.map_err(|_| self.lang().irc_cert_usage().to_owned())?;
        self.need_online()?;
        let machine = self.setup.machine.clone();
        self.request(Purpose::IrcCert, ClientMsg::IrcCertificate(IrcCertificate { fingerprint, machine }));
        Ok(())
    }
}
