//! Binaryen as an optional last stage over the assembled module.

use wasm_opt::{Feature, OptimizationOptions};

use crate::Error;

/// Optimises a module at Binaryen's level 0 to 4, names kept.
///
/// # Errors
/// [`Error::Binaryen`] if Binaryen refuses the module or temporary files cannot
/// be written.
pub fn optimise(wasm: &[u8], level: u8) -> Result<Vec<u8>, Error> {
    let failed = |error: &dyn std::fmt::Display| Error::Binaryen(error.to_string());
    let dir = tempfile::tempdir().map_err(|error| failed(&error))?;
    let (before, after) = (dir.path().join("before.wasm"), dir.path().join("after.wasm"));
    std::fs::write(&before, wasm).map_err(|error| failed(&error))?;
    let mut options = match level {
        0 => OptimizationOptions::new_opt_level_0(),
        1 => OptimizationOptions::new_opt_level_1(),
        2 => OptimizationOptions::new_opt_level_2(),
        3 => OptimizationOptions::new_opt_level_3(),
        _ => OptimizationOptions::new_opt_level_4(),
    };
    for feature in [
        Feature::Multivalue,
        Feature::BulkMemory,
        Feature::TailCall,
        Feature::Atomics,
        Feature::MutableGlobals,
        Feature::SignExt,
        Feature::TruncSat,
        Feature::ReferenceTypes,
    ] {
        options.enable_feature(feature);
    }
    options.debug_info(true);
    options.run(&before, &after).map_err(|error| failed(&error))?;
    std::fs::read(&after).map_err(|error| failed(&error))
}
