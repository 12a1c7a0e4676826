//! From samples to figures: medians, spreads, ratios and their means.
//!
//! A ratio is the other one's time divided by ours, so that more is faster.
//! Must never know how a figure is shown.

use std::collections::BTreeMap;

use crate::columns::{Accesses, Column, Engine};
use crate::rounds::{Cell, Measured};

/// A spread above which a figure is marked as noisy.
pub const NOISY: f64 = 1.10;

/// Warm or cold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heat {
    /// The shortest repetition after the warm-up.
    Warm,
    /// The first repetition.
    Cold,
}

impl Cell {
    /// The samples, unless the cell failed.
    pub fn samples(&self, heat: Heat) -> &[f64] {
        match (&self.failure, heat) {
            (Some(_), _) => &[],
            (None, Heat::Warm) => &self.warm,
            (None, Heat::Cold) => &self.cold,
        }
    }
}

/// The median; of an even number the mean of the two in the middle.
pub fn median(samples: &[f64]) -> Option<f64> {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() % 2 {
        _ if sorted.is_empty() => None,
        1 => Some(sorted[middle]),
        _ => Some(f64::midpoint(sorted[middle - 1], sorted[middle])),
    }
}

/// The largest sample divided by the smallest.
pub fn spread(samples: &[f64]) -> Option<f64> {
    let largest = samples.iter().copied().reduce(f64::max)?;
    Some(largest / samples.iter().copied().reduce(f64::min)?)
}

/// The geometric mean.
pub fn geometric_mean(values: &[f64]) -> Option<f64> {
    let logarithms = values.iter().map(|value| value.ln()).sum::<f64>();
    #[expect(clippy::cast_precision_loss, reason = "there are fewer kernels than 2^53")]
    (!values.is_empty()).then(|| (logarithms / values.len() as f64).exp())
}

/// How one column stands against another over the kernels that both have.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The geometric mean of the ratios.
    pub mean: f64,
    /// The smallest ratio and its kernel.
    pub worst: (String, f64),
    /// How many kernels.
    pub kernels: usize,
}

/// What one column amounts to.
#[derive(Clone, Debug, Default)]
pub struct Sum {
    /// Native time divided by the column's, warm.
    pub native: Option<Standing>,
    /// The same, cold.
    pub native_cold: Option<Standing>,
    /// Against direct compilation in the same engine, for what we translate.
    pub direct: Option<Standing>,
    /// The median of the first runs of the kernels, milliseconds.
    pub whole: Option<f64>,
}

/// The sums by column.
pub type Summary = BTreeMap<Column, Sum>;

impl Measured {
    /// The time of `base` divided by that of `column`.
    pub fn ratio(&self, kernel: &str, base: Column, column: Column, heat: Heat) -> Option<f64> {
        let cells = self.kernels.get(kernel)?;
        let time = |column| median(cells.get(&column)?.samples(heat));
        Some(time(base)? / time(column)?)
    }

    fn standing(&self, base: Column, column: Column, heat: Heat) -> Option<Standing> {
        let ratios: Vec<(String, f64)> = self
            .kernels
            .keys()
            .filter_map(|kernel| Some((kernel.clone(), self.ratio(kernel, base, column, heat)?)))
            .collect();
        let values: Vec<f64> = ratios.iter().map(|(_, ratio)| *ratio).collect();
        let kernels = ratios.len();
        let worst = ratios.into_iter().min_by(|a, b| a.1.total_cmp(&b.1))?;
        Some(Standing { mean: geometric_mean(&values)?, worst, kernels })
    }
}

/// The column that ours is held against in the same engine.
pub fn direct(column: Column) -> Option<Column> {
    match column {
        Column::Ours { engine, .. } => Some(Column::Direct(engine)),
        _ => None,
    }
}

/// Ours in one engine, in the default convention: without and with Binaryen.
pub fn ours(engine: Engine) -> [Column; 2] {
    [false, true].map(|binaryen| Column::Ours {
        engine,
        binaryen,
        always: false,
        accesses: Accesses::Guarded,
    })
}

/// Sums up all columns.
pub fn summarize(measured: &Measured) -> Summary {
    let sum = |&column: &Column| {
        let whole: Vec<f64> = measured
            .kernels
            .values()
            .filter_map(|cells| Some(cells.get(&column)?.whole?.as_secs_f64() * 1e3))
            .collect();
        let sum = Sum {
            native: measured.standing(Column::Native, column, Heat::Warm),
            native_cold: measured.standing(Column::Native, column, Heat::Cold),
            direct: direct(column).and_then(|base| measured.standing(base, column, Heat::Warm)),
            whole: median(&whole),
        };
        (column, sum)
    };
    measured.columns.iter().map(sum).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_and_means() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), Some(2.5));
        assert_eq!(spread(&[2.0, 3.0, 2.5]), Some(1.5));
        assert_eq!(geometric_mean(&[]), None);
        let mean = geometric_mean(&[0.5, 2.0, 1.0]).unwrap_or_default();
        assert!((mean - 1.0).abs() < 1e-12, "{mean}");
    }

    #[test]
    fn twice_the_time_is_half_the_speed() {
        let cell = |time| Cell { warm: vec![time], cold: vec![time], ..Cell::default() };
        let column = ours(Engine::V8)[0];
        let failed = Cell { failure: Some("why".to_owned()), ..cell(1.0) };
        let measured = Measured {
            columns: vec![Column::Native, Column::Direct(Engine::V8), column],
            kernels: BTreeMap::from([
                ("a".to_owned(), BTreeMap::from([(Column::Native, cell(1.0)), (column, cell(2.0))])),
                ("b".to_owned(), BTreeMap::from([(Column::Native, cell(1.0)), (column, failed)])),
            ]),
        };
        let summary = summarize(&measured);
        let standing = summary[&column].native.clone().expect("both columns have samples");
        assert_eq!((standing.kernels, standing.worst), (1, ("a".to_owned(), 0.5)));
        assert!((standing.mean - 0.5).abs() < 1e-12);
        assert!(summary[&column].direct.is_none());
    }
}
