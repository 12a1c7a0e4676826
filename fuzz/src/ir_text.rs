//! Any bytes as text of the IR: it parses or is refused; what is valid prints,
//! and the printed text parses to a function that is valid and prints the same.

use rv2wat_passes::ir::Function;
use rv2wat_passes::pass::Requires;
use rv2wat_passes::text::{parse_all, print};
use rv2wat_passes::verify::verify;

use crate::Verdict;

/// Checks an input.
///
/// # Errors
/// What is wrong.
pub fn check(bytes: &[u8]) -> Verdict {
    check_with(bytes, print)
}

/// [`check`] with another printer.
///
/// # Errors
/// What is wrong.
pub fn check_with(bytes: &[u8], print: fn(&Function) -> String) -> Verdict {
    let text = String::from_utf8_lossy(bytes);
    let Ok(functions) = parse_all(&text) else { return Ok(()) };
    for func in functions {
        let printed = print(&func);
        if let Err(error) = verify(&func, Requires::Blocks) {
            // What is wrong with it can be told.
            let _ = error.to_string();
            continue;
        }
        let again = parse_all(&printed).map_err(|error| format!("{error}\n{printed}"))?;
        let [again] = again.as_slice() else {
            return Err(format!("{} functions are in\n{printed}", again.len()));
        };
        verify(again, Requires::Blocks).map_err(|error| error.to_string())?;
        let second = rv2wat_passes::text::print(again);
        let first = rv2wat_passes::text::print(&func);
        if second != first {
            return Err(format!("--- first\n{first}--- again\n{second}"));
        }
    }
    Ok(())
}
