//! How long each stage of the translator takes over all of Debian's static busybox,
//! on one thread: `cargo bench -p rv2wat`, after `scripts/riscv-root`. Another
//! program is named by `RV2WAT_BENCH_PROGRAM`.

use std::path::PathBuf;
use std::sync::LazyLock;

use divan::Bencher;
use rv2wat::assemble::assemble;
use rv2wat::discover::discover;
use rv2wat::lift::{Unit, lift};
use rv2wat::load::load;
use rv2wat::pipeline::{Analysis, analyze, chosen_passes};
use rv2wat::summary::{Stack, summarize};
use rv2wat::wat::{Header, Style, print_function};
use rv2wat::{Options, translate};
use rv2wat_passes::ir::Function;
use rv2wat_passes::pass::{self, Context, Silent};
use rv2wat_passes::tree;

fn main() {
    divan::main();
}

/// The program that everything is measured over.
static PROGRAM: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let cache = || {
        let home = std::env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
        std::env::var_os("RV2WAT_CACHE").map_or_else(|| home.join(".cache/rv2wat"), PathBuf::from)
    };
    let path = std::env::var_os("RV2WAT_BENCH_PROGRAM")
        .map_or_else(|| cache().join("riscv-root/usr/bin/busybox"), PathBuf::from);
    std::fs::read(&path)
        .unwrap_or_else(|error| panic!("{}: {error}; scripts/riscv-root fetches it", path.display()))
});

static ANALYSIS: LazyLock<Analysis> = LazyLock::new(|| {
    analyze(&PROGRAM, &Options { stack: Stack::Exit, ..Options::default() }).expect("the program is one")
});

/// As released programs translate, without what tests add.
fn options() -> Options {
    Options { verify: false, ..Options::default() }
}

fn lifted() -> Vec<Function> {
    let context = ANALYSIS.context(&options());
    (0..ANALYSIS.program.functions.len()).map(|at| lift(context, at, Unit::Whole)).collect()
}

fn optimise(functions: &mut [Function]) {
    let passes = chosen_passes(&options()).expect("the default passes exist");
    for function in functions {
        let Ok(()) = pass::run(&passes, function, &Context::default(), &mut Silent);
    }
}

/// What the passes make of all functions.
static OPTIMISED: LazyLock<Vec<Function>> = LazyLock::new(|| {
    let mut functions = lifted();
    optimise(&mut functions);
    functions
});

#[divan::bench]
fn a_load(bencher: Bencher) {
    let bytes = PROGRAM.as_slice();
    bencher.bench(|| load(bytes));
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn b_discover(bencher: Bencher) {
    let analysis = &*ANALYSIS;
    bencher.bench(|| discover(&analysis.image));
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn c_summarize(bencher: Bencher) {
    let analysis = &*ANALYSIS;
    bencher.bench(|| summarize(&analysis.image, &analysis.program, Stack::Exit));
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn d_lift(bencher: Bencher) {
    LazyLock::force(&ANALYSIS);
    bencher.bench(lifted);
}

#[divan::bench(sample_count = 3, sample_size = 1)]
fn e_passes(bencher: Bencher) {
    bencher.with_inputs(lifted).bench_refs(|functions| optimise(functions));
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn f_structure(bencher: Bencher) {
    let functions = &*OPTIMISED;
    bencher.bench(|| functions.iter().map(tree::build).collect::<Vec<_>>());
}

/// Without the comments beside the lines.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn g_print(bencher: Bencher) {
    let trees: Vec<tree::Function> = OPTIMISED.iter().map(tree::build).collect();
    bencher.bench(|| {
        let is_address = |value| ANALYSIS.image.segment_at(value).is_some();
        let style = Style { comment: &|_| None, is_address: &is_address };
        let mut text = String::new();
        for tree in &trees {
            print_function(tree, &Header::default(), &style, &mut text);
        }
        text
    });
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn h_assemble(bencher: Bencher) {
    let translation = translate(&PROGRAM, &options()).expect("the program can be translated");
    bencher.bench(|| assemble(&translation.wat));
}

/// All of them, on all processors.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn i_translate(bencher: Bencher) {
    let bytes = PROGRAM.as_slice();
    bencher.bench(|| translate(bytes, &options()));
}
