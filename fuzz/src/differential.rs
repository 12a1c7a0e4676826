//! Bytes are a block of instructions and the registers that it is given. It runs
//! in the interpreter, and translated: the IR after the passes, and the
//! structured tree, each in the interpreter of the IR. Memory and all registers
//! must be the same to the bit after it, and the exception flags where they are
//! tracked.
//!
//! The first byte says how to translate ([`Way`]), the next eight give registers
//! and memory, and each four after them are an instruction: one that goes on at
//! the next, its access moved to the block's own memory, or a branch, which skips
//! some of those after it. What is no such instruction is left out.

mod program;
#[cfg(feature = "run")]
mod wasmtime;

use rv2wat::lift::{Unit, lift};
use rv2wat::pipeline::{Analysis, Fflags, Options, analyze};
use rv2wat::summary::Stack;
use rv2wat_interp::fp::{Rounding, SoftOp, soft_op};
use rv2wat_interp::{FlatMemory, Hart, Stop, raised};
use rv2wat_passes::interpret::{Callee, Host, Machine, Reply, World, bits_of};
use rv2wat_passes::ir::{Const, Function, HostFn, Signature};
use rv2wat_passes::pass::{self, Observer, Pass, Requires};
use rv2wat_passes::tree;
use rv2wat_passes::verify::verify;

use crate::Verdict;
pub use program::{Program, place};
#[cfg(feature = "run")]
pub use wasmtime::run_under_wasmtime;

/// Enough for the longest block: there are no loops.
const STEPS: u64 = 1 << 20;

/// How a program is translated.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Way {
    /// The optimisation level.
    pub level: u8,
    /// Whether exception flags are exact.
    pub flags: bool,
}

impl Way {
    /// The way of an input's first byte: levels 2 and 3 oftener than others.
    pub fn of(byte: u8) -> Way {
        Way { level: [2, 3, 1, 0, 2, 3, 2, 2][usize::from(byte) % 8], flags: byte & 8 != 0 }
    }

    /// The options for this way.
    pub fn options(self) -> Options {
        let fflags = if self.flags { Fflags::Exact } else { Fflags::Untracked };
        Options { level: self.level, fflags, ..Options::default() }
    }
}

/// Checks an input.
///
/// # Errors
/// What differs.
pub fn check(bytes: &[u8]) -> Verdict {
    check_with(bytes, &|_| {})
}

/// [`check`] with translations that are damaged after the passes.
///
/// # Errors
/// What differs.
pub fn check_with(bytes: &[u8], damage: &dyn Fn(&mut Function)) -> Verdict {
    let (program, way) = input(bytes);
    let expected = interpret(&program)?;
    let translated = translate(&program, way)?;
    let mut func = translated.func;
    damage(&mut func);
    let lowered = tree::lower::lower(&tree::build(&func));
    for (what, func) in [("the IR", &func), ("the tree", &lowered)] {
        let found =
            run(func, translated.bias, &program).map_err(|wrong| format!("{what} {wrong}\n{func}"))?;
        compare(&expected, &found, way)
            .map_err(|wrong| format!("{what}, {way:?}: {wrong}\n{program}{func}"))?;
    }
    Ok(())
}

/// The program of an input, and how to translate it.
pub fn input(bytes: &[u8]) -> (Program, Way) {
    let (&[way, ref seed @ ..], block) = bytes.split_first_chunk::<9>().unwrap_or((&[0; 9], &[]));
    let words = block.as_chunks::<4>().0.iter().map(|&word| u32::from_le_bytes(word));
    (Program::new(u64::from_le_bytes(*seed), words), Way::of(way))
}

/// Where two outputs differ.
///
/// # Errors
/// The first place, with both values.
pub fn compare(expected: &[u8], found: &[u8], way: Way) -> Verdict {
    if expected.len() != found.len() {
        return Err(format!("{} bytes instead of {}", found.len(), expected.len()));
    }
    let counts = |at: usize| way.flags || at < program::FLAGS;
    match (0..expected.len()).find(|&at| expected[at] != found[at] && counts(at)) {
        None => Ok(()),
        Some(at) => Err(place(at, expected, found)),
    }
}

/// What the program writes when it is interpreted.
///
/// # Errors
/// Where it stopped instead.
pub fn interpret(program: &Program) -> Result<Vec<u8>, String> {
    let mut memory = FlatMemory::new(program::CODE, program.memory());
    let mut hart = Hart::at(program::CODE);
    let (stop, _) = rv2wat_interp::run(&mut hart, &mut memory, &mut |_| false, STEPS);
    match stop {
        Stop::Ecall => Ok(program::output(&memory.bytes).to_vec()),
        stop => Err(format!("the interpreter stopped: {stop}\n{program}")),
    }
}

/// A program's function after the passes.
struct Translated {
    func: Function,
    bias: u32,
}

fn translate(program: &Program, way: Way) -> Result<Translated, String> {
    let analysis = analyze(&program.elf(), &Options { stack: Stack::Exit, ..Options::default() })
        .map_err(|error| error.to_string())?;
    let options = way.options();
    let context = analysis.context(&options);
    let mut func = lift(context, only_function(&analysis)?, Unit::Whole);
    pass::run(&pass::pipeline(way.level), &mut func, &pass::Context::default(), &mut Verifying)?;
    Ok(Translated { func, bias: context.bias })
}

fn only_function(analysis: &Analysis) -> Result<usize, String> {
    match analysis.program.functions.as_slice() {
        [_] => Ok(0),
        functions => Err(format!("{} functions are found in a block", functions.len())),
    }
}

/// Verifies after each pass.
struct Verifying;

impl Observer for Verifying {
    type Error = String;

    fn after(&mut self, pass: &Pass, func: &Function) -> Result<(), String> {
        verify(func, Requires::Ssa).map_err(|error| format!("after {}: {error}", pass.name))
    }
}

/// What a function writes when it runs.
fn run(func: &Function, bias: u32, program: &Program) -> Result<Vec<u8>, String> {
    let offset = (program::CODE - u64::from(bias)) as usize;
    let mut memory = vec![0; offset];
    memory.extend(program.memory());
    let mut world = World { memory, ..World::default() };
    let args: Vec<Const> = func.params.iter().map(|param| Const::zero(param.ty)).collect();
    let mut kernel = Kernel { offset, output: None };
    let end = Machine { steps: STEPS, nan: program.seed }.run(func, &args, &mut world, &mut kernel);
    match kernel.output {
        Some(output) => Ok(output),
        None => Err(format!("ended without its output: {end:?}")),
    }
}

/// Serves a translation: soft arithmetic, flags, and the first system call, which
/// ends the run.
struct Kernel {
    offset: usize,
    output: Option<Vec<u8>>,
}

impl Host for Kernel {
    fn call(&mut self, world: &mut World, callee: Callee, _: &Signature, args: &[Const]) -> Reply {
        let bits: Vec<u64> = args.iter().map(|&arg| bits_of(arg)).collect();
        let result = match (callee, bits.as_slice()) {
            (Callee::Host(HostFn::Ecall), [program::WRITE, ..]) => {
                self.output = Some(program::output(&world.memory[self.offset..]).to_vec());
                return Reply::Left(4);
            }
            (Callee::Host(HostFn::Soft), &[op, a, b, c, rm]) => soft(op, [a, b, c], rm).map(Const::I64),
            (Callee::Host(HostFn::Flags), &[word, a, b, c]) => {
                raised(word as u32, [a, b, c]).map(|flags| Const::I32(flags.into()))
            }
            _ => None,
        };
        // Without a result the run ends as one of an invalid function.
        Reply::Results(result.into_iter().collect())
    }
}

fn soft(op: u64, [a, b, c]: [u64; 3], mode: u64) -> Option<i64> {
    let op = SoftOp::try_from(u32::try_from(op).ok()?).ok()?;
    // Translated code runs while the dynamic mode is to nearest, even.
    let mode = Rounding::try_from(if mode == 7 { 0 } else { mode as u8 }).ok()?;
    Some(soft_op(op, a, b, c, mode).0.cast_signed())
}
