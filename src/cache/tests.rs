use super::*;

fn cache(limit: u64) -> (tempfile::TempDir, Cache) {
    let dir = tempfile::tempdir().expect("a directory");
    let cache = Cache::open(&dir.path().join("a/b"), limit).expect("opens");
    (dir, cache)
}

fn key(n: u8) -> Key {
    Key::of(&[&[n]])
}

/// When a file counts as used last, in seconds before now.
fn age(cache: &Cache, key: Key, seconds: u64) {
    let file = File::options().write(true).open(cache.path(key)).expect("is there");
    file.set_modified(SystemTime::now() - Duration::from_secs(seconds)).expect("is ours");
}

#[test]
fn what_was_put_is_found_and_nothing_else_is() {
    let (_dir, cache) = cache(LIMIT);
    assert_eq!(cache.get(key(1)).unwrap(), None);
    cache.put(key(1), "one", b"content").unwrap();
    cache.put(key(2), "", b"").unwrap();
    assert_eq!(cache.get(key(1)).unwrap().as_deref(), Some(&b"content"[..]));
    assert_eq!(cache.get(key(2)).unwrap().as_deref(), Some(&b""[..]));
    cache.put(key(1), "one", b"new").unwrap();
    assert_eq!(cache.get(key(1)).unwrap().as_deref(), Some(&b"new"[..]));
    let labels: Vec<String> = cache.list().unwrap().into_iter().map(|item| item.label).collect();
    assert_eq!(labels, ["one", ""]);
    let long = "ä".repeat(40_000);
    cache.put(key(3), &long, b"third").unwrap();
    assert_eq!(cache.get(key(3)).unwrap().as_deref(), Some(&b"third"[..]));
    assert_eq!(cache.list().unwrap()[0].label, long[..65_534]);
}

#[test]
fn parts_do_not_run_into_each_other() {
    assert_ne!(Key::of(&[b"ab", b"c"]), Key::of(&[b"a", b"bc"]));
    assert_ne!(Key::of(&[b"ab"]), Key::of(&[b"ab", b""]));
    assert_eq!(key(1).to_string().len(), 64);
}

#[test]
fn each_damaged_byte_and_each_length_is_noticed() {
    let (_dir, cache) = cache(LIMIT);
    cache.put(key(1), "label", b"content").unwrap();
    let path = cache.path(key(1));
    let whole = fs::read(&path).unwrap();
    let flipped = (0..whole.len()).map(|at| {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x10;
        bytes
    });
    let cut = (0..whole.len()).map(|length| whole[..length].to_vec());
    let longer = [[&whole[..], &[0]].concat()];
    for bytes in flipped.chain(cut).chain(longer) {
        fs::write(&path, &bytes).unwrap();
        assert!(matches!(cache.get(key(1)), Err(CacheError::Damaged(_))), "{bytes:?}");
        assert!(!path.exists());
        assert_eq!(cache.get(key(1)).unwrap(), None);
    }
    fs::write(&path, &whole).unwrap();
    assert!(cache.get(key(1)).unwrap().is_some());
}

#[test]
fn what_has_not_been_used_for_longest_goes() {
    let (_dir, cache) = cache(3 * 1100);
    for n in 0..3 {
        cache.put(key(n), "", &[n; 1000]).unwrap();
        age(&cache, key(n), 100 - u64::from(n));
    }
    assert!(cache.get(key(0)).unwrap().is_some(), "it counts as used now");
    cache.put(key(3), "", &[3; 1000]).unwrap();
    let kept: Vec<bool> = (0..4).map(|n| cache.get(key(n)).unwrap().is_some()).collect();
    assert_eq!(kept, [true, false, true, true]);
    // What is too large by itself is kept alone.
    cache.put(key(4), "", &[4; 10_000]).unwrap();
    assert_eq!(cache.list().unwrap().len(), 1);
    assert!(cache.get(key(4)).unwrap().is_some());
}

#[test]
fn what_is_put_is_the_last_to_go_whatever_clocks_say() {
    let (_dir, cache) = cache(1100);
    cache.put(key(1), "", &[1; 500]).unwrap();
    // File systems may use a clock that is behind the one of `get`.
    let file = File::options().write(true).open(cache.path(key(1))).unwrap();
    file.set_modified(SystemTime::now() + Duration::from_mins(1)).unwrap();
    cache.put(key(2), "", &[2; 900]).unwrap();
    assert_eq!(cache.list().unwrap().len(), 1);
    assert!(cache.get(key(2)).unwrap().is_some());
}

#[test]
fn what_was_left_half_written_goes_and_strangers_stay() {
    let (_dir, cache) = cache(LIMIT);
    let file = |name: &str| cache.dir.join(name);
    for name in [".new-old", ".new-young", "stranger"] {
        fs::write(file(name), b"something").unwrap();
    }
    let old = File::options().write(true).open(file(".new-old")).unwrap();
    old.set_modified(SystemTime::now() - 2 * ABANDONED).unwrap();
    cache.put(key(1), "", b"content").unwrap();
    assert!(!file(".new-old").exists() && file(".new-young").exists());
    assert_eq!(cache.clear().unwrap().0, 1);
    assert!(!file(".new-young").exists() && file("stranger").exists());
    assert_eq!(cache.list().unwrap(), []);
}

#[test]
fn a_directory_that_others_can_write_to_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = tempfile::tempdir().expect("a directory");
    fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o777)).unwrap();
    assert!(matches!(Cache::open(dir.path(), LIMIT), Err(CacheError::Shared(_))));
    let file = dir.path().join("file");
    fs::write(&file, b"").unwrap();
    assert!(matches!(Cache::open(&file, LIMIT), Err(CacheError::File { .. })));
}

#[test]
fn many_threads_share_a_cache() {
    let (_dir, cache) = cache(20_000);
    std::thread::scope(|scope| {
        for thread in 0..8u8 {
            let cache = &cache;
            scope.spawn(move || {
                for round in 0..50u8 {
                    let n = (thread + round) % 12;
                    match cache.get(key(n)).expect("never damaged") {
                        Some(bytes) => assert_eq!(bytes, vec![n; 3000]),
                        None => cache.put(key(n), "", &vec![n; 3000]).expect("room"),
                    }
                }
            });
        }
    });
    let total: u64 = cache.list().unwrap().iter().map(|item| item.bytes).sum();
    assert!(total <= 20_000 + 3 * 3200, "{total} bytes");
}
