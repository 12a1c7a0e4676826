//! Each fuzz target over its seeds and over mutants of them, the same on every
//! machine; and the proof that these inputs can find something: damage of every
//! kind is found by them. `RV2WAT_MUTANTS=N` makes N times as many mutants.

use std::panic::{AssertUnwindSafe, catch_unwind};

use rv2wat_fuzz::decoder::Isa;
use rv2wat_fuzz::loader::{BOUNDS, Bound, Need};
use rv2wat_fuzz::mutate::mutant;
use rv2wat_fuzz::{TARGETS, Verdict, differential, ir_text, loader, seeds, structure};
use rv2wat_isa::{RegSet, decode};
use rv2wat_passes::ir::{Const, Function, InstKind, Op};
use rv2wat_passes::testing::random::Random;
use rv2wat_passes::testing::structure::MUTATIONS;
use rv2wat_passes::text::print;

/// Inputs of a target: its seeds, then mutants.
fn inputs(target: &str, mutants: u64) -> impl Iterator<Item = (String, Vec<u8>)> {
    let seeds = seeds::committed(target);
    let count = seeds.len();
    let named = |number: usize| if number < count { "seed" } else { "mutant" };
    let names: Vec<String> = (0..count + mutants as usize).map(|n| format!("{} {n}", named(n))).collect();
    names.into_iter().enumerate().map(move |(number, name)| {
        let bytes = if number < count { seeds[number].clone() } else { mutant(&seeds, number as u64) };
        (name, bytes)
    })
}

/// Checks all inputs of a target. One that fails is kept, for `scripts/fuzz`.
fn run(name: &str, mutants: u64) {
    let more = std::env::var("RV2WAT_MUTANTS").ok().and_then(|times| times.parse().ok());
    let mutants = mutants * more.unwrap_or(1);
    let target = TARGETS.into_iter().find(|target| target.name == name).expect("a target");
    for (input, bytes) in inputs(name, mutants) {
        let verdict = catch_unwind(AssertUnwindSafe(|| (target.check)(&bytes)));
        let wrong = match verdict {
            Ok(Ok(())) => continue,
            Ok(Err(wrong)) => wrong,
            Err(_) => "it panicked".to_owned(),
        };
        let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.input"));
        std::fs::write(&path, bytes).expect("a temporary file");
        panic!("{name}, {input}, kept as {}: {wrong}", path.display());
    }
}

/// How many inputs find something wrong.
fn found(name: &str, mutants: u64, check: impl Fn(&[u8]) -> Verdict) -> usize {
    inputs(name, mutants).filter(|(_, bytes)| check(bytes).is_err()).count()
}

#[test]
fn decoder() {
    run("decoder", 2_000);
}

#[test]
fn ir_text() {
    run("ir_text", 3_000);
}

#[test]
fn loader() {
    run("loader", 100);
}

#[test]
fn structure() {
    run("structure", 400);
}

#[test]
fn differential() {
    run("differential", 400);
}

#[cfg(feature = "run")]
#[test]
fn differential_under_wasmtime() {
    for (input, bytes) in inputs("differential", 8) {
        differential::run_under_wasmtime(&bytes).unwrap_or_else(|wrong| panic!("{input}: {wrong}"));
    }
}

#[test]
fn seeds_are_what_the_command_makes() {
    for target in TARGETS {
        let Some(made) = seeds::make(target.name) else { continue };
        let made: Vec<Vec<u8>> = made.into_iter().map(|(_, seed)| seed).collect();
        assert!(made == seeds::committed(target.name), "{}: run scripts/fuzz --seeds", target.name);
    }
}

/// Pieces of code that are much work when they stand in a row.
const HARD: [(&str, &[u8]); 9] = [
    ("c.addi s0,1", &[0x05, 0x04]),
    ("c.bnez s0,+4", &[0x11, 0xe0]),
    ("c.bnez s0,+200", &[0x61, 0xe4]),
    ("c.bnez s0,-2", &[0x7d, 0xfc]),
    ("c.jalr s0", &[0x02, 0x94]),
    ("c.jr s0", &[0x02, 0x84]),
    ("jal ra,+4", &[0xef, 0, 0x40, 0]),
    ("ecall", &[0x73, 0, 0, 0]),
    ("fsrm a1", &[0x73, 0x90, 0x25, 0]),
];

#[test]
fn work_grows_with_the_program() {
    for (code, bytes) in HARD {
        let count = 1024 / bytes.len();
        let [once, twice] = [1, 2].map(|times| loader::repeated(bytes, times * count));
        loader::check(&twice).unwrap_or_else(|wrong| panic!("{code}: {wrong}"));
        let (once, twice) = (loader::take(&once).0, loader::take(&twice).0);
        for ((once, twice), bound) in once.iter().zip(&twice).zip(BOUNDS) {
            let [memory, work] = [(once.bytes_max, twice.bytes_max), (once.bytes_total, twice.bytes_total)]
                .map(|(once, twice)| twice as f64 / once as f64);
            assert!(memory < 2.5 && work < 3.0, "{code}, {}: {memory} and {work} times", bound.stage);
        }
    }
}

/// Else a fuzzer would start where files are refused.
#[test]
fn seeds_of_the_loader_are_translated() {
    for (seed, bytes) in inputs("loader", 0) {
        let translation = rv2wat::translate(&bytes, &rv2wat::Options::default());
        let translation = translation.unwrap_or_else(|error| panic!("{seed}: {error}"));
        assert!(translation.program.functions.len() > 3, "{seed}");
    }
}

#[test]
fn mutants_are_different_and_the_same_again() {
    let seeds = seeds::committed("decoder");
    let mutants: Vec<Vec<u8>> = (0..200).map(|number| mutant(&seeds, number)).collect();
    assert_eq!(mutants, (0..200).map(|number| mutant(&seeds, number)).collect::<Vec<_>>());
    let mut different = mutants.clone();
    different.sort();
    different.dedup();
    assert!(different.len() > 180, "{} of 200 mutants are different", different.len());
}

#[test]
fn a_damaged_decoder_is_found() {
    let damaged: [(&str, Isa); 4] = [
        ("a bit is dropped", Isa { decode: |word| decode(word & !(1 << 24)), ..Isa::REAL }),
        ("an encoding loses a bit", Isa { encode: |inst| inst.encode() & !(1 << 11), ..Isa::REAL }),
        ("a register is not read", Isa { reads: |inst| inst.reads() - RegSet::ALL_F, ..Isa::REAL }),
        ("a register is not written", Isa { writes: |inst| inst.writes() - RegSet::ALL_F, ..Isa::REAL }),
    ];
    for (name, isa) in damaged {
        assert!(found("decoder", 50, |bytes| isa.check(bytes)) > 5, "{name}");
    }
}

type Printer = fn(&Function) -> String;

#[test]
fn a_damaged_printer_is_found() {
    let damaged: [(&str, Printer); 3] = [
        ("an offset is lost", |func| print(func).replace(" offset=8", "")),
        ("a pc is lost", |func| print(func).replacen(";;", "#", 1)),
        ("a name loses its quotes", |func| print(func).replace("\" = ", " = ")),
    ];
    for (name, print) in damaged {
        assert!(found("ir_text", 50, |bytes| ir_text::check_with(bytes, print)) > 3, "{name}");
    }
}

#[test]
fn damaged_trees_are_found() {
    for (name, damage) in MUTATIONS {
        let found = found("structure", 120, |bytes| {
            structure::check_with(bytes, &|tree| {
                damage(tree, &mut Random::new(bytes.len() as u64));
            })
        });
        // Few runs come by some of what is damaged.
        assert!(found > 0, "{name}: found by {found} inputs");
    }
}

/// A way to damage a function.
type Damage = fn(&mut Function);

#[test]
fn damaged_translations_are_found() {
    let damaged: [(&str, Damage); 3] = [
        ("a sum is a difference", |func| first(func, |kind| replace(kind, Op::I64Add, Op::I64Sub))),
        ("a store is lost", |func| {
            let stores = |inst: &_| matches!(func.insts[*inst].kind, InstKind::Store(..));
            let entry = func.layout[0];
            let at = func.blocks[entry].insts.iter().position(stores);
            at.map(|at| func.blocks[entry].insts.remove(at));
        }),
        ("a constant is one more", |func| {
            first(func, |kind| match kind {
                InstKind::Const(Const::I64(value)) => {
                    *value = value.wrapping_add(1);
                    true
                }
                _ => false,
            });
        }),
    ];
    for (name, damage) in damaged {
        let found = found("differential", 60, |bytes| differential::check_with(bytes, &damage));
        assert!(found > 5, "{name}: found by {found} inputs");
    }
}

fn replace(kind: &mut InstKind, old: Op, new: Op) -> bool {
    match kind {
        InstKind::Op(op, _) if *op == old => {
            *op = new;
            true
        }
        _ => false,
    }
}

/// Changes the first instruction that can be changed so.
fn first(func: &mut Function, change: impl Fn(&mut InstKind) -> bool) {
    let insts: Vec<_> = func.layout.iter().flat_map(|&block| func.blocks[block].insts.clone()).collect();
    let _ = insts.into_iter().any(|inst| change(&mut func.insts[inst].kind));
}

#[test]
fn too_much_memory_or_work_is_found() {
    for (stage, bound) in BOUNDS.iter().enumerate() {
        let enough = Need { each: u64::MAX >> 32, fixed: 0 };
        let none = Need { each: 0, fixed: 0 };
        let only = |memory, work| {
            let mut bounds = BOUNDS.map(|bound| Bound { memory: enough, work: enough, ..bound });
            bounds[stage] = Bound { memory, work, ..bounds[stage] };
            found("loader", 0, |bytes| loader::check_with(bytes, &bounds))
        };
        assert!(only(none, enough) > 5 && only(enough, none) > 5, "{}", bound.stage);
        assert_eq!(only(enough, enough), 0, "{}", bound.stage);
    }
}
