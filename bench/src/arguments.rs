//! The arguments of the command line.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

/// Measures translated programs beside native code, direct compilation to
/// WebAssembly, an emulator and an interpreter.
///
/// `scripts/bench` builds what is measured and calls this.
#[derive(Parser, Debug)]
#[command(name = "bench", args_conflicts_with_subcommands = true, max_term_width = 100)]
pub struct Arguments {
    #[command(subcommand)]
    pub task: Option<Task>,
    /// Measure these kernels alone.
    #[arg(long = "kernel", value_name = "NAME", num_args = 1.., value_delimiter = ',')]
    pub kernels: Vec<String>,
    /// Measure these columns alone.
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub columns: Vec<String>,
    /// Measure how fast programs leave translated code and come back; alone, or beside
    /// what --kernel names.
    #[arg(long)]
    pub sideways: bool,
    /// Finish in two minutes: fewer columns, rounds and repetitions.
    #[arg(long)]
    pub quick: bool,
    /// How often each column of each kernel is run; figures are medians over the
    /// rounds. 5, with --quick 1.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub rounds: Option<u32>,
    /// Write what was measured to this file, as JSON.
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Translate programs of all sizes instead, and show how time and memory grow.
    #[arg(long, value_name = "FILE", num_args = 1.., conflicts_with_all = ["kernels", "columns", "quick", "sideways"])]
    pub scaling: Vec<PathBuf>,
    /// With --scaling: let Binaryen optimise programs with up to so many bytes of text.
    #[arg(long, value_name = "BYTES", default_value_t = 2_000_000)]
    pub binaryen_up_to: u64,
    /// Draw what was measured into this file, as SVG.
    #[arg(long, value_name = "FILE")]
    pub chart: Option<PathBuf>,
    /// Fail if a figure is missed that must be reached.
    #[arg(long)]
    pub check_figures: bool,
}

/// What is done instead of measuring.
#[derive(Subcommand, Debug)]
pub enum Task {
    /// Run a module for WASI in the engine in which translations run.
    #[command(hide = true)]
    Wasi {
        /// The module.
        module: PathBuf,
        /// Its arguments.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
}
