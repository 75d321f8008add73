//! The manual page and shell completions of `chinwag`, generated from its command line and compared with the kept ones.

#[path = "../../../server/tests/it/manual/page.rs"]
mod page;

use tui_client::lang::Lang;

use self::page::Section;

/// `--help` in Korean, as it is kept; `CHINWAG_UPDATE=1` writes it anew.
#[test]
fn the_korean_help_is_that_of_the_manual() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/manual/help_ko.txt");
    let help = tui_client::config::command(Lang::Ko).term_width(80).render_long_help().to_string();
    if std::env::var_os("CHINWAG_UPDATE").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &help).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap_or_default(), help, "CHINWAG_UPDATE=1 writes it");
    for english in ["Usage", "Options", "Print", "possible", "With --"] {
        assert!(!help.contains(english), "{english}");
    }
}

/// The documented example of the configuration file, as it is kept; `CHINWAG_UPDATE=1` writes it anew.
#[test]
fn the_example_of_the_configuration_file_is_that_of_the_table() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets/chinwag.toml");
    let example = tui_client::config::example();
    if std::env::var_os("CHINWAG_UPDATE").is_some() {
        std::fs::write(&path, &example).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap_or_default(), example, "CHINWAG_UPDATE=1 writes it");
}

/// The real program, by its option and by the locale.
#[test]
fn help_is_in_the_language_of_the_person() {
    let help = |lang: &str, args: &[&str]| {
        let run = std::process::Command::new(env!("CARGO_BIN_EXE_chinwag"))
            .args(args)
            .env("LC_ALL", lang)
            .output()
            .unwrap();
        assert!(run.status.success());
        String::from_utf8(run.stdout).unwrap()
    };
    for (lang, args) in
        [("ko_KR.UTF-8", &["--help"][..]), ("C", &["--lang", "ko", "-h"]), ("C", &["--help", "--lang=ko"])]
    {
        assert!(help(lang, args).contains("사용법: chinwag"), "{lang} {args:?}");
    }
    assert!(help("C.UTF-8", &["--help"]).contains("Usage: chinwag"));
    assert!(help("ko_KR.UTF-8", &["--help", "--lang", "en"]).contains("Usage: chinwag"));
}

#[test]
fn the_manual_and_the_completions_are_those_of_the_command_line() {
    page::check(&tui_client::config::command(Lang::En), |page| {
        if page == "chinwag-ssh-door" {
            return Vec::from(SSH_DOOR);
        }
        vec![KEYS, STATUS, SIGNALS, ENVIRONMENT, ADDRESSES, FILES, EXAMPLES, SEE_ALSO]
    });
}

const KEYS: Section = Section(
    "KEYS AND MOUSE",
    &[
        ("F1", "Every key and command. These are the ones to begin with:"),
        ("Enter, Alt-Enter", "Send; begin a new line."),
        ("Tab", "Complete a command, a name, a room."),
        ("PgUp, PgDn, Ctrl-Home, Ctrl-End", "Scroll; to the oldest message, to the newest."),
        ("Alt-1 to Alt-9, Alt-A, Alt-K", "A room by number; the next with something new; find one."),
        ("Ctrl-F, Alt-S", "Search everything said; the second one also while something is written."),
        ("Alt-M, Alt-U, Alt-P, Alt-N", "Members; the first unread message; the messages that name you."),
        ("Alt-Up, then y or r", "Pick a message; copy it or answer it."),
        (
            "A click",
            "On a room: go there. On a name: find them among the members. On a message: pick it. The wheel scrolls.",
        ),
    ],
);

const STATUS: Section = Section(
    "EXIT STATUS",
    &[
        (
            "0",
            "The person left; with --plain and --json also: every line was stored, every command and request carried out.",
        ),
        (
            "1",
            "It could not start or go on, or the server did not let us in; standard error says why and what to do. Of several servers, \
             one that ends while others go on is told on the screen and does not count; at the end it is the status of the server \
             on the screen, or that of another one where this is 0.",
        ),
        (
            "2",
            "The command line is wrong, or an option on it would have no effect; standard error says what to do.",
        ),
        (
            "3",
            "With --plain and --json: everything was answered, and something was not done: a line or a request was \
             refused, a command is not known, a line is not UTF-8. The output says what.",
        ),
        (
            "4",
            "With --plain and --json: there was no connection within --wait (no server, or a full one). Nothing was said.",
        ),
        (
            "5",
            "With --plain and --json: the server left something unanswered for --timeout, or the program was ended before. \
             Messages not known to be stored are kept, and said once at the next start.",
        ),
        ("141", "With --plain and --json: whoever read standard output is gone (SIGPIPE)."),
    ],
);

const SIGNALS: Section = Section(
    "SIGNALS",
    &[
        ("SIGTERM, SIGHUP", "The terminal is given back, and the program ends."),
        ("SIGTSTP, SIGCONT", "The terminal is given back, and taken again; nothing is lost meanwhile."),
    ],
);

const ENVIRONMENT: Section = Section(
    "ENVIRONMENT",
    &[
        ("LC_ALL, LC_MESSAGES, LANG", "The language of the screen; --lang outweighs them."),
        (
            "LC_ALL, LC_CTYPE, LANG",
            "Whether --plain may show more than ASCII on a terminal: if they name UTF-8, or nothing.",
        ),
        ("XDG_STATE_HOME, HOME", "Where identities are kept."),
        ("XDG_CONFIG_HOME, HOME", "Where the configuration file is."),
        ("CHINWAG_LOG", "A file to write a log to."),
        ("NO_COLOR, TERM", "What the terminal can show."),
    ],
);

const ADDRESSES: Section = Section(
    "SERVERS WITH SEVERAL ADDRESSES",
    &[
        (
            "chinwag seoul,busan,jeju",
            "Several servers may be one chat (a cluster of chinwagd). One is connected to; when the connection ends or none comes \
             about, the next address is tried at once, and what was typed, sent and unread stays as it is. A node that does not \
             answer is left after 2 s while connecting, and 5 s after something was sent to it; whoever is idle finds out within 25 s. \
             When all have failed the next round begins after a wait.",
        ),
        (
            "Addresses that a server tells",
            "Those of the other nodes are used as well, after the given ones, and kept with the profile for the next time, if they \
             were told over TLS by a server that is trusted (--tls), or over a Unix socket. Addresses of this machine are used only \
             if they were told by a server of this machine. What is told in the clear over a network is not used.",
        ),
        (
            "Keys",
            "Each address has a key of its own in known_hosts. A trusted node may tell the keys of the others, which are kept with the \
             profile and known before they are met; else a node is trusted at the first meeting, as any server. A node with another key than the one \
             that is known gets no secret: it is passed over with a warning. While a given address shows another key, \
             addresses that were only told are not tried, and if all given ones do, nothing is.",
        ),
    ],
);

const FILES: Section = Section(
    "FILES",
    &[
        (
            "~/.config/chinwag/config.toml",
            "Settings, as /usr/share/doc/chinwag/chinwag.toml documents them: keys, colours, hooks and more. /set changes them from \
             within. In $XDG_CONFIG_HOME, if that is set.",
        ),
        (
            "~/.local/state/chinwag",
            "What brings your name, colour and rooms back on each server, for your eyes only.",
        ),
        (
            "~/.local/state/chinwag/known_hosts",
            "The keys of servers, by address: a line each, as SSH has it.",
        ),
    ],
);

const EXAMPLES: Section = Section(
    "EXAMPLES",
    &[
        ("chinwag", "Joins the server on this machine."),
        ("chinwag chat.example.net --name kim", "Joins another one, under a name of your own."),
        ("chinwag --host", "Starts a server here and joins it."),
        ("echo 'deploy finished' | chinwag --plain", "Says one thing and leaves."),
    ],
);

const SEE_ALSO: Section = Section("SEE ALSO", &[("chinwagd(1)", "")]);

/// The sections of chinwag-ssh-door(1).
const SSH_DOOR: [Section; 5] = [
    Section(
        "EXIT STATUS",
        &[
            ("0", "It was ended by SIGTERM or SIGINT, and every terminal was given back."),
            ("1", "It could not start; the log says why."),
            ("2", "The command line is wrong."),
        ],
    ),
    Section(
        "SIGNALS",
        &[
            (
                "SIGTERM, SIGINT",
                "Every terminal is given back, what people have written is kept, and the door ends.",
            ),
            (
                "SIGHUP",
                "The keys of the admins are read again; what is wrong with them is in the log, and they stay as they were. A door that was started in a terminal which is gone ends.",
            ),
        ],
    ),
    Section(
        "FILES",
        &[
            ("/etc/chinwag-ssh/chinwag-ssh.env", "The settings of the service, as variables."),
            (
                "/var/lib/chinwag-ssh/host_key",
                "The host key, made at the first start. Its fingerprint is in the log and in `chinwagd ctl status`.",
            ),
            (
                "/var/lib/chinwag-ssh/keys",
                "For each key who it is and what was left unread and unsent, in a directory named by its SHA-256.",
            ),
            (
                "/etc/chinwagd/chinwagd.toml",
                "The server must trust the door: proxy-from = [\"unix:chinwag-ssh\"]. Its socket is open to every user then; who may operate it goes by the user.",
            ),
        ],
    ),
    Section(
        "EXAMPLES",
        &[
            ("chinwag ssh-door --listen 0.0.0.0:7722", "Lets people in to the server of this machine."),
            ("ssh -p 7722 chat.example.net", "The screen; the key is who one is."),
            ("ssh -p 7722 guest@chat.example.net", "The same without a key."),
            (
                "echo 'deploy finished' | ssh -p 7722 chat.example.net say lobby",
                "Says one thing; the exit status is 0 when it is stored.",
            ),
            ("ssh -p 7722 chat.example.net help", "Every command that goes without a screen."),
        ],
    ),
    Section("SEE ALSO", &[("chinwag(1), chinwagd(1), ssh(1)", "")]),
];
