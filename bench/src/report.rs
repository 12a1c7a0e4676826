//! What was measured, as JSON: the machine, every sample, the sums, the musts.

use serde_json::{Map, Value, json};

use crate::figures::{Heat, Standing, Summary, median, spread};
use crate::musts::Must;
use crate::rounds::{Cell, Measured, Plan};

/// All of it. Grows by new keys; a key keeps its meaning.
pub fn json(
    machine: &Value,
    plan: &Plan,
    measured: &Measured,
    summary: &Summary,
    programs: &Measured,
    musts: &[Must],
) -> Value {
    let missing: Map<String, Value> =
        plan.missing.iter().map(|(column, why)| (column.id(), why.clone().into())).collect();
    let sums: Map<String, Value> = summary
        .iter()
        .map(|(column, sum)| {
            let sum = json!({
                "native_over_this": standing(sum.native.as_ref()),
                "native_over_this_cold": standing(sum.native_cold.as_ref()),
                "direct_over_this": standing(sum.direct.as_ref()),
                "median_first_run_ms": sum.whole,
            });
            (column.id(), sum)
        })
        .collect();
    json!({
        "machine": machine,
        "settings": {
            "rounds": plan.rounds,
            "repetitions": plan.repetitions.0,
            "warm_up": plan.repetitions.1,
            "interpreter": "one repetition, once",
        },
        "columns": measured.columns.iter().map(|column| column.id()).collect::<Vec<_>>(),
        "not_available": missing,
        "kernels": rows(measured),
        "programs": rows(programs),
        "summary": sums,
        "musts": musts.iter().map(must).collect::<Vec<_>>(),
    })
}

/// Every cell. Of programs other than kernels, warm is without start-up and cold is
/// with it.
pub fn rows(measured: &Measured) -> Value {
    let rows = measured.kernels.iter().map(|(name, cells)| {
        let cells: Map<String, Value> =
            cells.iter().map(|(column, result)| (column.id(), cell(result))).collect();
        (name.clone(), cells.into())
    });
    Value::Object(rows.collect())
}

fn cell(cell: &Cell) -> Value {
    json!({
        "warm_ns": figure(cell, Heat::Warm),
        "cold_ns": figure(cell, Heat::Cold),
        "first_run_ms": cell.whole.map(|whole| whole.as_secs_f64() * 1e3),
        "checksum": cell.checksum,
        "failure": cell.failure,
        "stats": cell.stats.as_ref().map(|stats| json!({
            "exits": stats["exits"],
            "entries": stats["entries"],
            "instructions_interpreted": stats["instructions_interpreted"],
        })),
    })
}

fn figure(cell: &Cell, heat: Heat) -> Value {
    let samples = cell.samples(heat);
    json!({ "median": median(samples), "spread": spread(samples), "samples": samples })
}

fn standing(standing: Option<&Standing>) -> Value {
    standing.map_or(Value::Null, |standing| {
        json!({
            "geometric_mean": standing.mean,
            "worst": { "kernel": standing.worst.0, "ratio": standing.worst.1 },
            "kernels": standing.kernels,
        })
    })
}

/// One figure that must be reached.
pub fn must(must: &Must) -> Value {
    json!({
        "figure": must.what,
        "must": must.must,
        "must_be": if must.most { "at most" } else { "at least" },
        "goal": must.goal,
        "value": must.value.as_ref().map(|(value, _)| value),
        "of": must.value.as_ref().map(|(_, of)| of),
        "met": must.met(),
    })
}
