//! For tests of passes: what a pass makes of random functions and of a text.

use super::{compare, generate};
use crate::ir::Function;
use crate::pass::{Context, Requires, find};
use crate::text::print;
use crate::verify::verify;

/// Runs a transformation over random functions, verifies and compares. The
/// functions are prepared by the named passes first.
pub(crate) fn validate(
    prepare: &[&str],
    seeds: std::ops::Range<u64>,
    transform: impl Fn(&mut Function),
) -> Result<(), String> {
    let context = Context::default();
    for seed in seeds {
        let mut before = generate::function(seed);
        for name in prepare {
            (find(name).expect("a pass of the table").run)(&mut before, &context);
        }
        let mut after = before.clone();
        transform(&mut after);
        let form = if after.vars.is_empty() { Requires::Ssa } else { Requires::Blocks };
        verify(&after, form).map_err(|error| format!("seed {seed}\n{}\n{error}", print(&before)))?;
        compare(&before, &after, seed)?;
    }
    Ok(())
}

/// The function that a text is, or the body of.
pub(crate) fn parse(body: &str) -> Function {
    let whole = if body.contains("function") { body.to_owned() } else { with_head(body) };
    crate::text::parse(&whole).expect("the text parses")
}

/// Asserts that a pass turns one text into another, up to numbering.
pub(crate) fn assert_pass(pass: fn(&mut Function, &Context), before: &str, after: &str) {
    let mut func = parse(before);
    verify(&func, Requires::Blocks).expect("the text before is valid");
    pass(&mut func, &Context::default());
    verify(&func, Requires::Blocks).expect("the function after is valid");
    let wanted = parse(after);
    verify(&wanted, Requires::Blocks).expect("the text after is valid");
    // Parsing numbers blocks and values in the order of the text.
    let canonical = |func: &Function| print(&crate::text::parse(&print(func)).expect("printed text parses"));
    let (found, wanted) = (canonical(&func), canonical(&wanted));
    if found != wanted {
        let diff = similar::TextDiff::from_lines(wanted.as_str(), found.as_str());
        panic!("not what was wanted:\n{}", diff.unified_diff().header("wanted", "found"));
    }
}

/// A body with a function around it, whose signature follows from the entry's
/// parameters and from the first return.
fn with_head(body: &str) -> String {
    let params = body.trim_start().split_once("):").map_or("", |(params, _)| params);
    let params: Vec<String> = params
        .get(params.find('(').map_or(0, |at| at + 1)..)
        .unwrap_or("")
        .split(',')
        .filter(|param| !param.trim().is_empty())
        .map(|param| {
            let (value, rest) = param.split_once(':').expect("a parameter has a type");
            let (ty, name) = rest.trim().split_once(' ').unwrap_or((rest.trim(), value.trim()));
            format!("{}: {ty}", name.trim_matches('"'))
        })
        .collect();
    let result = body.lines().find_map(|line| line.trim().strip_prefix("# result "));
    let results = result.map_or(String::new(), |ty| format!("r: {ty}"));
    format!("function $f 0x1000 regular ({}) -> ({results}) {{\n{body}\n}}\n", params.join(", "))
}
