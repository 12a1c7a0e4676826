//! What a site starts: programs and scripts found as Linux finds them, and users.

use std::fs;

use super::common::{Layout, Place, Tar, elf, sha256};

fn fib() -> Vec<u8> {
    fs::read(elf("fib")).unwrap()
}

/// A program that asks for an interpreter, as far as its headers go.
/// A program whose dynamic linker is at `/lib/linker`.
fn dynamic() -> Vec<u8> {
    const PATH: &[u8] = b"/lib/linker\0";
    let mut bytes = fib();
    let table = u64::from_le_bytes(*bytes[32..].first_chunk().unwrap()) as usize;
    let mut headers = bytes[table..].chunks(56).take(usize::from(bytes[56]));
    // One of a header that is no segment.
    let at = table + 56 * headers.position(|header| header[0] != 1).expect("it has more than segments");
    let (from, length) = (bytes.len() as u64, PATH.len() as u64);
    bytes[at..at + 4].copy_from_slice(&3u32.to_le_bytes());
    bytes[at + 8..at + 16].copy_from_slice(&from.to_le_bytes());
    bytes[at + 32..at + 40].copy_from_slice(&length.to_le_bytes());
    bytes.extend_from_slice(PATH);
    bytes
}

/// A library with a name.
fn library() -> Vec<u8> {
    let mut bytes = dynamic();
    let dynamic_section = [[14_u64, 1].map(u64::to_le_bytes).concat(), vec![0; 16]].concat();
    let table = u64::from_le_bytes(*bytes[32..].first_chunk().unwrap()) as usize;
    let mut headers = bytes[table..].chunks(56).take(usize::from(bytes[56]));
    let at = table + 56 * headers.position(|header| header[0] == 3).expect("its linker's header");
    bytes.resize(bytes.len().next_multiple_of(8), 0);
    let (from, length) = (bytes.len() as u64, dynamic_section.len() as u64);
    bytes[at..at + 4].copy_from_slice(&2u32.to_le_bytes());
    bytes[at + 8..at + 16].copy_from_slice(&from.to_le_bytes());
    bytes[at + 32..at + 40].copy_from_slice(&length.to_le_bytes());
    bytes.extend_from_slice(&dynamic_section);
    bytes
}

fn place(tar: Tar) -> Place {
    let place = Place::new();
    place.write("root.tar", &tar.bytes());
    place
}

#[test]
fn programs_are_found_on_the_path() {
    let strlen = fs::read(elf("strlen")).unwrap();
    let tar = Tar::new()
        .program("usr/bin/fib", &fib())
        .file("sbin/fib", b"nobody may execute this")
        .program("opt/fib", &strlen)
        .symlink("bin", "usr/bin")
        .symlink("usr/bin/link", "fib");
    let place = place(tar);
    for (entry, env, program) in [
        ("fib", "X=", fib()),
        ("link", "X=", fib()),
        ("/bin/link", "X=", fib()),
        ("opt/fib", "X=", strlen.clone()),
        ("fib", "PATH=/sbin:/opt:/bin", strlen.clone()),
    ] {
        place.packed(&["--root", "root.tar", "--entry", entry, "--env", env]);
        assert_eq!(place.site()["entry"]["program"], sha256(&program), "{entry}");
        assert_eq!(place.site()["entry"]["args"], serde_json::json!([entry]));
    }
    for (entry, why) in [
        ("nothing", "no program of this name is in /usr/local/sbin"),
        ("/bin/nothing", "not in the tree"),
        ("/sbin/fib", "nothing that may be executed"),
        ("/bin", "nothing that may be executed"),
        ("'", "quotes"),
    ] {
        let said = place.refused(&["--root", "root.tar", "--entry", entry]);
        assert!(said.contains(why), "{entry}: {said}");
    }
    assert!(place.refused(&["--root", "root.tar"]).contains("--entry"));
    assert!(place.refused(&["--root", "root.tar", "--entry", "fib", "--env", "X"]).contains("NAME=VALUE"));
}

#[test]
fn a_program_may_be_one_of_the_root() {
    let place = place(Tar::new().program("usr/bin/fib", &fib()).symlink("bin", "usr/bin"));
    place.packed(&["--root", "root.tar", "usr/bin/fib"]);
    assert_eq!(place.site()["entry"]["args"], serde_json::json!(["/usr/bin/fib"]));
    // One of this machine goes through the root's links.
    fs::copy(elf("strlen"), place.path("strlen")).unwrap();
    place.packed(&["--root", "root.tar", "strlen"]);
    assert_eq!(
        place.tree(),
        [
            "bin -> usr/bin",
            "usr/",
            "usr/bin/",
            "usr/bin/fib \"13824 bytes\"",
            "usr/bin/strlen \"9776 bytes\""
        ]
    );
    assert!(place.refused(&["--root", "root.tar", "neither"]).contains("neither here nor in the root"));
    assert!(place.refused(&["neither"]).contains("neither"));
    assert!(place.refused(&[]).contains("nothing to pack"));
}

#[test]
fn scripts_start_their_interpreters() {
    let tar = Tar::new()
        .program("bin/fib", &fib())
        .symlink("bin/sh", "fib")
        .program("bin/start", b"#! /bin/sh -e  -x \nexit\n")
        .program("bin/twice", b"#!start-not-searched\n")
        .program("bin/outer", b"#!/bin/start\n")
        .program("bin/loop", b"#!/bin/loop\n")
        .program("bin/bare", b"#!\n")
        .program("bin/text", b"exit 0\n")
        .symlink("bin/linked", "start");
    let place = place(tar);
    for (entry, args) in [
        ("start a b", serde_json::json!(["/bin/sh", "-e  -x", "/bin/start", "a", "b"])),
        ("/bin/linked", serde_json::json!(["/bin/sh", "-e  -x", "/bin/linked"])),
        ("outer a", serde_json::json!(["/bin/sh", "-e  -x", "/bin/start", "/bin/outer", "a"])),
    ] {
        place.packed(&["--root", "root.tar", "--entry", entry]);
        assert_eq!(place.site()["entry"]["args"], args, "{entry}");
        assert_eq!(place.site()["entry"]["program"], sha256(&fib()));
    }
    for (entry, why) in [
        ("twice", "/start-not-searched: it is not in the tree"),
        ("loop", "and so on"),
        ("bare", "without an interpreter"),
        ("text", "neither an ELF file nor a script"),
    ] {
        let said = place.refused(&["--root", "root.tar", "--entry", entry]);
        assert!(said.contains(why), "{entry}: {said}");
    }
}

#[test]
fn what_cannot_be_translated_is_listed_or_an_error() {
    let mut foreign = fib();
    foreign[18] = 62;
    let mut relocatable = fib();
    relocatable[16] = 1;
    let tar = Tar::new()
        .program("bin/fib", &fib())
        .program("bin/copy", &fib())
        .program("bin/dynamic", &dynamic())
        .program("lib/library.so", &library())
        .program("bin/foreign", &foreign)
        .program("bin/part.o", &relocatable)
        .program("bin/short", b"\x7fELF\x02\x01\x01");
    let place = place(tar);
    let said = place.packed(&["--root", "root.tar", "--entry", "fib"]);
    assert!(said.contains("not translated: 1 programs"), "{said}");
    let site = place.site();
    let programs = site["programs"].as_object().unwrap();
    assert_eq!(programs.len(), 2, "{site}");
    assert_eq!(programs[&sha256(&fib())]["path"], "/bin/copy", "the first of its paths");
    assert_eq!(programs[&sha256(&dynamic())]["path"], "/bin/dynamic");
    let refused = site["refused"].as_array().unwrap();
    assert_eq!(refused.len(), 1, "{site}");
    assert_eq!(refused[0]["path"], "/lib/library.so");
    assert_eq!(refused[0]["why"], "a shared library");
    for (entry, why) in [
        ("dynamic", "dynamically linked, by /lib/linker, which is not in the tree"),
        ("foreign", "machine 62"),
        ("part.o", "not an executable"),
        ("short", "ELF header"),
    ] {
        let said = place.refused(&["--root", "root.tar", "--entry", entry]);
        assert!(said.contains(why) && said.contains("cannot start"), "{entry}: {said}");
    }
    let linked = Tar::new().program("bin/dynamic", &dynamic()).program("lib/linker", &fib());
    place.write("linked.tar", &linked.bytes());
    place.packed(&["--root", "linked.tar", "--entry", "dynamic"]);
    assert_eq!(place.site()["entry"]["program"], sha256(&dynamic()));
    place.write("dynamic", &dynamic());
    assert!(place.refused(&["dynamic"]).contains("dynamic: dynamically linked, by /lib/linker"));
    place.write("text", b"text");
    assert!(place.refused(&["text"]).contains("neither an ELF file"));
}

#[test]
fn users_are_those_of_the_tree() {
    let place = Place::new();
    let users = b"root:x:0:0::/root:/bin/sh\nme:x:12:34::/home/me:\nbad:x:many:1::/:\n:::\n";
    let tar = Tar::new()
        .program("fib", &fib())
        .file("etc/passwd", users)
        .file("etc/group", b"root:x:0:\nwheel:x:10:me\n")
        .bytes();
    let packed = |user: &str| {
        let mut layout = Layout::default();
        let config = format!(r#"{{"Cmd":["/fib"],"User":"{user}"}}"#);
        let image = layout.image(("linux", "riscv64"), &config, std::slice::from_ref(&tar));
        place.write("image.tar", &layout.index(&[image]).tar());
    };
    for (user, ids, home) in [
        ("", [0, 0], "/root"),
        ("root", [0, 0], "/root"),
        ("me", [12, 34], "/home/me"),
        ("12", [12, 34], "/home/me"),
        ("me:wheel", [12, 10], "/home/me"),
        ("99", [99, 0], "/"),
        ("99:5", [99, 5], "/"),
        (":10", [0, 10], "/root"),
    ] {
        packed(user);
        place.packed(&["--root", "image.tar"]);
        let entry = &place.site()["entry"];
        assert_eq!(entry["user"], serde_json::json!(ids), "{user}");
        assert_eq!(entry["env"][2], format!("HOME={home}"), "{user}");
    }
    for (user, why) in [("you", "no such user"), ("me:none", "no such group"), ("bad", "number of this user")]
    {
        packed(user);
        let said = place.refused(&["--root", "image.tar"]);
        assert!(said.contains(why), "{user}: {said}");
    }
}
