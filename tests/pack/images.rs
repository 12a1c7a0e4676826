//! Images of containers, as `docker save` writes them and in the image layout of the OCI.

use std::fs;

use super::common::{Layout, Place, Tar, elf, gzip, sha256, zstd};

const OURS: (&str, &str) = ("linux", "riscv64");

/// Two layers, of which the second takes things away.
fn layers() -> [Tar; 2] {
    let lower = Tar::new()
        .dir("bin")
        .program("bin/fib", &fs::read(elf("fib")).unwrap())
        .file("etc/passwd", b"root:x:0:0::/root:/bin/sh\nme:x:12:34::/home/me:\n")
        .file("gone", b"1")
        .file("opaque/old", b"1")
        .link("bin/linked", "bin/fib")
        .file("replaced", b"1");
    let upper = Tar::new()
        .file(".wh.gone", b"")
        .file("opaque/new", b"2")
        .file("opaque/.wh..wh..opq", b"")
        .link("bin/again", "bin/linked")
        .symlink("replaced", "bin/fib");
    [lower, upper]
}

const TREE: [&str; 9] = [
    "bin/",
    "bin/again \"13824 bytes\"",
    "bin/fib = bin/again",
    "bin/linked = bin/again",
    "etc/",
    "etc/passwd \"48 bytes\"",
    "opaque/",
    "opaque/new \"2\"",
    "replaced -> bin/fib",
];

const RUNS: &str = r#"{"Entrypoint":["/bin/fib","-v"],"Cmd":["one","two"],"Env":["PATH=/bin","X=y"],
    "WorkingDir":"/home/me","User":"me"}"#;

/// What the images above make of an entry.
fn check(place: &Place, what: &str) {
    let mut expected = TREE.map(str::to_owned).to_vec();
    let at = expected.iter().position(|line| line.starts_with("opaque")).unwrap();
    expected.splice(at..at, ["home/".to_owned(), "home/me/".to_owned()]);
    assert_eq!(place.tree(), expected, "{what}");
    let entry = &place.site()["entry"];
    assert_eq!(entry["args"], serde_json::json!(["/bin/fib", "-v", "one", "two"]), "{what}");
    let env = serde_json::json!(["PATH=/bin", "X=y", "TERM=xterm-256color", "HOME=/home/me"]);
    assert_eq!(entry["env"], env, "{what}");
    assert_eq!(entry["cwd"], "/home/me", "{what}");
    assert_eq!(entry["user"], serde_json::json!([12, 34]), "{what}");
    assert_eq!(entry["program"], sha256(&fs::read(elf("fib")).unwrap()), "{what}");
}

#[test]
fn layers_are_put_upon_each_other() {
    let place = Place::new();
    for (what, pack) in [("plain", <[u8]>::to_vec as fn(&[u8]) -> Vec<u8>), ("gzip", gzip), ("zstd", zstd)] {
        let mut layout = Layout::default();
        let layers = layers().map(|layer| pack(&layer.bytes()));
        let image = layout.image(OURS, RUNS, &layers);
        // What tells how the image was made is no image.
        let made = layout.image(("unknown", "unknown"), "{}", &[]);
        let other = layout.image(("linux", "amd64"), "{}", &[]);
        let layout = layout.index(&[other, image, made]);
        place.write("image.tar", &layout.tar());
        place.packed(&["--root", "image.tar"]);
        check(&place, what);
        layout.write(&place, what);
        place.packed(&["--root", what]);
        check(&place, what);
    }
}

#[test]
fn a_saved_image_is_read() {
    let place = Place::new();
    let [lower, upper] = layers().map(Tar::bytes);
    let config = format!(r#"{{"os":"linux","architecture":"riscv64","config":{RUNS}}}"#);
    let manifest = r#"[{"Config":"c.json","RepoTags":["x:latest"],"Layers":["a/layer.tar","b/layer.tar","c/layer.tar"]}]"#;
    // The list may come last, and a layer that is there already may be a link.
    let saved = |config: &str| {
        let empty = Tar::new().bytes();
        let tar = Tar::new().file("a/layer.tar", &lower).file("kept/layer.tar", &upper);
        let tar = tar.symlink("b/layer.tar", "../kept/layer.tar").file("c/layer.tar", &empty);
        tar.file("c.json", config.as_bytes()).file("manifest.json", manifest.as_bytes()).bytes()
    };
    place.write("saved.tar", &saved(&config));
    place.packed(&["--root", "saved.tar"]);
    check(&place, "saved");
    place.write("saved.tar.gz", &gzip(&saved(&config)));
    place.packed(&["--root", "saved.tar.gz"]);
    check(&place, "saved and packed");
    place.write("saved.tar", &saved(&config.replace("riscv64", "arm64")));
    let said = place.refused(&["--root", "saved.tar"]);
    assert!(said.contains("no image for linux/riscv64, but for linux/arm64"), "{said}");
    // A file of that name does not make a tree an image.
    let tree = Tar::new().file("manifest.json", b"[]").program("fib", &fs::read(elf("fib")).unwrap());
    place.write("tree.tar", &tree.bytes());
    place.packed(&["--root", "tree.tar", "--entry", "/fib"]);
    assert_eq!(place.tree(), ["fib \"13824 bytes\"", "manifest.json \"[]\""]);
}

#[test]
fn what_is_given_goes_before_what_the_image_says() {
    let place = Place::new();
    let mut layout = Layout::default();
    let image = layout.image(OURS, RUNS, &layers().map(Tar::bytes));
    place.write("image.tar", &layout.index(&[image]).tar());
    place.packed(&["--root", "image.tar", "--entry", "linked 'a b'", "--env", "X=z", "--env=HOME=/"]);
    let entry = &place.site()["entry"];
    assert_eq!(entry["args"], serde_json::json!(["linked", "a b"]));
    assert_eq!(entry["env"], serde_json::json!(["PATH=/bin", "X=z", "HOME=/", "TERM=xterm-256color"]));
    fs::copy(elf("strlen"), place.path("strlen")).unwrap();
    place.packed(&["--root", "image.tar", "strlen"]);
    assert_eq!(place.site()["entry"]["args"], serde_json::json!(["/bin/strlen"]));
}

#[test]
fn images_for_others_are_listed() {
    let place = Place::new();
    let mut layout = Layout::default();
    let others = [("linux", "amd64"), ("linux", "arm64")].map(|other| layout.image(other, "{}", &[]));
    let inner = format!(r#"{{"manifests":[{}]}}"#, others.join(","));
    let inner = layout.blob("index.v1+json", "", inner.as_bytes());
    place.write("image.tar", &layout.index(&[inner]).tar());
    let said = place.refused(&["--root", "image.tar"]);
    assert!(said.contains("no image for linux/riscv64, but for linux/amd64, linux/arm64"), "{said}");

    let mut layout = Layout::default();
    let two = ["{}", r#"{"User":"x"}"#].map(|config| layout.image(OURS, config, &[]));
    place.write("image.tar", &layout.index(&two).tar());
    assert!(place.refused(&["--root", "image.tar"]).contains("it has 2 images"));
    place.write("image.tar", &Layout::default().index(&[]).tar());
    assert!(place.refused(&["--root", "image.tar"]).contains("no image"));
}

#[test]
fn damaged_images_are_refused() {
    let place = Place::new();
    let [lower, upper] = layers().map(Tar::bytes);
    let mut layout = Layout::default();
    let image = layout.image(OURS, RUNS, &[lower, upper.clone()]);
    let layout = layout.index(&[image]);
    let damaged = |name: &str, change: &dyn Fn(&mut Vec<u8>)| {
        let mut files = layout.0.clone();
        for (_, bytes) in files.iter_mut().filter(|(path, _)| path.ends_with(name)) {
            change(bytes);
        }
        place.write("image.tar", &Layout(files).tar());
        place.refused(&["--root", "image.tar"])
    };
    // What the layer does not need is looked at as well.
    let said = damaged(&sha256(&upper), &|bytes| *bytes.last_mut().unwrap() ^= 1);
    assert!(said.contains("SHA-256"), "{said}");
    let manifest = layout.0.iter().rev().nth(2).unwrap().0.clone();
    assert!(damaged(&manifest, &|bytes| bytes.push(b' ')).contains("SHA-256"));
    assert!(damaged("index.json", &|bytes| bytes.truncate(20)).contains("index.json"));
    let climb = |bytes: &mut Vec<u8>| {
        let text = String::from_utf8(bytes.clone()).unwrap();
        *bytes = text.replacen("\"sha256:", "\"sha256:../../", 1).into_bytes();
    };
    assert!(damaged("index.json", &climb).contains("is no SHA-256"));

    let mut files = layout.0.clone();
    files.retain(|(path, _)| !path.ends_with(&sha256(&upper)));
    place.write("image.tar", &Layout(files).tar());
    assert!(place.refused(&["--root", "image.tar"]).contains("is not there"));

    // Indexes within indexes, without end.
    let mut layout = Layout::default();
    let mut inner = layout.blob("index.v1+json", "", br#"{"manifests":[]}"#);
    for _ in 0..20 {
        inner = layout.blob("index.v1+json", "", format!(r#"{{"manifests":[{inner}]}}"#).as_bytes());
    }
    place.write("image.tar", &layout.index(&[inner]).tar());
    assert!(place.refused(&["--root", "image.tar"]).contains("too deep"));
}
