//! What it costs to look before an access: kernels that follow pointers with the guard of
//! null pointers and without, and kernels of all kinds with exact faults and without.
//!
//! Must never know how accesses are looked at.

use std::collections::BTreeMap;

use crate::columns::{Accesses, Column, Engine};
use crate::rounds::{Measured, Plan, measure_kernel, progress};

/// One such comparison, with the default.
pub struct Comparison {
    /// How `--kernel` calls it.
    pub name: &'static str,
    /// How the JSON calls it.
    pub key: &'static str,
    /// What the other column does.
    pub other: Accesses,
    /// The kernels.
    kernels: &'static [&'static str],
}

/// All of them.
pub const COMPARISONS: [Comparison; 2] = [
    // Kernels whose loads and stores are most of their work.
    Comparison {
        name: "null-guard",
        key: "null_guard",
        other: Accesses::Unguarded,
        kernels: &["hashmap", "lists", "strings"],
    },
    Comparison {
        name: "exact-faults",
        key: "exact_faults",
        other: Accesses::Exact,
        kernels: &[
            "fft",
            "hashmap",
            "interp_switch",
            "lists",
            "matmul_f64",
            "recursion",
            "sha256",
            "strings",
        ],
    },
];

/// Measures one, if the plan has it, in the engines that the plan has.
pub fn measure(plan: &Plan, comparison: &Comparison) -> Measured {
    let mut measured = Measured { columns: Vec::new(), kernels: BTreeMap::new() };
    if !plan.singles.iter().any(|name| name == comparison.name) {
        return measured;
    }
    for engine in Engine::BOUND {
        if plan.columns.contains(&Column::plain(engine)) {
            let both = [Column::plain(engine), Column::accessing(engine, comparison.other)];
            measured.columns.extend(both);
        }
    }
    for kernel in comparison.kernels {
        progress(&format!("{kernel} ({})", comparison.name));
        let cells = measure_kernel(plan, &measured.columns, kernel);
        measured.kernels.insert((*kernel).to_owned(), cells);
    }
    measured
}
