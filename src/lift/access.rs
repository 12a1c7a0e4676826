//! Checks of accesses, where the translation checks them: whether the pages permit what
//! comes next. Where they do not the function is left before it, at the pc of the access.
//!
//! The table of permissions has a byte for each page of 4 GiB. Its lowest bits say whether
//! a page may be read and written. An address is a 64-bit one: what lies beyond 4 GiB is
//! refused, and a range that goes on there is found in the first page, which is none.

use rv2wat_passes::ir::{ExitReason, LoadOp, Op, Value};

use super::Lifter;
use super::sync::End;
use crate::discover::Access;

/// The binary logarithm of a page's size.
const PAGE: i32 = 12;

impl Lifter<'_> {
    /// Ends a block before accesses: goes on where all of them are permitted.
    pub(super) fn lift_checked(&mut self, next: usize, accesses: &[Access], end: &End) {
        let to = &self.source.blocks[next];
        let pc = to.start;
        self.pc = pc;
        let permitted = accesses.iter().map(|access| self.permitted(access)).collect::<Vec<_>>();
        let all = permitted.into_iter().reduce(|all, one| self.b().op(Op::I32And, &[all, one]));
        let go_on = self.ir_block(next);
        let Some(all) = all else { return self.b().jump(go_on) };
        let leave = self.func.add_block(None);
        self.b().branch(all, go_on, leave);
        self.block = leave;
        let pc = self.b().i64(pc.cast_signed());
        self.exit(ExitReason::Access, pc, end);
    }

    /// 1 where an access is permitted, else 0.
    fn permitted(&mut self, access: &Access) -> Value {
        let base = self.get(access.base);
        let addr = match access.start {
            0 => base,
            start => {
                let start = self.b().i64(start);
                self.b().op(Op::I64Add, &[base, start])
            }
        };
        let low = self.wrap(addr);
        let mut rights = self.rights(low);
        // What is aligned lies in one page.
        if access.len > 1 && !access.is_aligned {
            let last = self.b().i32(access.len as i32 - 1);
            let last = self.b().op(Op::I32Add, &[low, last]);
            let last = self.rights(last);
            rights = self.b().op(Op::I32And, &[rights, last]);
        }
        if access.is_store {
            let one = self.b().i32(1);
            rights = self.b().op(Op::I32ShrU, &[rights, one]);
        }
        let end = self.b().i64(1 << 32);
        let inside = self.b().op(Op::I64LtU, &[addr, end]);
        let permitted = self.b().op(Op::I32And, &[rights, inside]);
        if !access.is_aligned {
            return permitted;
        }
        let mask = self.b().i32(access.len as i32 - 1);
        let rest = self.b().op(Op::I32And, &[low, mask]);
        let aligned = self.b().op(Op::I32Eqz, &[rest]);
        self.b().op(Op::I32And, &[permitted, aligned])
    }

    /// What the table says of the page of an address.
    fn rights(&mut self, low: Value) -> Value {
        let bits = self.b().i32(PAGE);
        let page = self.b().op(Op::I32ShrU, &[low, bits]);
        let table = self.cx.permissions;
        self.b().safe_load(LoadOp::I32Load8U, page, table)
    }
}
