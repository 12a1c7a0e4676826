//! What can go wrong on the way from a file to a module.

use crate::load::LoadError;

/// Why a program could not be translated.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum Error {
    /// The file is no program that can be translated.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The program does not fit into the 4 GiB of a WebAssembly memory.
    #[error("the program ends at {end:#x}, beyond the 4 GiB of a WebAssembly memory")]
    TooLarge {
        /// One past its last guest address.
        end: u64,
    },
    /// A name on the command line names no pass.
    #[error("there is no pass `{0}`")]
    #[diagnostic(help("`rv2wat --list-passes` lists them"))]
    UnknownPass(String),
    /// A pattern that is not one.
    #[error("`{pattern}` is no pattern: {why}")]
    Pattern {
        /// What was given.
        pattern: String,
        /// What is wrong with it.
        why: String,
    },
    /// No function has the name or address that was asked for.
    #[error("no function matches `{0}`")]
    NoFunction(String),
    /// A pass broke the IR.
    #[error("pass `{pass}` broke function `{function}`: {what}")]
    #[diagnostic(help("this is a defect of rv2wat"))]
    Verify {
        /// The pass.
        pass: String,
        /// The function.
        function: String,
        /// The violated invariant, within the function's text.
        what: String,
    },
    /// The text did not assemble.
    #[error("the printed module does not assemble: {0}")]
    #[diagnostic(help("this is a defect of rv2wat"))]
    Assemble(String),
    /// Binaryen failed.
    #[error("Binaryen refused the module: {0}")]
    #[diagnostic(help("this is a defect of rv2wat or of Binaryen; --no-binaryen goes on without it"))]
    Binaryen(String),
}
