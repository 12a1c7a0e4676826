//! What was measured, as tables for a terminal.

use std::fmt::Write as _;

use comfy_table::{CellAlignment, Table, presets};

use crate::accesses::Comparison;
use crate::columns::{Column, Engine};
use crate::figures::{Heat, NOISY, Standing, Summary, direct, median, spread};
use crate::musts::Must;
use crate::rounds::{Cell, Measured, Plan};
use crate::sideways::{Bound, FIGURES};

/// How fast friscy's interpreter is beside native code, by its own account; and the
/// geometric mean of twelve small programs, `gcc -O2` being 1, that were measured.
const FRISCY_CLAIMED: f64 = 0.4;
const FRISCY_MEASURED: f64 = 0.06;

/// A table whose first column is words and whose others are figures.
fn table(head: Vec<String>) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_header(head);
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

/// Native time divided by each column's, row by row; and whether a row is noisy.
fn native_over(measured: &Measured, what: &str) -> (Table, bool) {
    let head = std::iter::once(format!("{what}\nnative ÷ column"))
        .chain(measured.columns.iter().map(|column| match column {
            Column::Native => "native\nms".to_owned(),
            _ => column.title(),
        }))
        .collect();
    let mut table = table(head);
    let mut noisy = false;
    for (kernel, cells) in &measured.kernels {
        let mut row = vec![kernel.clone()];
        for column in &measured.columns {
            let Some(cell) = cells.get(column) else { continue };
            let samples = cell.samples(Heat::Warm);
            let shown = match column {
                Column::Native => median(samples).map(|time| format!("{:.2}", time / 1e6)),
                _ => measured.ratio(kernel, Column::Native, *column, Heat::Warm).map(ratio),
            };
            let loud = spread(samples).is_some_and(|spread| spread > NOISY);
            noisy |= loud;
            let mark = if loud { "~" } else { "" };
            let nothing = if cell.failure.is_some() { "failed" } else { "-" };
            row.push(shown.map_or(nothing.to_owned(), |shown| shown + mark));
        }
        table.add_row(row);
    }
    (table, noisy)
}

/// What `~` means, if it is there.
fn noise(noisy: bool) -> String {
    match noisy {
        true => format!("~ the slowest of its runs took more than {NOISY} times as long as the fastest\n"),
        false => String::new(),
    }
}

/// The programs other than kernels.
pub fn programs(measured: &Measured) -> String {
    let (table, noisy) = native_over(measured, "program");
    format!("\n{table}\n{}time by the wall, without what the program takes to do nothing\n", noise(noisy))
}

/// Native time divided by each column's, kernel by kernel.
pub fn ratios(measured: &Measured, plan: &Plan) -> String {
    let (table, noisy) = native_over(measured, "kernel");
    let mut text = format!("{table}\n{}", noise(noisy));
    let _ = writeln!(
        text,
        "medians over {} rounds of the shortest of {} repetitions after {} of warm-up",
        plan.rounds,
        plan.repetitions.0 - plan.repetitions.1,
        plan.repetitions.1
    );
    if measured.columns.contains(&Column::Interpreter) {
        text.push_str("interpreter: one repetition, once, because it is slow\n");
    }
    for (column, why) in &plan.missing {
        let _ = writeln!(text, "{}: not available: {why}", column.id());
    }
    text
}

/// What each column amounts to.
pub fn summary(measured: &Measured, summary: &Summary) -> String {
    let head =
        ["column", "native ÷ it\nwarm", "worst", "", "cold", "direct ÷ it", "worst", "", "first run\nms"];
    let mut table = table(head.map(str::to_owned).to_vec());
    for index in [3, 7] {
        if let Some(column) = table.column_mut(index) {
            column.set_cell_alignment(CellAlignment::Left);
        }
    }
    for column in &measured.columns {
        let Some(sum) = summary.get(column) else { continue };
        let mean = |standing: Option<&Standing>| standing.map_or("-".to_owned(), |it| ratio(it.mean));
        let worst = |standing: Option<&Standing>| {
            standing.map_or(["-".to_owned(), String::new()], |it| [ratio(it.worst.1), it.worst.0.clone()])
        };
        let mut row = vec![column.id(), mean(sum.native.as_ref())];
        row.extend(worst(sum.native.as_ref()));
        row.push(mean(sum.native_cold.as_ref()));
        match direct(*column) {
            Some(_) => {
                row.push(mean(sum.direct.as_ref()));
                row.extend(worst(sum.direct.as_ref()));
            }
            None => row.extend(["", "", ""].map(str::to_owned)),
        }
        row.push(sum.whole.map_or("-".to_owned(), |whole| format!("{whole:.0}")));
        table.add_row(row);
    }
    format!(
        "\nGeometric means over the kernels; more is faster. first run: median over the kernels of\n\
         one repetition with start, translation and compilation.\n{table}\n{}",
        friscy(summary)
    )
}

/// Ours beside what another system for pages says of itself, and what it has been seen to do.
fn friscy(summary: &Summary) -> String {
    let ours = [Column::plain(Engine::Chromium), Column::plain(Engine::V8), Column::Interpreter];
    let means = ours.into_iter().filter_map(|column| {
        let mean = summary.get(&column)?.native.as_ref()?.mean;
        Some(format!("{} {}", column.id(), ratio(mean)))
    });
    let means: Vec<String> = means.collect();
    if means.is_empty() {
        return String::new();
    }
    format!(
        "Native ÷ friscy's interpreter: {FRISCY_CLAIMED} as it claims, about {FRISCY_MEASURED} when measured \
         (V8, twelve small\nprograms); here: {}\n",
        means.join(", ")
    )
}

/// Translation of programs of all sizes.
pub fn scaling(scaling: &crate::scaling::Scaling) -> String {
    let head = [
        "program",
        "text\nkB",
        "time\ns",
        "processors\ns",
        "text\nMB/s",
        "peak\nMB",
        "peak\n÷ text",
        "Wasm\n÷ text",
        "Binaryen\n÷ text",
    ];
    let mut table = table(head.map(str::to_owned).to_vec());
    for sample in &scaling.samples {
        table.add_row([
            sample.name.clone(),
            format!("{:.0}", sample.text / 1e3),
            format!("{:.3}", sample.time),
            format!("{:.3}", sample.processors),
            format!("{:.2}", sample.text / sample.time / 1e6),
            format!("{:.0}", sample.memory / 1e6),
            format!("{:.0}", sample.memory / sample.text),
            format!("{:.2}", sample.module / sample.text),
            sample.binaryen.map_or(String::new(), |size| format!("{:.2}", size / sample.text)),
        ]);
    }
    format!("{table}\n")
}

/// What it costs to leave translated code and come back.
pub fn sideways(measured: &Measured) -> String {
    let head = ["figure".to_owned(), "an event is".to_owned()]
        .into_iter()
        .chain(measured.columns.iter().map(|column| format!("{}\nns", column.title())))
        .collect();
    let mut times = table(head);
    let left = times.column_mut(1);
    left.into_iter().for_each(|column| column.set_cell_alignment(CellAlignment::Left));
    let head = std::iter::once("time without events ÷ with them".to_owned())
        .chain(measured.columns.iter().map(|column| column.title()))
        .collect();
    let mut shares = table(head);
    let (mut noisy, mut shared) = (false, false);
    for figure in &FIGURES {
        let Some(cells) = measured.kernels.get(figure.name) else { continue };
        let mut row = vec![figure.name.to_owned(), figure.event.to_owned()];
        for column in &measured.columns {
            let (shown, loud) = time(cells.get(column), nanoseconds);
            noisy |= loud;
            row.push(shown);
        }
        times.add_row(row);
        let share = |&column: &Column| figure.share(measured, column).map_or("-".to_owned(), ratio);
        if let Bound::Share { without, .. } = figure.bound
            && measured.kernels.contains_key(without)
        {
            let row = std::iter::once(format!("{without} ÷ {}", figure.name));
            shares.add_row(row.chain(measured.columns.iter().map(share)));
            shared = true;
        }
    }
    let shares = if shared { format!("{shares}\n") } else { String::new() };
    format!("\nnanoseconds for each event\n{times}\n{}{shares}", noise(noisy))
}

/// What it costs to look before an access: the default beside another way.
pub fn accesses(measured: &Measured, comparison: &Comparison) -> String {
    let head = std::iter::once("kernel\nms".to_owned())
        .chain(measured.columns.iter().map(|column| column.title()))
        .chain(Engine::BOUND.map(|engine| format!("other ÷ default\n{}", engine.title())))
        .collect();
    let mut table = table(head);
    let mut noisy = false;
    for (kernel, cells) in &measured.kernels {
        let mut row = vec![kernel.clone()];
        for column in &measured.columns {
            let (shown, loud) = time(cells.get(column), |time| format!("{:.2}", time / 1e6));
            noisy |= loud;
            row.push(shown);
        }
        let ratios = Engine::BOUND.map(|engine| {
            let (default, other) = (Column::plain(engine), Column::accessing(engine, comparison.other));
            measured.ratio(kernel, other, default, Heat::Warm).map_or("-".to_owned(), ratio)
        });
        table.add_row(row.into_iter().chain(ratios));
    }
    format!("\n{table}\n{}", noise(noisy))
}

/// The warm time of a cell, marked if it is noisy; and whether it is.
fn time(cell: Option<&Cell>, show: impl Fn(f64) -> String) -> (String, bool) {
    let samples = cell.map_or(&[][..], |cell| cell.samples(Heat::Warm));
    let loud = spread(samples).is_some_and(|spread| spread > NOISY);
    let nothing = if cell.is_some_and(|cell| cell.failure.is_some()) { "failed" } else { "-" };
    let shown = median(samples).map(|time| show(time) + if loud { "~" } else { "" });
    (shown.unwrap_or(nothing.to_owned()), loud)
}

/// The figures that must be reached.
pub fn musts(musts: &[Must]) -> String {
    let mut table = table(["figure", "must", "goal", "is", "of", ""].map(str::to_owned).to_vec());
    for must in musts {
        let (value, of) = match &must.value {
            Some((value, of)) => (figure(*value), of.clone()),
            None => ("-".to_owned(), "not measured".to_owned()),
        };
        let verdict = if must.met() { "met" } else { "missed" };
        table.add_row([
            must.what.clone(),
            format!("{} {}", if must.most { "≤" } else { "≥" }, must.must),
            must.goal.to_string(),
            value,
            of,
            verdict.to_owned(),
        ]);
    }
    format!("\n{table}\n")
}

/// A figure of any size.
fn figure(value: f64) -> String {
    if value < 10.0 { ratio(value) } else { format!("{value:.1}") }
}

/// A time with three digits that count, or more.
fn nanoseconds(time: f64) -> String {
    match time {
        ..10.0 => format!("{time:.2}"),
        10.0..100.0 => format!("{time:.1}"),
        _ => format!("{time:.0}"),
    }
}

/// A ratio with three digits that count.
fn ratio(ratio: f64) -> String {
    if ratio < 0.1 { format!("{ratio:.4}") } else { format!("{ratio:.3}") }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::figures::summarize;

    #[test]
    fn the_other_interpreter_stands_beside_ours_if_there_is_ours() {
        let cell = |time| Cell { warm: vec![time], cold: vec![time], ..Cell::default() };
        let column = Column::plain(Engine::Chromium);
        let cells = BTreeMap::from([(Column::Native, cell(1.0)), (column, cell(2.0))]);
        let kernels = BTreeMap::from([("crc".to_owned(), cells)]);
        let mut measured = Measured { columns: vec![Column::Native, column], kernels };
        let text = summary(&measured, &summarize(&measured));
        assert!(text.contains("0.4 as it claims") && text.contains("here: chromium 0.500\n"), "{text}");
        measured.columns.pop();
        assert!(!summary(&measured, &summarize(&measured)).contains("friscy"));
    }
}
