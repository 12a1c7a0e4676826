//! The table of passes, the pipelines made from it, and how passes are run.
//!
//! A pass is one file and one row of [`PASSES`]; a place in the pipeline is one
//! row of [`PIPELINE`], with the reason why it is there. The command line's
//! list of passes, the printing and timing of single passes, and the tests that
//! validate each pass all derive from these two tables.

use crate::ir::Function;
use crate::{
    arrive, bulk, dce, fold, frames, gvn, hoist, ifconvert, increment, merge, nan, narrow, near, outline,
    peephole, pointers, postpone, promote, rebase, rejoin, unlikely, unroll, webs,
};

/// What passes need to know beyond the function.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Context {
    /// Leave NaNs as the engine makes them, even where their bits can be seen.
    pub fast_nan: bool,
    /// Check at run time what passes take for granted.
    pub checked: bool,
}

/// What must have happened to a function before a pass may see it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Requires {
    /// Terminators on all blocks.
    Blocks,
    /// Also no variables: `promote` has run.
    Ssa,
}

/// One pass.
#[derive(Clone, Copy, Debug)]
pub struct Pass {
    /// What the command line calls it: the name of its file.
    pub name: &'static str,
    /// One line on what it does.
    pub description: &'static str,
    /// What it requires.
    pub requires: Requires,
    /// Does it.
    pub run: fn(&mut Function, &Context),
}

/// All passes over the IR, each once.
pub const PASSES: &[Pass] = &[
    Pass {
        name: "promote",
        description: "turn variables into SSA values and block parameters",
        requires: Requires::Blocks,
        run: promote::run,
    },
    Pass {
        name: "fold",
        description: "compute what is computed from constants",
        requires: Requires::Ssa,
        run: fold::run,
    },
    Pass {
        name: "peephole",
        description: "turn RISC-V's idioms into WebAssembly's",
        requires: Requires::Ssa,
        run: peephole::run,
    },
    Pass {
        name: "gvn",
        description: "compute equal values, loads and state reads once",
        requires: Requires::Ssa,
        run: gvn::run,
    },
    Pass {
        name: "merge",
        description: "copy bytes that lie beside each other at once",
        requires: Requires::Ssa,
        run: merge::run,
    },
    Pass {
        name: "frames",
        description: "keep what is in the frame in values, too",
        requires: Requires::Ssa,
        run: frames::run,
    },
    Pass {
        name: "webs",
        description: "carry words and singles around loops at their own width",
        requires: Requires::Ssa,
        run: webs::run,
    },
    Pass {
        name: "pointers",
        description: "end loops where the low half of a pointer meets that of an address",
        requires: Requires::Ssa,
        run: pointers::run,
    },
    Pass {
        name: "narrow",
        description: "compute at 32 bits what is wanted at 32 bits",
        requires: Requires::Ssa,
        run: narrow::run,
    },
    Pass {
        name: "nan",
        description: "make NaNs canonical only where their bits can be seen",
        requires: Requires::Ssa,
        run: nan::run,
    },
    Pass {
        name: "rebase",
        description: "carry pointers that are only accessed through as places in memory",
        requires: Requires::Ssa,
        run: rebase::run,
    },
    Pass {
        name: "ifconvert",
        description: "choose between two values instead of branching around little work",
        requires: Requires::Ssa,
        run: ifconvert::run,
    },
    Pass {
        name: "hoist",
        description: "compute an address that several branches need before them",
        requires: Requires::Ssa,
        run: hoist::run,
    },
    Pass {
        name: "bulk",
        description: "copy and fill memory at once where a loop does it bit by bit",
        requires: Requires::Ssa,
        run: bulk::run,
    },
    Pass {
        name: "near",
        description: "access memory at an offset from an address that has been accessed",
        requires: Requires::Ssa,
        run: near::run,
    },
    Pass {
        name: "rejoin",
        description: "compute from a counter's new value what the old one is kept for",
        requires: Requires::Ssa,
        run: rejoin::run,
    },
    Pass {
        name: "arrive",
        description: "take what a counter was compared with for the counter behind a loop",
        requires: Requires::Ssa,
        run: arrive::run,
    },
    Pass {
        name: "increment",
        description: "move pointers on before the access that comes first",
        requires: Requires::Ssa,
        run: increment::run,
    },
    Pass {
        name: "postpone",
        description: "compute after a loop what only matters after it",
        requires: Requires::Ssa,
        run: postpone::run,
    },
    Pass {
        name: "unroll",
        description: "do several turns of short loops with counters at once",
        requires: Requires::Ssa,
        run: unroll::run,
    },
    Pass {
        name: "unlikely",
        description: "make NaNs canonical in loops behind a branch that is hardly ever taken",
        requires: Requires::Ssa,
        run: unlikely::run,
    },
    Pass {
        name: "outline",
        description: "give loops of loops in functions that are entered once a function of their own",
        requires: Requires::Ssa,
        run: outline::run,
    },
    Pass {
        name: "dce",
        description: "remove unused values, unreachable and empty blocks, needless jumps",
        requires: Requires::Ssa,
        run: dce::run,
    },
];

/// A place in the pipeline.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// The pass that runs here.
    pub pass: &'static str,
    /// The lowest optimisation level at which it does.
    pub level: u8,
    /// Why it runs at this place.
    pub reason: &'static str,
}

/// The pipeline of the highest level; lower ones leave steps out.
pub const PIPELINE: &[Step] = &[
    Step { pass: "promote", level: 0, reason: "all else works on values" },
    Step {
        pass: "fold",
        level: 1,
        reason: "addresses and conditions made of constants decide what there is to do",
    },
    Step { pass: "peephole", level: 1, reason: "other passes know the plain forms only" },
    Step { pass: "gvn", level: 1, reason: "the lifter computes each address and constant anew" },
    Step { pass: "merge", level: 2, reason: "addresses are plain sums by now, and equal ones one value" },
    Step { pass: "frames", level: 2, reason: "addresses in the frame are plain sums by now" },
    Step { pass: "webs", level: 2, reason: "the plain forms show which registers hold words or singles" },
    Step { pass: "peephole", level: 2, reason: "webs leave conversions beside each other" },
    Step { pass: "nan", level: 2, reason: "singles are out of their boxes by now" },
    Step {
        pass: "pointers",
        level: 2,
        reason: "addresses have the bias taken off, and are still 64 bits wide",
    },
    Step { pass: "narrow", level: 2, reason: "comparisons no longer want extended words in full" },
    Step { pass: "peephole", level: 2, reason: "sums of addresses and constants meet once both are narrow" },
    Step { pass: "rebase", level: 2, reason: "pointers are 32 bits wide, and accesses take the bias off" },
    Step { pass: "ifconvert", level: 2, reason: "what is left between branches is what will be computed" },
    Step { pass: "hoist", level: 2, reason: "pointers and their low halves are what they will be" },
    Step { pass: "bulk", level: 2, reason: "loops are as short as they get, and pointers what they will be" },
    Step { pass: "gvn", level: 2, reason: "the same conversion is left in several places" },
    Step { pass: "near", level: 2, reason: "addresses are what they will be, and each is computed once" },
    Step { pass: "rejoin", level: 2, reason: "no pass adds up constants any more" },
    Step {
        pass: "arrive",
        level: 2,
        reason: "what is behind a loop goes by the counter's last value by now",
    },
    Step { pass: "increment", level: 2, reason: "each address is computed once by now" },
    Step { pass: "postpone", level: 2, reason: "what is used where is settled" },
    Step { pass: "unroll", level: 2, reason: "what is in loops is what has to be done in each turn" },
    Step { pass: "unlikely", level: 2, reason: "loops make canonical what they must by now" },
    Step { pass: "outline", level: 2, reason: "no pass looks into another function" },
    Step { pass: "dce", level: 0, reason: "the lifter makes more values and blocks than are needed" },
];

/// The pass with this name.
pub fn find(name: &str) -> Option<&'static Pass> {
    PASSES.iter().find(|pass| pass.name == name)
}

/// The passes of an optimisation level (0 to 3), in order.
pub fn pipeline(level: u8) -> Vec<&'static Pass> {
    PIPELINE.iter().filter(|step| step.level <= level).filter_map(|step| find(step.pass)).collect()
}

/// Sees the function around each pass: prints it, times it, verifies it.
pub trait Observer {
    /// Why the observer stops the pipeline.
    type Error;

    /// Called before a pass runs.
    fn before(&mut self, _pass: &Pass, _func: &Function) -> Result<(), Self::Error> {
        Ok(())
    }

    /// Called after a pass ran.
    fn after(&mut self, pass: &Pass, func: &Function) -> Result<(), Self::Error>;
}

/// The observer that does nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Observer for Silent {
    type Error = std::convert::Infallible;

    fn after(&mut self, _: &Pass, _: &Function) -> Result<(), Self::Error> {
        Ok(())
    }
}

/// Runs passes over a function in order.
///
/// # Errors
/// What the observer says, at once.
pub fn run<O: Observer>(
    passes: &[&Pass],
    func: &mut Function,
    context: &Context,
    observer: &mut O,
) -> Result<(), O::Error> {
    for pass in passes {
        observer.before(pass, func)?;
        (pass.run)(func, context);
        observer.after(pass, func)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_names_a_pass_and_every_pass_has_a_step() {
        for step in PIPELINE {
            assert!(find(step.pass).is_some(), "{} is in the pipeline but no pass", step.pass);
        }
        for (index, pass) in PASSES.iter().enumerate() {
            assert!(PIPELINE.iter().any(|step| step.pass == pass.name), "{} never runs", pass.name);
            assert!(
                PASSES[..index].iter().all(|other| other.name != pass.name),
                "{} is there twice",
                pass.name
            );
        }
    }

    #[test]
    fn higher_levels_only_add_passes() {
        for level in 0..3 {
            assert!(pipeline(level).len() <= pipeline(level + 1).len());
            assert_eq!(pipeline(level)[0].name, "promote");
        }
    }

    /// Verifies after each pass, and names the one that broke the function.
    struct Verifying;

    impl Observer for Verifying {
        type Error = String;

        fn after(&mut self, pass: &Pass, func: &Function) -> Result<(), String> {
            crate::verify::verify(func, Requires::Ssa)
                .map_err(|error| format!("after {}: {error}", pass.name))
        }
    }

    #[test]
    fn every_level_keeps_the_meaning_of_random_functions() {
        for level in 0..=3 {
            let passes = pipeline(level);
            let seeds = u64::from(level) * 1000..u64::from(level) * 1000 + 1000;
            let result = crate::testing::validate(&[], seeds, |func| {
                run(&passes, func, &Context::default(), &mut Verifying)
                    .unwrap_or_else(|error| panic!("{error}"));
            });
            result.unwrap_or_else(|error| panic!("level {level}: {error}"));
        }
    }

    #[test]
    fn a_pass_that_breaks_the_function_is_named() {
        let breaks = Pass {
            name: "breaks",
            description: "forgets the terminators",
            requires: Requires::Blocks,
            run: |func, _| func.blocks.values_mut().for_each(|data| data.terminator = None),
        };
        let mut func = crate::testing::generate::function(1);
        let passes = [find("promote").expect("promote"), &breaks];
        let error = run(&passes, &mut func, &Context::default(), &mut Verifying).expect_err("broken");
        assert!(error.starts_with("after breaks:"), "{error}");
    }

    #[test]
    fn functions_of_ten_thousand_blocks_pass() {
        let mut func = crate::testing::generate::sized(crate::testing::random::Random::new(9), 10_000, 8);
        run(&pipeline(3), &mut func, &Context::default(), &mut Verifying)
            .unwrap_or_else(|error| panic!("{error}"));
        assert!(func.layout.len() > 1_000, "{} blocks are left", func.layout.len());
    }

    #[test]
    fn passes_give_the_same_for_the_same() {
        for seed in 0..40 {
            let translate = || {
                let mut func = crate::testing::generate::function(seed);
                run(&pipeline(3), &mut func, &Context::default(), &mut Silent)
                    .unwrap_or_else(|never| match never {});
                crate::text::print(&func)
            };
            assert_eq!(translate(), translate(), "seed {seed}");
        }
    }
}
