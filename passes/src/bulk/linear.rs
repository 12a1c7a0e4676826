//! Integers as sums: what a turn of a loop makes of what it started with.
//!
//! Knows sums of values and constants at 32 or 64 bits. What this module must
//! never know: loops, memory.

use smallvec::SmallVec;

use crate::ir::{Const, Function, InstKind, Op, Type, Value};

/// How deep definitions are looked through.
const DEPTH: u32 = 4;

/// A sum modulo 2^32 or 2^64. Where it is 32 bits wide, 64-bit values in it
/// stand for their low halves.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Linear {
    /// I32 or I64.
    pub ty: Type,
    /// The parameter of the loop, by its position, that is in it once.
    pub root: Option<usize>,
    /// Values from before the loop and how often each is in it; in order.
    pub terms: SmallVec<[(Value, i64); 2]>,
    /// The constant; sign-extended where it is 32 bits wide.
    pub constant: i64,
}

impl Linear {
    pub fn constant(ty: Type, constant: i64) -> Linear {
        Linear { ty, root: None, terms: SmallVec::new(), constant: cut(ty, constant) }
    }

    pub fn root(ty: Type, root: usize) -> Linear {
        Linear { root: Some(root), ..Linear::constant(ty, 0) }
    }

    /// A value from before the loop.
    pub fn value(func: &Function, value: Value) -> Option<Linear> {
        let ty = func.ty(value);
        match func.constant(value) {
            Some(Const::I32(constant)) => Some(Linear::constant(ty, constant.into())),
            Some(Const::I64(constant)) => Some(Linear::constant(ty, constant)),
            None if matches!(ty, Type::I32 | Type::I64) => {
                Some(Linear { terms: SmallVec::from_slice(&[(value, 1)]), ..Linear::constant(ty, 0) })
            }
            _ => None,
        }
    }

    /// The constant, if it is nothing else.
    pub fn as_constant(&self) -> Option<i64> {
        (self.root.is_none() && self.terms.is_empty()).then_some(self.constant)
    }

    /// Whether the loop changes nothing of it.
    pub fn is_fixed(&self) -> bool {
        self.root.is_none()
    }

    /// The same with another constant added.
    pub fn plus(&self, constant: i64) -> Linear {
        Linear { constant: cut(self.ty, self.constant.wrapping_add(constant)), ..self.clone() }
    }

    /// `self + sign * other`; `None` where a parameter would be in it twice or
    /// negated. Parameters that cancel out are none.
    pub fn combine(&self, other: &Linear, sign: i64) -> Option<Linear> {
        let root = match (self.root, other.root) {
            (root, None) => root,
            (None, root) if sign == 1 => root,
            (Some(a), Some(b)) if a == b && sign == -1 => None,
            _ => return None,
        };
        let mut sum = self.plus(other.constant.wrapping_mul(sign));
        sum.root = root;
        other.terms.iter().for_each(|&(value, times)| sum.add_term(value, times.wrapping_mul(sign)));
        Some(sum)
    }

    /// The low half, or the same.
    pub fn low(&self) -> Linear {
        let mut low = Linear { ty: Type::I32, constant: cut(Type::I32, self.constant), ..self.clone() };
        for (_, times) in &mut low.terms {
            *times = cut(Type::I32, *times);
        }
        low.terms.retain(|&mut (_, times)| times != 0);
        low
    }

    pub fn add_term(&mut self, value: Value, times: i64) {
        let at = match self.terms.binary_search_by_key(&value, |&(value, _)| value) {
            Ok(at) => at,
            Err(at) => {
                self.terms.insert(at, (value, 0));
                at
            }
        };
        self.terms[at].1 = cut(self.ty, self.terms[at].1.wrapping_add(times));
        if self.terms[at].1 == 0 {
            self.terms.remove(at);
        }
    }

    /// The same with the sums that its terms are written out, where that makes
    /// it no longer: what is in both sides of a difference falls out.
    pub fn simplified(self, func: &Function) -> Linear {
        let mut expanded = Linear::constant(self.ty, self.constant);
        expanded.root = self.root;
        for &(value, times) in &self.terms {
            expand(func, &mut expanded, value, times, DEPTH);
        }
        if expanded.terms.len() <= self.terms.len() { expanded } else { self }
    }
}

fn expand(func: &Function, into: &mut Linear, value: Value, times: i64, depth: u32) {
    match func.constant(value) {
        Some(Const::I64(constant)) => return *into = into.plus(constant.wrapping_mul(times)),
        Some(Const::I32(constant)) => return *into = into.plus(i64::from(constant).wrapping_mul(times)),
        _ => {}
    }
    let def = if depth == 0 { None } else { func.def(value).map(|data| &data.kind) };
    match def {
        Some(InstKind::Op(Op::I64Add | Op::I32Add, args)) => {
            args.iter().for_each(|&arg| expand(func, into, arg, times, depth - 1));
        }
        Some(InstKind::Op(Op::I64Sub | Op::I32Sub, args)) => {
            expand(func, into, args[0], times, depth - 1);
            expand(func, into, args[1], times.wrapping_neg(), depth - 1);
        }
        Some(InstKind::Op(Op::I32WrapI64, args)) if into.ty == Type::I32 => {
            expand(func, into, args[0], times, depth - 1);
        }
        _ => into.add_term(value, times),
    }
}

/// A constant as it is at a type.
fn cut(ty: Type, constant: i64) -> i64 {
    if ty == Type::I32 { i64::from(constant as i32) } else { constant }
}
