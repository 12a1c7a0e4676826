//! Binaryen as an optional last stage over the assembled module.

use wasm_opt::{Feature, OptimizationOptions, ShrinkLevel};

use crate::Error;

/// Optimises a module at Binaryen's level 0 to 4, names kept.
///
/// Level 2 is chosen by measurement (docs/performance.md): it asks for small code. No
/// level inlines what is called once: the callee may be a loop that engines compile
/// better by itself, and the translator outlines some for that.
///
/// # Errors
/// [`Error::Binaryen`] if Binaryen refuses the module or temporary files cannot
/// be written.
pub fn optimise(wasm: &[u8], level: u8) -> Result<Vec<u8>, Error> {
    let failed = |error: &dyn std::fmt::Display| Error::Binaryen(error.to_string());
    let dir = tempfile::tempdir().map_err(|error| failed(&error))?;
    let (before, after) = (dir.path().join("before.wasm"), dir.path().join("after.wasm"));
    std::fs::write(&before, prepared(wasm)).map_err(|error| failed(&error))?;
    let mut options = match level {
        0 => OptimizationOptions::new_opt_level_0(),
        1 => OptimizationOptions::new_opt_level_1(),
        2 => OptimizationOptions::new_opt_level_2(),
        3 => OptimizationOptions::new_opt_level_3(),
        _ => OptimizationOptions::new_opt_level_4(),
    };
    options.one_caller_inline_max_size(0);
    if level == 2 {
        options.shrink_level(ShrinkLevel::Level2);
    }
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

/// The section of branch hints: it speaks of places in the code, which Binaryen moves
/// without knowing it.
const HINTS: &[u8] = b"metadata.code.branch_hint";

/// The module with those names alone and without hints; what is no well-formed module
/// is left to Binaryen to complain about.
fn prepared(wasm: &[u8]) -> Vec<u8> {
    filtered(wasm).unwrap_or_else(|| wasm.to_vec())
}

fn filtered(wasm: &[u8]) -> Option<Vec<u8>> {
    const HEADER: usize = 8;
    let mut out = wasm.get(..HEADER)?.to_vec();
    let mut rest = &wasm[HEADER..];
    while !rest.is_empty() {
        let (id, body) = part(&mut rest)?;
        let mut names = body;
        let name = if id == 0 { take(&mut names) } else { None };
        if name == Some(HINTS) {
            continue;
        }
        if name != Some(b"name") {
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
    use super::{HINTS, optimise, prepared};

    #[test]
    fn hints_that_speak_of_other_code_are_dropped() {
        let text = "(module (func (export \"f\") (param i32) (result i32)
            (@metadata.code.branch_hint \"\\00\") (if (local.get 0) (then (return (i32.const 1))))
            (i32.const 2)))";
        let wasm = wat::parse_str(text).unwrap();
        let hints = |bytes: &[u8]| bytes.windows(HINTS.len()).any(|window| window == HINTS);
        assert!(hints(&wasm));
        assert!(!hints(&optimise(&wasm, 2).unwrap()));
    }

    #[test]
    fn label_names_are_dropped_and_the_others_kept() {
        let wasm = wat::parse_str("(module $m (func $f (param $p i32) (block $label nop)))").unwrap();
        let kept = prepared(&wasm);
        let has = |bytes: &[u8], word: &[u8]| bytes.windows(word.len()).any(|window| window == word);
        assert!(has(&wasm, b"label"));
        assert!(!has(&kept, b"label"));
        assert!(["m", "f", "p"].iter().all(|name| has(&kept, &[&[1], name.as_bytes()].concat())));
        assert_eq!(prepared(&kept), kept);
    }
}
