//! The manual of `chinwagd` and what shells know of it: made from its command line, so that they say what it does.

mod page;

use self::page::Section;

#[test]
fn the_manual_and_the_completions_are_those_of_the_command_line() {
    page::check(&server::command_line::command(), |name| match name {
        "chinwagd" => vec![STATUS, SIGNALS, ENVIRONMENT, FILES, EXAMPLES, SEE_ALSO],
        "chinwagd-ctl" => vec![CTL_STATUS, CTL_FILES, CTL_EXAMPLES, CTL_SEE_ALSO],
        _ if !name.starts_with("chinwagd-ctl") => vec![OTHER_STATUS, SEE_ALSO],
        _ => vec![CTL_STATUS, CTL_FILES, CTL_SEE_ALSO],
    });
}

const STATUS: Section = Section(
    "EXIT STATUS",
    &[
        ("0", "The server was told to end, by a signal or by an admin, and has kept everything."),
        ("1", "It could not start or go on; one line on standard error says why and what to do."),
        ("2", "The command line is wrong."),
        (
            "75",
            "An admin asked for a restart, and a service manager is there to start the server again, as chinwagd.service does. Without one the server starts again by itself, with the same process id.",
        ),
    ],
);

const SIGNALS: Section = Section(
    "SIGNALS",
    &[
        (
            "SIGTERM, SIGINT",
            "Everyone is told goodbye and asked back, what was said is on disk, and the server ends.",
        ),
        (
            "SIGHUP",
            "The settings are read again, and those that can change are applied; the log names those that want a restart. Settings that are wrong change nothing.",
        ),
        ("SIGKILL", "Loses nothing that was acknowledged; clients come back by themselves."),
    ],
);

const ENVIRONMENT: Section = Section(
    "ENVIRONMENT",
    &[
        (
            "CHINWAGD_…",
            "Every setting: CHINWAGD_MAX_USERS is max-users in the file and --max-users on the command line. An empty variable is none.",
        ),
        ("CONFIGURATION_DIRECTORY", "Where chinwagd.toml is looked for, as systemd sets it."),
        (
            "STATE_DIRECTORY",
            "The state directory, as systemd sets it; XDG_STATE_HOME and HOME say it otherwise.",
        ),
        (
            "NOTIFY_SOCKET, WATCHDOG_USEC",
            "Where the server reports that it is ready, how many are there, and that it is alive; it says that only when its hub and its store answered.",
        ),
        (
            "LISTEN_FDS, LISTEN_PID, LISTEN_FDNAMES",
            "Listening sockets that are served instead of --listen, and those named irc instead of --irc: they outlive the server, so nobody is refused while it restarts.",
        ),
    ],
);

const FILES: Section = Section(
    "FILES",
    &[
        (
            "/etc/chinwagd/chinwagd.toml",
            "The settings of the system's server; all of them are in it, with their defaults.",
        ),
        ("/var/lib/chinwagd/chinwag.db", "Messages, rooms, identities and bans, for the server's user only."),
        ("/var/lib/chinwagd/files", "The files that messages bring, each named by its hash."),
        ("/var/lib/chinwagd/admin.key", "Makes a client admin: chinwag --admin-key-file FILE."),
        ("~/.local/state/chinwagd", "The state directory of a server that is started by hand."),
    ],
);

const EXAMPLES: Section = Section(
    "EXAMPLES",
    &[
        ("chinwagd", "Serves this machine on port 7667."),
        ("chinwagd --max-users 5 --state-dir /srv/chat", "A room for five, kept in /srv/chat."),
        ("chinwagd --check-config --config chinwagd.toml", "Says whether the settings will do."),
        ("systemctl reload chinwagd", "Applies what was changed in the settings."),
        (
            "systemctl enable --now chinwagd.socket",
            "Holds the port while the server restarts; stop the server first, and start it again.",
        ),
    ],
);

const SEE_ALSO: Section = Section("SEE ALSO", &[("chinwagd-ctl(1), chinwag(1), systemctl(1)", "")]);

const OTHER_STATUS: Section = Section(
    "EXIT STATUS",
    &[("0", "Done."), ("1", "Failed; the reason is on standard error."), ("2", "Wrong usage.")],
);

const CTL_STATUS: Section = Section(
    "EXIT STATUS",
    &[
        ("0", "Done."),
        (
            "1",
            "Refused or failed; the reason is on standard error, and with --json as one object on standard output.",
        ),
        ("2", "Wrong usage."),
        ("3", "No server answers."),
    ],
);

const CTL_FILES: Section = Section(
    "FILES",
    &[(
        "/var/lib/chinwagd",
        "The state directory of the system's server; it takes root, or the server's user, to read it.",
    )],
);

const CTL_EXAMPLES: Section = Section(
    "EXAMPLES",
    &[
        ("chinwagd ctl tail lobby -n 20", "Follows the lobby, after its last twenty lines."),
        (
            "chinwagd ctl --state-dir /var/lib/chinwagd backup /var/backups/chinwag.db",
            "Copies the store of the system's server while people chat, and the files to /var/backups/chinwag.db.files.",
        ),
    ],
);

const CTL_SEE_ALSO: Section = Section("SEE ALSO", &[("chinwagd(1), chinwagd-ctl(1)", "")]);
