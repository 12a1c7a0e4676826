use super::*;

fn text(tree: &Tree) -> Vec<String> {
    let files = tree.list().unwrap();
    let line = |file: &File| {
        let path = String::from_utf8_lossy(&file.path);
        match &file.kind {
            Listed::Directory => format!("{path}/"),
            Listed::File { size, .. } => format!("{path} {size}"),
            Listed::Symlink(to) => format!("{path} -> {}", String::from_utf8_lossy(to)),
            Listed::Same(of) => {
                format!("{path} = {}", String::from_utf8_lossy(&files.list()[*of as usize].path))
            }
        }
    };
    files.list().iter().skip(1).map(line).collect()
}

const PLAIN: Attributes = Attributes { mode: 0o644, owner: (1, 2), modified: 3 };

impl Tree {
    fn file(&mut self, path: &str, size: u64) -> Result<(), TreeError> {
        self.add(path.as_bytes(), Kind::File { size, content: ContentId([0; 32]) }, PLAIN)
    }

    fn symlink(&mut self, path: &str, to: &str) {
        self.add(path.as_bytes(), Kind::Symlink(to.into()), PLAIN).unwrap();
    }
}

#[test]
fn paths_stay_in_the_tree() {
    let mut tree = Tree::default();
    tree.symlink("up", "../../..");
    tree.symlink("out", "/../etc");
    tree.symlink("round", "round");
    tree.file("/absolute", 1).unwrap();
    tree.file("./up//a", 2).unwrap();
    tree.file("out/passwd", 3).unwrap();
    let expected =
        ["a 2", "absolute 1", "etc/", "etc/passwd 3", "out -> /../etc", "round -> round", "up -> ../../.."];
    assert_eq!(text(&tree), expected);
    let long = "n".repeat(256);
    for bad in ["../x", "a/../../x", "x/..", "absolute/x", "round/x", "nul\0", "", "/", &long] {
        assert!(tree.file(bad, 9).is_err(), "{bad:?}");
    }
    assert_eq!(text(&tree), expected, "what is refused changes nothing");
}

#[test]
fn links_that_double_a_path_end_in_an_error() {
    let mut tree = Tree::default();
    tree.symlink("l0", "d");
    for at in 1..=60 {
        tree.symlink(&format!("l{at}"), &format!("l{0}/../l{0}", at - 1));
    }
    assert!(tree.file("l60/x", 1).is_err());
    let deep = vec!["d".repeat(250); 20].join("/");
    assert!(tree.file(&deep, 1).is_err());
}

#[test]
fn what_comes_later_wins() {
    let mut tree = Tree::default();
    tree.file("a/x", 1).unwrap();
    tree.add(b"a", Kind::Directory, PLAIN).unwrap();
    tree.file("b", 1).unwrap();
    tree.link(b"c", b"b").unwrap();
    tree.file("b", 2).unwrap();
    assert_eq!(text(&tree), ["a/", "a/x 1", "b 2", "c 1"]);
    assert_eq!(tree.list().unwrap().list()[1].mode, 0o644);
    tree.file("a", 7).unwrap();
    tree.link(b"d", b"a").unwrap();
    tree.link(b"a", b"d").unwrap();
    assert_eq!(text(&tree), ["a 7", "b 2", "c 1", "d = a"]);
    for nothing in ["nothing", "no/thing", ""] {
        assert!(tree.link(b"e", nothing.as_bytes()).is_err(), "{nothing}");
    }
    tree.make_directory(b"f/g").unwrap();
    assert!(tree.link(b"e", b"f").is_err());
    assert!(tree.make_directory(b"a/b").is_err());
}

#[test]
fn whiteouts_take_away_what_lies_below_alone() {
    let mut tree = Tree::default();
    tree.next_layer();
    for path in ["d/old", "d/sub/old", "e/old", "gone/a/b", "kept/old", "swapped"] {
        tree.file(path, 1).unwrap();
    }
    tree.next_layer();
    tree.file("d/sub/new", 2).unwrap();
    tree.file("swapped", 2).unwrap();
    for name in ["d/.wh..wh..opq", ".wh.gone", "e/.wh.old", ".wh.swapped", "x/.wh.y", ".wh..wh.plnk"] {
        assert!(tree.whiteout(name.as_bytes()).unwrap(), "{name}");
    }
    tree.file("d/later", 2).unwrap();
    assert!(!tree.whiteout(b"d/.w").unwrap());
    let expected = ["d/", "d/later 2", "d/sub/", "d/sub/new 2", "e/", "kept/", "kept/old 1", "swapped 2"];
    assert_eq!(text(&tree), expected);
    tree.end_layers();
    assert!(!tree.whiteout(b".wh.kept").unwrap());
    assert!(tree.whiteout(b"../.wh.kept").is_err());
}

#[test]
fn a_root_may_be_opaque() {
    let mut tree = Tree::default();
    tree.next_layer();
    tree.file("a/b", 1).unwrap();
    tree.next_layer();
    tree.whiteout(b".wh..wh..opq").unwrap();
    tree.file("c", 2).unwrap();
    assert_eq!(text(&tree), ["c 2"]);
}

#[test]
fn what_the_world_has_itself_is_left_out() {
    let mut tree = Tree::default();
    tree.add(b"dev", Kind::Directory, PLAIN).unwrap();
    tree.file("proc/x", 1).unwrap();
    tree.symlink("d", "./dev/");
    tree.file("d/null", 1).unwrap();
    tree.leave_out(b"fifo").unwrap();
    tree.link(b"same", b"fifo").unwrap();
    tree.link(b"again", b"dev/null").unwrap();
    tree.file("device", 1).unwrap();
    assert_eq!(text(&tree), ["d -> ./dev/", "device 1"]);
    assert_eq!(tree.left_out(), LeftOut { special: 3, own: 3 });
}

#[test]
fn a_tree_takes_no_more_memory_than_it_may() {
    let mut tree = Tree::default();
    let deep = vec!["d".repeat(250); 15].join("/");
    tree.make_directory(deep.as_bytes()).unwrap();
    tree.symlink("l", &format!("/{deep}"));
    // Short names that stand for long ones.
    let fits = (0..1_000_000).take_while(|at| tree.file(&format!("l/{at}"), 1).is_ok()).count();
    assert!((MEMORY / 5000..MEMORY / 3000).contains(&fits), "{fits}");
    let error = tree.file("l/x", 1).unwrap_err().to_string();
    assert!(error.contains("too many files") && error.len() < 300, "{error}");
}
