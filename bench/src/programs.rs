//! Real programs: Debian's static busybox and bash, and its Lua, at work on generated
//! files.
//!
//! They know no clock of ours, so the time of a run is the time by the wall, and
//! what the program takes to do nothing is measured beside it. Must never know
//! what the figures are compared with.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use serde_json::Value;

use crate::columns::{Column, Tools};
use crate::process::{self, StatsSession};
use crate::rounds::{Cell, Measured, Plan, compare, progress};

/// A program at work. In the words `@` stands for the directory of the files; no
/// word has a space.
struct Work {
    name: &'static str,
    /// The program's file.
    file: &'static str,
    words: &'static [&'static str],
    /// Less of the same, to count instructions and exits by, if that is wanted: the
    /// interpreter, which counts instructions, is a hundred times slower.
    counted: Option<&'static [&'static str]>,
}

const fn busybox(name: &'static str, words: &'static [&'static str]) -> Work {
    Work { name, file: "busybox", words, counted: None }
}

const WORK: [Work; 6] = [
    busybox("busybox-sha256sum", &["sha256sum", "@/text"]),
    busybox("busybox-sha512sum", &["sha512sum", "@/text"]),
    busybox("busybox-gzip", &["gzip", "-c", "@/text"]),
    Work {
        name: "busybox-awk",
        file: "busybox",
        words: &["awk", "-f", "@/count.awk", "@/part"],
        counted: Some(&["awk", "-f", "@/count.awk", "@/less"]),
    },
    Work {
        name: "bash-loop",
        file: "bash-static",
        words: &["@/loop.bash", "40000"],
        counted: Some(&["@/loop.bash", "1000"]),
    },
    Work {
        name: "lua-objects",
        file: "lua",
        words: &["@/objects.lua", "40"],
        counted: Some(&["@/objects.lua", "1"]),
    },
];

/// How each file does nothing: what that takes is start-up.
const IDLE: [(&str, &[&str]); 3] =
    [("busybox", &["true"]), ("bash-static", &["-c", ":"]), ("lua", &["@/nothing.lua"])];

const COUNT_AWK: &str = "\
{ for (i = 1; i <= NF; i++) n[$i]++; s += NR % 7 * length($0) }
END { for (w in n) { d++; t += n[w] * length(w) } print NR, d, t, s }
";

const LOOP_BASH: &str = "\
words=(tide water ebb flow moon)
for ((i = 0; i < $1; i++)); do
  word=${words[i % 5]}
  (( count[i * 7919 % 101] += ${#word} + (i ^ sum) % 13 ))
  case $word in e*) ((sum += i)) ;; *o*) ((sum -= 3)) ;; *) word=${word/t/T} ;; esac
done
echo $sum $word ${count[@]}
";

/// Methods behind metatables, closures, tables and strings, and numbers of both kinds.
const OBJECTS_LUA: &str = r#"
local Shape, Square = {}, {}
Shape.__index, Square.__index = Shape, setmetatable(Square, Shape)
function Shape.new(class, size) return setmetatable({ size = size }, class) end
function Shape:area() return self.size * 3.25 end
function Square:area() return self.size * self.size end
local function each(list, act) for i, item in ipairs(list) do act(item, i) end end
local total, words = 0, {}
for turn = 1, tonumber(...) do
  local list = {}
  for i = 1, 2000 do list[i] = Shape.new(i % 3 == 0 and Square or Shape, i * turn % 97) end
  each(list, function(item, i) total = total + item:area() - (i & turn) end)
  table.sort(list, function(a, b) return a.size < b.size end)
  for i = 1, 2000, 7 do
    local word = ("%d:%s"):format(list[i].size, i % 5)
    words[word] = (words[word] or 0) + #word
  end
end
local keys = {}
for word in pairs(words) do keys[#keys + 1] = word end
table.sort(keys)
print(_VERSION, total, #keys, table.concat(keys, ",", 1, 9))
"#;

/// Bytes of the text, of the part of it that slow work gets, and of the part to
/// count by.
const TEXT: usize = 16_000_000;
const PART: usize = 4_000_000;
const LESS: usize = 100_000;

/// The names of all of them.
pub fn names() -> impl Iterator<Item = &'static str> {
    WORK.iter().map(|work| work.name)
}

/// Runs the programs that the plan has. What fails is noted in its cell.
pub fn measure(plan: &Plan) -> anyhow::Result<Measured> {
    // The interpreter only counts.
    // A page sees no directory.
    let timed =
        |column: &Column| !matches!(column, Column::Direct(_) | Column::Interpreter) && !column.in_page();
    let columns: Vec<Column> = plan.columns.iter().copied().filter(timed).collect();
    let directory = tempfile::tempdir()?;
    write_files(directory.path())?;
    let mut measured = Measured { columns, kernels: BTreeMap::new() };
    for (file, idle) in IDLE {
        let works: Vec<&Work> = WORK
            .iter()
            .filter(|work| work.file == file && plan.programs.iter().any(|name| name == work.name))
            .collect();
        if works.is_empty() {
            continue;
        }
        progress(&format!("translating {file}"));
        let place = Place { tools: &plan.tools, directory: directory.path(), file };
        let counts = works.iter().any(|work| work.counted.is_some());
        let wanted = |column: &&Column| timed(column) || (counts && **column == Column::Interpreter);
        let mut runners: Vec<(Column, anyhow::Result<Runner<'_>>)> = plan
            .columns
            .iter()
            .filter(wanted)
            .map(|&column| (column, Runner::start(place, column, idle)))
            .collect();
        for work in works {
            progress(work.name);
            let cells = measure_work(plan, work, idle, &mut runners);
            measured.kernels.insert(work.name.to_owned(), cells);
        }
    }
    Ok(measured)
}

fn measure_work(
    plan: &Plan,
    work: &Work,
    idle: &[&str],
    runners: &mut [(Column, anyhow::Result<Runner<'_>>)],
) -> BTreeMap<Column, Cell> {
    let mut cells: BTreeMap<Column, Cell> = BTreeMap::new();
    for round in 0..plan.rounds as usize {
        let first = round % runners.len().max(1);
        let (before, after) = runners.split_at_mut(first);
        for (column, runner) in after.iter_mut().chain(before) {
            let cell = cells.entry(*column).or_default();
            if cell.failure.is_some() {
                continue;
            }
            let noted = match runner {
                Err(error) => Err(anyhow::anyhow!("{error:#}")),
                Ok(_) if column.slow() && (round > 0 || work.counted.is_none()) => Ok(()),
                Ok(runner) => {
                    cell.whole.get_or_insert(runner.whole);
                    let counted =
                        work.counted.filter(|_| round == 0).map_or(Ok(()), |words| runner.count(cell, words));
                    counted.and_then(
                        |()| if column.slow() { Ok(()) } else { runner.note(cell, idle, work.words) },
                    )
                }
            };
            cell.failure = noted.err().map(|error| format!("{error:#}"));
        }
    }
    compare(&mut cells);
    cells
}

/// Which program is run, with what, and where.
#[derive(Clone, Copy)]
struct Place<'a> {
    tools: &'a Tools,
    directory: &'a Path,
    file: &'static str,
}

impl Place<'_> {
    /// How a column runs the program; its arguments come behind.
    fn program(&self, column: Column) -> anyhow::Result<Command> {
        let Place { tools, directory, file } = *self;
        match column {
            Column::Native => Ok(Command::new(tools.native_program(file)?)),
            _ => tools.program(column, file, &tools.program_file(file)?, Some(directory)),
        }
    }
}

/// What runs a program in one column again and again.
struct Runner<'a> {
    place: Place<'a>,
    way: Way,
    /// How long the first run took that did nothing, with the translation.
    whole: Duration,
}

enum Way {
    /// A process each time, as this column calls it.
    Process(Column),
    /// A process that stays and has translated already.
    Session(StatsSession),
}

impl<'a> Runner<'a> {
    fn start(place: Place<'a>, column: Column, idle: &[&str]) -> anyhow::Result<Runner<'a>> {
        let started = Instant::now();
        let program = place.tools.program_file(place.file)?;
        if let Some(mut command) = place.tools.prepare(column, place.file, &program) {
            process::run(&mut command)?;
        }
        let way = match place.tools.program_session(column, place.directory, &program) {
            Some(mut command) => Way::Session(StatsSession::start(&mut command)?),
            None => Way::Process(column),
        };
        let mut runner = Runner { place, way, whole: Duration::ZERO };
        runner.once(idle)?;
        runner.whole = started.elapsed();
        Ok(runner)
    }

    /// One run that works, behind one that does nothing.
    fn note(&mut self, cell: &mut Cell, idle: &[&str], words: &[&str]) -> anyhow::Result<()> {
        let nothing = self.once(idle)?.time;
        let ran = self.once(words)?;
        let work = ran.time.checked_sub(nothing).context("the work took less time than nothing")?;
        cell.warm.push(work.as_secs_f64() * 1e9);
        cell.cold.push(ran.time.as_secs_f64() * 1e9);
        cell.same(digest(&ran.output))
    }

    /// One run whose instructions and exits are counted, in columns that count.
    fn count(&mut self, cell: &mut Cell, words: &[&str]) -> anyhow::Result<()> {
        if let Way::Session(_) = self.way {
            cell.stats = self.once(words)?.stats;
        }
        Ok(())
    }

    fn once(&mut self, words: &[&str]) -> anyhow::Result<Run> {
        let directory =
            self.place.directory.to_str().context("the temporary directory has no name in UTF-8")?;
        let words: Vec<String> = words.iter().map(|word| word.replace('@', directory)).collect();
        match &mut self.way {
            Way::Process(column) => {
                let mut command = self.place.program(*column)?;
                let started = Instant::now();
                let output = process::run(command.args(words))?;
                Ok(Run { time: started.elapsed(), output, stats: None })
            }
            Way::Session(session) => {
                let started = Instant::now();
                let stats = session.ask(&words.join(" "))?;
                let time = started.elapsed();
                Ok(Run { time, output: session.output()?, stats: Some(stats) })
            }
        }
    }
}

/// A run.
struct Run {
    time: Duration,
    output: Vec<u8>,
    stats: Option<Value>,
}

/// What two outputs are compared by; short ones as they are.
fn digest(output: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    output.hash(&mut hasher);
    format!("{} bytes, {:016x}", output.len(), hasher.finish())
}

/// Writes the files that the programs read.
fn write_files(directory: &Path) -> anyhow::Result<()> {
    let text = text(TEXT);
    let files: [(&str, &[u8]); 7] = [
        ("text", text.as_bytes()),
        ("part", &text.as_bytes()[..PART]),
        ("less", &text.as_bytes()[..LESS]),
        ("count.awk", COUNT_AWK.as_bytes()),
        ("loop.bash", LOOP_BASH.as_bytes()),
        ("objects.lua", OBJECTS_LUA.as_bytes()),
        ("nothing.lua", b""),
    ];
    for (name, bytes) in files {
        let path: PathBuf = directory.join(name);
        std::fs::write(&path, bytes).with_context(|| path.display().to_string())?;
    }
    Ok(())
}

/// Lines of words, of which some are frequent, and a number: always the same.
fn text(bytes: usize) -> String {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut below = move |limit: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % limit
    };
    let mut words = Vec::new();
    for _ in 0..4096 {
        let letters = 2 + below(8);
        words.push((0..letters).map(|_| char::from(b'a' + (below(26) as u8))).collect::<String>());
    }
    let mut text = String::with_capacity(bytes + 256);
    while text.len() < bytes {
        for _ in 0..4 + below(12) {
            let at = below(4096) * below(4096) / 4096;
            text.push_str(&words[usize::try_from(at).unwrap_or(0)]);
            text.push(' ');
        }
        let _ = writeln!(text, "{}", below(100_000));
    }
    text.truncate(bytes);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_always_the_same() {
        let text = text(100_000);
        assert_eq!(text.len(), 100_000);
        assert_eq!(digest(text.as_bytes()), digest(self::text(100_000).as_bytes()));
        assert!(text.lines().count() > 500);
        assert_ne!(digest(b"one"), digest(b"two"));
    }

    #[test]
    fn no_word_of_the_work_has_a_space() {
        let words = WORK.iter().flat_map(|work| work.words).chain(IDLE.iter().flat_map(|idle| idle.1));
        assert!(words.copied().all(|word| !word.contains(char::is_whitespace)));
        assert!(WORK.iter().all(|work| IDLE.iter().any(|idle| idle.0 == work.file)));
    }
}
