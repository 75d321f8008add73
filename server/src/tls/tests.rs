//! Certificates that are made, kept, replaced, and refused.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use tempfile::TempDir;

use super::*;

const LISTEN: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

fn open(dir: &TempDir) -> Result<Tls> {
    Tls::open(None, &[LISTEN], dir.path())
}

#[track_caller]
fn refused(tls: Result<impl std::fmt::Debug>, words: &[&str]) {
    let said = format!("{:#}", tls.unwrap_err());
    assert!(words.iter().all(|word| said.contains(word)), "{words:?} is not all in: {said}");
}

#[test]
fn the_first_start_makes_a_key_that_is_private_and_later_ones_keep_it() {
    let dir = TempDir::new().unwrap();
    let first = open(&dir).unwrap().fingerprint();
    assert_eq!(open(&dir).unwrap().fingerprint(), first);
    let mode = |name| fs::metadata(dir.path().join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(KEY_FILE), mode(CERT_FILE)), (0o600, 0o600));
    assert_ne!(open(&TempDir::new().unwrap()).unwrap().fingerprint(), first);
}

#[test]
fn a_lost_certificate_is_made_anew_for_the_same_key_but_a_lost_key_is_not() {
    let dir = TempDir::new().unwrap();
    let first = open(&dir).unwrap().fingerprint();
    fs::remove_file(dir.path().join(CERT_FILE)).unwrap();
    assert_eq!(open(&dir).unwrap().fingerprint(), first);
    fs::remove_file(dir.path().join(KEY_FILE)).unwrap();
    refused(open(&dir), &["tls.key is missing", "tls.crt"]);
}

#[test]
fn files_that_will_not_do_are_named_and_change_nothing() {
    let (ours, theirs) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    open(&theirs).unwrap();
    let tls = open(&ours).unwrap();
    let first = tls.fingerprint();
    let (cert, key) = (ours.path().join(CERT_FILE), ours.path().join(KEY_FILE));
    let good = fs::read(&cert).unwrap();
    let check = |words: &[&str]| {
        refused(tls.reload(None), words);
        refused(tls.reload(None), &["stays as it was"]);
        assert_eq!(tls.fingerprint(), first);
    };
    fs::copy(theirs.path().join(CERT_FILE), &cert).unwrap();
    check(&["does not belong", "tls.key", "tls.crt"]);
    fs::write(&cert, "").unwrap();
    check(&["tls.crt has no certificate"]);
    fs::write(&cert, "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n").unwrap();
    check(&["tls.crt is no PEM file"]);
    fs::write(&cert, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n").unwrap();
    check(&["tls.crt is damaged"]);
    fs::remove_file(&cert).unwrap();
    check(&["cannot read", "tls.crt"]);
    fs::write(&cert, &good).unwrap();
    fs::write(&key, &good).unwrap();
    check(&["tls.key has no private key"]);
    fs::copy(theirs.path().join(KEY_FILE), &key).unwrap();
    fs::copy(theirs.path().join(CERT_FILE), &cert).unwrap();
    assert_eq!(tls.on_disk(), OnDisk::OtherKey(read_certificate(&cert).unwrap().key));
    assert_eq!(tls.reload(None).unwrap().key, first);
    assert_ne!(tls.fingerprint(), first);
    assert_eq!(tls.on_disk(), OnDisk::Served);
}

#[test]
fn files_that_are_given_are_served_and_none_are_made() {
    let (dir, other) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    open(&dir).unwrap();
    let (cert, key) = (dir.path().join(CERT_FILE), dir.path().join(KEY_FILE));
    refused(check(PemFiles { cert: &key, key: &cert }), &["tls.key has no certificate"]);
    let given = Tls::open(Some(PemFiles { cert: &cert, key: &key }), &[LISTEN], other.path()).unwrap();
    assert_eq!(given.fingerprint(), open(&dir).unwrap().fingerprint());
    assert!(!other.path().join(KEY_FILE).exists());
}

#[test]
fn a_certificate_that_was_renewed_with_the_same_key_is_another_certificate() {
    let dir = TempDir::new().unwrap();
    let tls = open(&dir).unwrap();
    let (first, key) = (tls.certificate(), tls.fingerprint());
    fs::remove_file(dir.path().join(CERT_FILE)).unwrap();
    assert_eq!(tls.on_disk(), OnDisk::Unreadable);
    open(&dir).unwrap();
    assert_eq!(tls.on_disk(), OnDisk::Renewed);
    assert_eq!(tls.reload(None).unwrap(), first);
    assert!(tls.certificate() != first && tls.fingerprint() == key);
}

#[test]
fn what_would_be_served_is_read_and_nothing_is_made() {
    let dir = TempDir::new().unwrap();
    assert_eq!(to_serve(None, dir.path()).unwrap(), None);
    let served = open(&dir).unwrap().certificate();
    assert_eq!(to_serve(None, dir.path()).unwrap(), Some(served));
    fs::remove_file(dir.path().join(KEY_FILE)).unwrap();
    refused(to_serve(None, dir.path()), &["tls.key is missing"]);
}
