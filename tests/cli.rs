//! The command line over the committed guests of `golden/`: what it prints, how it
//! fails, and that damaged input never ends in a panic or in half an output.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use rayon::prelude::*;

fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("golden")
}

fn elf(name: &str) -> PathBuf {
    golden().join(name).join(name).with_extension("elf")
}

/// The names of all committed guests, in order.
fn guests() -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(golden())
        .expect("golden/ is part of the checkout")
        .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()))
        .filter(|name| elf(name).exists())
        .collect();
    names.sort();
    assert!(names.len() >= 10, "{names:?}");
    names
}

/// The command, with a cache that is not the user's.
fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rv2wat"));
    command.env("XDG_CACHE_HOME", env!("CARGO_TARGET_TMPDIR"));
    command
}

fn rv2wat(args: &[&str]) -> Output {
    command().args(args).stdin(Stdio::null()).output().expect("rv2wat starts")
}

fn rv2wat_on(stdin: &[u8], args: &[&str]) -> Output {
    let mut child = command()
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("rv2wat starts");
    // It may refuse its input before it has read all of it.
    let _ = child.stdin.take().expect("a pipe was asked for").write_all(stdin);
    child.wait_with_output().expect("rv2wat ends")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Standard output of a run that has to succeed.
fn printed(args: &[&str]) -> String {
    let output = rv2wat(args);
    assert!(output.status.success(), "{args:?}: {}", text(&output.stderr));
    text(&output.stdout)
}

/// A refusal: status 2, a message, nothing on standard output, no panic.
fn assert_refused(output: &Output, what: &str) {
    let message = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{what}: {message}");
    assert!(output.stdout.is_empty(), "{what}: {}", text(&output.stdout));
    assert!(!message.trim().is_empty() && !message.contains("panicked"), "{what}: {message}");
}

fn path(path: &Path) -> &str {
    path.to_str().expect("paths of the checkout are text")
}

#[cfg(feature = "run")]
mod run {
    use super::*;

    /// Runs a guest and compares it with what the reference emulator printed.
    fn assert_runs(name: &str, flags: &[&str]) -> Output {
        let elf = elf(name);
        let mut args = vec!["run"];
        args.extend(flags);
        args.push(path(&elf));
        let output = rv2wat(&args);
        let expected =
            fs::read_to_string(elf.with_extension("stdout")).expect("the expected output is committed");
        assert_eq!(text(&output.stdout), expected, "{name} {flags:?}: {}", text(&output.stderr));
        assert_eq!(output.status.code(), Some(0), "{name} {flags:?}");
        output
    }

    #[test]
    fn golden_guests_print_what_they_should() {
        guests().par_iter().for_each(|name| {
            for flags in [&[][..], &["-O0"], &["-O3"]] {
                assert_runs(name, flags);
            }
        });
    }

    #[test]
    fn leaving_and_coming_back_changes_nothing() {
        guests().par_iter().for_each(|name| {
            for flag in ["--force-exit=1", "--force-exit=2", "--force-exit=7", "--force-exit=97"] {
                assert_runs(name, &[flag]);
            }
            assert_runs(name, &["--force-exit=3", "--lockstep", "--checked"]);
            assert_runs(name, &["--force-exit=1", "--lockstep", "-O0"]);
        });
    }

    #[test]
    fn exits_are_counted_by_where_they_lead() {
        let output = assert_runs("longjump", &["--stats", "--no-cache"]);
        let told = text(&output.stderr);
        assert!(told.contains("  1 times sideways to 0x11000, mark+0x0\n"), "{told}");
        assert!(told.contains("  1 times jump to 0x1105c, main+0x16\n"), "{told}");
    }

    #[test]
    fn interpreting_changes_no_output() {
        guests().par_iter().for_each(|name| {
            assert_runs(name, &["--interpret"]);
        });
    }

    /// What `bisect` says of a program of which one pass damages one function.
    fn bisected(name: &str, flags: &[&str]) -> (Option<i32>, String) {
        let elf = elf(name);
        let output = rv2wat(&[&["bisect"], flags, &[path(&elf)]].concat());
        assert!(output.stderr.is_empty(), "{flags:?}: {}", text(&output.stderr));
        (output.status.code(), text(&output.stdout))
    }

    #[test]
    fn bisecting_names_the_pass_and_the_function_that_go_wrong() {
        let (status, found) = bisected("fib", &["--spoil=frames@fib"]);
        assert_eq!(status, Some(1), "{found}");
        assert!(found.starts_with("pass: frames (step 6 of "), "{found}");
        assert!(found.contains("\nfunction: fib at 0x"), "{found}");
        assert!(
            found.ends_with("\nfewest passes: --passes=promote,fold,peephole,gvn,merge,frames,dce\n"),
            "{found}"
        );
    }

    #[test]
    fn bisecting_names_the_function_where_no_pass_is_at_fault() {
        let (status, found) = bisected("fib", &["--spoil=promote@fib"]);
        assert_eq!(status, Some(1), "{found}");
        assert!(found.starts_with("pass: none"), "{found}");
        assert!(found.contains("\nfunction: fib at 0x"), "{found}");
    }

    #[test]
    fn bisecting_what_goes_right_says_so() {
        let (status, found) = bisected("fib", &[]);
        assert_eq!(status, Some(0), "{found}");
        assert!(found.contains("goes right"), "{found}");
    }

    #[test]
    fn a_plain_engine_changes_no_output() {
        guests().par_iter().for_each(|name| {
            assert_runs(name, &["--engine-features=none"]);
        });
    }

    #[test]
    fn binaryen_changes_no_output() {
        guests().par_iter().for_each(|name| {
            assert_runs(name, &["--no-binaryen"]);
        });
    }

    /// Only the leap is meant to leave sideways.
    #[test]
    fn nothing_but_the_leap_is_interpreted() {
        for name in guests() {
            let output = assert_runs(&name, &["--stats=json"]);
            let stats: serde_json::Value = serde_json::from_slice(&output.stderr).expect("one JSON object");
            for key in ["regular", "irregular", "observers", "entries", "instructions_interpreted"] {
                assert!(stats[key].is_u64(), "{name}: {key} in {stats}");
            }
            assert!(stats["exits"].is_object(), "{name}: {stats}");
            assert!(stats["regular"].as_u64() > Some(0), "{name}: {stats}");
            if name != "longjump" {
                assert_eq!(stats["instructions_interpreted"], 0, "{name}: {stats}");
            }
        }
    }

    #[test]
    fn a_guest_comes_by_standard_input() {
        let output = rv2wat_on(&fs::read(elf("fib")).expect("fib is committed"), &["run", "-"]);
        assert_eq!(text(&output.stdout), "fib(27) = 196418\n", "{}", text(&output.stderr));
    }

    #[test]
    fn running_what_is_no_program_is_refused() {
        assert_refused(&rv2wat(&["run", path(&golden().join("print.c"))]), "C source");
        assert_refused(&rv2wat(&["run", "no/such/program"]), "missing");
    }
}

#[test]
fn every_stage_prints_and_prints_the_same_again() {
    let fib = elf("fib");
    for stage in ["asm", "cfg", "summary", "ir", "wat"] {
        let flag = format!("--emit={stage}");
        let first = printed(&[&flag, path(&fib)]);
        assert!(first.contains("fib"), "{stage}: {first}");
        assert_eq!(first, printed(&[&flag, path(&fib)]), "{stage}");
    }
    assert_eq!(printed(&[path(&fib)]), printed(&["--emit=wat", path(&fib)]), "wat is the default");
}

#[test]
fn all_guests_assemble_at_all_levels() {
    guests().par_iter().for_each(|name| {
        for level in ["-O0", "-O1", "-O2", "-O3"] {
            let output = rv2wat(&["--emit=wasm", "--no-binaryen", level, path(&elf(name))]);
            assert!(output.status.success(), "{name} {level}: {}", text(&output.stderr));
            assert!(output.stdout.starts_with(b"\0asm\x01\0\0\0"), "{name} {level}");
        }
    });
}

#[test]
fn the_text_is_narrow_and_named() {
    guests().par_iter().for_each(|name| {
        let wat = printed(&["-O2", path(&elf(name))]);
        for line in wat.lines() {
            assert!(line.chars().count() <= 100, "{name}: {line}");
        }
        assert!(!wat.contains("(local i64)") && !wat.contains("(local.get 0)"), "{name} has unnamed locals");
    });
}

#[test]
fn output_goes_to_a_file() {
    let dir = tempfile::tempdir().expect("a directory");
    let out = dir.path().join("fib.wat");
    let fib = elf("fib");
    assert_eq!(printed(&["-o", path(&out), path(&fib)]), "");
    assert_eq!(fs::read_to_string(&out).expect("the file was written"), printed(&[path(&fib)]));
    assert_eq!(printed(&["-o", "-", path(&fib)]), printed(&[path(&fib)]));
}

#[test]
fn functions_are_chosen_by_name_glob_and_address() {
    let fib = elf("fib");
    let all = printed(&[path(&fib)]);
    let one = printed(&["--function", "fib", path(&fib)]);
    assert!(one.contains("(func $fib") && !one.contains("(func $main"), "{one}");
    assert!(one.len() < all.len());
    let print = printed(&["--function", "print*", path(&fib)]);
    assert!(print.contains("(func $print_line") && !print.contains("(func $fib"), "{print}");
    // The address of fib is where its symbol says.
    let address = printed(&["--function", "0x11000", path(&fib)]);
    assert_eq!(address, one);
    assert_refused(&rv2wat(&["--function", "no_such_function", path(&fib)]), "unknown function");
}

#[test]
fn annotations_say_where_lines_come_from() {
    let fib = elf("fib");
    let none = printed(&["--annotate=none", path(&fib)]);
    let asm = printed(&["--annotate=asm", path(&fib)]);
    let source = printed(&["--annotate=source", path(&fib)]);
    assert_eq!(printed(&[path(&fib)]), asm, "asm is the default");
    assert!(none.len() < asm.len(), "annotations add text");
    assert!(source.contains("fib.c"), "{source}");
}

#[test]
fn a_stored_file_is_compared_and_blessed() {
    let dir = tempfile::tempdir().expect("a directory");
    let stored = dir.path().join("stored.wat");
    let fib = elf("fib");
    let check = ["--check", path(&stored), path(&fib)];
    let bless = ["--check", path(&stored), "--bless", path(&fib)];
    assert!(rv2wat(&bless).status.success());
    assert!(rv2wat(&check).status.success());
    let text_before = fs::read_to_string(&stored).expect("blessed");
    fs::write(&stored, text_before.replacen("fib", "fab", 1)).expect("writable");
    let output = rv2wat(&check);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    let said = text(&output.stdout) + &text(&output.stderr);
    assert!(said.contains("fab") && said.contains("--bless"), "{said}");
    assert!(rv2wat(&bless).status.success());
    assert_eq!(fs::read_to_string(&stored).expect("blessed again"), text_before);
}

#[test]
fn passes_are_listed_and_chosen() {
    let list = printed(&["--list-passes"]);
    for pass in ["promote", "peephole", "fold", "gvn", "dce", "frames", "structure", "treeify"] {
        assert!(list.contains(pass), "{pass} in {list}");
    }
    assert_refused(&rv2wat(&["--passes", "no-such-pass", path(&elf("fib"))]), "unknown pass");
    assert_refused(&rv2wat(&["--print-after", "no-such-pass", path(&elf("fib"))]), "unknown pass to print");
    let output = rv2wat(&["--print-after", "all", "--function", "fib", path(&elf("fib"))]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("promote") || text(&output.stdout).contains("promote"));
}

#[test]
fn what_is_no_riscv_program_is_refused() {
    let fib = fs::read(elf("fib")).expect("fib is committed");
    let changed = |at: usize, value: u8| {
        let mut bytes = fib.clone();
        bytes[at] = value;
        bytes
    };
    let foreign: [(&str, Vec<u8>); 8] = [
        ("empty", Vec::new()),
        ("text", b"#!/bin/sh\necho no\n".to_vec()),
        ("magic alone", fib[..4].to_vec()),
        ("header alone", fib[..64].to_vec()),
        ("x86-64", changed(18, 62)),
        ("32 bits", changed(4, 1)),
        ("big-endian", changed(5, 2)),
        ("an object file", changed(16, 1)),
    ];
    for (what, bytes) in &foreign {
        assert_refused(&rv2wat_on(bytes, &["-"]), what);
    }
    assert_refused(&rv2wat(&["no/such/file.elf"]), "missing");
    assert_refused(&rv2wat(&["--engine-features=all", path(&elf("fib"))]), "an unknown feature");
    assert_refused(&rv2wat(&[path(&golden())]), "a directory");
}

/// A program of one segment whose first byte is at `start`: it exits with the
/// status 42, which it reads from its own last byte.
fn program_at(start: u64) -> Vec<u8> {
    const HEADERS: u64 = 64 + 56;
    let code: [u32; 5] = [
        0x0000_0517, // auipc a0,0
        0x0105_4503, // lbu a0,16(a0)
        0x05d0_0893, // li a7,93
        0x0000_0073, // ecall
        42,
    ];
    let size = HEADERS + 4 * code.len() as u64;
    let mut bytes = b"\x7fELF\x02\x01\x01".to_vec();
    bytes.resize(16, 0);
    for half in [2_u16, 243] {
        bytes.extend(half.to_le_bytes());
    }
    bytes.extend(1_u32.to_le_bytes());
    for double in [start + HEADERS, 64, 0] {
        bytes.extend(double.to_le_bytes());
    }
    bytes.extend(5_u32.to_le_bytes());
    for half in [64_u16, 56, 1, 64, 0, 0] {
        bytes.extend(half.to_le_bytes());
    }
    // One segment to be loaded: read and execute.
    for word in [1_u32, 5] {
        bytes.extend(word.to_le_bytes());
    }
    for double in [0, start, start, size, size, 0x1000] {
        bytes.extend(double.to_le_bytes());
    }
    code.iter().for_each(|word| bytes.extend(word.to_le_bytes()));
    bytes
}

/// Where a program lies in its first 64 KiB, null pointers cannot be told, and
/// whoever translates it is.
#[test]
fn a_program_in_the_first_pages_goes_without_the_null_guard() {
    for (start, low) in [(0x1000, true), (0xf000, true), (0x1_0000, false)] {
        for args in [&["-"][..], &["--emit=summary", "-"], &["run", "-"]] {
            if args[0] == "run" && !cfg!(feature = "run") {
                continue;
            }
            let output = rv2wat_on(&program_at(start), args);
            let message = text(&output.stderr);
            let status = if args[0] == "run" { 42 } else { 0 };
            assert_eq!(output.status.code(), Some(status), "{start:#x} {args:?}: {message}");
            assert_eq!(message.contains("first 64 KiB"), low, "{start:#x} {args:?}: {message}");
        }
    }
}

/// Whether a module is one.
fn is_valid(wasm: &[u8]) -> bool {
    #[cfg(feature = "run")]
    return wasmtime::Module::validate(&wasmtime::Engine::default(), wasm).is_ok();
    #[cfg(not(feature = "run"))]
    return wasm.starts_with(b"\0asm\x01\0\0\0");
}

/// A damaged program ends in a valid module or in a refusal.
fn assert_survives(what: &str, bytes: &[u8]) {
    let output = rv2wat_on(bytes, &["--emit=wasm", "-"]);
    match output.status.code() {
        Some(0) => assert!(is_valid(&output.stdout), "{what}: the module is invalid"),
        Some(2) => assert_refused(&output, what),
        other => panic!("{what}: status {other:?}: {}", text(&output.stderr)),
    }
}

/// The next of a series of random numbers (xorshift64).
fn random(state: &mut u64) -> usize {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    (*state >> 11) as usize
}

#[test]
fn programs_cut_off_end_in_a_message() {
    for name in ["fib", "jumptable"] {
        let elf = fs::read(elf(name)).expect("committed");
        (0..elf.len()).step_by(64).collect::<Vec<_>>().into_par_iter().for_each(|length| {
            assert_survives(&format!("{name} cut to {length} bytes"), &elf[..length]);
        });
    }
}

#[test]
fn programs_with_flipped_bits_end_in_a_message() {
    for name in ["fib", "jumptable"] {
        let elf = fs::read(elf(name)).expect("committed");
        // A bit of each byte of the headers, and a sample of everything else.
        let headers = 64 + 5 * 56;
        let bits =
            (0..headers).map(|byte| byte * 8 + byte % 8).chain((headers * 8..elf.len() * 8).step_by(1013));
        bits.collect::<Vec<_>>().into_par_iter().for_each(|bit| {
            let mut damaged = elf.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            assert_survives(&format!("{name} with bit {bit} flipped"), &damaged);
        });
        // Several bits of headers and code at once.
        let image = rv2wat::load::load(&elf).expect("undamaged, it loads");
        let code: Vec<usize> = image
            .segments
            .iter()
            .filter(|segment| segment.perms.x)
            .flat_map(|segment| segment.file.clone())
            .filter(|&byte| elf[byte] != 0)
            .collect();
        (1..=300_u64).into_par_iter().for_each(|seed| {
            let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let mut damaged = elf.clone();
            for _ in 0..1 + random(&mut state) % 8 {
                let byte = match random(&mut state) % 4 {
                    0 => random(&mut state) % headers,
                    _ => code[random(&mut state) % code.len()],
                };
                damaged[byte] ^= 1 << (random(&mut state) % 8);
            }
            assert_survives(&format!("{name} damaged by seed {seed}"), &damaged);
        });
    }
}

/// A file named for output is not left behind half-written, nor at all.
#[test]
fn a_refusal_leaves_no_output() {
    let dir = tempfile::tempdir().expect("a directory");
    let out = dir.path().join("out.wat");
    assert_refused(&rv2wat(&["-o", path(&out), path(&golden().join("print.h"))]), "no ELF");
    assert!(fs::read_dir(dir.path()).expect("the directory").next().is_none());
}
