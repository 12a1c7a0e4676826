//! Our text beside what `wasm2wat` prints for the same C compiled straight to
//! Wasm, counted, in `golden/README.md`.

use std::fmt::Write as _;
use std::fs;

use rv2wat::check;

use super::count::{Count, count};
use super::guest::{self, Guest, blessing, read, root};
use super::sexpr;

/// A function that both texts have.
pub struct Pair {
    /// The guest whose C is compiled straight to Wasm, at plain `-O2`.
    source: &'static str,
    function: &'static str,
    /// How clang compiles it a second time, to come closest to what the guest's
    /// compiler did.
    alike: &'static str,
    /// The guest whose translation is compared.
    guest: &'static str,
    /// What the ratio of instructions should not exceed.
    instructions: Option<f64>,
    /// What the ratio of locals should not exceed; a function that keeps a guest
    /// stack has no limit of its own.
    locals: Option<f64>,
    /// What is known to be over its limit. A limit that is kept again must be
    /// struck from here.
    over: &'static [Measure],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Measure {
    /// Instructions, to those of the C at `-O2`.
    Instructions,
    /// Instructions, to those of the C compiled like the guest.
    Alike,
    /// Locals, to those of the C at `-O2`.
    Locals,
}

const MEASURES: [Measure; 3] = [Measure::Instructions, Measure::Alike, Measure::Locals];

/// `scripts/compare-text` reads the first three fields of each line from here.
#[rustfmt::skip]
const PAIRS: [Pair; 5] = [
    Pair { source: "fib", function: "fib", alike: "-O1", guest: "fib", instructions: Some(2.0), locals: None, over: &[Measure::Alike] },
    Pair { source: "strlen", function: "strlen", alike: "-O2 -fno-unroll-loops", guest: "strlen", instructions: Some(1.3), locals: Some(1.5), over: &[] },
    Pair { source: "matmul", function: "multiply", alike: "-O2 -fno-unroll-loops", guest: "matmul", instructions: Some(1.3), locals: Some(1.5), over: &[] },
    Pair { source: "statemachine", function: "scan", alike: "-O2 -fno-unroll-loops", guest: "statemachine", instructions: Some(1.3), locals: Some(1.5), over: &[] },
    // No limit: gcc makes several copies of the loop, clang does not.
    Pair { source: "statemachine", function: "scan", alike: "-O2 -fno-unroll-loops", guest: "threaded", instructions: None, locals: None, over: &[] },
];

const README: &str = "golden/README.md";

/// A pair with both texts.
struct Compared {
    pair: &'static Pair,
    guest: Guest,
    /// The function at `-O2`.
    text: String,
    ours: Count,
    direct: Count,
    alike: Count,
    /// The function's part of the direct text.
    direct_text: String,
    /// RISC-V instructions in the function.
    guest_instructions: usize,
}

impl Compared {
    fn new(pair: &'static Pair) -> Compared {
        let guest = guest::guest(pair.guest);
        let translation = guest.translate(2);
        let at = translation.names.iter().position(|name| name == pair.function);
        let at = at.unwrap_or_else(|| panic!("{} has no {}", pair.guest, pair.function));
        let blocks = &translation.program.functions[at].blocks;
        let guest_instructions = blocks.iter().map(|block| block.insts.len()).sum();
        let text = guest.functions_text(2, &[pair.function.to_owned()]);
        let source = guest::guest(pair.source);
        let direct_text = function_text(&read(&source.file("direct.wat")), pair.function);
        // Stored only where it is another text.
        let alike = fs::read_to_string(root(&source.file("alike.wat")));
        let alike = alike.map_or(direct_text.clone(), |text| function_text(&text, pair.function));
        let (ours, direct, alike) = (counted(&text), counted(&direct_text), counted(&alike));
        Compared { pair, guest, text, ours, direct, alike, direct_text, guest_instructions }
    }

    fn ratio(&self, measure: Measure) -> f64 {
        let ratio = |ours: usize, direct: usize| ours as f64 / direct as f64;
        match measure {
            Measure::Instructions => ratio(self.ours.instructions, self.direct.instructions),
            Measure::Alike => ratio(self.ours.instructions, self.alike.instructions),
            Measure::Locals => ratio(self.ours.locals, self.direct.locals),
        }
    }

    fn limit(&self, measure: Measure) -> Option<f64> {
        match measure {
            Measure::Instructions | Measure::Alike => self.pair.instructions,
            Measure::Locals => self.pair.locals,
        }
    }

    fn is_over(&self, measure: Measure) -> bool {
        self.limit(measure).is_some_and(|limit| self.ratio(measure) > limit)
    }

    /// `1.25, limit 1.3`, in bold where it is over.
    fn verdict(&self, measure: Measure) -> String {
        let ratio = self.ratio(measure);
        match self.limit(measure) {
            Some(limit) if self.is_over(measure) => format!("**{ratio:.2}**, limit {limit}"),
            Some(limit) => format!("{ratio:.2}, limit {limit}"),
            None if ratio.is_finite() => format!("{ratio:.2}, no limit"),
            None => "no limit".to_owned(),
        }
    }

    /// `fib`; with the guest where two translations of the same C are compared.
    fn name(&self) -> String {
        let Pair { source, guest, function, .. } = *self.pair;
        if source == guest { format!("`{function}`") } else { format!("`{function}` in `{guest}`") }
    }

    fn row(&self) -> String {
        let (ours, direct) = (&self.ours, &self.direct);
        format!(
            "| {} | {} | {} | {} | {} | {} (`{}`) | {} | {} | {} | {} | {} | {} / {} |\n",
            self.name(),
            self.guest_instructions,
            ours.instructions,
            direct.instructions,
            self.verdict(Measure::Instructions),
            self.alike.instructions,
            self.pair.alike,
            self.verdict(Measure::Alike),
            ours.cold,
            ours.locals,
            direct.locals,
            self.verdict(Measure::Locals),
            ours.params,
            direct.params,
        )
    }

    fn section(&self) -> String {
        let source = c_function(&read(&self.guest.file("c")), self.pair.function);
        format!(
            "The C (`{}`):\n\n```c\n{source}```\n\nThe same function of the RISC-V program, `rv2wat -O2`:\n\n\
             {}\nThe C compiled straight to Wasm, as `wasm2wat` prints it:\n\n{}",
            self.guest.file("c"),
            fence(&self.text),
            fence(&self.direct_text)
        )
    }
}

/// The longest text that is shown at once, in lines.
const SHOWN: usize = 120;

/// A text as a block of code; a long one is unfolded by a click.
fn fence(text: &str) -> String {
    let block = format!("```wat\n{text}```\n");
    match text.lines().count() {
        lines if lines > SHOWN => {
            format!("<details><summary>{lines} lines</summary>\n\n{block}\n</details>\n")
        }
        _ => block,
    }
}

fn counted(function: &str) -> Count {
    count(sexpr::read(function).top.lists().next().expect("a function"))
}

/// The lines of a function in a module that `wasm2wat` printed.
fn function_text(module: &str, function: &str) -> String {
    let start = format!("  (func ${function} ");
    let mut lines = module.lines().skip_while(|line| !line.starts_with(&start));
    let first = lines.next().unwrap_or_else(|| panic!("no ${function} in the direct text"));
    let rest = lines.take_while(|line| line.starts_with("    "));
    std::iter::once(first).chain(rest).fold(String::new(), |text, line| text + line + "\n")
}

/// The lines of a function's definition in C.
fn c_function(source: &str, function: &str) -> String {
    let head = format!(" {function}(");
    let lines: Vec<&str> = source.lines().collect();
    let first =
        lines.iter().position(|line| line.contains(&head) && line.ends_with('{') && !line.starts_with(' '));
    let first = first.unwrap_or_else(|| panic!("no definition of {function}"));
    let length = lines[first..].iter().position(|line| *line == "}").expect("the function ends");
    lines[first..=first + length].iter().fold(String::new(), |text, line| text + line + "\n")
}

fn table(all: &[Compared]) -> String {
    let mut table = "| function | RISC-V instructions | Wasm instructions, ours | direct, `-O2` | ratio \
                     | direct, like the guest | ratio \
                     | cold, ours | locals, ours | direct, `-O2` | ratio | parameters, ours / direct |\n\
                     |---|---|---|---|---|---|---|---|---|---|---|---|\n"
        .to_owned();
    all.iter().for_each(|compared| table.push_str(&compared.row()));
    table
}

/// Replaces what stands between the marks of a part.
fn replace(readme: &str, part: &str, text: &str) -> String {
    let (begin, end) = (format!("<!-- begin {part} -->\n"), format!("<!-- end {part} -->"));
    let found = readme.split_once(&begin).and_then(|(before, rest)| {
        let (_, after) = rest.split_once(&end)?;
        Some(format!("{before}{begin}\n{text}\n{end}{after}"))
    });
    found.unwrap_or_else(|| panic!("{README} has no marks `{part}`"))
}

/// The generated parts of the README are what the texts give.
#[test]
fn compare_readme_is_current() {
    let all: Vec<Compared> = PAIRS.iter().map(Compared::new).collect();
    let table = table(&all);
    println!("{table}");
    all.iter().for_each(|compared| println!("{}", differences(compared)));
    let stored = read(README);
    let mut present = replace(&stored, "table", &table);
    for compared in all.iter().filter(|compared| compared.pair.source == compared.pair.guest) {
        present = replace(&present, compared.pair.function, &compared.section());
    }
    if blessing() {
        fs::write(root(README), present).unwrap_or_else(|why| panic!("{README}: {why}"));
    } else if let Some(diff) = check::difference(&stored, &present) {
        panic!("{README} is out of date (- stored, + now):\n{diff}\nto accept: scripts/golden\n");
    }
}

/// The limits hold, but for those that are listed; and those do not.
#[test]
fn compare_limits_hold() {
    let mut wrong = String::new();
    for compared in PAIRS.iter().map(Compared::new) {
        for measure in MEASURES {
            let listed = compared.pair.over.contains(&measure);
            if compared.is_over(measure) == listed {
                continue;
            }
            let verdict = compared.verdict(measure);
            let what = if listed { "keeps its limit; strike it from `over`" } else { "is over its limit" };
            let _ = writeln!(wrong, "{}: {measure:?} ({verdict}) {what}", compared.pair.guest);
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Which instructions one text has more of, most first.
fn differences(compared: &Compared) -> String {
    let (ours, direct) = (&compared.ours.mnemonics, &compared.direct.mnemonics);
    let of = |counts: &std::collections::BTreeMap<String, usize>, name: &str| {
        counts.get(name).copied().unwrap_or(0)
    };
    let mut rows: Vec<(isize, &String)> = ours
        .keys()
        .chain(direct.keys().filter(|name| !ours.contains_key(*name)))
        .map(|name| (of(ours, name) as isize - of(direct, name) as isize, name))
        .filter(|(more, _)| *more != 0)
        .collect();
    rows.sort_by_key(|(more, name)| (-more, *name));
    let mut text = format!("{}, instructions more (or fewer) than direct:\n", compared.pair.guest);
    for (more, name) in rows {
        let _ = writeln!(text, "{more:>+5}  {name}");
    }
    text
}
