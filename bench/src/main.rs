//! Measures translated programs beside native code, direct compilation to
//! WebAssembly, an emulator and an interpreter; `scripts/bench` starts it.
//!
//! Knows programs, by their command lines and by what they print. Must never know
//! how a program is translated: of the translator's crates it uses the engine's
//! configuration alone, for the column that is compared with it.

mod accesses;
mod arguments;
mod browser;
mod chart;
mod columns;
mod figures;
mod machine;
mod musts;
mod process;
mod programs;
mod report;
mod rounds;
mod scaling;
mod scaling_chart;
mod sideways;
mod singles;
mod table;
mod wasi;

use std::process::ExitCode;

use anyhow::Context as _;
use clap::Parser as _;

use accesses::COMPARISONS;

use arguments::{Arguments, Task};
use rounds::{Measured, Plan};

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let ended = match &arguments.task {
        Some(Task::Wasi { module, args }) => wasi::run(module, args),
        None if !arguments.scaling.is_empty() => scale(&arguments),
        None => measure(&arguments),
    };
    ended.unwrap_or_else(|error| {
        eprintln!("bench: {error:#}");
        ExitCode::FAILURE
    })
}

/// Translates programs of all sizes, prints, writes what was asked for.
fn scale(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let tools = columns::Tools::find()?;
    let machine = machine::describe(&tools);
    let rounds = arguments.rounds.unwrap_or(3);
    let scaling = scaling::measure(&tools, &arguments.scaling, rounds, arguments.binaryen_up_to);
    let musts = scaling.musts();
    print!("{}{}", table::scaling(&scaling), table::musts(&musts));
    if let Some(path) = &arguments.json {
        let text = serde_json::to_string_pretty(&scaling.json(&machine, &musts))? + "\n";
        std::fs::write(path, text).with_context(|| path.display().to_string())?;
    }
    if let Some((path, drawn)) = arguments.chart.as_ref().zip(scaling_chart::draw(&scaling)) {
        std::fs::write(path, drawn).with_context(|| path.display().to_string())?;
    }
    for failure in &scaling.failures {
        eprintln!("bench: {failure}");
    }
    let missed = arguments.check_figures && musts.iter().any(|must| !must.met());
    Ok(if scaling.failures.is_empty() && !missed { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Measures, prints, writes what was asked for.
fn measure(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let plan = Plan::new(arguments)?;
    let machine = machine::describe(&plan.tools);
    let measured = rounds::measure(&plan);
    let summary = figures::summarize(&measured);
    if !plan.kernels.is_empty() {
        print!("{}", table::ratios(&measured, &plan));
        print!("{}", table::summary(&measured, &summary));
    }
    let programs = programs::measure(&plan)?;
    if !plan.programs.is_empty() {
        print!("{}", table::programs(&programs));
    }
    let sideways = sideways::measure(&plan);
    if !plan.sideways.is_empty() {
        print!("{}", table::sideways(&sideways));
    }
    let compared = COMPARISONS.each_ref().map(|comparison| accesses::measure(&plan, comparison));
    for (measured, comparison) in compared.iter().zip(&COMPARISONS) {
        if !measured.kernels.is_empty() {
            print!("{}", table::accesses(measured, comparison));
        }
    }
    let singles = singles::measure(&plan);
    let mut musts = musts::judge(&measured, &summary, &programs, &singles);
    if arguments.sideways {
        // What was not asked for is not missed.
        musts.retain(|must| must.value.is_some());
    }
    if !arguments.quick || !plan.sideways.is_empty() {
        musts.extend(sideways::musts(&sideways));
    }
    print!("{}", table::musts(&musts));
    if let Some(path) = &arguments.json {
        let mut json = report::json(&machine, &plan, &measured, &summary, &programs, &musts);
        json["singles"] = singles.json();
        json["sideways"] = sideways::json(&sideways);
        for (measured, comparison) in compared.iter().zip(&COMPARISONS) {
            json[comparison.key] = report::rows(measured);
        }
        let text = serde_json::to_string_pretty(&json)? + "\n";
        std::fs::write(path, text).with_context(|| path.display().to_string())?;
    }
    if let Some(path) = &arguments.chart {
        let drawn = chart::draw(&measured, &summary);
        std::fs::write(path, drawn).with_context(|| path.display().to_string())?;
    }
    let failures: Vec<String> = [&measured, &programs, &sideways]
        .into_iter()
        .chain(&compared)
        .flat_map(Measured::failures)
        .chain(singles.failures)
        .collect();
    for failure in &failures {
        eprintln!("bench: {failure}");
    }
    let missed = arguments.check_figures && musts.iter().any(|must| !must.met());
    Ok(if failures.is_empty() && !missed { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
