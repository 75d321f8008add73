//! Where settings come from, and what is said about those that will not do.

mod example;

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use server::command_line::Cli;
use server::config::Config;
use server::config::sources::Sources;

use crate::daemon::fails;

/// What a server is run with that has this file, these variables and these flags.
fn read(file: &str, vars: &[(&str, &str)], flags: &[&str]) -> Result<Config, String> {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("chinwagd.toml");
    std::fs::write(&path, file).unwrap();
    let path = path.to_str().unwrap();
    let args = ["chinwagd", "--config", path].into_iter().chain(flags.iter().copied());
    let read = Sources::new(args, vars.iter().copied()).read();
    let short = |why: String| why.replace(dir.path().to_str().unwrap(), "DIR");
    read.map(|cli| cli.config).map_err(|error| short(format!("{error:#}")))
}

#[test]
fn a_flag_outweighs_the_environment_which_outweighs_the_file_which_outweighs_the_default() {
    let (file, var) = ("max-users = 20", [("CHINWAGD_MAX_USERS", "30")]);
    let users = |file, vars: &[_], flags: &[_]| read(file, vars, flags).unwrap().live.max_users;
    assert_eq!(users("", &[], &[]), Config::defaults().unwrap().live.max_users);
    assert_eq!(users(file, &[], &[]), 20);
    assert_eq!(users(file, &var, &[]), 30);
    assert_eq!(users(file, &var, &["--max-users", "40"]), 40);
    assert_eq!(users(file, &[("CHINWAGD_MAX_USERS", "")], &[]), 20, "an empty variable is none");
}

#[test]
fn several_addresses_are_listened_on_wherever_they_are_given_and_a_wrong_one_is_named() {
    let listen = |file, vars: &[_], flags: &[_]| {
        read(file, vars, flags)
            .map(|config| config.listen.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "))
    };
    let two = Ok("127.0.0.1:1 [::1]:7667".to_owned());
    assert_eq!(listen("listen = ['127.0.0.1:1', '[::1]']", &[], &[]), two);
    assert_eq!(listen("listen = '127.0.0.1:1, ::1'", &[], &[]), two);
    assert_eq!(listen("", &[("CHINWAGD_LISTEN", "127.0.0.1:1,::1")], &[]), two);
    let flags = ["--listen", "127.0.0.1:1", "--listen", "::1"];
    assert_eq!(listen("listen = '127.0.0.1:3'", &[("CHINWAGD_LISTEN", "127.0.0.1:2")], &flags), two);
    for (file, vars, why) in [
        ("listen = ['127.0.0.1:1', 'here', '::1']", &[][..], "toml:1: listen: \"here\" is no address"),
        ("", &[("CHINWAGD_LISTEN", "127.0.0.1,there")], "CHINWAGD_LISTEN: listen: \"there\" is no address"),
        ("listen = [1]", &[], "listen is a text in quotes, or a list of them"),
        ("name = ['a']", &[], "name is a text, in quotes"),
    ] {
        let error = listen(file, vars, &[]).unwrap_err();
        assert!(error.contains(why), "{error}");
    }
}

#[test]
fn every_kind_of_setting_can_stand_in_the_file() {
    let config = read(
        "name = 'das \"Haus\"' # a comment\npace = \"3/1\"\nsync = \"full\"\nlisten = \"localhost\"\n\
         max-users = 0x10\nlog-chat = true\nstate-dir = \"/var/x=y\"\nmotd-file = \"motd\"\npassword-file = \"\"",
        &[],
        &[],
    );
    let config = config.unwrap();
    assert_eq!(config.live.name.as_str(), "das \"Haus\"");
    assert_eq!(config.live.pace.to_string(), "3/1");
    assert_eq!(config.sync, server::config::storage::Sync::Full);
    assert_eq!(config.listen, ["127.0.0.1:7667".parse().unwrap()]);
    assert_eq!(config.live.max_users, 16);
    assert!(config.live.log_chat);
    assert_eq!(config.state_dir.unwrap(), Path::new("/var/x=y"));
    let motd = config.live.motd_file.unwrap();
    assert!(motd.is_absolute() && motd.ends_with("motd"), "beside the file: {}", motd.display());
    assert_eq!(config.live.password_file, None, "nothing is no file");
}

#[test]
fn a_switch_can_be_turned_off_wherever_it_was_turned_on() {
    let on = |vars: &[_], flags: &[_]| read("log-chat = true", vars, flags).unwrap().live.log_chat;
    assert!(on(&[], &[]));
    assert!(!on(&[], &["--log-chat=false"]));
    assert!(!on(&[("CHINWAGD_LOG_CHAT", "false")], &[]));
    assert!(on(&[("CHINWAGD_LOG_CHAT", "false")], &["--log-chat"]));
}

#[test]
fn what_is_wrong_in_the_file_is_named_with_its_line() {
    for (file, want) in [
        (
            "\n\nmax-user = 5",
            "DIR/chinwagd.toml:3: unknown setting \"max-user\"; did you mean \"max-users\"?",
        ),
        ("max_users = 5", "DIR/chinwagd.toml:1: unknown setting \"max_users\"; did you mean \"max-users\"?"),
        ("zebra = 1", "DIR/chinwagd.toml:1: unknown setting \"zebra\"; chinwagd --help lists them all"),
        ("config = 'x'", "unknown setting \"config\""),
        ("check-config = true", "unknown setting \"check-config\""),
        ("help = true", "unknown setting \"help\""),
        ("\"\\u001b[2J\" = 1", "unknown setting \"\\u{1b}[2J\""),
        ("\"max-users=5\" = 1", "unknown setting \"max-users=5\""),
        ("[limits]\nmax-users = 1", "DIR/chinwagd.toml:1: there are no sections; leave [limits] out"),
        ("a.b = 1", "DIR/chinwagd.toml:1: there are no sections"),
        ("name = 'x'\nmax-users = '5'", "DIR/chinwagd.toml:2: max-users is a whole number, without quotes"),
        ("max-users = 5.0", "max-users is a whole number"),
        ("max-users = [5]", "max-users is a whole number"),
        ("max-users = 99999999999999999999", "max-users is a whole number"),
        ("max-users = 0", "DIR/chinwagd.toml:1: max-users: 0 is not in 1..=100000"),
        ("keep-events = -1", "keep-events: -1 is not in"),
        ("log-chat = 'yes'", "log-chat is true or false, without quotes"),
        ("log-chat = 1", "log-chat is true or false"),
        ("name = 5", "name is a text, in quotes"),
        (
            "pace = 'fast'",
            "DIR/chinwagd.toml:1: pace: \"fast\" is no pace; write BURST/RATE such as 10/2, or off",
        ),
        ("sync = 'never'", "DIR/chinwagd.toml:1: sync: is one of: normal, full"),
        (
            "\nlisten = 'here'",
            "DIR/chinwagd.toml:2: listen: \"here\" is no address; give an IP address and a port, such as 0.0.0.0:7667",
        ),
        ("max-users = 5\nmax-users = 6", "DIR/chinwagd.toml:2: duplicate key"),
        ("max-users 5", "DIR/chinwagd.toml:1: "),
        ("name = 'x", "DIR/chinwagd.toml:1: "),
    ] {
        let said = read(file, &[], &[]).unwrap_err();
        assert!(said.contains(want) && !said.contains('\n'), "{file:?}\nwants {want}\nsays  {said}");
    }
}

#[test]
fn what_is_wrong_is_said_also_where_it_is_outweighed() {
    let flags = ["--max-users", "5"];
    assert!(read("max-users = 0", &[], &flags).unwrap_err().contains("toml:1: max-users: 0 is not in"));
    let said = read("", &[("CHINWAGD_MAX_USERS", "many")], &flags).unwrap_err();
    assert_eq!(said, "CHINWAGD_MAX_USERS: max-users: invalid digit found in string");
    assert!(read("", &[("CHINWAGD_SYNC", "no")], &[]).unwrap_err().contains("is one of: normal, full"));
}

#[test]
fn a_file_that_was_named_must_be_there_and_one_where_systemd_says_need_not() {
    let dir = TempDir::new().unwrap();
    let inside = |name: &str| dir.path().join(name).to_str().unwrap().to_owned();
    let (here, path, other) = (inside(""), inside("chinwagd.toml"), inside("other.toml"));
    let users = |args: &[&str], vars: &[(&str, &str)]| {
        let args = ["chinwagd"].into_iter().chain(args.iter().copied());
        let read = Sources::new(args, vars.iter().copied()).read();
        read.map(|cli| cli.config.live.max_users).map_err(|error| format!("{error:#}"))
    };
    let systemd = ("CONFIGURATION_DIRECTORY", &*here);
    assert_eq!(users(&[], &[systemd]), users(&[], &[]));
    assert!(users(&["--config", &path], &[]).unwrap_err().starts_with(&format!("cannot read {path}")));
    assert!(users(&[], &[("CHINWAGD_CONFIG", &path)]).is_err());
    std::fs::write(&path, "max-users = 7").unwrap();
    std::fs::write(&other, "max-users = 8").unwrap();
    assert_eq!(users(&[], &[systemd]), Ok(7));
    assert_eq!(users(&[], &[systemd, ("CHINWAGD_CONFIG", &other)]), Ok(8));
    assert_eq!(users(&["--config", &path], &[("CHINWAGD_CONFIG", &other)]), Ok(7));
}

#[test]
fn a_certificate_is_given_with_its_key() {
    for (flag, want) in
        [("--tls-cert", "--tls-cert needs --tls-key"), ("--tls-key", "--tls-key needs --tls-cert")]
    {
        let config = read("", &[], &[flag, "file.pem"]).unwrap();
        assert!(config.load().unwrap_err().to_string().starts_with(want), "{flag}");
    }
}

#[test]
fn a_subcommand_takes_no_settings_from_the_command_line_but_hears_the_environment() {
    let cli = |args: &[&str]| Cli::read(["chinwagd"].iter().chain(args));
    assert!(cli(&["ctl", "export", "lobby"]).unwrap().subcommand.is_some());
    assert!(cli(&["--max-users=7", "ctl", "export", "lobby"]).is_err(), "a setting is for a server");
    let sources = Sources::new(["chinwagd", "hash-password"], [("CHINWAGD_MAX_USERS", "7")]);
    assert_eq!(sources.without_flags().read().unwrap().config.live.max_users, 7);
}

/// Runs `chinwagd --check-config` with this file.
fn check_config(dir: &Path, file: &str) -> (Option<i32>, String) {
    let path = dir.join("chinwagd.toml");
    std::fs::write(&path, file).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_chinwagd"));
    command.args(["--check-config", "--config"]).arg(&path).arg("--state-dir").arg(dir.join("state"));
    let output = command.output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(said).unwrap())
}

#[test]
fn a_configuration_is_checked_with_all_its_files_and_nothing_is_opened() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let dir = TempDir::new().unwrap();
    std::fs::write(dir.path().join("motd"), "hi").unwrap();
    std::fs::write(dir.path().join("empty"), "").unwrap();
    let good = format!("listen = '{}'\nmotd-file = 'motd'", taken.local_addr().unwrap());
    let path = dir.path().join("chinwagd.toml");
    assert_eq!(check_config(dir.path(), &good), (Some(0), format!("ok: {}\n", path.display())));
    for (bad, want) in [
        ("motd-file = 'missing'", "missing"),
        ("password-file = 'empty'", "write the password into it"),
        ("tls-cert = 'empty'", "--tls-cert needs --tls-key"),
        ("tls-cert = 'empty'\ntls-key = 'empty'", "empty has no certificate"),
        ("listen = 'here'", ":1: listen: \"here\" is no address"),
        ("\nmotd-file = 'missing'", "chinwagd.toml:2: motd-file: cannot read"),
        ("password-file = 'missing'", "chinwagd.toml:1: password-file: cannot read"),
        ("tls-cert = 'missing'\ntls-key = 'empty'", "chinwagd.toml:1: tls-cert: cannot read"),
        ("tls-next-cert = 'empty'", "chinwagd.toml:1: tls-next-cert: "),
        (
            "\n\noperator-group = 'no-such-group'",
            "chinwagd.toml:3: operator-group: there is no group \"no-such-group\"",
        ),
        ("motd-file = '~/motd'", "chinwagd.toml:1: motd-file: ~ is not written out here"),
        ("socket = '~ann/sock'", "chinwagd.toml:1: socket: ~ is not written out here"),
    ] {
        let (status, said) = check_config(dir.path(), bad);
        assert!(status == Some(1) && said.contains(want) && said.lines().count() == 1, "{bad}: {said}");
    }
    assert!(!dir.path().join("state").exists());
}

#[test]
fn what_is_wrong_with_a_node_is_found_by_the_check_and_by_a_start_alike() {
    let dir = TempDir::new().unwrap();
    std::fs::write(dir.path().join("half"), "user ann\n").unwrap();
    for (more, want) in [
        ("cluster = 'http://foo'", "chinwagd.toml:2: cluster: http://foo is no address of a NATS server"),
        (
            "cluster = 'nats://ann:sesame@h:99999'",
            "chinwagd.toml:2: cluster: an address of a NATS server has",
        ),
        ("cluster = 'tls://h'\ncluster-credentials = 'half'", "chinwagd.toml:3: cluster-credentials: "),
        ("cluster = 'tls://h'\ncluster-ca = 'gone'", "chinwagd.toml:3: cluster-ca: "),
        ("cluster = 'tls://h'\ncluster-max-bytes = '1M'", "chinwagd.toml:3: cluster-max-bytes: "),
    ] {
        let (status, said) = check_config(dir.path(), &format!("node = 'seoul'\n{more}"));
        assert!(status == Some(1) && said.contains(want), "{more}: {said}");
        let (status, said) = fails(
            &dir.path().join("state"),
            &["--config", dir.path().join("chinwagd.toml").to_str().unwrap()],
        );
        assert!(status == 78 && said.contains(want) && !said.contains("sesame"), "{more}: {status} {said}");
    }
    let (_, said) = check_config(dir.path(), "\nnode = '-'");
    assert!(said.contains("chinwagd.toml:2: node: a node's name has"), "{said}");
}

/// What a start would stop at in the state directory is found, and what would only surprise is told.
#[test]
fn the_state_directory_is_checked_as_well_and_nothing_in_it_is_changed() {
    let dir = TempDir::new().unwrap();
    let state = dir.path().join("state");
    let good = |file: &str| {
        let (status, said) = check_config(dir.path(), file);
        assert!(status == Some(0) && said.contains("ok: "), "{said}");
        said
    };
    let bad = |want: &str| {
        let (status, said) = check_config(dir.path(), "");
        assert!(status == Some(1) && said.contains(want), "{want}: {said}");
    };
    std::fs::write(&state, "").unwrap();
    bad("cannot make the state directory");
    std::fs::remove_file(&state).unwrap();
    drop(crate::daemon::Daemon::start(&state, &[]));
    assert_eq!(good("").lines().count(), 1);
    // A certificate with another key than the server had.
    let other = TempDir::new().unwrap();
    let tls = server::tls::Tls::open(None, &[std::net::Ipv4Addr::LOCALHOST.into()], other.path()).unwrap();
    let file = |name: &str| other.path().join(name).to_str().unwrap().to_owned();
    let given = format!("tls-cert = '{}'\ntls-key = '{}'", file("tls.crt"), file("tls.key"));
    let said = good(&given);
    assert!(said.contains("another key than before") && said.contains(tls.fingerprint().as_str()), "{said}");
    drop(crate::daemon::Daemon::start(&state, &["--tls-next-cert", &file("tls.crt")]));
    assert!(good(&given).contains("the key that was announced"));
    std::fs::rename(state.join("tls.key"), state.join("kept")).unwrap();
    bad("tls.key is missing");
    std::fs::rename(state.join("kept"), state.join("tls.key")).unwrap();
    let pair = ["tls.crt", "tls.key"].map(|name| (state.join(name), dir.path().join(name)));
    for (here, aside) in &pair {
        std::fs::rename(here, aside).unwrap();
    }
    assert!(good("").contains("is gone and a start makes another"));
    for (here, aside) in &pair {
        std::fs::rename(aside, here).unwrap();
    }
    std::fs::write(state.join("admin.key"), "short").unwrap();
    bad("admin.key has no key in it");
    std::fs::remove_file(state.join("admin.key")).unwrap();
    let db = rusqlite::Connection::open(state.join("chinwag.db")).unwrap();
    db.execute_batch("PRAGMA user_version = 99; PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    bad("version 99");
    assert!(!state.join("admin.key").exists());
}

#[test]
fn a_certificate_that_has_expired_is_told() {
    let dir = TempDir::new().unwrap();
    let key = rcgen::KeyPair::generate().unwrap();
    let mut params = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    params.not_after = rcgen::date_time_ymd(2020, 1, 1);
    std::fs::write(dir.path().join("crt"), params.self_signed(&key).unwrap().pem()).unwrap();
    std::fs::write(dir.path().join("key"), key.serialize_pem()).unwrap();
    let (status, said) = check_config(dir.path(), "tls-cert = 'crt'\ntls-key = 'key'");
    assert!(status == Some(0) && said.contains("the certificate has expired"), "{said}");
    let path = |name: &str| dir.path().join(name).to_str().unwrap().to_owned();
    let state = dir.path().join("state");
    let flags = ["--tls-cert", &path("crt"), "--tls-key", &path("key")];
    let mut daemon = crate::daemon::Daemon::start(&state, &flags);
    daemon.wait_log("the certificate has expired");
    let (status, said, _) = crate::ctl::ctl(&state, &["status"]);
    assert!(status == 1 && said.contains("UNWELL: the certificate has expired"), "{said}");
    assert!(said.contains("2020-01-01, EXPIRED"), "{said}");
}

#[test]
fn a_variable_that_is_no_setting_is_told_and_stops_nothing() {
    let told = |vars: &[(&str, &str)]| {
        Sources::new(["chinwagd"], vars.iter().copied()).read().unwrap().warnings.join("; ")
    };
    let known =
        [("CHINWAGD_MAX_USERS", "5"), ("CHINWAGD_CONFIG", ""), ("CHINWAGD_MAX_USER", ""), ("OTHER", "1")];
    assert_eq!(told(&known), "");
    assert_eq!(
        told(&[("CHINWAGD_MAX_USER", "5")]),
        "CHINWAGD_MAX_USER is no setting; did you mean CHINWAGD_MAX_USERS?"
    );
    assert_eq!(
        told(&[("CHINWAGD_max_users", "5")]),
        "CHINWAGD_max_users is no setting; did you mean CHINWAGD_MAX_USERS?"
    );
    assert!(told(&[("CHINWAGD_PORT", "tcp://1")]).starts_with("CHINWAGD_PORT is no setting"));
}

#[test]
fn a_server_does_not_start_with_a_broken_file() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("chinwagd.toml");
    std::fs::write(&path, "nme = 'x'").unwrap();
    let (status, said) = fails(dir.path(), &["--config", path.to_str().unwrap()]);
    assert_eq!(status, 78);
    assert!(said.contains("chinwagd.toml:1: unknown setting \"nme\"; did you mean \"name\"?"), "{said}");
}
