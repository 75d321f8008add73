//! The units in `assets/`, as systemd itself judges it. That it works under all of this is shown by
//! `assets/test-systemd.sh`.

use std::process::Command;

const UNIT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../assets/chinwagd.service");

const BACKUP: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../assets/chinwagd-backup.service");

const SSH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../assets/chinwag-ssh.service");

/// The most exposure the service may have, in tenths.
const MOST: &str = "--threshold=15";

#[test]
fn a_configuration_that_will_not_do_fails_a_reload_and_is_not_started_again_and_again() {
    let unit = std::fs::read_to_string(UNIT).unwrap();
    let has = |line: &str| unit.lines().any(|there| there == line);
    assert!(has("ExecReload=/usr/bin/chinwagd ctl reload"), "its exit status is that of the reload");
    assert!(has("RestartPreventExitStatus=2 78"));
}

#[test]
fn the_service_leaves_memory_to_the_rest_of_the_machine() {
    let unit = std::fs::read_to_string(UNIT).unwrap();
    let has = |setting: &str| unit.lines().any(|line| line.starts_with(setting));
    assert!(has("MemoryHigh=") && has("MemoryMax="), "{unit}");
}

#[test]
fn the_service_is_exposed_to_little() {
    for unit in [UNIT, BACKUP, SSH] {
        let judged = Command::new("systemd-analyze")
            .args(["security", "--offline=true", "--no-pager", MOST, unit])
            .output();
        let Ok(judged) = judged else { return println!("skipped: no systemd-analyze here") };
        let said = String::from_utf8_lossy(&judged.stdout);
        assert!(judged.status.success() && said.contains("Overall exposure"), "{unit}: {said}");
    }
}
