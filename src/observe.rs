//! What is looked at while passes run: the verifier's verdict, the text after a
//! pass, the time that it took.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

use rv2wat_passes::ir::{Const, Function, InstKind};
use rv2wat_passes::pass::{self, Context, Observer, Pass, Requires};
use rv2wat_passes::{text, verify};

use crate::{Error, Options};

/// What was seen of one function.
#[derive(Default)]
pub struct Report {
    /// Its text after the passes that were asked for.
    pub dump: String,
    /// The time that each pass took.
    pub times: BTreeMap<&'static str, Duration>,
}

struct Watch<'a> {
    options: &'a Options,
    report: Report,
    before: Option<String>,
    started: Option<Instant>,
}

/// The time, where there is a clock: WebAssembly has none of its own.
fn now() -> Option<Instant> {
    (!cfg!(all(target_family = "wasm", target_os = "unknown"))).then(Instant::now)
}

/// Runs passes over a function under observation.
///
/// # Errors
/// [`Error::Verify`] if a pass breaks the IR and the options ask to verify.
pub fn run(passes: &[&Pass], func: &mut Function, options: &Options) -> Result<Report, Error> {
    let mut watch = Watch { options, report: Report::default(), before: None, started: now() };
    let context = Context { checked: options.checked, fast_nan: options.nan == crate::pipeline::Nan::Fast };
    match &options.spoil {
        Some(spoil) if spoil.function == func.name => {
            for pass in passes {
                pass::run(&[pass], func, &context, &mut watch)?;
                if pass.name == spoil.pass {
                    damage(func);
                }
            }
        }
        _ => pass::run(passes, func, &context, &mut watch)?,
    }
    Ok(watch.report)
}

/// Makes ones twos ([`Options::spoil`]).
fn damage(func: &mut Function) {
    for data in func.insts.values_mut() {
        match &mut data.kind {
            InstKind::Const(Const::I32(value)) if *value == 1 => *value = 2,
            InstKind::Const(Const::I64(value)) if *value == 1 => *value = 2,
            _ => {}
        }
    }
}

impl Observer for Watch<'_> {
    type Error = Error;

    fn before(&mut self, _: &Pass, func: &Function) -> Result<(), Error> {
        if self.options.verify && self.options.print_after.is_some() {
            self.before = Some(text::print(func));
        }
        self.started = now();
        Ok(())
    }

    fn after(&mut self, pass: &Pass, func: &Function) -> Result<(), Error> {
        let took = self.started.map(|started| started.elapsed()).unwrap_or_default();
        *self.report.times.entry(pass.name).or_default() += took;
        if self.options.verify {
            let form = if pass.name == "promote" { Requires::Ssa } else { pass.requires };
            verify::verify(func, form).map_err(|broken| Error::Verify {
                pass: pass.name.to_owned(),
                function: func.name.clone(),
                what: broken.to_string(),
            })?;
        }
        let asked = self.options.print_after.as_deref();
        if asked == Some(pass.name) || asked == Some("all") {
            let _ = writeln!(self.report.dump, ";; {} after {}\n{}", func.name, pass.name, text::print(func));
        }
        Ok(())
    }
}
