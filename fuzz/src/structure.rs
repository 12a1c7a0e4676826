//! Bytes choose a function: a graph of any shape, or one that looks like lifted
//! code, as it is or after the passes. The structured tree must do what the
//! function does: the same calls in the same order, the same memory, state and
//! results.

use rv2wat_passes::ir::Function;
use rv2wat_passes::pass::{self, Context, Silent};
use rv2wat_passes::testing::random::Random;
use rv2wat_passes::testing::{generate, structure};
use rv2wat_passes::tree;

use crate::Verdict;

/// Most blocks of a function that looks like lifted code.
const BLOCKS: usize = 40;

/// Most instructions in each of its blocks.
const LENGTH: u64 = 5;

/// Checks an input.
///
/// # Errors
/// What differs.
pub fn check(bytes: &[u8]) -> Verdict {
    check_with(bytes, &|_| {})
}

/// [`check`] with trees that are damaged first.
///
/// # Errors
/// What differs.
pub fn check_with(bytes: &[u8], damage: &dyn Fn(&mut tree::Function)) -> Verdict {
    let (&head, rest) = bytes.split_first_chunk::<3>().unwrap_or((&[0; 3], &[]));
    let [kind, size, seed] = head.map(usize::from);
    let random = Random::of_bytes(rest);
    let before = match kind % 4 {
        0 | 1 => structure::graph(random),
        _ => generate::sized(random, 1 + size % BLOCKS, LENGTH),
    };
    let mut after = before.clone();
    if kind % 4 == 3 {
        optimise(&mut after, size as u8 / BLOCKS as u8 % 4);
    }
    let mut tree = tree::build(&after);
    damage(&mut tree);
    structure::check(&before, &tree, seed as u64)
}

fn optimise(func: &mut Function, level: u8) {
    let run = pass::run(&pass::pipeline(level), func, &Context::default(), &mut Silent);
    run.unwrap_or_else(|never| match never {});
}
