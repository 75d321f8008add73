//! Slots on a real disk: locks, damage, full disks, and which server a profile is for.

use std::os::unix::fs::PermissionsExt as _;

use shared::Fingerprint;

use super::{Opened, Profile, ProfileStore as _, Slot};
use crate::address_list::AddressList;
use crate::met::{Damaged, Met};

fn named(name: &str) -> Profile {
    Profile { name: name.parse().ok(), ..Profile::default() }
}

/// Makes a file one that was written long before any other.
fn make_old(path: &std::path::Path) {
    let earlier = std::time::SystemTime::UNIX_EPOCH;
    std::fs::File::options().write(true).open(path).unwrap().set_modified(earlier).unwrap();
}

fn taken_name(profile: &Profile) -> Option<&str> {
    profile.name.as_ref().map(shared::Name::as_str)
}

fn open(dir: &std::path::Path, name: Option<&str>) -> Opened {
    let name = name.map(|name| name.parse().unwrap());
    Slot::open(dir, &AddressList::default(), name.as_ref(), false).unwrap()
}

#[test]
fn two_clients_at_once_are_two_people_and_stay_who_they_were() {
    let dir = tempfile::tempdir().unwrap();
    let mut kim = open(dir.path(), None);
    assert_eq!(kim.profile, Profile::default());
    kim.slot.save(&named("kim")).unwrap();
    let mut lee = open(dir.path(), None);
    assert_eq!(lee.profile, Profile::default(), "kim's slot is locked");
    lee.slot.save(&named("lee")).unwrap();
    drop((kim, lee));

    let kim = open(dir.path(), Some("kim"));
    assert_eq!(taken_name(&kim.profile), Some("kim"));
    let second = open(dir.path(), Some("kim"));
    let new = Profile { apart: true, ..Profile::default() };
    assert_eq!(second.profile, new, "nobody else's identity is taken for a wished name");
    drop(kim);
    assert_eq!(open(dir.path(), Some("park")).profile, new);
}

#[test]
fn without_a_name_the_identity_used_last_comes_back() {
    let dir = tempfile::tempdir().unwrap();
    let (mut one, mut two) = (open(dir.path(), None).slot, open(dir.path(), None).slot);
    two.save(&named("two")).unwrap();
    one.save(&named("one")).unwrap();
    make_old(&two.place.path);
    drop((one, two));
    assert_eq!(taken_name(&open(dir.path(), None).profile), Some("one"));
}

#[test]
fn whoever_is_linked_takes_nobodys_place_and_comes_back_next_time() {
    let dir = tempfile::tempdir().unwrap();
    let mut one = open(dir.path(), None).slot;
    one.save(&named("one")).unwrap();
    make_old(&one.place.path);
    drop(one);
    let mut linked = Slot::open(dir.path(), &AddressList::default(), None, true).unwrap();
    assert_eq!(linked.profile, Profile::default());
    linked.slot.save(&named("kim")).unwrap();
    drop(linked);
    assert_eq!(taken_name(&open(dir.path(), None).profile), Some("kim"));
    assert_eq!(taken_name(&open(dir.path(), Some("one")).profile), Some("one"));
}

#[test]
fn servers_do_not_share_identities() {
    let dir = tempfile::tempdir().unwrap();
    let mut opened = Slot::open(dir.path(), &"one.example".parse().unwrap(), None, false).unwrap();
    opened.slot.save(&named("kim")).unwrap();
    let other = "../one.example/x".parse().unwrap_or_default();
    assert_eq!(Slot::open(dir.path(), &other, None, false).unwrap().profile, Profile::default());
}

#[test]
fn the_secret_is_for_its_owner_alone() {
    let dir = tempfile::tempdir().unwrap();
    let mut slot = open(&dir.path().join("new"), None).slot;
    slot.save(&named("kim")).unwrap();
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&slot.place.path), 0o600);
    assert_eq!(mode(slot.place.path.parent().unwrap()), 0o700);
    assert_eq!(mode(&dir.path().join("new")), 0o700);
}

#[test]
fn damaged_files_are_kept_aside_each_under_a_name_of_its_own() {
    let dir = tempfile::tempdir().unwrap();
    let mut kept = Vec::new();
    for damage in ["{\"secret\":", "{\"secret\":7}", "\0\0\0\0"] {
        let path = open(dir.path(), None).slot.place.path;
        std::fs::write(&path, damage).unwrap();
        let mut opened = open(dir.path(), None);
        let before = if kept.is_empty() { None } else { Some("kim") };
        assert_eq!(taken_name(&opened.profile), before);
        opened.slot.save(&named("kim")).unwrap();
        kept.push((opened.damaged, damage));
    }
    for (number, (found, damage)) in (1..).zip(kept) {
        let [Damaged { path, is_restored }] = &found[..] else { panic!("{found:?}") };
        let path = std::path::Path::new(path);
        assert_eq!(*is_restored, number > 1, "the one before it is used");
        assert!(path.ends_with(format!("0.damaged-{number}.json")), "{}", path.display());
        assert_eq!(std::fs::read_to_string(path).unwrap(), damage);
    }
    let opened = open(dir.path(), None);
    assert_eq!((taken_name(&opened.profile), opened.damaged), (Some("kim"), vec![]), "it is told once");
}

#[test]
fn a_file_that_cannot_be_put_aside_is_left_alone_and_named() {
    let dir = tempfile::tempdir().unwrap();
    let path = open(dir.path(), None).slot.place.path;
    std::fs::write(&path, "damage").unwrap();
    for number in 1..=crate::profile_store::file::MAX_DAMAGED {
        std::fs::write(path.with_extension(format!("damaged-{number}.json")), "before").unwrap();
    }
    let mut opened = open(dir.path(), None);
    opened.slot.save(&named("kim")).unwrap();
    assert_eq!(opened.damaged, [Damaged { path: path.display().to_string(), is_restored: false }]);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "damage");
    assert!(opened.slot.place.path.ends_with("1.json"));
}

#[test]
fn another_slot_with_the_right_name_is_taken_before_a_damaged_one() {
    let dir = tempfile::tempdir().unwrap();
    let (damaged, mut kim) = (open(dir.path(), None).slot, open(dir.path(), None).slot);
    std::fs::write(&damaged.place.path, "damage").unwrap();
    kim.save(&named("kim")).unwrap();
    drop((damaged, kim));
    let opened = open(dir.path(), Some("kim"));
    assert_eq!((taken_name(&opened.profile), opened.damaged), (Some("kim"), vec![]));
}

#[test]
fn a_write_that_fails_leaves_the_old_profile() {
    let dir = tempfile::tempdir().unwrap();
    let mut slot = open(dir.path(), None).slot;
    slot.save(&named("kim")).unwrap();
    // Nothing can be written where a directory stands.
    std::fs::create_dir(slot.place.path.with_extension("new")).unwrap();
    slot.save(&named("lee")).unwrap_err();
    drop(slot);
    assert_eq!(taken_name(&open(dir.path(), None).profile), Some("kim"));
}

#[test]
fn whatever_happened_to_the_file_the_one_before_it_is_used_and_the_next_start_is_quiet() {
    for damage in ["", "{\"secret\":\"0000", "\0\0\0\0\0\0\0\0", "[]"] {
        let dir = tempfile::tempdir().unwrap();
        let mut slot = open(dir.path(), None).slot;
        for name in ["one", "two", "three"] {
            slot.save(&named(name)).unwrap();
        }
        std::fs::write(&slot.place.path, damage).unwrap();
        drop(slot);
        let opened = open(dir.path(), None);
        assert_eq!(taken_name(&opened.profile), Some("two"), "{damage:?}");
        assert!(matches!(&opened.damaged[..], [Damaged { is_restored: true, .. }]), "{:?}", opened.damaged);
        drop(opened);
        let again = open(dir.path(), None);
        assert_eq!((taken_name(&again.profile), again.damaged), (Some("two"), vec![]));
    }
}

#[test]
fn with_both_damaged_both_are_kept_aside() {
    let dir = tempfile::tempdir().unwrap();
    let mut slot = open(dir.path(), None).slot;
    slot.save(&named("kim")).unwrap();
    let path = slot.place.path.clone();
    drop(slot);
    for file in [path.clone(), path.with_extension("previous.json")] {
        std::fs::write(file, "").unwrap();
    }
    let mut opened = open(dir.path(), None);
    assert_eq!((opened.profile, opened.damaged.len()), (Profile::default(), 2));
    assert!(opened.damaged.iter().all(|damaged| std::path::Path::new(&damaged.path).exists()));
    opened.slot.save(&named("lee")).unwrap();
}

#[test]
fn what_lies_on_a_disk_that_takes_nothing_can_be_read() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = tempfile::tempdir().unwrap();
    let mut slot = open(dir.path(), None).slot;
    slot.save(&named("kim")).unwrap();
    let place = slot.place.path.parent().unwrap().to_owned();
    std::fs::remove_file(slot.place.path.with_extension("lock")).unwrap();
    drop(slot);
    std::fs::set_permissions(&place, std::fs::Permissions::from_mode(0o500)).unwrap();
    // Nothing stops root.
    if std::fs::write(place.join("probe"), "").is_err() {
        let mut opened = open(dir.path(), None);
        assert_eq!(taken_name(&opened.profile), Some("kim"));
        assert!(opened.unwritable.is_some());
        opened.slot.save(&named("lee")).unwrap_err();
    }
    std::fs::set_permissions(&place, std::fs::Permissions::from_mode(0o700)).unwrap();
}

/// A disk of 64 KiB, where this may be made: it takes root, or a namespace of our own.
#[test]
fn a_full_disk_is_told_and_what_was_kept_stays() {
    let dir = tempfile::tempdir().unwrap();
    let mounted = std::process::Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=64k", "none"])
        .arg(dir.path())
        .output();
    if !mounted.is_ok_and(|output| output.status.success()) {
        return;
    }
    let mut slot = open(dir.path(), None).slot;
    slot.save(&named("kim")).unwrap();
    let mut filler = Vec::new();
    for size in [4096, 1] {
        let full = (0..).map(|n| std::fs::write(dir.path().join(format!("{size}-{n}")), vec![0; size]));
        filler.extend(full.take_while(Result::is_ok));
    }
    let error = slot.save(&named("lee")).unwrap_err();
    drop(slot);
    let opened = open(dir.path(), None);
    let known = taken_name(&opened.profile).map(str::to_owned);
    let space = std::fs::remove_file(dir.path().join("4096-0"));
    let mut slot = opened.slot;
    let saved = slot.save(&named("lee"));
    drop(slot);
    std::process::Command::new("umount").arg(dir.path()).status().unwrap();
    assert_eq!(error.kind(), std::io::ErrorKind::StorageFull);
    assert_eq!(known.as_deref(), Some("kim"));
    space.unwrap();
    saved.unwrap();
}

/// A profile of somebody at a server.
fn at(server: &str, name: &str) -> Profile {
    Profile {
        secret: Some(shared::Secret::from_bytes([7; 32])),
        server: server.parse().ok(),
        keys: [key(server)].into(),
        ..named(name)
    }
}

fn key(server: &str) -> Fingerprint {
    Fingerprint::of(server.as_bytes())
}

fn claims(server: &str) -> Met {
    Met { id: server.parse().ok(), ..Met::default() }
}

fn shows(server: &str) -> Met {
    Met { key: Some(key(server)), ..Met::default() }
}

fn slot_at(dir: &std::path::Path, address: &str) -> Opened {
    Slot::open(dir, &address.parse().unwrap(), None, false).unwrap()
}

#[test]
fn a_server_that_shows_its_key_is_known_at_every_address() {
    let dir = tempfile::tempdir().unwrap();
    slot_at(dir.path(), "one.example").slot.save(&at("A", "kim")).unwrap();
    let mut slot = slot_at(dir.path(), "192.0.2.1").slot;
    let known = slot.recognise(&shows("A")).unwrap();
    assert_eq!((taken_name(&known.profile), known.is_known), (Some("kim"), true));
    slot.save(&at("A", "kim2")).unwrap();
    drop(slot);
    assert_eq!(taken_name(&slot_at(dir.path(), "192.0.2.1").profile), Some("kim2"), "the address is bound");
    assert_eq!(taken_name(&slot_at(dir.path(), "one.example").profile), Some("kim2"));
    assert_eq!(slot_at(dir.path(), "192.0.2.1").slot.recognise(&shows("A")), None, "and nothing is new");
}

#[test]
fn a_server_that_only_says_it_is_somebody_gets_no_secret_at_a_new_address() {
    let dir = tempfile::tempdir().unwrap();
    slot_at(dir.path(), "127.0.0.1:7667").slot.save(&at("A", "kim")).unwrap();
    let mut slot = slot_at(dir.path(), "127.0.0.1:9999").slot;
    assert!(!slot.wants_id(&Met::default()));
    assert_eq!(slot.recognise(&claims("A")), None);
    assert_eq!(slot.recognise(&Met { key: Some(key("liar")), ..claims("A") }), None);
    // A process of our own could read the file anyway.
    let own = Met { is_own: true, ..claims("A") };
    assert!(slot.wants_id(&Met { is_own: true, ..Met::default() }));
    assert_eq!(taken_name(&slot.recognise(&own).unwrap().profile), Some("kim"));
}

#[test]
fn servers_at_one_address_are_told_apart_and_each_keeps_its_own() {
    let dir = tempfile::tempdir().unwrap();
    let mut slot = slot_at(dir.path(), "localhost").slot;
    slot.save(&at("A", "kim")).unwrap();
    assert!(slot.wants_id(&Met::default()));
    assert_eq!(slot.recognise(&claims("A")), None);
    let other = slot.recognise(&claims("B")).unwrap();
    assert_eq!(*other.profile, Profile { name: "kim".parse().ok(), ..Profile::default() });
    assert!(!other.is_known);
    slot.save(&at("A", "late")).unwrap();
    slot.save(&at("B", "lee")).unwrap();
    drop(slot);
    make_old(&dir.path().join("localhost:7667/0.json"));
    let mut opened = slot_at(dir.path(), "localhost");
    assert_eq!(taken_name(&opened.profile), Some("lee"), "the one met last");
    let back = opened.slot.recognise(&claims("A")).unwrap();
    assert_eq!((taken_name(&back.profile), back.is_known), (Some("kim"), true));
}

#[test]
fn another_server_that_was_never_greeted_leaves_nothing_behind() {
    let dir = tempfile::tempdir().unwrap();
    slot_at(dir.path(), "localhost").slot.save(&at("A", "kim")).unwrap();
    for _ in 0..3 {
        slot_at(dir.path(), "localhost").slot.recognise(&claims("B")).unwrap();
    }
    assert!(std::fs::read_dir(dir.path()).unwrap().count() <= 2);
    assert_eq!(taken_name(&slot_at(dir.path(), "localhost").profile), Some("kim"));
}

#[test]
fn what_an_older_version_kept_is_still_that_of_its_address() {
    let dir = tempfile::tempdir().unwrap();
    let old = Profile { server: None, keys: [].into(), ..at("A", "kim") };
    slot_at(dir.path(), "127.0.0.1").slot.save(&old).unwrap();
    let mut opened = slot_at(dir.path(), "127.0.0.1");
    assert_eq!(opened.profile, old);
    for met in [Met::default(), claims("A"), shows("A")] {
        assert_eq!(opened.slot.recognise(&met), None);
    }
}

#[test]
fn another_spelling_of_this_machine_is_worth_a_proof() {
    let dir = tempfile::tempdir().unwrap();
    let needs = |address: &str| super::super::needs_proof(dir.path(), &address.parse().unwrap());
    assert!(!needs("localhost"), "nobody is known");
    slot_at(dir.path(), "0.0.0.0").slot.save(&at("A", "kim")).unwrap();
    for (address, proof) in [
        ("localhost", true),
        ("127.0.0.1", true),
        ("::1", true),
        ("0.0.0.0", false),
        ("localhost:9", false),
        ("192.0.2.1", false),
        ("/run/chat.sock", false),
    ] {
        assert_eq!(needs(address), proof, "{address}");
    }
}

/// A profile of somebody at a server that lets several windows be one person, with something that waits.
fn waiting(name: &str, texts: &[&str]) -> Profile {
    let unsent = |text: &&str| crate::profile::Unsent {
        room: shared::RoomName::lobby(),
        nonce: format!("n-{text}").parse().unwrap(),
        act: crate::profile::Act::Say {
            text: text.parse().unwrap(),
            action: false,
            reply_to: None,
            file: None,
        },
    };
    Profile { beside: true, outbox: texts.iter().map(unsent).collect(), ..at("A", name) }
}

fn texts(profile: &Profile) -> Vec<&str> {
    profile.outbox.iter().filter_map(|unsent| unsent.act.text()).map(shared::Text::as_str).collect()
}

fn with_draft(profile: Profile, draft: &str) -> Profile {
    Profile { drafts: [(shared::RoomName::lobby(), draft.to_owned())].into(), ..profile }
}

#[test]
fn a_second_window_is_the_same_person_and_each_keeps_its_own() {
    let dir = tempfile::tempdir().unwrap();
    let mut one = open(dir.path(), None).slot;
    one.save(&with_draft(waiting("kim", &["one"]), "first")).unwrap();
    let mut two = open(dir.path(), None);
    assert_eq!((taken_name(&two.profile), &two.profile.secret), (Some("kim"), &at("A", "kim").secret));
    assert!(two.profile.outbox.is_empty() && two.profile.drafts.is_empty(), "those are of the first window");
    two.slot.save(&with_draft(waiting("kim", &["two"]), "second")).unwrap();
    let mut three = open(dir.path(), Some("kim"));
    assert_eq!(taken_name(&three.profile), Some("kim"));
    three.slot.save(&waiting("kim", &["three"])).unwrap();
    one.save(&with_draft(waiting("kim", &["one", "more"]), "first")).unwrap();

    // The second one ends: the fourth goes on with what it left, and the others are not touched.
    drop(two);
    let four = open(dir.path(), None);
    assert_eq!(texts(&four.profile), ["two"]);
    assert_eq!(four.profile.drafts.values().collect::<Vec<_>>(), ["second"]);
    drop((four, three, one));
    let all = open(dir.path(), None);
    assert_eq!(texts(&all.profile), ["one", "more", "two", "three"]);
    assert_eq!(all.profile.drafts.values().collect::<Vec<_>>(), ["first\nsecond"]);
    drop(all);
    assert_eq!(texts(&open(dir.path(), None).profile).len(), 4, "each once");
}

#[test]
fn what_a_window_left_is_taken_over_once_though_its_file_stayed() {
    let dir = tempfile::tempdir().unwrap();
    let mut one = open(dir.path(), None).slot;
    one.save(&waiting("kim", &["one"])).unwrap();
    let mut two = open(dir.path(), None).slot;
    two.save(&with_draft(waiting("kim", &["two"]), "half")).unwrap();
    let (file, kept) = (two.place.path.clone(), std::fs::read(&two.place.path).unwrap());
    drop((one, two));
    drop(open(dir.path(), None));
    assert!(!file.exists());
    // As after a crash before it was removed.
    std::fs::write(&file, kept).unwrap();
    let all = open(dir.path(), None);
    assert_eq!(texts(&all.profile), ["one", "two"]);
    assert_eq!(all.profile.drafts.values().collect::<Vec<_>>(), ["half"]);
}

#[test]
fn a_profile_asked_for_by_name_beside_another_is_joined_by_that_name_alone() {
    let dir = tempfile::tempdir().unwrap();
    let mut kim = open(dir.path(), Some("kim"));
    assert!(!kim.profile.apart, "the only one");
    kim.slot.save(&Profile { apart: kim.profile.apart, ..waiting("kim", &[]) }).unwrap();
    let mut bot = open(dir.path(), Some("bot"));
    assert_eq!((taken_name(&bot.profile), bot.profile.apart), (None, true), "kim is not renamed");
    bot.slot.save(&Profile { apart: bot.profile.apart, ..waiting("bot", &[]) }).unwrap();
    assert_eq!(taken_name(&open(dir.path(), None).profile), Some("kim"));
    assert_eq!(taken_name(&open(dir.path(), Some("bot")).profile), Some("bot"));
    drop(kim);
    assert_eq!(taken_name(&open(dir.path(), None).profile), Some("kim"));
}

#[test]
fn a_script_with_a_name_of_its_own_is_never_who_comes_without_one() {
    let dir = tempfile::tempdir().unwrap();
    let keep = |mut opened: Opened, name: &str| {
        opened.slot.save(&Profile { apart: opened.profile.apart, ..waiting(name, &[]) }).unwrap();
        opened
    };
    let kim = keep(open(dir.path(), None), "kim");
    make_old(&kim.slot.place.path);
    drop(keep(open(dir.path(), Some("bot")), "bot"));
    assert_eq!(
        taken_name(&open(dir.path(), None).profile),
        Some("kim"),
        "beside kim, after the bot has ended"
    );
    drop(kim);
    assert_eq!(taken_name(&open(dir.path(), None).profile), Some("kim"), "after both have ended");
    // Asked for by its name it stays whose it was: a second window needs no name.
    let kim = keep(open(dir.path(), Some("kim")), "kim");
    assert_eq!(taken_name(&open(dir.path(), None).profile), Some("kim"));
    drop(kim);
    let kim = open(dir.path(), None).slot.place.path;
    std::fs::remove_file(super::file::previous(&kim)).unwrap();
    std::fs::remove_file(kim).unwrap();
    assert_eq!(taken_name(&open(dir.path(), None).profile), Some("bot"), "the only one left");
}

#[test]
fn a_start_that_no_server_let_in_takes_no_slot_and_makes_nobody_new() {
    let dir = tempfile::tempdir().unwrap();
    let mut kim = open(dir.path(), None).slot;
    kim.save(&waiting("kim", &["one"])).unwrap();
    make_old(&kim.place.path);
    drop(kim);
    let refused = |name: &str| {
        let mut opened = open(dir.path(), Some(name));
        opened.slot.save(&Profile { apart: opened.profile.apart, ..Profile::default() }).unwrap();
        opened.slot.place.path.clone()
    };
    assert_eq!(refused("admin"), refused("root"), "the next one takes the same place");
    assert_eq!(taken_name(&open(dir.path(), None).profile), Some("kim"));
    assert!(open(dir.path(), Some("lee")).profile.apart);
}

#[test]
fn where_a_server_knows_no_windows_a_second_client_is_somebody_else() {
    let dir = tempfile::tempdir().unwrap();
    let mut one = open(dir.path(), None).slot;
    one.save(&Profile { beside: false, ..waiting("kim", &[]) }).unwrap();
    assert_eq!(open(dir.path(), None).profile, Profile::default());
}

#[test]
fn a_window_that_is_taken_for_somebody_new_keeps_that_in_a_slot_of_its_own() {
    let dir = tempfile::tempdir().unwrap();
    let mut one = open(dir.path(), None).slot;
    one.save(&waiting("kim", &["one"])).unwrap();
    let mut two = open(dir.path(), None).slot;
    let secret = Some(shared::Secret::from_bytes([9; 32]));
    two.save(&Profile { secret: secret.clone(), ..waiting("lee", &["two"]) }).unwrap();
    drop((one, two));
    let lee = open(dir.path(), Some("lee"));
    assert_eq!((&lee.profile.secret, texts(&lee.profile)), (&secret, vec!["two"]));
    let kim = open(dir.path(), Some("kim"));
    assert_eq!((&kim.profile.secret, texts(&kim.profile)), (&at("A", "kim").secret, vec!["one"]));
}

#[test]
fn a_name_that_was_changed_in_the_last_window_finds_the_identity_again() {
    let dir = tempfile::tempdir().unwrap();
    let mut one = open(dir.path(), None).slot;
    one.save(&waiting("kim", &["one"])).unwrap();
    let mut two = open(dir.path(), None).slot;
    drop(one);
    two.save(&waiting("kim2", &[])).unwrap();
    drop(two);
    let back = open(dir.path(), Some("kim2"));
    assert_eq!((taken_name(&back.profile), texts(&back.profile)), (Some("kim2"), vec!["one"]));
}

#[test]
fn a_server_with_several_addresses_is_one_server_whichever_is_given() {
    let dir = tempfile::tempdir().unwrap();
    slot_at(dir.path(), "busan").slot.save(&at("A", "kim")).unwrap();
    let mut opened = slot_at(dir.path(), "seoul,busan");
    assert_eq!(taken_name(&opened.profile), Some("kim"), "the first one at which somebody was met");
    assert_eq!(opened.slot.recognise(&claims("A")), None);
    let at_jeju = Met { other_address: "jeju".parse().ok(), ..claims("A") };
    assert!(!opened.slot.is_another(&at_jeju));
    assert_eq!(opened.slot.recognise(&at_jeju), None);
    drop(opened);
    for address in ["seoul", "jeju", "busan", "new,jeju"] {
        assert_eq!(taken_name(&slot_at(dir.path(), address).profile), Some("kim"), "{address}");
    }
}

#[test]
fn the_nodes_that_a_server_tells_lead_to_its_profile_unless_somebody_was_met_there() {
    let dir = tempfile::tempdir().unwrap();
    slot_at(dir.path(), "jeju").slot.save(&at("B", "lee")).unwrap();
    let mut slot = slot_at(dir.path(), "seoul").slot;
    let nodes = ["seoul:7667", "busan:7000", "jeju:7667"].map(String::from).into();
    slot.save(&Profile { nodes, ..at("A", "kim") }).unwrap();
    drop(slot);
    for (address, name) in [("busan:7000", "kim"), ("jeju", "lee"), ("seoul", "kim")] {
        assert_eq!(taken_name(&slot_at(dir.path(), address).profile), Some(name), "{address}");
    }
    // Whoever answers there and is another one gets nothing of it.
    let mut slot = slot_at(dir.path(), "busan:7000").slot;
    let other = slot.recognise(&claims("C")).unwrap();
    assert_eq!((other.is_known, &other.profile.secret), (false, &None));
}

#[test]
fn another_server_at_another_address_is_not_gone_over_to() {
    let dir = tempfile::tempdir().unwrap();
    slot_at(dir.path(), "jeju").slot.save(&at("B", "lee")).unwrap();
    let mut slot = slot_at(dir.path(), "seoul").slot;
    let met = |id: &str| Met { other_address: "jeju".parse().ok(), ..claims(id) };
    assert!(!slot.is_another(&met("A")), "nobody is known yet");
    slot.save(&at("A", "kim")).unwrap();
    let unnamed = Met { id: None, ..met("A") };
    assert_eq!([met("A"), met("B"), unnamed].map(|met| slot.is_another(&met)), [false, true, true]);
    assert!(!slot.is_another(&claims("B")), "the first address says which server it is");
    assert_eq!(slot.recognise(&met("B")), None);
}
