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
    std::fs::write(&before, with_known_names(wasm)).map_err(|error| failed(&error))?;
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

/// Subsections of the name section that Binaryen 116 knows: module, functions,
/// locals, types, tables, memories, globals, elements and data segments. It
/// prints a warning for each other one, such as that of labels.
const KNOWN_NAMES: [u8; 9] = [0, 1, 2, 4, 5, 6, 7, 8, 9];

/// The module with those names alone; what is no well-formed module is left to
/// Binaryen to complain about.
fn with_known_names(wasm: &[u8]) -> Vec<u8> {
    filtered(wasm).unwrap_or_else(|| wasm.to_vec())
}

fn filtered(wasm: &[u8]) -> Option<Vec<u8>> {
    const HEADER: usize = 8;
    let mut out = wasm.get(..HEADER)?.to_vec();
    let mut rest = &wasm[HEADER..];
    while !rest.is_empty() {
        let (id, body) = part(&mut rest)?;
        let mut names = body;
        let is_names = id == 0 && take(&mut names).is_some_and(|name| name == b"name");
        if !is_names {
            append(&mut out, id, body);
            continue;
        }
        let mut kept = body[..body.len() - names.len()].to_vec();
        while !names.is_empty() {
            let (id, body) = part(&mut names)?;
            if KNOWN_NAMES.contains(&id) {
                append(&mut kept, id, body);
            }
        }
        append(&mut out, id, &kept);
    }
    Some(out)
}

/// Splits an id, a size and as many bytes off: a section or a subsection.
fn part<'a>(bytes: &mut &'a [u8]) -> Option<(u8, &'a [u8])> {
    let (&id, rest) = bytes.split_first()?;
    *bytes = rest;
    Some((id, take(bytes)?))
}

/// Splits a size and as many bytes off.
fn take<'a>(bytes: &mut &'a [u8]) -> Option<&'a [u8]> {
    let size =
        gimli::leb128::read::unsigned(&mut gimli::EndianSlice::new(bytes, gimli::LittleEndian)).ok()?;
    let digits = bytes.iter().position(|byte| byte & 0x80 == 0)? + 1;
    let rest = &bytes[digits..];
    let (body, rest) = rest.split_at_checked(usize::try_from(size).ok()?)?;
    *bytes = rest;
    Some(body)
}

fn append(out: &mut Vec<u8>, id: u8, body: &[u8]) {
    out.push(id);
    let mut size = body.len();
    while size >= 0x80 {
        out.push(size as u8 | 0x80);
        size >>= 7;
    }
    out.push(size as u8);
    out.extend_from_slice(body);
}

#[cfg(test)]
mod tests {
    use super::with_known_names;

    #[test]
    fn label_names_are_dropped_and_the_others_kept() {
        let wasm = wat::parse_str("(module $m (func $f (param $p i32) (block $label nop)))").unwrap();
        let kept = with_known_names(&wasm);
        let has = |bytes: &[u8], word: &[u8]| bytes.windows(word.len()).any(|window| window == word);
        assert!(has(&wasm, b"label"));
        assert!(!has(&kept, b"label"));
        assert!(["m", "f", "p"].iter().all(|name| has(&kept, &[&[1], name.as_bytes()].concat())));
        assert_eq!(with_known_names(&kept), kept);
    }
}
