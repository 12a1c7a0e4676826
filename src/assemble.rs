//! From the text of a module to its bytes, by the `wat` crate.

use crate::Error;

/// Assembles a module; names in the text become its name section.
///
/// # Errors
/// [`Error::Assemble`] if the text is no module: a defect of the printer.
pub fn assemble(wat: &str) -> Result<Vec<u8>, Error> {
    wat::parse_str(wat).map_err(|error| Error::Assemble(error.to_string()))
}
