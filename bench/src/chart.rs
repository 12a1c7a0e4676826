//! What was measured, as a picture: a panel for each engine that was measured, a row for each
//! kernel, a mark for each column; further right is faster.
//!
//! The colours follow the reader's, and the background is drawn, so that the
//! picture can be read on any page.

use svg::Document;
use svg::node::element::{Circle, Line, Path, Rectangle, Style, Text};

use crate::columns::{Accesses, Column, Engine};
use crate::figures::{Heat, Summary};
use crate::rounds::Measured;

/// Sizes, in pixels.
const NAMES: f64 = 130.0;
/// All panels together, with the gaps behind them: the picture keeps its width.
const PANELS: f64 = 808.0;
const GAP: f64 = 44.0;
const HEAD: f64 = 92.0;
const ROW: f64 = 18.0;
const FOOT: f64 = 34.0;
const NUMBER: f64 = 32.0;

/// No axis is longer than this ratio; what lies beyond is written at the edge.
const LONGEST: f64 = 2.0;

/// The look of all pictures.
pub const STYLE: &str = "\
text { font: 12px system-ui, sans-serif; fill: #1f2328 }
.strong { font-weight: 600 } .note { fill: #59636e } .end { text-anchor: end } .middle { text-anchor: middle }
.back { fill: #ffffff } .grid { stroke: #d1d9e0 } .one { stroke: #59636e } .band { fill: #f6f8fa }
.bar { stroke: #afb8c1; stroke-width: 2 }
.direct { fill: #ffffff; stroke: #59636e; stroke-width: 1.5 } .plain { fill: #0969da } .binaryen { fill: #bc4c00 }
@media (prefers-color-scheme: dark) {
text { fill: #f0f6fc } .note { fill: #9198a1 } .back { fill: #0d1117 } .grid { stroke: #3d444d }
.one { stroke: #9198a1 } .band { fill: #151b23 } .bar { stroke: #656c76 }
.direct { fill: #0d1117; stroke: #9198a1 } .plain { fill: #4493f8 } .binaryen { fill: #f0883e } }";

/// What a column is drawn with.
#[derive(Clone, Copy)]
struct Mark {
    column: Column,
    class: &'static str,
    title: &'static str,
}

fn marks(engine: Engine) -> [Mark; 3] {
    let ours = |binaryen| Column::Ours { engine, binaryen, always: false, accesses: Accesses::Guarded };
    [
        Mark { column: Column::Direct(engine), class: "direct", title: "C straight to Wasm" },
        Mark { column: ours(false), class: "plain", title: "translated from RISC-V" },
        Mark { column: ours(true), class: "binaryen", title: "the same, with Binaryen" },
    ]
}

/// One row: a name, and the ratio of each column that has one.
struct Row<'a> {
    name: &'a str,
    strong: bool,
    ratio: Box<dyn Fn(Column) -> Option<f64> + 'a>,
}

/// Draws it.
pub fn draw(measured: &Measured, summary: &Summary) -> String {
    let mean = |column: Column| Some(summary.get(&column)?.native.as_ref()?.mean);
    let mut rows = vec![Row { name: "geometric mean", strong: true, ratio: Box::new(mean) }];
    rows.extend(measured.kernels.keys().map(|kernel| Row {
        name: kernel,
        strong: false,
        ratio: Box::new(|column| measured.ratio(kernel, Column::Native, column, Heat::Warm)),
    }));
    let engines = panels(measured);
    let all = engines.iter().copied().flat_map(marks);
    let largest =
        all.flat_map(|mark| rows.iter().filter_map(move |row| (row.ratio)(mark.column))).fold(1.0, f64::max);
    #[expect(clippy::cast_precision_loss, reason = "there are three engines")]
    let stride = PANELS / engines.len().max(1) as f64;
    let axis = Axis { longest: ((largest * 4.0).ceil() / 4.0).clamp(1.25, LONGEST), panel: stride - GAP };

    #[expect(clippy::cast_precision_loss, reason = "there are few rows")]
    let height = HEAD + ROW * rows.len() as f64 + FOOT;
    let width = NAMES + PANELS;
    let mut document = Document::new()
        .set("viewBox", (0.0, 0.0, width, height))
        .set("width", width)
        .set("height", height)
        .add(Style::new(STYLE))
        .add(Rectangle::new().set("class", "back").set("width", width).set("height", height).set("rx", 6));
    document = document.add(text(
        "Speed beside native code (native time ÷ time; gcc -O2 is 1)",
        14.0,
        26.0,
        "strong",
    ));
    document = legend(document);
    document = names(document, &rows, width);
    let mut left = NAMES;
    for engine in engines {
        document = axis.draw(document, engine, left, height - FOOT);
        for (y, row) in lines(&rows) {
            document = axis.row(document, engine, left, y, row);
        }
        left += stride;
    }
    format!("{document}\n")
}

/// The engines that something was measured in.
fn panels(measured: &Measured) -> Vec<Engine> {
    let drawn = |engine: &Engine| marks(*engine).iter().any(|mark| measured.columns.contains(&mark.column));
    Engine::ALL.into_iter().filter(drawn).collect()
}

/// The rows and the height at which each lies.
fn lines<'a>(rows: &'a [Row<'a>]) -> impl Iterator<Item = (f64, &'a Row<'a>)> {
    let mut y = HEAD - ROW / 2.0;
    rows.iter().map(move |row| {
        y += ROW;
        (y, row)
    })
}

fn text(words: &str, x: f64, y: f64, class: &str) -> Text {
    Text::new(words).set("x", x).set("y", y).set("class", class)
}

fn legend(mut document: Document) -> Document {
    let mut x = 20.0;
    for mark in marks(Engine::V8) {
        document = document.add(shape(mark, x, 46.0)).add(text(mark.title, x + 10.0, 50.0, "note"));
        x += 170.0;
    }
    document
}

fn names(mut document: Document, rows: &[Row<'_>], width: f64) -> Document {
    for (at, (y, row)) in lines(rows).enumerate() {
        if at % 2 == 0 {
            let band = Rectangle::new().set("class", "band").set("x", 8).set("width", width - 16.0);
            document = document.add(band.set("y", y - ROW / 2.0).set("height", ROW));
        }
        let class = if row.strong { "end strong" } else { "end" };
        document = document.add(text(row.name, NAMES - 12.0, y + 4.0, class));
    }
    document
}

/// A mark at a place: direct compilation hollow, and Binaryen's a diamond, so that
/// no colour is needed to tell them apart.
fn shape(mark: Mark, x: f64, y: f64) -> Box<dyn svg::Node> {
    if mark.class == "binaryen" {
        let diamond = format!("M{:.1} {:.1}l5 5l-5 5l-5 -5z", x, y - 5.0);
        return Box::new(Path::new().set("class", mark.class).set("d", diamond));
    }
    Box::new(Circle::new().set("class", mark.class).set("cx", place(x)).set("cy", y).set("r", 4))
}

/// A coordinate as it is written: a tenth of a pixel is enough.
fn place(x: f64) -> f64 {
    (x * 10.0).round() / 10.0
}

/// Where ratios lie.
struct Axis {
    longest: f64,
    /// How wide a panel is.
    panel: f64,
}

impl Axis {
    fn x(&self, left: f64, ratio: f64) -> f64 {
        place(left + self.panel * ratio.min(self.longest) / self.longest)
    }

    fn draw(&self, mut document: Document, engine: Engine, left: f64, bottom: f64) -> Document {
        document = document.add(text(engine.title(), left, HEAD - 16.0, "strong"));
        let mut ratio = 0.0;
        while ratio <= self.longest {
            let x = self.x(left, ratio);
            let class = if ratio == 1.0 { "one" } else { "grid" };
            let line = Line::new().set("class", class).set("x1", x).set("x2", x);
            document = document.add(line.set("y1", HEAD - 6.0).set("y2", bottom));
            // Where lines lie close together, every other one has a number.
            if self.panel / self.longest * 0.25 >= NUMBER || ratio % 0.5 == 0.0 {
                document = document.add(text(&ratio.to_string(), x, bottom + 16.0, "note middle"));
            }
            ratio += 0.25;
        }
        document
    }

    fn row(&self, mut document: Document, engine: Engine, left: f64, y: f64, row: &Row<'_>) -> Document {
        let places: Vec<(Mark, f64)> =
            marks(engine).into_iter().filter_map(|mark| Some((mark, (row.ratio)(mark.column)?))).collect();
        let ends = |by: fn(f64, f64) -> f64| places.iter().map(|(_, ratio)| *ratio).reduce(by);
        if let (Some(least), Some(most)) = (ends(f64::min), ends(f64::max)) {
            let bar = Line::new().set("class", "bar").set("x1", self.x(left, least)).set("y1", y);
            document = document.add(bar.set("x2", self.x(left, most)).set("y2", y));
            if most > self.longest {
                let x = left + self.panel - 8.0;
                document = document.add(text(&format!("{most:.1}"), x, y + 4.0, "note end"));
            }
        }
        for (mark, ratio) in places {
            document = document.add(shape(mark, self.x(left, ratio), y));
        }
        document
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::figures::summarize;
    use crate::rounds::Cell;

    #[test]
    fn an_engine_has_a_panel_where_it_was_measured() {
        let cell = |time| Cell { warm: vec![time], cold: vec![time], ..Cell::default() };
        let titles = |engines: &[Engine]| {
            let columns: Vec<Column> = engines.iter().map(|&engine| Column::plain(engine)).collect();
            let cells = columns.iter().map(|&column| (column, cell(2.0)));
            let cells = cells.chain([(Column::Native, cell(1.0))]).collect();
            let kernels = BTreeMap::from([("crc".to_owned(), cells)]);
            let measured = Measured { columns: [&[Column::Native], columns.as_slice()].concat(), kernels };
            let drawn = draw(&measured, &summarize(&measured));
            // Each panel has its own row of numbers, which begins with 0.
            let starts = drawn.matches("\n0\n").count();
            (Engine::ALL.map(|engine| drawn.contains(&format!("\n{}\n", engine.title()))), starts)
        };
        assert_eq!(titles(&[Engine::V8, Engine::Wasmtime]), ([true, true, false], 2));
        assert_eq!(titles(&Engine::ALL), ([true; 3], 3));
        assert_eq!(titles(&[Engine::Chromium]), ([false, false, true], 1));
        assert_eq!(titles(&[]), ([false; 3], 0));
    }
}
