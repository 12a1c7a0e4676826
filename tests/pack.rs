//! What `rv2wat pack` makes: that the tree is that of the directory, the archive or the
//! image, that hostile ones are refused or harmless, that programs are translated and
//! found, and that a site is there as a whole or not at all.
#![cfg(feature = "pack")]

#[path = "pack/common.rs"]
mod common;
#[path = "pack/entries.rs"]
mod entries;
#[path = "pack/images.rs"]
mod images;

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};

use common::{Place, Tar, elf, gzip, sha256, zstd};
use rv2wat_host::{Files, Kind};
use tar::EntryType;

impl Place {
    fn site(&self) -> serde_json::Value {
        serde_json::from_slice(&fs::read(self.path("site/site.json")).unwrap()).unwrap()
    }

    fn files(&self) -> Files {
        let files = Files::from_bytes(&fs::read(self.path("site/files.bin")).unwrap()).unwrap();
        // All content is there, none is left over, and it is what its name says.
        let mut wanted = BTreeSet::new();
        for file in files.list() {
            if let Kind::File { size, content } = file.kind {
                let bytes = fs::read(self.path(&format!("site/content/{content}"))).unwrap();
                assert_eq!((bytes.len() as u64, sha256(&bytes)), (size, content.to_string()));
                wanted.insert(content.to_string());
            }
        }
        assert_eq!(self.names("site/content"), wanted.into_iter().collect::<Vec<_>>());
        files
    }

    /// The tree as text, a line each, without the root.
    fn tree(&self) -> Vec<String> {
        let files = self.files();
        let line = |file: &rv2wat_host::File| {
            let what = match &file.kind {
                Kind::Directory => "/".to_owned(),
                Kind::Symlink(to) => format!(" -> {}", String::from_utf8_lossy(to)),
                Kind::Same(of) => format!(" = {}", text(&files.list()[*of as usize].path)),
                Kind::File { content, .. } => {
                    let bytes = fs::read(self.path(&format!("site/content/{content}"))).unwrap();
                    let shown =
                        if bytes.len() < 40 { text(&bytes) } else { format!("{} bytes", bytes.len()) };
                    format!(" {shown:?}")
                }
            };
            format!("{}{what}", text(&file.path))
        };
        files.list().iter().skip(1).map(line).collect()
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// What `--emit=wasm` makes of a committed program.
fn emitted(place: &Place, name: &str, options: &[&str]) -> Vec<u8> {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_rv2wat"));
    command.args(["--emit=wasm", "-o"]).arg(place.path("emitted")).args(options).arg(elf(name));
    assert!(command.status().unwrap().success());
    fs::read(place.path("emitted")).unwrap()
}

#[test]
fn a_program_becomes_a_site() {
    let place = Place::new();
    fs::copy(elf("fib"), place.path("fib")).unwrap();
    let said = place.packed(&["fib", "--env", "A=b"]);
    assert!(said.contains("1 programs"), "{said}");
    let bytes = fs::read(elf("fib")).unwrap();
    let site = place.site();
    let program = &site["programs"][sha256(&bytes)];
    assert_eq!(site["version"], 1);
    assert_eq!(site["entry"]["args"], serde_json::json!(["/bin/fib"]));
    assert_eq!(site["entry"]["program"], sha256(&bytes));
    assert_eq!(site["entry"]["env"][0], "A=b");
    assert_eq!(program["path"], "/bin/fib");
    assert_eq!(program.get("portable"), None, "nothing of it needs relaxed SIMD");
    assert_eq!(place.tree(), ["bin/", "bin/fib \"13824 bytes\""]);
    let module = fs::read(place.path("site").join(program["module"].as_str().unwrap())).unwrap();
    assert_eq!(program["size"], module.len());
    // It is what the translator gives for this file.
    assert!(module == emitted(&place, "fib", &[]));
    // The parts are where they belong, and everybody may read them.
    assert_eq!(fs::read(place.path("site/index.html")).unwrap(), b"the part index.html");
    assert_eq!(
        place.names("site"),
        ["content", "files.bin", "index.html", "modules", "run.mjs", "rv2wat", "site.json"]
    );
    assert_eq!(place.names("site/rv2wat"), ["rv2wat_translator.wasm", "rv2wat_web.wasm", "sub"]);
    for (name, mode) in [("site", 0o755), ("site/index.html", 0o644), ("site/rv2wat/sub/page.css", 0o644)] {
        assert_eq!(fs::metadata(place.path(name)).unwrap().mode() & 0o777, mode, "{name}");
    }
}

#[test]
fn a_program_that_needs_relaxed_simd_has_a_second_module() {
    let place = Place::new();
    fs::copy(elf("matmul"), place.path("matmul")).unwrap();
    fs::copy(elf("float"), place.path("float")).unwrap();
    place.packed(&["matmul", "float"]);
    let site = place.site();
    let mut with = 0;
    for (_, program) in site["programs"].as_object().unwrap() {
        let module = |name: &serde_json::Value| {
            fs::read(place.path("site").join(name.as_str().expect("a name"))).expect("a module")
        };
        let relaxed = |wasm: &[u8]| wasm.windows(3).any(|code| matches!(code, [0xfd, 0x85 | 0x87, 0x02]));
        assert_eq!(relaxed(&module(&program["module"])), program.get("portable").is_some(), "{program}");
        if let Some(portable) = program.get("portable") {
            assert!(!relaxed(&module(portable)));
            let name = program["path"].as_str().unwrap().rsplit('/').next().unwrap();
            assert!(module(portable) == emitted(&place, name, &["--engine-features=none"]));
            with += 1;
        }
    }
    assert!(with > 0, "one of them has fused multiply-adds");
    // Whoever wants none gets none.
    place.packed(&["matmul", "float", "--engine-features=none"]);
    let site = place.site();
    assert!(site["programs"].as_object().unwrap().values().all(|program| program.get("portable").is_none()));
}

#[test]
fn the_same_bytes_in_give_the_same_site() {
    let place = Place::new();
    let programs = ["fib", "float", "strlen", "callbacks"];
    for name in programs {
        fs::copy(elf(name), place.path(name)).unwrap();
    }
    let tar = Tar::new().file("etc/a", b"a").symlink("b", "etc/a").bytes();
    place.write("root.tar", &tar);
    let words = [&programs[..], &["--root", "root.tar", "--precompress"]].concat();
    let mut sites = Vec::new();
    for threads in ["1", "4"] {
        let status = place.command(&words).env("RAYON_NUM_THREADS", threads).status().unwrap();
        assert!(status.success());
        let mut all = Vec::new();
        let mut left = vec![place.path("site")];
        while let Some(path) = left.pop() {
            match path.is_dir() {
                true => left.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path())),
                false => all.push((path.clone(), fs::read(&path).unwrap())),
            }
        }
        all.sort();
        sites.push(all);
    }
    assert!(sites[0].len() > 20);
    assert!(sites[0] == sites[1]);
}

#[test]
fn an_archive_is_taken_as_it_is() {
    let place = Place::new();
    let long = format!("{}/{}", "d".repeat(90), "n".repeat(200));
    let tar = Tar::new()
        .add(EntryType::Directory, "./", "", 0o711, b"")
        .dir("./etc/")
        .add(EntryType::Regular, "./etc/shadow", "", 0o4640, b"secret")
        .file("./.wh.kept", b"a name like others")
        .link("hard", "etc/shadow")
        .symlink("soft", "../etc/./shadow")
        .long(&long, b"long")
        .extended(&[("path", b"pax/\xc3\xa9"), ("mtime", b"-1.5"), ("uid", b"100000")], "short", b"pax")
        .add(EntryType::Char, "null", "", 0o666, b"")
        .add(EntryType::Fifo, "fifo", "", 0o666, b"")
        .file("dev/full", b"")
        .dir("proc")
        .program("bin/fib", &fs::read(elf("fib")).unwrap())
        .bytes();
    for (name, bytes) in [("r.tar", tar.clone()), ("r.tar.gz", gzip(&tar)), ("r.tar.zst", zstd(&tar))] {
        place.write(name, &bytes);
        let said = place.packed(&["--root", name, "--entry", "fib"]);
        assert!(said.contains("2 devices"), "{said}");
        assert!(said.contains("2 files in dev, proc and sys"), "{said}");
        let long_dir = format!("{}/", "d".repeat(90));
        let expected = [
            ".wh.kept \"a name like others\"",
            "bin/",
            "bin/fib \"13824 bytes\"",
            &long_dir,
            &format!("{long} \"long\""),
            "etc/",
            "etc/shadow \"secret\"",
            "hard = etc/shadow",
            "pax/",
            "pax/é \"pax\"",
            "soft -> ../etc/./shadow",
        ];
        assert_eq!(place.tree(), expected, "{name}");
        let files = place.files();
        let of = |path: &str| {
            let file = files.list().iter().find(|file| file.path == path.as_bytes()).unwrap();
            (file.mode, file.owner, file.modified)
        };
        assert_eq!(of(""), (0o711, (7, 8), 1_700_000_000));
        assert_eq!(of("etc/shadow"), (0o4640, (7, 8), 1_700_000_000));
        assert_eq!(of("hard"), of("etc/shadow"));
        assert_eq!(of("pax/é"), (0o644, (100_000, 8), -2));
        assert_eq!(of("pax"), (0o755, (0, 0), 0));
    }
}

#[test]
fn a_directory_is_taken_as_it_is() {
    let place = Place::new();
    place.write("root/bin/fib", &fs::read(elf("fib")).unwrap());
    fs::set_permissions(place.path("root/bin/fib"), fs::Permissions::from_mode(0o755)).unwrap();
    fs::set_permissions(place.path("root/bin"), fs::Permissions::from_mode(0o750)).unwrap();
    place.write("root/sys/anything", b"");
    fs::hard_link(place.path("root/bin/fib"), place.path("root/bin/same")).unwrap();
    // Links out of the directory are links, and nothing is read through them.
    symlink("/etc/passwd", place.path("root/out")).unwrap();
    symlink("..", place.path("root/up")).unwrap();
    let socket = std::os::unix::net::UnixListener::bind(place.path("root/socket")).unwrap();
    let said = place.packed(&["--root", "root", "--entry", "/bin/same -x 'a b'"]);
    drop(socket);
    assert!(said.contains("1 devices") && said.contains("1 files in dev"), "{said}");
    let expected =
        ["bin/", "bin/fib \"13824 bytes\"", "bin/same = bin/fib", "out -> /etc/passwd", "up -> .."];
    assert_eq!(place.tree(), expected);
    let files = place.files();
    let metadata = fs::metadata(place.path("root/bin")).unwrap();
    let bin = &files.list()[1];
    assert_eq!(
        (bin.mode, bin.owner, bin.modified),
        (0o750, (metadata.uid(), metadata.gid()), metadata.mtime())
    );
    let site = place.site();
    assert_eq!(site["entry"]["args"], serde_json::json!(["/bin/same", "-x", "a b"]));
    assert_eq!(site["programs"].as_object().unwrap().len(), 1);
}

#[test]
fn names_that_lead_out_are_refused_or_stay_inside() {
    let place = Place::new();
    let fib = fs::read(elf("fib")).unwrap();
    let with = |tar: Tar| tar.program("bin/fib", &fib).bytes();
    let refused: [(&str, Tar, &str); 9] = [
        ("up", Tar::new().file("../x", b""), "leads upwards"),
        ("within", Tar::new().file("a/../../x", b""), "leads upwards"),
        ("long up", Tar::new().extended(&[("path", b"/../../etc/x")], "y", b""), "leads upwards"),
        ("zero", Tar::new().extended(&[("path", b"a\0b")], "y", b""), "zero byte"),
        ("link", Tar::new().link("x", "../../etc/passwd"), "leads upwards"),
        ("link to nothing", Tar::new().link("x", "/etc/passwd"), "not there"),
        ("chain", Tar::new().symlink("a", "b").symlink("b", "a").file("a/x", b""), "too many symbolic links"),
        ("through a file", Tar::new().file("a", b"").file("a/b", b""), "a file stands"),
        ("the root", Tar::new().symlink("/", "x"), "root is a directory"),
    ];
    for (what, tar, why) in refused {
        place.write("bad.tar", &with(tar));
        let said = place.refused(&["--root", "bad.tar", "--entry", "fib"]);
        assert!(said.contains(why) && said.contains("bad.tar"), "{what}: {said}");
    }
    let harmless = Tar::new().file("/absolute", b"1").symlink("out", "/../../tmp").file("out/x", b"2");
    place.write("good.tar", &with(harmless));
    place.packed(&["--root", "good.tar", "--entry", "fib"]);
    let expected =
        ["absolute \"1\"", "bin/", "bin/fib \"13824 bytes\"", "out -> /../../tmp", "tmp/", "tmp/x \"2\""];
    assert_eq!(place.tree(), expected);
}

#[test]
fn damaged_and_foreign_archives_are_refused() {
    let place = Place::new();
    let tar = Tar::new().file("a", &[7; 3000]).program("bin/fib", &fs::read(elf("fib")).unwrap()).bytes();
    let mut flipped = tar.clone();
    flipped[150] ^= 1;
    let sparse = Tar::new().extended(&[("GNU.sparse.major", b"1")], "a", b"").bytes();
    let old_sparse = Tar::new().add(EntryType::GNUSparse, "a", "", 0o644, b"").bytes();
    let sized = Tar::new().extended(&[("size", b"9")], "a", b"").bytes();
    let damaged: [(&str, Vec<u8>, &str); 10] = [
        ("empty", Vec::new(), "nothing in it"),
        ("no archive", b"hello ".repeat(200), "it is no tar"),
        ("cut", tar[..2000].to_vec(), "it ends within a file"),
        ("cut in a header", tar[..4000].to_vec(), ""),
        ("checksum", flipped, "checksum"),
        ("cut gzip", gzip(&tar)[..2000].to_vec(), ""),
        ("bzip2", b"BZh91AY&SY".to_vec(), "bzip2"),
        ("sparse", sparse, "stored as a sparse file"),
        ("sparse, as before", old_sparse, "stored as a sparse file"),
        ("two sizes", sized, "size=9"),
    ];
    for (what, bytes, why) in damaged {
        place.write("bad.tar", &bytes);
        let said = place.refused(&["--root", "bad.tar", "--entry", "fib"]);
        assert!(said.contains(why) && said.contains("bad.tar"), "{what}: {said}");
    }
}

#[test]
fn what_unpacks_to_too_much_is_refused() {
    let place = Place::new();
    let bomb = Tar::new().file("zeros", &vec![0; 20 << 20]).bytes();
    place.write("bomb.tar.gz", &gzip(&bomb));
    place.write("bomb.tar.zst", &zstd(&bomb));
    place.write("bomb.tar", &bomb);
    let mut layout = common::Layout::default();
    let image = layout.image(("linux", "riscv64"), "{}", &[gzip(&bomb)]);
    place.write("image.tar", &layout.index(&[image]).tar());
    place.write("root/zeros", &vec![0; 2 << 20]);
    for root in ["bomb.tar.gz", "bomb.tar.zst", "bomb.tar", "image.tar", "root"] {
        let said = place.refused(&["--root", root, "--entry", "x", "--max-size", "1M"]);
        assert!(said.contains("more than 1048576 bytes; --max-size"), "{root}: {said}");
    }
    // A header that claims to be large takes no memory.
    let name = "n".repeat(3 << 20);
    place.write("names.tar", &Tar::new().extended(&[("path", name.as_bytes())], "x", b"").bytes());
    assert!(place.refused(&["--root", "names.tar", "--entry", "x"]).contains("the limit"));
    let mut headers = tar::Builder::new(Vec::new());
    for _ in 0..3 {
        headers.append_pax_extensions([("comment", &name.as_bytes()[..900_000])]).unwrap();
    }
    place.write("headers.tar", &headers.into_inner().unwrap());
    assert!(place.refused(&["--root", "headers.tar", "--entry", "x"]).contains("the limit"));
}

#[test]
fn only_a_site_is_replaced() {
    let place = Place::new();
    fs::copy(elf("fib"), place.path("fib")).unwrap();
    fs::copy(elf("strlen"), place.path("strlen")).unwrap();
    place.write("site/notes", b"mine");
    assert!(place.refused(&["fib"]).contains("no site"));
    for other in ["{\"version\": 2}", "{}", "[", ""] {
        place.write("site/site.json", other.as_bytes());
        assert!(place.refused(&["fib"]).contains("no site"), "{other}");
    }
    assert_eq!(fs::read(place.path("site/notes")).unwrap(), b"mine");
    fs::remove_dir_all(place.path("site")).unwrap();
    place.write("site", b"a file");
    place.refused(&["fib"]);
    fs::remove_file(place.path("site")).unwrap();
    fs::create_dir(place.path("site")).unwrap();
    place.packed(&["fib"]);
    // A second time, and what fails leaves the first.
    let before = fs::read(place.path("site/site.json")).unwrap();
    place.write("broken", b"\x7fELF\x02\x01\x01");
    place.refused(&["broken"]);
    assert_eq!(fs::read(place.path("site/site.json")).unwrap(), before);
    place.packed(&["strlen"]);
    assert_ne!(fs::read(place.path("site/site.json")).unwrap(), before);
    assert_eq!(place.names("site/modules").len(), 1);
    assert_eq!(place.names(""), ["broken", "fib", "site", "strlen", "web"]);
    // Not into what is packed.
    fs::rename(place.path("web"), place.path("elsewhere")).unwrap();
    let said = place.refused(&["--root", ".", "--web", "elsewhere", "--entry", "x"]);
    assert!(said.contains("cannot be used multiple times"), "{said}");
}

#[test]
fn a_site_does_not_lie_in_its_root() {
    let place = Place::new();
    fs::create_dir(place.path("deep")).unwrap();
    for root in [".", "deep/.."] {
        assert!(place.refused(&["--root", root, "--entry", "x"]).contains("lies within the root"), "{root}");
    }
}

#[test]
fn missing_parts_are_named() {
    let place = Place::new();
    fs::copy(elf("fib"), place.path("fib")).unwrap();
    fs::remove_file(place.path("web/run.mjs")).unwrap();
    let said = place.refused(&["fib"]);
    assert!(said.contains("web has no run.mjs") && said.contains("scripts/web"), "{said}");
}

#[test]
fn translated_programs_are_kept() {
    let place = Place::new();
    fs::copy(elf("matmul"), place.path("matmul")).unwrap();
    let pack = |more: &[&str]| place.packed(&[&["matmul", "--cache-dir", "kept"], more].concat());
    let everything = || {
        let names = place.names("site/modules").into_iter();
        let read = |name: &String| fs::read(place.path(&format!("site/modules/{name}"))).unwrap();
        (place.site(), names.map(|name| (read(&name), name)).collect::<Vec<_>>())
    };
    pack(&[]);
    let first = everything();
    assert_eq!(place.names("kept").len(), 1);
    // It is taken from there: what is damaged is noticed, and made again.
    pack(&[]);
    assert!(everything() == first);
    let kept = place.path("kept").join(&place.names("kept")[0]);
    let mut bytes = fs::read(&kept).unwrap();
    bytes[1000] ^= 1;
    fs::write(&kept, bytes).unwrap();
    let said = pack(&[]);
    assert!(said.contains("damaged, and removed"), "{said}");
    assert!(everything() == first);
    // Other options are other programs.
    pack(&["-O1"]);
    assert_eq!(place.names("kept").len(), 2);
    assert!(everything() != first);
    fs::set_permissions(place.path("kept"), fs::Permissions::from_mode(0o777)).unwrap();
    assert!(place.refused(&["matmul", "--cache-dir", "kept"]).contains("others can write there"));
}

#[test]
fn smaller_copies_are_put_beside_files() {
    let place = Place::new();
    fs::copy(elf("fib"), place.path("fib")).unwrap();
    place.packed(&["fib", "--precompress"]);
    let modules = place.names("site/modules");
    assert_eq!(modules.len(), 2);
    assert_eq!(modules[1], format!("{}.gz", modules[0]));
    let read = |name: &str| fs::read(place.path(&format!("site/modules/{name}"))).unwrap();
    let mut unpacked = Vec::new();
    let packed = read(&modules[1]);
    std::io::copy(&mut flate2::read::GzDecoder::new(packed.as_slice()), &mut unpacked).unwrap();
    assert!(unpacked == read(&modules[0]) && packed.len() < unpacked.len());
    assert!(!place.path("site/index.html.gz").exists(), "it is too small for that");
}
