//! For tests: random functions, and the comparison of a function before and
//! after a pass by running both.
//!
//! The comparison sees what the model says can be seen: results, exits, the
//! state, memory, and at every call its arguments, the state and memory. It runs
//! the two with different bits for NaNs that the engine may choose.

#[cfg(test)]
mod assert;
pub mod generate;
pub mod random;
pub mod structure;

#[cfg(test)]
pub(crate) use assert::{assert_pass, parse, validate};

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::interpret::{Callee, End, Host, Machine, Reply, World, bits_of};
use crate::ir::{Const, Function, Signature, StateReg, Type};
use crate::text::print;
use random::Random;

/// Guest addresses lie above memory offsets by this much.
pub(crate) const BIAS: i64 = 0x1_0000;
/// Where, as a memory offset, the stack is: below it is what any pointer may
/// reach.
pub(crate) const STACK: i64 = 2048;
/// The end of memory.
const END: i64 = 4096;

/// Answers calls by a hash of what it sees, and writes where a callee could.
struct Answers {
    log: Vec<String>,
}

impl Host for Answers {
    fn call(&mut self, world: &mut World, callee: Callee, signature: &Signature, args: &[Const]) -> Reply {
        let mut hasher = DefaultHasher::new();
        (&callee, args, &world.memory, &world.state, self.log.len()).hash(&mut hasher);
        let hash = hasher.finish();
        self.log.push(format!("{callee:?}{args:?} {hash:x}"));
        let mut random = Random::new(hash);
        let takes_sp = matches!(&callee, Callee::Named(name) if name.starts_with("takes_sp"));
        let handed = args.iter().skip(usize::from(takes_sp)).map(|&arg| bits_of(arg) as i64);
        let stored = world.memory[..STACK as usize].chunks_exact(8);
        let stored = stored.map(|word| i64::from_le_bytes(word.try_into().expect("eight bytes")));
        let state = world.state.values().map(|&value| bits_of(value) as i64);
        let reached: Vec<i64> = handed
            .chain(stored)
            .chain(state)
            .map(|address| address.wrapping_sub(BIAS))
            .filter(|address| (STACK..END - 24).contains(address))
            .collect();
        for address in reached {
            let at = (address + random.below(3) as i64 * 8) as usize;
            world.memory[at..at + 8].copy_from_slice(&random.next().to_le_bytes());
        }
        if let (true, Some(&Const::I64(sp))) = (takes_sp, args.first()) {
            // The callee's own frame is below the stack pointer.
            let at = sp.wrapping_sub(BIAS + 8 + 8 * random.below(4) as i64);
            if (STACK..END - 8).contains(&at) {
                world.memory[at as usize..at as usize + 8].copy_from_slice(&random.next().to_le_bytes());
            }
        }
        let at = random.below(STACK as u64 - 8) as usize;
        world.memory[at] = random.next() as u8;
        for _ in 0..12 {
            let reg = StateReg::Reg(rv2wat_isa::Reg::new(random.below(64) as u8));
            let value =
                if reg.ty() == Type::I64 { Const::I64(random.small()) } else { random.constant(reg.ty()) };
            world.state.insert(reg, value);
        }
        if signature.may_exit && random.below(8) == 0 {
            return Reply::Left(2);
        }
        Reply::Results(signature.results.iter().map(|&ty| random.constant(ty)).collect())
    }
}

/// All that a run shows.
type Shown = (End, World, Vec<String>);

/// Steps of a run of the function before. The one after may take more for the
/// same: structure adds jumps.
pub(crate) const STEPS: u64 = 3_000;

fn show(func: &Function, seed: u64, nan: u64, steps: u64) -> Shown {
    let mut random = Random::new(seed);
    let mut world = World { memory: vec![0; END as usize], ..World::default() };
    for byte in &mut world.memory[..STACK as usize] {
        *byte = random.next() as u8 & 0x8f;
    }
    for n in 0..64 {
        let reg = StateReg::Reg(rv2wat_isa::Reg::new(n));
        world.state.insert(reg, random.constant(reg.ty()));
    }
    let args: Vec<Const> = func
        .params
        .iter()
        .map(|param| match param.name.as_str() {
            "sp" => Const::I64(BIAS + END - 256),
            _ => random.constant(param.ty),
        })
        .collect();
    let mut host = Answers { log: Vec::new() };
    let end = Machine { steps, nan }.run(func, &args, &mut world, &mut host);
    (end, world, host.log)
}

/// Compares two functions on some inputs, which follow from the seed.
///
/// # Errors
/// What differs, with the text of both. An input on which the first one traps
/// says nothing.
pub fn compare(before: &Function, after: &Function, seed: u64) -> Result<(), String> {
    for input in 0..4 {
        let first = show(before, seed * 4 + input, 1, STEPS);
        if matches!(first.0, End::Trapped(_)) {
            continue;
        }
        assert!(!matches!(first.0, End::Invalid(_)), "{:?}\n{}", first.0, print(before));
        let second = show(after, seed * 4 + input, 0x2344, 4 * STEPS);
        let same = match (&first.0, &second.0) {
            // Neither of two that go on for ever need be as far as the other;
            // one that ended as far as it came.
            (End::OutOfSteps, _) => {
                let both = first.2.len().min(second.2.len());
                let as_far = second.0 == End::OutOfSteps || second.2.len() >= first.2.len();
                as_far && first.2[..both] == second.2[..both]
            }
            _ => first == second,
        };
        if !same {
            let differs = if first.0 != second.0 {
                format!("ends: {:?} and {:?}", first.0, second.0)
            } else if first.2 != second.2 {
                format!("calls: {:#?} and {:#?}", first.2, second.2)
            } else if first.1.memory != second.1.memory {
                "memory".to_owned()
            } else {
                "state".to_owned()
            };
            return Err(format!(
                "seed {seed}, input {input}: {differs}\n--- before\n{}--- after\n{}",
                print(before),
                print(after)
            ));
        }
    }
    Ok(())
}
