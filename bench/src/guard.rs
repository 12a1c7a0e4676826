//! What the guard of null pointers costs: kernels that follow pointers, with it and
//! without.
//!
//! Must never know what the guard is.

use std::collections::BTreeMap;

use crate::columns::{Column, Engine};
use crate::rounds::{Measured, Plan, measure_kernel, progress};

/// How `--kernel` calls it.
pub const NAME: &str = "null-guard";

/// The kernels whose loads and stores are most of their work.
const KERNELS: [&str; 3] = ["hashmap", "lists", "strings"];

/// Measures it, if the plan has it, in the engines that the plan has.
pub fn measure(plan: &Plan) -> Measured {
    let mut measured = Measured { columns: Vec::new(), kernels: BTreeMap::new() };
    if !plan.singles.iter().any(|name| name == NAME) {
        return measured;
    }
    for engine in Engine::BOUND {
        if plan.columns.contains(&Column::plain(engine)) {
            measured.columns.extend([Column::plain(engine), Column::unguarded(engine)]);
        }
    }
    for kernel in KERNELS {
        progress(&format!("{kernel} with and without the guard"));
        let cells = measure_kernel(plan, &measured.columns, kernel);
        measured.kernels.insert(kernel.to_owned(), cells);
    }
    measured
}
