//! The golden guests: small programs whose every stage is stored, so that a
//! change of the translator shows as a change of text, and that are run, so that
//! the text is known to be right.
//!
//! `scripts/golden` writes the stored files anew; `golden/README.md` says what
//! they are.

#[path = "golden/compare.rs"]
mod compare;
#[path = "golden/count.rs"]
mod count;
#[path = "golden/guest.rs"]
mod guest;
#[path = "golden/sexpr.rs"]
mod sexpr;
#[path = "golden/shape.rs"]
mod shape;

use std::collections::BTreeSet;
use std::fs;

use guest::{blessing, guests, root};
use rv2wat::assemble;

fn report(failures: Vec<String>) {
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

/// Each stored stage is what is printed now.
#[test]
fn stored_stages_are_current() {
    let stored = guests().into_iter().flat_map(|guest| guest.stored());
    report(stored.filter_map(|stored| stored.check().err()).collect());
}

/// Nothing lies about that no guest has.
#[test]
fn stored_files_belong_to_a_guest() {
    let mut stray = Vec::new();
    for guest in guests() {
        let mut known: BTreeSet<String> = guest.stored().into_iter().map(|stored| stored.path).collect();
        known.extend(
            ["c", "S", "elf", "stdout", "direct.wat", "alike.wat"].map(|extension| guest.file(extension)),
        );
        let entries = fs::read_dir(root(&format!("golden/{}", guest.name))).expect("a guest's directory");
        for entry in entries.filter_map(Result::ok) {
            let path = format!("golden/{}/{}", guest.name, entry.file_name().to_string_lossy());
            if known.contains(&path) {
                continue;
            }
            // Only what this test wrote once is removed again.
            if blessing() && [".cfg", ".ir", ".wat"].iter().any(|end| path.ends_with(end)) {
                fs::remove_file(root(&path)).unwrap_or_else(|why| panic!("{path}: {why}"));
            } else {
                stray.push(format!("{path} belongs to no guest"));
            }
        }
    }
    report(stray);
}

/// The modules assemble, are laid out as a reader expects, and come out the same
/// each time.
#[test]
fn modules_are_well_formed() {
    let mut failures = Vec::new();
    for guest in guests() {
        for level in [0, 2] {
            let translation = guest.translate(level);
            let mut fail = |what: String| failures.push(format!("{} at -O{level}: {what}", guest.name));
            let module = wat::parse_str(&translation.wat).map_err(|why| why.to_string());
            let assembled = assemble::assemble(&translation.wat).map_err(|why| why.to_string());
            if let Err(why) = &module {
                fail(why.clone());
            } else if assembled != module {
                fail("the `wat` crate makes another module of the text".to_owned());
            } else if Ok(guest.built(level)) != module {
                fail("functions assembled one by one make another module".to_owned());
            }
            shape::faults(&translation).into_iter().for_each(&mut fail);
            if guest.translate(level).wat != translation.wat {
                fail("the second translation differs from the first".to_owned());
            }
        }
    }
    report(failures);
}

/// The modules run, and the guests say what they say under the reference
/// emulator.
#[cfg(feature = "run")]
#[test]
fn programs_say_what_they_should() {
    use std::sync::Arc;

    use rv2wat::run::native::Captured;
    use rv2wat::run::{Executable, RunConfig};

    let run = |guest: &guest::Guest, level| -> Result<(), String> {
        let translation = guest.translate(level);
        let wasm = assemble::assemble(&translation.wat).map_err(|why| why.to_string())?;
        // The engine validates the module before it compiles it.
        let executable =
            Executable::new(Arc::new(translation), &wasm, None).map_err(|why| why.to_string())?;
        let config = RunConfig {
            process: rv2wat_linux::Config {
                args: vec![guest.name.clone().into_bytes()],
                ..rv2wat_linux::Config::default()
            },
            ..RunConfig::default()
        };
        let host = Captured::new("");
        let stdout = host.stdout();
        let finished = executable.run(host, config).map_err(|why| why.to_string())?;
        if let Some(fault) = finished.fault {
            return Err(fault);
        }
        let expected = guest::read(&guest.file("stdout"));
        let printed = String::from_utf8_lossy(&stdout.bytes()).into_owned();
        match rv2wat::check::difference(&expected, &printed) {
            Some(diff) => Err(format!("output (- expected, + printed):\n{diff}")),
            None if finished.status != 0 => Err(format!("status {}", finished.status)),
            None => Ok(()),
        }
    };
    let mut failures = Vec::new();
    for guest in guests() {
        for level in [0, 2] {
            if let Err(why) = run(&guest, level) {
                failures.push(format!("{} at -O{level}: {why}", guest.name));
            }
        }
    }
    report(failures);
}
