//! The example of a cluster in `assets/cluster`: its units as systemd judges them, the configuration of NATS as NATS reads it, the
//! settings of the nodes as a node does.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

const EXAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../assets/cluster");

fn example(name: &str) -> String {
    fs::read_to_string(Path::new(EXAMPLE).join(name)).unwrap()
}

/// Writes a file of the example, with paths in this directory.
fn install(dir: &TempDir, name: &str) -> PathBuf {
    let here = dir.path().display().to_string();
    let text = example(name)
        .replace("/etc/chinwagd/nats", &here)
        .replace("/var/lib/chinwagd-nats", &here)
        .replace("/usr/bin/chinwagd", "/bin/true")
        .replace("/usr/sbin/nats-server", "/bin/true");
    // NATS of Debian 12 does not know it.
    let known: Vec<_> = text.lines().filter(|line| !line.contains("sync_interval:")).collect();
    let path = dir.path().join(name.replace('@', "@seoul"));
    fs::write(&path, known.join("\n")).unwrap();
    path
}

#[test]
fn the_units_are_whole_and_exposed_to_little() {
    let dir = TempDir::new().unwrap();
    for name in ["chinwagd@.service", "chinwagd-nats@.service"] {
        let unit = install(&dir, name);
        for args in
            [&["verify", "--man=no"][..], &["security", "--offline=true", "--no-pager", "--threshold=15"]]
        {
            let Ok(judged) = Command::new("systemd-analyze").args(args).arg(&unit).output() else {
                return println!("skipped: no systemd-analyze here");
            };
            let said = String::from_utf8_lossy(&judged.stderr);
            assert!(judged.status.success() && !said.contains("seoul"), "{name}: {said}");
        }
    }
}

#[test]
fn a_node_is_hardened_as_a_server_is() {
    let server = fs::read_to_string(format!("{EXAMPLE}/../chinwagd.service")).unwrap();
    let settings = |unit: &str| {
        let lines = unit.lines().filter(|line| !line.starts_with('#') && line.contains('='));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    let node = settings(&example("chinwagd@.service"));
    let own = ["Description=", "Documentation=", "ExecStart=", "StateDirectory=", "RuntimeDirectory="];
    for line in settings(&server).iter().filter(|line| !own.iter().any(|own| line.starts_with(own))) {
        assert!(node.contains(line), "chinwagd@.service has no {line}");
    }
}

#[test]
fn nats_reads_its_configuration_and_syncs_what_it_acknowledges() {
    let dir = TempDir::new().unwrap();
    let config = install(&dir, "nats.conf");
    let key = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=nats -keyout key.pem -out cert.pem";
    let words: Vec<_> = key.split(' ').collect();
    let Ok(made) = Command::new(words[0]).args(&words[1..]).current_dir(&dir).output() else {
        return println!("skipped: no openssl here");
    };
    assert!(made.status.success());
    fs::copy(dir.path().join("cert.pem"), dir.path().join("ca.pem")).unwrap();
    fs::write(dir.path().join("users.conf"), "CHINWAG_PASSWORD: \"sesame-sesame\"\n").unwrap();
    for name in ["nats-seoul.conf", "nats-busan.conf", "nats-jeju.conf"] {
        assert!(example(name).contains("sync_interval: always"), "{name}");
        let config = install(&dir, name);
        let checked = Command::new("nats-server").args(["-t", "-c"]).arg(&config).output();
        let Ok(checked) = checked else { return println!("skipped: no nats-server here") };
        assert!(checked.status.success(), "{name}: {}", String::from_utf8_lossy(&checked.stderr));
    }
    assert!(
        fs::read_to_string(config).unwrap().contains(r#"publish: ["chinwag.>", "$JS.API.>", "_INBOX.>"]"#)
    );
}

#[test]
fn the_settings_of_the_nodes_will_do() {
    let dir = TempDir::new().unwrap();
    let authority = rcgen::generate_simple_self_signed(["nats".to_owned()]).unwrap();
    fs::write(dir.path().join("ca.pem"), authority.cert.pem()).unwrap();
    fs::write(dir.path().join("credentials"), "user node\npassword sesame\n").unwrap();
    for name in ["seoul", "busan", "jeju"] {
        let config = install(&dir, &format!("{name}.toml"));
        let checked = Command::new(env!("CARGO_BIN_EXE_chinwagd"))
            .args(["--check-config", "--config"])
            .arg(&config)
            .env("CHINWAGD_STATE_DIR", dir.path())
            .output()
            .unwrap();
        assert!(checked.status.success(), "{name}: {}", String::from_utf8_lossy(&checked.stderr));
        assert!(example(&format!("{name}.toml")).contains(&format!("node = \"{name}\"\n")));
    }
}
