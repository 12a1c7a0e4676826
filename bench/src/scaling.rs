//! How translation grows with the program: time, memory and the module's size
//! against the size of the text, over programs from the smallest to the largest.
//!
//! The text is what executable sections hold. Growth is the exponent of the power
//! of the size that fits best, least squares over logarithms; programs below
//! [`FITTED`] are left out, because starting is what they take. Must never know how
//! the programs were found.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context as _;
use serde_json::{Value, json};

use crate::columns::Tools;
use crate::musts::Must;
use crate::process;

/// Programs with less text say nothing of growth.
const FITTED: f64 = 50_000.0;

/// The most that an exponent may be.
const LINEAR: f64 = 1.1;

/// Translation of one program.
pub struct Sample {
    /// The program's name.
    pub name: String,
    /// Bytes of text.
    pub text: f64,
    /// Seconds by the wall, of one that does not use Binaryen.
    pub time: f64,
    /// The same of all processors together, which other work on the machine changes
    /// little.
    pub processors: f64,
    /// Bytes of memory that it had at most.
    pub memory: f64,
    /// Bytes of the module.
    pub module: f64,
    /// Bytes of the module when Binaryen has optimised it, if it was tried.
    pub binaryen: Option<f64>,
}

/// All of it.
pub struct Scaling {
    /// By size.
    pub samples: Vec<Sample>,
    /// Programs that were not translated, and why.
    pub failures: Vec<String>,
}

/// Translates each program `rounds` times. Binaryen gets those with up to `binaryen`
/// bytes of text.
pub fn measure(tools: &Tools, programs: &[PathBuf], rounds: u32, binaryen: u64) -> Scaling {
    let mut scaling = Scaling { samples: Vec::new(), failures: Vec::new() };
    for program in programs {
        crate::rounds::progress(&program.display().to_string());
        match sample(tools, program, rounds, binaryen) {
            Ok(sample) => scaling.samples.push(sample),
            Err(error) => scaling.failures.push(format!("{}: {error:#}", program.display())),
        }
    }
    scaling.samples.sort_by(|a, b| a.text.total_cmp(&b.text));
    scaling
}

#[expect(clippy::cast_precision_loss, reason = "no file has 2^53 bytes")]
fn sample(tools: &Tools, program: &Path, rounds: u32, binaryen: u64) -> anyhow::Result<Sample> {
    let text = text(program)?;
    let directory = tempfile::tempdir()?;
    let module = directory.path().join("module.wasm");
    let translate = |level: &[&str]| -> anyhow::Result<(process::Used, u64)> {
        let mut command = Command::new(&tools.rv2wat);
        command.args(["--emit=wasm", "-O2"]).args(level).arg("-o").arg(&module).arg(program);
        let used = process::watch(&mut command)?;
        Ok((used, std::fs::metadata(&module)?.len()))
    };
    let runs = (0..rounds).map(|_| translate(&[])).collect::<anyhow::Result<Vec<_>>>()?;
    // What else the machine does can only add to it.
    let shortest = |of: fn(&process::Used) -> std::time::Duration| {
        let times = runs.iter().map(|(used, _)| of(used).as_secs_f64());
        times.reduce(f64::min).context("no rounds")
    };
    let memory = runs.iter().map(|(used, _)| used.memory).max().unwrap_or(0);
    let length = runs.first().map_or(0, |(_, length)| *length);
    let optimised = match text <= binaryen {
        true => Some(translate(&["--binaryen=2"])?.1 as f64),
        false => None,
    };
    let name = program.file_name().unwrap_or(program.as_os_str()).to_string_lossy().into_owned();
    Ok(Sample {
        name,
        text: text as f64,
        time: shortest(|used| used.time)?,
        processors: shortest(|used| used.processors)?,
        memory: memory as f64,
        module: length as f64,
        binaryen: optimised,
    })
}

/// The bytes in a program's executable sections.
pub fn text(program: &Path) -> anyhow::Result<u64> {
    let mut command = Command::new("riscv64-linux-gnu-readelf");
    let output = process::run(command.args(["--section-headers", "--wide"]).arg(program))?;
    let sizes = executable(&String::from_utf8_lossy(&output));
    match sizes {
        0 => anyhow::bail!("no executable sections"),
        sizes => Ok(sizes),
    }
}

/// The sizes of the executable sections in what readelf prints: behind the number in
/// brackets come name, type, address, offset, size, size of an entry, flags.
fn executable(headers: &str) -> u64 {
    let size = |line: &str| {
        let (_, fields) = line.split_once(']')?;
        let fields: Vec<&str> = fields.split_whitespace().collect();
        let flags = fields.get(6)?;
        u64::from_str_radix(fields.get(4)?, 16).ok().filter(|_| flags.contains('X'))
    };
    headers.lines().filter_map(size).sum()
}

/// The exponent of the power of `x` that fits `y` best.
pub fn exponent(points: &[(f64, f64)]) -> Option<f64> {
    let logs: Vec<(f64, f64)> = points.iter().map(|(x, y)| (x.ln(), y.ln())).collect();
    #[expect(clippy::cast_precision_loss, reason = "there are few points")]
    let count = logs.len() as f64;
    let mean = |of: fn(&(f64, f64)) -> f64| logs.iter().map(of).sum::<f64>() / count;
    let (x, y) = (mean(|point| point.0), mean(|point| point.1));
    let across: f64 = logs.iter().map(|point| (point.0 - x) * (point.1 - y)).sum();
    let along: f64 = logs.iter().map(|point| (point.0 - x).powi(2)).sum();
    (logs.len() > 2 && along > 0.0).then_some(across / along)
}

impl Scaling {
    /// The programs that are large enough to say something of growth.
    pub fn fitted(&self) -> impl Iterator<Item = &Sample> {
        self.samples.iter().filter(|sample| sample.text >= FITTED)
    }

    /// The exponent of a figure over the programs that are large enough.
    pub fn growth(&self, of: impl Fn(&Sample) -> f64) -> Option<f64> {
        exponent(&self.fitted().map(|sample| (sample.text, of(sample))).collect::<Vec<_>>())
    }

    /// The figures that must be reached: each by the program that is worst in it.
    pub fn musts(&self) -> Vec<Must> {
        let worst = |of: fn(&Sample) -> Option<f64>| {
            let figures = self.fitted().filter_map(|sample| Some((of(sample)?, sample.name.clone())));
            figures.max_by(|a, b| a.0.total_cmp(&b.0))
        };
        let all = |exponent: Option<f64>| exponent.map(|exponent| (exponent, "all".to_owned()));
        // The least speed is the longest time for a byte.
        let speed = worst(|sample| Some(sample.time * 1e6 / sample.text)).map(|(time, of)| (1.0 / time, of));
        let memory = worst(|sample| Some((sample.memory - 100e6).max(0.0) / sample.text));
        let size = worst(|sample| Some(sample.binaryen? / sample.text));
        let must =
            |what: &str, must, goal, most, value| Must { what: what.to_owned(), must, goal, most, value };
        vec![
            must("translation, MB of text per second", 1.5, 6.0, false, speed),
            must("peak memory less 100 MB ÷ text", 150.0, 60.0, true, memory),
            must("Wasm with Binaryen ÷ text", 2.5, 1.5, true, size),
            must("growth of time, exponent", LINEAR, LINEAR, true, all(self.growth(|sample| sample.time))),
            must(
                "growth of processor time, exponent",
                LINEAR,
                LINEAR,
                true,
                all(self.growth(|sample| sample.processors)),
            ),
            must(
                "growth of memory, exponent",
                LINEAR,
                LINEAR,
                true,
                all(self.growth(|sample| sample.memory)),
            ),
        ]
    }

    /// All of it as JSON; only keys are added.
    pub fn json(&self, machine: &Value, musts: &[Must]) -> Value {
        let programs: Vec<Value> = self.samples.iter().map(Sample::json).collect();
        json!({
            "machine": machine,
            "programs": programs,
            "not_translated": self.failures,
            "fitted_from_bytes": FITTED,
            "exponent_of_time": self.growth(|sample| sample.time),
            "exponent_of_processor_time": self.growth(|sample| sample.processors),
            "exponent_of_memory": self.growth(|sample| sample.memory),
            "musts": musts.iter().map(crate::report::must).collect::<Vec<_>>(),
        })
    }
}

impl Sample {
    fn json(&self) -> Value {
        json!({
            "name": self.name,
            "text_bytes": self.text,
            "seconds": self.time,
            "processor_seconds": self.processors,
            "peak_memory_bytes": self.memory,
            "wasm_bytes": self.module,
            "wasm_bytes_binaryen": self.binaryen,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_power_has_its_exponent() {
        let points: Vec<(f64, f64)> = [1.0, 10.0, 50.0, 400.0].map(|x: f64| (x, 3.0 * x.powf(1.25))).to_vec();
        assert!((exponent(&points).unwrap_or_default() - 1.25).abs() < 1e-9);
        assert_eq!(exponent(&points[..2]), None);
    }

    #[test]
    fn executable_sections_are_summed() {
        let headers = "\
There are 3 section headers:
  [Nr] Name   Type      Address          Off    Size   ES Flg Lk Inf Al
  [ 0]        NULL      0000000000000000 000000 000000 00      0   0  0
  [ 1] .text  PROGBITS  0000000000010000 001000 0001f0 00  AX  0   0  4
  [10] .fini  PROGBITS  0000000000020000 002000 000010 00  AX  0   0  4
  [11] .data  PROGBITS  0000000000030000 003000 000100 00  WA  0   0  8
Key to Flags:
  W (write), A (alloc), X (execute)
";
        assert_eq!(executable(headers), 0x200);
    }
}
