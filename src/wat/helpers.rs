//! The texts of the `rv.…` helpers: what RISC-V has and WebAssembly lacks.
//!
//! The texts stand in files beside this one, a comment and a function each,
//! empty lines between. Which helper calls which is read off the texts. Some have a
//! second text, for engines that have instructions for what they do.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use rv2wat_passes::ir::{AtomicOp, Type};

use super::Needs;
use crate::Features;

#[cfg(all(test, feature = "run"))]
mod engines;

const FILES: [&str; 3] =
    [include_str!("helpers/integer.wat"), include_str!("helpers/float.wat"), include_str!("helpers/fma.wat")];

/// Those of them that wide arithmetic makes simpler.
const WIDE: &str = include_str!("helpers/wide.wat");

/// Those of them that relaxed SIMD makes faster, with what these call. Where the engine
/// turns out to round twice, they call the others, as `rv.exact_…`.
const RELAXED: &str = include_str!("helpers/relaxed.wat");

/// The service of the host that some helpers call; no helper itself.
const SOFT: &str = "rv.soft";

/// Texts by the names of their functions.
type Texts = BTreeMap<String, String>;

static HELPERS: LazyLock<Texts> = LazyLock::new(|| {
    let atomic = AtomicOp::ALL.iter().filter(|op| op.is_helper()).map(|&op| amo(op));
    FILES.iter().flat_map(|file| written(file)).chain(atomic.filter_map(named)).collect()
});

static WITH_WIDE_ARITHMETIC: LazyLock<Texts> = LazyLock::new(|| written(WIDE).collect());

static WITH_RELAXED_SIMD: LazyLock<Texts> = LazyLock::new(|| {
    let replaced = written(RELAXED).filter_map(|(name, _)| HELPERS.get(&name));
    let exact = replaced.map(|text| text.replacen("(func $rv.", "(func $rv.exact_", 1));
    written(RELAXED).chain(exact.filter_map(named)).collect()
});

/// The text of a helper for an engine that has `features`.
fn text_of(name: &str, features: Features) -> Option<&'static str> {
    let wide = features.wide_arithmetic.then(|| WITH_WIDE_ARITHMETIC.get(name)).flatten();
    let relaxed = features.relaxed_simd.then(|| WITH_RELAXED_SIMD.get(name)).flatten();
    wide.or(relaxed).or_else(|| HELPERS.get(name)).map(String::as_str)
}

/// The texts that stand in a file.
fn written(file: &str) -> impl Iterator<Item = (String, String)> {
    file.split("\n\n").map(|text| format!("{}\n", text.trim_end())).filter_map(named)
}

/// A text under the name of its function.
fn named(text: String) -> Option<(String, String)> {
    let name = names(&text, "(func $").next()?;
    Some((name, text))
}

/// The names that follow each occurrence of `before`.
fn names<'a>(text: &'a str, before: &'a str) -> impl Iterator<Item = String> + 'a {
    text.split(before).skip(1).map(|rest| {
        rest.chars().take_while(|&c| c.is_ascii_alphanumeric() || c == '.' || c == '_').collect::<String>()
    })
}

/// An atomic minimum or maximum: a compare-and-exchange loop.
fn amo(op: AtomicOp) -> String {
    let name = op.name();
    let ty = op.ty().name();
    let compare = match (name.contains("min"), name.contains("minu") || name.contains("maxu")) {
        (true, false) => "lt_s",
        (true, true) => "lt_u",
        (false, false) => "gt_s",
        (false, true) => "gt_u",
    };
    let instruction = name.trim_start_matches("rv.").split('_').next().unwrap_or(name).to_uppercase();
    let width = if op.ty() == Type::I32 { "W" } else { "D" };
    format!(
        "  ;; {instruction}.{width} (\"A\" 14.4): the old value; again if another thread came between.
  (func ${name} (param $address i32) (param $value {ty}) (result {ty})
    (local $old {ty})
    (loop $again
      (local.set $old ({ty}.atomic.load (local.get $address)))
      (br_if $again
        ({ty}.ne
          ({ty}.atomic.rmw.cmpxchg
            (local.get $address)
            (local.get $old)
            (select (local.get $old) (local.get $value)
              ({ty}.{compare} (local.get $old) (local.get $value))))
          (local.get $old))))
    (local.get $old))
"
    )
}

/// The names of the helpers that are needed, with those that these call.
fn closure(needs: &Needs, features: Features) -> BTreeSet<String> {
    let mut work: Vec<String> = needs.ops.iter().map(|op| op.name().to_owned()).collect();
    work.extend(needs.atomics.iter().map(|op| op.name().to_owned()));
    let mut all = BTreeSet::new();
    while let Some(name) = work.pop() {
        if let Some(text) = text_of(&name, features) {
            work.extend(names(text, "(call $").filter(|callee| !all.contains(callee)));
        }
        all.insert(name);
    }
    all
}

/// Whether a needed helper calls the host's soft-float service, whatever the engine has.
pub fn use_soft(needs: &Needs) -> bool {
    closure(needs, Features::NONE).contains(SOFT)
}

/// What the helpers that are needed use of what the engine has: an engine that lacks the
/// rest takes the module all the same.
pub fn used(needs: &Needs, features: Features) -> Features {
    let names = closure(needs, features);
    let uses = |texts: &Texts| names.iter().any(|name| texts.contains_key(name));
    Features {
        wide_arithmetic: features.wide_arithmetic && uses(&WITH_WIDE_ARITHMETIC),
        relaxed_simd: features.relaxed_simd && uses(&WITH_RELAXED_SIMD),
    }
}

/// The texts of the helpers that are needed, in alphabetical order, indented as
/// fields of a module for an engine that has `features`.
pub fn texts(needs: &Needs, features: Features) -> Vec<&'static str> {
    closure(needs, features).iter().filter_map(|name| text_of(name, features)).collect()
}

#[cfg(test)]
mod tests {
    use rv2wat_interp::fp::SoftOp;
    use rv2wat_passes::ir::Op;

    use super::*;

    #[test]
    fn every_helper_has_a_text_that_assembles() {
        let needs = Needs {
            ops: Op::ALL.iter().copied().filter(|op| op.is_helper()).collect(),
            atomics: AtomicOp::ALL.iter().copied().filter(|op| op.is_helper()).collect(),
            ..Needs::default()
        };
        for name in needs.ops.iter().map(|op| op.name()).chain(needs.atomics.iter().map(|op| op.name())) {
            assert!(HELPERS.contains_key(name), "{name} has no text");
        }
        for features in [Features::NONE, Features::OURS] {
            let texts = texts(&needs, features).concat();
            assert!(texts.lines().all(|line| line.chars().count() <= 100));
            let module = format!(
                "(module (import \"rv\" \"soft\" (func $rv.soft (param i32 i64 i64 i64 i32) (result i64)))\n\
                 (memory 1)\n{texts})"
            );
            wat::parse_str(&module).expect("the helpers assemble");
        }
    }

    #[test]
    fn second_texts_are_of_helpers_and_are_chosen_by_what_the_engine_has() {
        assert!(WITH_WIDE_ARITHMETIC.keys().all(|name| HELPERS.contains_key(name)));
        let needs = Needs { ops: [Op::RvMulhsu].into(), ..Needs::default() };
        let uses = |features| texts(&needs, features).concat().contains("i64.mul_wide_u");
        assert!(uses(Features { wide_arithmetic: true, ..Features::NONE }));
        assert!(!uses(Features { wide_arithmetic: false, ..Features::OURS }));
        for (op, instruction) in [(Op::RvFmaF32, "f32x4.relaxed_madd"), (Op::RvFmaF64, "f64x2.relaxed_madd")]
        {
            let needs = Needs { ops: [op].into(), ..Needs::default() };
            let uses = |features| texts(&needs, features).concat().contains(instruction);
            assert!(uses(Features { relaxed_simd: true, ..Features::NONE }));
            assert!(!uses(Features { relaxed_simd: false, ..Features::OURS }));
            assert!(used(&needs, Features::OURS).relaxed_simd, "{instruction}");
            assert_eq!(used(&needs, Features::NONE), Features::NONE, "{instruction}");
        }
        let others = Op::ALL.iter().copied().filter(|op| op.is_helper());
        for op in others.filter(|op| !matches!(op, Op::RvFmaF32 | Op::RvFmaF64)) {
            let needs = Needs { ops: [op].into(), ..Needs::default() };
            let without = Features { relaxed_simd: false, ..Features::OURS };
            let same = texts(&needs, Features::OURS) == texts(&needs, without);
            assert_eq!(!same, used(&needs, Features::OURS).relaxed_simd, "{op:?}");
        }
    }

    #[test]
    fn helpers_have_the_types_of_their_operations() {
        for op in Op::ALL.iter().filter(|op| op.is_helper()) {
            for features in [Features::NONE, Features::OURS] {
                let text = text_of(op.name(), features).expect("a text");
                let head = text.lines().find(|line| line.contains("(func")).expect("a function");
                let params: Vec<&str> = head.split("(param $").skip(1).map(|rest| &rest[2..5]).collect();
                let wanted: Vec<&str> = op.args().iter().map(|ty| ty.name()).collect();
                assert_eq!(params, wanted, "{head}");
                assert!(head.ends_with(&format!("(result {})", op.result())), "{head}");
            }
        }
    }

    #[test]
    fn the_soft_operation_has_its_number() {
        assert_eq!(SoftOp::MaddD as i32, 11);
    }

    #[test]
    fn a_helper_brings_what_it_calls() {
        let needs = Needs { ops: [Op::RvMulh].into(), ..Needs::default() };
        assert_eq!(texts(&needs, Features::default()).len(), 2);
        assert!(!use_soft(&needs));
        assert!(use_soft(&Needs { ops: [Op::RvFmaF64].into(), ..Needs::default() }));
    }
}
