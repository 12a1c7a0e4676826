//! Real programs, translated and run, compared with the reference emulator in
//! output, exit status and the files that they leave.
//!
//! The programs are compiled or fetched by `scripts/test`, which sets
//! `RV2WAT_EXTERNAL=1`; without it these tests only say that they did not run.
//! `RV2WAT_ONLY=sort,leaps.O2 cargo test --test programs` runs the cases whose
//! name holds one of the words.
#![cfg(feature = "run")]

#[path = "programs/applets.rs"]
mod applets;
#[path = "programs/assembled.rs"]
mod assembled;
#[path = "programs/compiled.rs"]
mod compiled;
#[path = "programs/harness.rs"]
mod harness;
#[path = "programs/interrupted.rs"]
mod interrupted;
#[path = "programs/shells.rs"]
mod shells;
#[path = "programs/under_node.rs"]
mod under_node;

use rstest::rstest;
use rv2wat::pipeline::Faults;
use rv2wat::summary::Stack;

use harness::{By, Case, How, Tiers, check_all, external, failures, in_lockstep, left};

/// As ever, but for faults.
const EXACT: How = How {
    level: 2,
    can_force_exits: false,
    checked: false,
    binaryen: false,
    stack: Stack::Auto,
    faults: Faults::Exact,
    preempt: false,
    tiers: Tiers::Ahead,
};

/// Runs a group, or says why not.
fn group(name: &str, cases: impl FnOnce() -> Vec<Case>) {
    if external() {
        check_all(name, cases());
    } else {
        eprintln!("{name}: skipped; scripts/test fetches what it needs and runs it");
    }
}

/// Each program in each way of compiling it.
#[rstest]
#[case::unoptimised("O0")]
#[case::optimised("O2")]
#[case::small("Os")]
#[case::stripped("stripped")]
#[case::bitmanip("bitmanip")]
#[case::musl("musl")]
#[case::pie("pie")]
fn guests(#[case] variant: &str) {
    group(variant, || compiled::cases(variant, How::default()));
}

/// Dynamically linked ones, with what is translated while they run and without, and with
/// lazy binding and without.
#[rstest]
#[case::hot("linked", Tiers::All(300), true)]
#[case::by_the_interpreter("linked-fixed", Tiers::Ahead, true)]
#[case::by_the_interpreter_alone("linked", Tiers::Interpreter, false)]
fn linked(#[case] variant: &str, #[case] tiers: Tiers, #[case] checked: bool) {
    let how = How { tiers, checked, ..How::default() };
    group(&format!("{variant} by {tiers:?}"), || compiled::cases(variant, how));
}

/// Leaving at every N-th call that may exit and coming back changes nothing, for
/// any N.
#[test]
fn forced_exits() {
    group("forced exits", || left(compiled::cases("O2", How::default()), &[1], false));
}

/// At each forced exit, registers and stack are what they are in the interpreter;
/// and what the translator takes for granted holds.
#[test]
fn lockstep() {
    let how = How { checked: true, ..How::default() };
    group("lockstep", || left(compiled::followed("musl", how), &[1, 7], true));
}

/// Where frames tell the truth always, too.
#[test]
fn always() {
    let how = How { stack: Stack::Always, checked: true, ..How::default() };
    group("truth always, in lockstep", || left(compiled::followed("musl", how), &[1], true));
}

/// And where those do that may lead to a function which looks at its callers.
#[test]
fn observed() {
    let how = How { stack: Stack::Observed, checked: true, ..How::default() };
    group("truth where it is observed, in lockstep", || left(compiled::followed("musl", how), &[1], true));
}

/// Without what was translated beforehand: interpreted, and by what is translated while it
/// runs. Both leave and come back wherever they like.
#[rstest]
#[case::interpreted("musl", Tiers::Interpreter)]
#[case::interpreted_o0("O0", Tiers::Interpreter)]
#[case::interpreted_o2("O2", Tiers::Interpreter)]
#[case::interpreted_os("Os", Tiers::Interpreter)]
#[case::unoptimised("O0", Tiers::Hot(100))]
#[case::optimised("O2", Tiers::Hot(50))]
#[case::small("Os", Tiers::Hot(200))]
fn beneath(#[case] variant: &str, #[case] tiers: Tiers) {
    let how = How { tiers, ..How::default() };
    group(&format!("{variant} by {tiers:?}"), || {
        let mut cases = compiled::cases(variant, how);
        // Of the other variants those that the tiers are there for.
        cases.retain(|case| variant == "musl" || case.sideways.is_some());
        anywhere(cases)
    });
}

/// Where programs leave sideways, what the translator takes for granted holds.
#[rstest]
#[case::unoptimised("O0")]
#[case::optimised("O2")]
#[case::small("Os")]
fn checked_sideways(#[case] variant: &str) {
    group(&format!("{variant} checked"), || {
        let mut cases = compiled::cases(variant, How { checked: true, ..How::default() });
        cases.retain(|case| case.sideways.is_some());
        cases
    });
}

/// So early that few places have been seen that lead to another, where programs jump as no
/// compiler would have it.
#[rstest]
#[case::at_once(1)]
#[case::soon(2)]
#[case::later(5)]
fn beneath_early(#[case] after: u32) {
    const NAMES: [&str; 8] =
        ["links", "returns", "middles", "overlaps", "oddities", "gotos", "jit", "coroutines"];
    group(&format!("assembly hot after {after}"), || {
        let mut cases = compiled::cases("O2", How { tiers: Tiers::Hot(after), ..How::default() });
        cases.retain(|case| NAMES.iter().any(|name| case.name.starts_with(name)));
        anywhere(cases)
    });
}

/// All tiers at once, and what is taken for granted is checked. Where little is hot, parts
/// of functions are translated without the rest.
#[rstest]
#[case::at_once(1)]
#[case::soon(20)]
#[case::later(300)]
fn beside(#[case] after: u32) {
    let how = How { tiers: Tiers::All(after), checked: true, ..How::default() };
    group(&format!("beside, hot after {after}"), || {
        let mut cases = compiled::cases("musl", how);
        cases.retain(|case| case.sideways.is_some());
        anywhere(cases)
    });
}

/// Where loops are left now and then, signals are delivered in them; and nothing else
/// changes.
#[rstest]
#[case::unoptimised("O0", How { level: 0, ..How::default() })]
#[case::optimised("O2", How { checked: true, ..How::default() })]
#[case::small("Os", How { stack: Stack::Always, ..How::default() })]
#[case::hot("O2", How { tiers: Tiers::Hot(10), ..How::default() })]
#[case::all("musl", How { tiers: Tiers::All(1), ..How::default() })]
fn preempted(#[case] variant: &str, #[case] how: How) {
    group(&format!("{variant} with loops that are left"), || {
        let mut cases = compiled::cases(variant, How { preempt: true, ..how });
        // And of one variant those that the tiers are there for.
        let chosen = |case: &Case| variant == "musl" && case.sideways.is_some();
        cases.retain(|case| chosen(case) || case.name.starts_with("preempted"));
        anywhere(cases)
    });
}

/// There are signals in loops under Node, too.
#[test]
fn preempted_under_node() {
    group("loops that are left under node", || {
        let mut cases = compiled::cases("musl", How { preempt: true, ..How::default() });
        cases.retain(|case| case.name.starts_with("preempted"));
        by_node(anywhere(cases))
    });
}

/// Cases that may be interpreted.
fn anywhere(mut cases: Vec<Case>) -> Vec<Case> {
    for case in &mut cases {
        case.sideways = Some("nothing, or not all, is translated beforehand".to_owned());
    }
    cases
}

/// Where faults are exact, by translated code in each convention and at each level, and
/// interpreted; and all other programs do as ever.
#[rstest]
#[case::unoptimised("O0", EXACT)]
#[case::optimised("O2", EXACT)]
#[case::small("Os", EXACT)]
#[case::all("musl", EXACT)]
#[case::at_no_level("O2", How { level: 0, ..EXACT })]
#[case::at_some_level("Os", How { level: 1, checked: true, ..EXACT })]
#[case::always("O2", How { stack: Stack::Always, checked: true, ..EXACT })]
#[case::observed("O2", How { stack: Stack::Observed, ..EXACT })]
#[case::interpreted("O2", How { tiers: Tiers::Interpreter, ..EXACT })]
fn exact_faults(#[case] variant: &str, #[case] how: How) {
    group(&format!("{variant} with exact faults"), || {
        let mut cases = compiled::cases(variant, how);
        if variant != "musl" {
            cases.retain(|case| case.name.starts_with("exactfaults"));
        }
        cases
    });
}

/// In lockstep too, and under Node.
#[test]
fn exact_faults_otherwise() {
    group("exact faults in lockstep", || {
        let mut cases = compiled::cases("musl", How { checked: true, ..EXACT });
        cases.retain(|case| case.name.starts_with("exactfaults"));
        let node = by_node(cases.clone());
        let mut all = left(cases, &[1], true);
        all.extend(node);
        all
    });
}

/// Large programs, too, in which half of the functions may: those whose frames are left,
/// unwound, deep, or called through pointers.
#[test]
fn observed_in_large_programs() {
    const NAMES: [&str; 8] =
        ["classes", "deep", "exceptions", "formats", "handlers", "leaps", "nested", "sorting"];
    let how = How { stack: Stack::Observed, checked: true, ..How::default() };
    group("large, truth where it is observed, in lockstep", || {
        let mut cases = compiled::cases("O2", how);
        cases.retain(|case| NAMES.iter().any(|name| case.name.starts_with(name)));
        in_lockstep(cases)
    });
}

/// Where translation and interpreter differ, the exit and the register are named.
#[test]
fn divergence_is_found() {
    if external() {
        let report = assembled::damaged();
        assert!(report.ends_with("next+0x0: a0 is 0x2 and, interpreted, 0x1"), "{report}");
    }
}

/// The translator's own levels: none on the largest programs, most on the smallest.
#[rstest]
#[case::none("O2", How { level: 0, ..How::default() })]
#[case::some("musl", How { level: 1, ..How::default() })]
#[case::most("musl", How { level: 3, binaryen: true, ..How::default() })]
fn levels(#[case] variant: &str, #[case] how: How) {
    group(&format!("{variant} translated at -O{}", how.level), || compiled::cases(variant, how));
}

/// What the translator takes for granted holds. (It is checked under forced exits
/// as well.)
#[test]
fn checked() {
    group("checked", || compiled::cases("musl", How { checked: true, ..How::default() }));
}

/// Where it does not hold, the function is named.
#[rstest]
#[case::by_the_mark(
    2,
    Stack::Exit,
    "in victim+0xe, the frame at sp-16 from entry is 0x9 and was taken to be 0x5afedead00000010"
)]
#[case::by_the_register(0, Stack::Always, "in victim+0x14, s0 is 0x9 and was taken to be 0x0")]
#[case::by_the_frame(
    2,
    Stack::Always,
    "in victim+0xe, the frame at sp-16 from entry is 0x9 and was taken to be 0x0"
)]
fn violations_are_found(#[case] level: u8, #[case] stack: Stack, #[case] expected: &str) {
    if external() {
        let report = assembled::meddled(level, stack);
        assert!(report.ends_with(expected), "{report}");
    }
}

/// A handler that interrupts what is not known cannot go back there: the process ends,
/// and says why. (The reference makes the access again and again.)
#[test]
fn a_handler_of_a_refused_access_cannot_return() {
    if external() {
        let output = compiled::run("faults.musl", &["return"]);
        let report = String::from_utf8_lossy(&output.stderr);
        assert_eq!(String::from_utf8_lossy(&output.stdout), "handled 11\n");
        assert!(report.contains("the handler of a fault has returned"), "{report}");
        assert_eq!(output.status.code(), Some(128 + 11));
    }
}

/// The command passes on streams, environment, status and statistics.
#[test]
fn command() {
    group("command", || {
        let mut cases = compiled::cases("musl", How::default());
        cases
            .retain(|case| ["arguments", "dying", "scanning"].iter().any(|name| case.name.starts_with(name)));
        for case in &mut cases {
            case.by = By::Command;
        }
        cases
    });
}

/// Signals that others send reach a program.
#[test]
fn signals_from_outside() {
    if external() {
        interrupted::signals_from_outside();
    }
}

/// Cases run by Node, but for what its engine cannot.
fn by_node(mut cases: Vec<Case>) -> Vec<Case> {
    cases.retain(|case| !compiled::LOCATED.iter().any(|name| case.name.starts_with(&format!("{name}."))));
    for case in &mut cases {
        case.by = By::Node;
    }
    cases
}

/// The same by Node 20.
fn by_node_20(cases: Vec<Case>) -> Vec<Case> {
    let mut cases = by_node(cases);
    for case in &mut cases {
        case.by = By::Node20;
    }
    cases
}

/// Node runs them as well, with the host of `web`.
#[test]
fn node() {
    group("node", || by_node(compiled::cases("musl", How::default())));
}

/// And dynamically linked ones.
#[test]
fn linked_under_node() {
    let how = How { tiers: Tiers::All(1000), ..How::default() };
    let cases = || compiled::cases("linked", how).into_iter().step_by(3).collect();
    group("linked under node", || by_node(cases()));
}

/// Node 20 does the same with modules that need nothing newer; so does busybox there.
#[test]
fn node_20() {
    group("node 20", || {
        let mut cases = compiled::cases("musl", How::default());
        cases.extend(applets::busybox().into_iter().step_by(5));
        by_node_20(cases)
    });
}

/// There, code is translated while the program runs, and left at calls.
#[test]
fn otherwise_under_node_20() {
    group("other tiers and forced exits under node 20", || {
        let how = How { tiers: Tiers::Hot(50), ..How::default() };
        let mut cases = compiled::cases("musl", how);
        cases.retain(|case| case.sideways.is_some());
        let mut all = anywhere(cases);
        all.extend(left(
            compiled::cases("musl", How::default()).into_iter().step_by(3).collect(),
            &[],
            false,
        ));
        by_node_20(all)
    });
}

/// There, too, leaving at every N-th call and coming back changes nothing; the N is
/// a random one.
#[test]
fn forced_exits_under_node() {
    group("forced exits under node", || by_node(left(compiled::cases("musl", How::default()), &[], false)));
}

/// Files as well: each third of the ways of reading, making and changing them that
/// busybox has, since each takes a process.
#[test]
fn busybox_under_node() {
    group("busybox under node", || by_node(applets::busybox().into_iter().step_by(3).collect()));
}

/// Where an import of the host gives wrong answers there, the case fails.
#[test]
fn damage_under_node_is_found() {
    if !external() {
        return;
    }
    let interpreted = left(compiled::cases("musl", How::default()), &[1], false);
    let mut cases = Vec::new();
    let mut damage = |import: &'static str, from: &[Case], name: &str| {
        let case = from.iter().find(|case| case.name.starts_with(name)).expect("such a case");
        cases.push(Case { name: import.to_owned(), damage: Some(import), ..case.clone() });
    };
    for import in ["guest_load32", "guest_read", "enter", "output_write"] {
        damage(import, &interpreted, "files.musl");
    }
    damage("input_read", &interpreted, "scanning.musl");
    let busybox = applets::busybox();
    for (import, name) in
        [("guest_write", "md5sum"), ("file_read", "cat"), ("dir_lookup", "stat"), ("dir_list", "ls")]
    {
        damage(import, &busybox, &format!("busybox {name}"));
    }
    let all: Vec<String> = cases.iter().map(|case| case.name.clone()).collect();
    let found: Vec<String> = failures(by_node(cases)).into_iter().map(|(name, _)| name).collect();
    let passed: Vec<_> = all.iter().filter(|name| !found.contains(name)).collect();
    assert!(passed.is_empty(), "not found: {passed:?}");
}

/// Code is translated there, too, while the program runs: where nothing was beforehand...
#[rstest]
#[case::at_once("O2", Tiers::Hot(1))]
#[case::later("musl", Tiers::Hot(50))]
fn beneath_under_node(#[case] variant: &str, #[case] tiers: Tiers) {
    let how = How { tiers, ..How::default() };
    group(&format!("{variant} by {tiers:?} under node"), || {
        let mut cases = compiled::cases(variant, how);
        cases.retain(|case| case.sideways.is_some());
        by_node(anywhere(cases))
    });
}

/// ... and beside what was, also where it is left at calls, and where faults are exact.
#[test]
fn beside_under_node() {
    group("beside under node", || {
        let how = How { tiers: Tiers::All(1), checked: true, ..How::default() };
        let mut cases = compiled::cases("musl", how);
        cases.retain(|case| case.sideways.is_some());
        let mut all = left(cases.iter().step_by(3).cloned().collect(), &[], false);
        all.extend(cases);
        all.extend(compiled::cases("musl", How { tiers: Tiers::All(1), ..EXACT }).into_iter().filter(
            |case| ["exactfaults", "jit", "generated"].iter().any(|name| case.name.starts_with(name)),
        ));
        by_node(anywhere(all))
    });
}

/// What is hot there is translated, where there is a translator, which makes what it makes
/// here.
#[test]
fn translation_under_node() {
    if external() {
        under_node::what_is_hot_is_translated();
        under_node::without_a_translator();
        under_node::both_translators_agree();
    }
}

/// A fault there is reported with the function.
#[test]
fn faults_under_node() {
    if external() {
        under_node::faults_name_their_function();
    }
}

/// Nothing outside of a mounted directory is reached there, by whatever links.
#[test]
fn mounts_under_node() {
    if external() {
        under_node::links_are_not_followed();
        under_node::programs_stay_below();
    }
}

/// Debian's static busybox, one applet after the other.
#[test]
fn busybox() {
    group("busybox", applets::busybox);
}

/// The same in lockstep, but for the one that computes for too long.
#[test]
fn busybox_in_lockstep() {
    group("busybox in lockstep", || {
        let mut cases = applets::busybox();
        cases.retain(|case| case.name != "busybox factor");
        in_lockstep(cases)
    });
}

/// Debian's static shells on scripts that start no other process.
#[rstest]
#[case::bash("bash-static")]
#[case::busybox("busybox")]
#[case::mksh("mksh")]
#[case::zsh("zsh-static")]
fn scripts(#[case] shell: &str) {
    group(shell, || shells::cases(shell));
}

/// The smaller two in lockstep: translating the larger ones again takes long.
#[rstest]
#[case::busybox("busybox")]
#[case::mksh("mksh")]
fn scripts_in_lockstep(#[case] shell: &str) {
    group(&format!("{shell} in lockstep"), || in_lockstep(shells::cases(shell)));
}

/// Other static programs of Debian's.
#[test]
fn others() {
    group("others", applets::others);
}
