//! Texts of logging in from IRC clients: the word, the certificate, and what to tell the client.

use super::Lang;

impl Lang {
    /// The title of the prompt for the word.
    #[must_use]
    pub fn irc_word_title(self) -> &'static str {
        self.pick(["A word for IRC", "IRC 암호"])
    }

    /// The explanation in it.
    #[must_use]
    pub fn irc_word_hint(self) -> &'static str {
        self.pick([
            "With this word you log in from IRC clients: 6 characters or more. Nobody sees it, and it is not kept here.",
            "IRC 프로그램에서 나로 접속할 때 쓸 암호입니다. 여섯 글자 이상 입력하세요. 보이지 않고, 여기에 남지도 않습니다.",
        ])
    }

    /// A word will not do.
    #[must_use]
    pub fn bad_irc_word(self) -> &'static str {
        self.pick([
            "the word has 6 to 1000 bytes; take another",
            "암호는 6~1000바이트입니다. 다르게 정하세요",
        ])
    }

    /// The word was typed where it can be seen: it is refused, and asked for unseen.
    #[must_use]
    pub fn irc_word_was_visible(self) -> &'static str {
        self.pick([
            "that word was on the screen for all to see, so it is not set; type another here, unseen",
            "그 암호는 화면에 보였으므로 정하지 않았습니다. 여기에 다른 암호를 입력하세요. 보이지 않습니다",
        ])
    }

    /// The word is set: what to tell an IRC client, for somebody of this name on a server at this host.
    #[must_use]
    pub fn irc_word_set(self, name: &str, host: &str) -> String {
        let clients = format!(
            "weechat: /server add chinwag {host}/6697 -tls -tls_verify=off -sasl_mechanism=plain -sasl_username={name} -sasl_password=…\n\
             weechat before 4.0: -ssl -ssl_verify=off in place of -tls -tls_verify=off\n\
             irssi: /network add -sasl_mechanism PLAIN -sasl_username {name} -sasl_password … chinwag\n\
             irssi: /server add -network chinwag -tls -notls_verify {host} 6697"
        );
        match self {
            Self::En => format!(
                "the word is set; IRC clients log in with it as {name}, by SASL PLAIN, where the server listens for them (its --irc; 6697 is the usual port):\n{clients}"
            ),
            Self::Ko => format!(
                "암호를 정했습니다. 서버가 IRC를 받으면(--irc, 보통 6697번 포트) IRC 프로그램에서 SASL PLAIN으로, 이름 {name}, 이 암호로 접속합니다:\n{clients}"
            ),
        }
    }

    /// The word is set at a server in this process, which has no port for IRC clients.
    #[must_use]
    pub fn irc_word_set_while_hosting(self) -> &'static str {
        self.pick([
            "the word is set; a server started by --host takes no IRC clients, chinwagd --irc ADDR does",
            "암호를 정했습니다. --host 로 연 서버는 IRC를 받지 않습니다. IRC를 받으려면 chinwagd --irc 주소 로 켜세요",
        ])
    }

    /// The word is taken out.
    #[must_use]
    pub fn irc_word_off(self) -> &'static str {
        self.pick(["no word logs you in from IRC clients any more", "이제 IRC 암호로는 접속할 수 없습니다"])
    }

    /// There is no word that could be taken out, or it is the one that this client came in with.
    #[must_use]
    pub fn no_irc_word(self) -> &'static str {
        self.pick(["no word is set; /irc-password sets one", "정한 IRC 암호가 없습니다. /irc암호로 정합니다"])
    }

    /// How to give a certificate.
    #[must_use]
    pub fn irc_cert_usage(self) -> &'static str {
        self.pick([
            "give the certificate's SHA-256, 64 digits: openssl x509 -noout -fingerprint -sha256 -in FILE",
            "인증서의 SHA-256 지문 64자리를 주세요: openssl x509 -noout -fingerprint -sha256 -in 파일",
        ])
    }

    /// A certificate is registered.
    #[must_use]
    pub fn irc_cert_added(self) -> &'static str {
        self.pick([
            "IRC clients that show this certificate log in as you, by SASL EXTERNAL; /machines lists it, /unlink takes it out",
            "이 인증서로 접속하는 IRC 프로그램은 SASL EXTERNAL로 내가 됩니다. /기기로 보고 /기기해제로 뺄 수 있습니다",
        ])
    }

    /// Somebody else has it.
    #[must_use]
    pub fn irc_cert_of_other(self) -> &'static str {
        self.pick([
            "somebody else logs in with this certificate; make another",
            "다른 사람이 쓰는 인증서입니다. 다른 인증서를 만드세요",
        ])
    }
}
