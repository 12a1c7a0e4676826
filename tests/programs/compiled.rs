//! The programs of `tests/guests`, as `scripts/guests` compiled them. Each source
//! says in comments at its top how it is run (`run`, `env`, `stdin`); what may
//! leave sideways is named here, in one place.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use rv2wat::pipeline::Faults;

use crate::harness::{Case, How, cache};

/// Programs whose point is to leave sideways, and why: only these may have
/// instructions interpreted.
const SIDEWAYS: &[(&str, &str)] = &[
    ("leaps", "longjmp comes back in the middle of functions"),
    ("exceptions", "landing pads are entered by the unwinder"),
    ("nested", "the stack holds code that the program made"),
    ("restarts", "signal handlers come back where the signal struck"),
    ("handlers", "signal handlers come back where the signal struck"),
    ("rounding", "code under a rounding mode other than to nearest is interpreted"),
    ("gotos", "at -O0 a function stores a register that it has saved and not set, as observers do"),
    ("choices", "a function that a jump table leads to returns to the middle of another"),
    ("faults", "handlers leave to the middle of functions"),
    ("located", "handlers leave to the middle of functions"),
    ("exactfaults", "what faults is interpreted, and handlers come back there"),
    ("preempted", "loops are left where a signal may be due, and gone on with from there"),
    ("patched", "the program makes code, and changes its own"),
    ("traps", "handlers come back where the instruction is"),
    ("deep", "frames that were left for lack of stack come back in the middle"),
    ("farleaps", "longjmp comes back in the middle of functions"),
    ("unwinding", "landing pads are entered by the unwinder"),
    ("coroutines", "contexts come back in the middle of functions"),
    ("fibers", "a switch of stacks comes back in the middle of functions"),
    ("altstacks", "handlers leave to the middle of functions, and come back with other registers"),
    ("trampolines", "the stack holds code that the program made"),
    ("generated", "the program makes code"),
    ("jit", "the program makes code"),
    ("millicode", "longjmp comes back in the middle of functions"),
    ("links", "a link in another register than ra leads to the middle of a function"),
    ("returns", "functions return to other places than behind the call"),
    ("overlaps", "jumps lead to the middle of instructions"),
    ("middles", "what is called is found in tables, and has no name of its own"),
    ("overflow", "frames that were left for lack of stack come back in the middle"),
];

/// Programs for which faults have to be exact.
const EXACT: &[&str] = &["exactfaults"];

/// Programs that only a signal ends, which makes no system call.
const PREEMPTED: &[&str] = &["preempted"];

/// Programs that no second machine can follow: an engine does not say what registers
/// held where it refused an access, and the second machine's stack has no end.
const NOT_FOLLOWED: &[&str] = &["faults", "located", "overflow"];

/// Programs that ask where refused accesses were, which V8 does not say.
pub const LOCATED: &[&str] = &["located"];

/// The cases that a second machine can follow.
pub fn followed(variant: &str, how: How) -> Vec<Case> {
    let mut cases = cases(variant, how);
    cases.retain(|case| !NOT_FOLLOWED.iter().any(|name| case.name.starts_with(&format!("{name}."))));
    cases
}

/// The cases of one variant, translated in one way.
pub fn cases(variant: &str, how: How) -> Vec<Case> {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/guests");
    let mut names: Vec<_> = fs::read_dir(&sources)
        .expect("tests/guests is part of the checkout")
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.is_file())
        .collect();
    names.sort();
    let mut cases = Vec::new();
    for source in names {
        let text = fs::read_to_string(&source).expect("a guest's source is text");
        let name = source.file_stem().expect("a guest has a name").to_string_lossy().into_owned();
        if how.faults != Faults::Exact && EXACT.contains(&name.as_str())
            || !how.preempt && PREEMPTED.contains(&name.as_str())
        {
            continue;
        }
        if compiled(&source, &text, variant) {
            cases.extend(runs(&name, &text, variant, how));
        }
    }
    cases
}

/// Runs one of the programs by the command.
pub fn run(program: &str, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rv2wat"));
    command.args(["run", "--no-cache"]).arg(cache().join("guests").join(program)).args(args);
    command.output().expect("rv2wat starts")
}

/// Whether a variant of a source exists at all: C++ is not linked with musl.
fn compiled(source: &Path, text: &str, variant: &str) -> bool {
    let musl = matches!(variant, "musl" | "pie");
    let linked = !musl || source.extension().is_none_or(|extension| extension != "cpp");
    let excepted = directives(text, "except").any(|line| line.split_whitespace().next() == Some(variant));
    linked && !excepted
}

fn runs(name: &str, text: &str, variant: &str, how: How) -> Vec<Case> {
    let linked = variant.starts_with("linked");
    let why = SIDEWAYS.iter().find(|(program, _)| *program == name).map(|&(_, why)| why);
    let why = if linked { Some("libraries are translated while it runs, and call back") } else { why };
    let case = Case {
        name: format!("{name}.{variant}"),
        program: cache().join("guests").join(format!("{name}.{variant}")),
        env: directives(text, "env")
            .filter_map(|line| line.split_once('='))
            .map(|(k, v)| (k.into(), v.into()))
            .collect(),
        stdin: directives(text, "stdin").flat_map(unescape).collect(),
        compare_files: true,
        how,
        libraries: linked.then(|| cache().join("guests-root")),
        sideways: why.map(str::to_owned),
        ..Case::default()
    };
    let lines: Vec<&str> = directives(text, "run").collect();
    if lines.is_empty() {
        return vec![case];
    }
    lines
        .iter()
        .map(|line| Case { name: format!("{}[{line}]", case.name), args: words(line), ..case.clone() })
        .collect()
}

/// The values of the lines `// KEY: VALUE` before the first line of code.
fn directives<'t>(text: &'t str, key: &'t str) -> impl Iterator<Item = &'t str> {
    text.lines()
        .take_while(|line| line.starts_with("//") || line.starts_with("# "))
        .filter_map(|line| line.trim_start_matches(['/', '#']).strip_prefix(' '))
        .filter_map(move |line| line.strip_prefix(key)?.strip_prefix(':'))
        .map(|value| value.strip_prefix(' ').unwrap_or(value))
}

/// Splits at spaces, but for those between quotes.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = line.trim_start();
    while !rest.is_empty() {
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''));
        let (word, after) = match quote {
            Some(quote) => rest[1..].split_once(quote).unwrap_or((&rest[1..], "")),
            None => rest.split_once(' ').unwrap_or((rest, "")),
        };
        words.push(word.to_owned());
        rest = after.trim_start();
    }
    words
}

/// The escapes `\n` and `\0`.
fn unescape(text: &str) -> Vec<u8> {
    text.replace("\\n", "\n").replace("\\0", "\0").into_bytes()
}

#[test]
fn directives_are_read_from_the_top_alone() {
    let text = "// flags: -O1\n// run: a \"b c\" ''\n// stdin: x\\ny\\0\nint main;\n// run: not this\n";
    assert_eq!(directives(text, "run").map(words).collect::<Vec<_>>(), [["a", "b c", ""]]);
    assert_eq!(directives(text, "stdin").flat_map(unescape).collect::<Vec<_>>(), b"x\ny\0");
}
