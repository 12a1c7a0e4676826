//! Growth as a picture: time and memory against the size of the text, on axes of
//! logarithms, each with the power that fits.

use svg::Document;
use svg::node::element::{Circle, Line, Rectangle, Style, Text};

use crate::chart::STYLE;
use crate::scaling::{Sample, Scaling};

/// Sizes, in pixels.
const PANEL: f64 = 400.0;
const HEIGHT: f64 = 300.0;
const LEFT: f64 = 70.0;
const TOP: f64 = 60.0;
const FOOT: f64 = 52.0;

/// What a panel shows of a program, and how its axis is called.
type Panel = (&'static str, fn(&Sample) -> f64, fn(f64) -> String);

/// Of processors, for that says how the work grows; how well it is spread over them is
/// another question.
const PANELS: [Panel; 2] = [
    ("Processor time to translate", |sample| sample.processors, seconds),
    ("Peak memory", |sample| sample.memory, bytes),
];

/// Draws it; nothing can be drawn of no programs.
pub fn draw(scaling: &Scaling) -> Option<String> {
    let across = Axis::over(scaling.samples.iter().map(|sample| sample.text))?;
    let width = 2.0 * (LEFT + PANEL) + 30.0;
    let height = TOP + HEIGHT + FOOT;
    let mut document = Document::new()
        .set("viewBox", (0.0, 0.0, width, height))
        .set("width", width)
        .set("height", height)
        .add(Style::new(STYLE))
        .add(Rectangle::new().set("class", "back").set("width", width).set("height", height).set("rx", 6))
        .add(text("Translation against the size of the program's text", 14.0, 26.0, "strong"));
    for (at, (title, of, spell)) in PANELS.into_iter().enumerate() {
        let left = if at == 0 { LEFT } else { 2.0 * LEFT + PANEL };
        let up = Axis::over(scaling.samples.iter().map(of))?;
        let frame = Frame { left, across, up };
        let growth = scaling.growth(of);
        let title =
            growth.map_or(title.to_owned(), |growth| format!("{title}: grows with the power {growth:.2}"));
        document = frame.grid(document.add(text(&title, left, TOP - 12.0, "strong")), spell);
        document = frame.fit(document, scaling, growth, of);
        for sample in &scaling.samples {
            let (x, y) = frame.place(sample.text, of(sample));
            let dot = Circle::new().set("class", "plain").set("cx", x).set("cy", y).set("r", 4);
            document = document.add(dot.add(svg::node::element::Title::new(sample.name.as_str())));
        }
    }
    Some(format!("{document}\n"))
}

fn text(words: &str, x: f64, y: f64, class: &str) -> Text {
    Text::new(words).set("x", x).set("y", y).set("class", class)
}

/// A coordinate as it is written.
fn tenth(x: f64) -> f64 {
    (x * 10.0).round() / 10.0
}

/// An axis of logarithms: powers of ten.
#[derive(Clone, Copy)]
struct Axis {
    from: i32,
    to: i32,
}

impl Axis {
    fn over(values: impl Iterator<Item = f64>) -> Option<Axis> {
        let logs: Vec<f64> = values.filter(|value| *value > 0.0).map(f64::log10).collect();
        let least = logs.iter().copied().reduce(f64::min)?;
        let most = logs.iter().copied().reduce(f64::max)?;
        #[expect(clippy::cast_possible_truncation, reason = "logarithms are small")]
        let (from, to) = (least.floor() as i32, most.ceil() as i32);
        Some(Axis { from, to: to.max(from + 1) })
    }

    /// Where a value lies, from 0 to 1.
    fn at(self, value: f64) -> f64 {
        (value.log10() - f64::from(self.from)) / f64::from(self.to - self.from)
    }

    fn powers(self) -> impl Iterator<Item = f64> {
        (self.from..=self.to).map(|power| 10_f64.powi(power))
    }
}

/// One panel.
struct Frame {
    left: f64,
    across: Axis,
    up: Axis,
}

impl Frame {
    fn place(&self, x: f64, y: f64) -> (f64, f64) {
        let across = self.left + PANEL * self.across.at(x);
        (tenth(across), tenth(TOP + HEIGHT * (1.0 - self.up.at(y))))
    }

    fn grid(&self, mut document: Document, spell: fn(f64) -> String) -> Document {
        let line = |a: (f64, f64), b: (f64, f64)| {
            Line::new().set("class", "grid").set("x1", a.0).set("y1", a.1).set("x2", b.0).set("y2", b.1)
        };
        let (low, high) = (10_f64.powi(self.up.from), 10_f64.powi(self.up.to));
        for x in self.across.powers() {
            let (at, bottom) = self.place(x, low);
            document = document.add(line((at, bottom), self.place(x, high)));
            document = document.add(text(&bytes(x), at, bottom + 18.0, "note middle"));
        }
        let (from, to) = (10_f64.powi(self.across.from), 10_f64.powi(self.across.to));
        for y in self.up.powers() {
            let (left, at) = self.place(from, y);
            document = document.add(line((left, at), self.place(to, y)));
            document = document.add(text(&spell(y), left - 8.0, at + 4.0, "note end"));
        }
        let middle = self.left + PANEL / 2.0;
        document.add(text("text", middle, TOP + HEIGHT + 38.0, "note middle"))
    }

    /// The power that fits, through the middle of what it was fitted to.
    fn fit(
        &self,
        document: Document,
        scaling: &Scaling,
        growth: Option<f64>,
        of: fn(&Sample) -> f64,
    ) -> Document {
        let large: Vec<&Sample> = scaling.fitted().collect();
        let (Some(growth), Some(first), Some(last)) = (growth, large.first(), large.last()) else {
            return document;
        };
        #[expect(clippy::cast_precision_loss, reason = "there are few programs")]
        let count = large.len() as f64;
        let offset =
            large.iter().map(|sample| of(sample).ln() - growth * sample.text.ln()).sum::<f64>() / count;
        let value = |text: f64| (offset + growth * text.ln()).exp();
        let (a, b) = (self.place(first.text, value(first.text)), self.place(last.text, value(last.text)));
        let line =
            Line::new().set("class", "bar").set("x1", a.0).set("y1", a.1).set("x2", b.0).set("y2", b.1);
        document.add(line)
    }
}

/// A power of ten of seconds.
fn seconds(value: f64) -> String {
    if value < 1.0 { format!("{:.0} ms", value * 1e3) } else { format!("{value:.0} s") }
}

/// A power of ten of bytes.
fn bytes(value: f64) -> String {
    match value {
        value if value < 1e3 => format!("{value:.0} B"),
        value if value < 1e6 => format!("{:.0} kB", value / 1e3),
        value if value < 1e9 => format!("{:.0} MB", value / 1e6),
        value => format!("{:.0} GB", value / 1e9),
    }
}
