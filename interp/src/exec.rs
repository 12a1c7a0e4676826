//! What each instruction does: one row an instruction.
//!
//! The match in [`execute`] is long on purpose. It is exhaustive, so a new row
//! of the decode table does not compile before it has a meaning here; the
//! helpers below it say once what rows of one shape share.

use rv2wat_isa::{B, Cbo, Csr, CsrImm, FLoad, FStore, I, Inst, R, S, Shift, Unary, X};

use crate::atomic::{load_reserved, read_modify_write, store_conditional};
use crate::csr;
use crate::float::{arith, classify, compare, fma, from_int, inject, pair, to_int, unary as float_unary};
use crate::fp::{self, Double, Int, Single};
use crate::hart::Hart;
use crate::int::{self, on_words, word};
use crate::memory::{Fault, Memory, Width};
use crate::run::FaultKind;

/// Why an instruction did not simply execute.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Trap {
    Ecall,
    Ebreak,
    FenceI,
    Illegal,
    Fault { addr: u64, kind: FaultKind },
}

impl Trap {
    pub(crate) fn load(Fault { addr }: Fault) -> Trap {
        let kind = FaultKind::Load;
        Trap::Fault { addr, kind }
    }

    pub(crate) fn store(Fault { addr }: Fault) -> Trap {
        let kind = FaultKind::Store;
        Trap::Fault { addr, kind }
    }
}

/// Where control goes if not to the next instruction.
pub(crate) type Done = Result<Option<u64>, Trap>;

/// Bytes that one cache-block operation covers.
const BLOCK: u64 = 64;

/// Executes `inst`, which stands at `h.pc` and has `next` behind it. The pc is
/// left to the caller. A trap changes nothing.
#[rustfmt::skip]
pub(crate) fn execute<M: Memory + ?Sized>(h: &mut Hart, m: &mut M, inst: Inst, next: u64) -> Done {
    use Width::{Double as D64, Word as W32};
    match inst {
        // RV64I: constants and control transfer.
        Inst::Lui(o) => set(h, o.rd, o.imm as u64),
        Inst::Auipc(o) => set(h, o.rd, h.pc.wrapping_add_signed(o.imm)),
        Inst::Jal(o) => { h.set(o.rd, next); Ok(Some(h.pc.wrapping_add_signed(o.offset))) }
        Inst::Jalr(o) => jalr(h, o, next),
        Inst::Beq(o) => branch(h, o, |a, b| a == b),
        Inst::Bne(o) => branch(h, o, |a, b| a != b),
        Inst::Blt(o) => branch(h, o, |a, b| (a as i64) < b as i64),
        Inst::Bge(o) => branch(h, o, |a, b| a as i64 >= b as i64),
        Inst::Bltu(o) => branch(h, o, |a, b| a < b),
        Inst::Bgeu(o) => branch(h, o, |a, b| a >= b),

        // RV64I: loads and stores.
        Inst::Lb(o) => load(h, o, |a| m.load_u8(a).map(|v| v as i8 as u64)),
        Inst::Lh(o) => load(h, o, |a| m.load_u16(a).map(|v| v as i16 as u64)),
        Inst::Lw(o) => load(h, o, |a| m.load_u32(a).map(word)),
        Inst::Ld(o) => load(h, o, |a| m.load_u64(a)),
        Inst::Lbu(o) => load(h, o, |a| m.load_u8(a).map(u64::from)),
        Inst::Lhu(o) => load(h, o, |a| m.load_u16(a).map(u64::from)),
        Inst::Lwu(o) => load(h, o, |a| m.load_u32(a).map(u64::from)),
        Inst::Sb(o) => store(h, o, |a, v| m.store_u8(a, v as u8)),
        Inst::Sh(o) => store(h, o, |a, v| m.store_u16(a, v as u16)),
        Inst::Sw(o) => store(h, o, |a, v| m.store_u32(a, v as u32)),
        Inst::Sd(o) => store(h, o, |a, v| m.store_u64(a, v)),

        // RV64I: register and immediate.
        Inst::Addi(o) => imm(h, o, u64::wrapping_add),
        Inst::Slti(o) => imm(h, o, int::slt),
        Inst::Sltiu(o) => imm(h, o, int::sltu),
        Inst::Xori(o) => imm(h, o, |a, b| a ^ b),
        Inst::Ori(o) => imm(h, o, |a, b| a | b),
        Inst::Andi(o) => imm(h, o, |a, b| a & b),
        Inst::Addiw(o) => imm(h, o, on_words(u32::wrapping_add)),
        Inst::Slli(o) => shift(h, o, int::sll),
        Inst::Srli(o) => shift(h, o, int::srl),
        Inst::Srai(o) => shift(h, o, int::sra),
        Inst::Slliw(o) => shift(h, o, on_words(int::sllw)),
        Inst::Srliw(o) => shift(h, o, on_words(int::srlw)),
        Inst::Sraiw(o) => shift(h, o, on_words(int::sraw)),

        // RV64I: register and register.
        Inst::Add(o) => binary(h, o, u64::wrapping_add),
        Inst::Sub(o) => binary(h, o, u64::wrapping_sub),
        Inst::Sll(o) => binary(h, o, int::sll),
        Inst::Slt(o) => binary(h, o, int::slt),
        Inst::Sltu(o) => binary(h, o, int::sltu),
        Inst::Xor(o) => binary(h, o, |a, b| a ^ b),
        Inst::Srl(o) => binary(h, o, int::srl),
        Inst::Sra(o) => binary(h, o, int::sra),
        Inst::Or(o) => binary(h, o, |a, b| a | b),
        Inst::And(o) => binary(h, o, |a, b| a & b),
        Inst::Addw(o) => binary(h, o, on_words(u32::wrapping_add)),
        Inst::Subw(o) => binary(h, o, on_words(u32::wrapping_sub)),
        Inst::Sllw(o) => binary(h, o, on_words(int::sllw)),
        Inst::Srlw(o) => binary(h, o, on_words(int::srlw)),
        Inst::Sraw(o) => binary(h, o, on_words(int::sraw)),

        // Fences, the environment, Zicsr.
        Inst::Fence(_) => { m.fence(); Ok(None) }
        Inst::FenceI => Err(Trap::FenceI),
        Inst::Ecall => Err(Trap::Ecall),
        Inst::Ebreak => Err(Trap::Ebreak),
        Inst::Csrrw(o) => csr_reg(h, m, o, true, |_, new| new),
        Inst::Csrrs(o) => csr_reg(h, m, o, o.rs1 != X::ZERO, |old, bits| old | bits),
        Inst::Csrrc(o) => csr_reg(h, m, o, o.rs1 != X::ZERO, |old, bits| old & !bits),
        Inst::Csrrwi(o) => csr_imm(h, m, o, true, |_, new| new),
        Inst::Csrrsi(o) => csr_imm(h, m, o, o.imm != 0, |old, bits| old | bits),
        Inst::Csrrci(o) => csr_imm(h, m, o, o.imm != 0, |old, bits| old & !bits),

        // M.
        Inst::Mul(o) => binary(h, o, u64::wrapping_mul),
        Inst::Mulh(o) => binary(h, o, int::mulh),
        Inst::Mulhsu(o) => binary(h, o, int::mulhsu),
        Inst::Mulhu(o) => binary(h, o, int::mulhu),
        Inst::Div(o) => binary(h, o, int::div),
        Inst::Divu(o) => binary(h, o, int::divu),
        Inst::Rem(o) => binary(h, o, int::rem),
        Inst::Remu(o) => binary(h, o, int::remu),
        Inst::Mulw(o) => binary(h, o, on_words(u32::wrapping_mul)),
        Inst::Divw(o) => binary(h, o, on_words(int::divw)),
        Inst::Divuw(o) => binary(h, o, on_words(int::divuw)),
        Inst::Remw(o) => binary(h, o, on_words(int::remw)),
        Inst::Remuw(o) => binary(h, o, on_words(int::remuw)),

        // A. The order of sign-extended words is that of the words, signed or
        // unsigned, so both widths share their operations.
        Inst::LrW(o) => load_reserved(h, m, o, W32),
        Inst::LrD(o) => load_reserved(h, m, o, D64),
        Inst::ScW(o) => store_conditional(h, m, o, W32),
        Inst::ScD(o) => store_conditional(h, m, o, D64),
        Inst::AmoswapW(o) => read_modify_write(h, m, o, W32, |_, b| b),
        Inst::AmoswapD(o) => read_modify_write(h, m, o, D64, |_, b| b),
        Inst::AmoaddW(o) => read_modify_write(h, m, o, W32, u64::wrapping_add),
        Inst::AmoaddD(o) => read_modify_write(h, m, o, D64, u64::wrapping_add),
        Inst::AmoxorW(o) => read_modify_write(h, m, o, W32, |a, b| a ^ b),
        Inst::AmoxorD(o) => read_modify_write(h, m, o, D64, |a, b| a ^ b),
        Inst::AmoandW(o) => read_modify_write(h, m, o, W32, |a, b| a & b),
        Inst::AmoandD(o) => read_modify_write(h, m, o, D64, |a, b| a & b),
        Inst::AmoorW(o) => read_modify_write(h, m, o, W32, |a, b| a | b),
        Inst::AmoorD(o) => read_modify_write(h, m, o, D64, |a, b| a | b),
        Inst::AmominW(o) => read_modify_write(h, m, o, W32, int::min),
        Inst::AmominD(o) => read_modify_write(h, m, o, D64, int::min),
        Inst::AmomaxW(o) => read_modify_write(h, m, o, W32, int::max),
        Inst::AmomaxD(o) => read_modify_write(h, m, o, D64, int::max),
        Inst::AmominuW(o) => read_modify_write(h, m, o, W32, u64::min),
        Inst::AmominuD(o) => read_modify_write(h, m, o, D64, u64::min),
        Inst::AmomaxuW(o) => read_modify_write(h, m, o, W32, u64::max),
        Inst::AmomaxuD(o) => read_modify_write(h, m, o, D64, u64::max),

        // F.
        Inst::Flw(o) => load_f(h, o, |a| m.load_u32(a).map(|v| fp::boxed(v.into()))),
        Inst::Fsw(o) => store_f(h, o, |a, v| m.store_u32(a, v as u32)),
        Inst::FmaddS(o) => fma::<Single>(h, o, false, false),
        Inst::FmsubS(o) => fma::<Single>(h, o, false, true),
        Inst::FnmsubS(o) => fma::<Single>(h, o, true, false),
        Inst::FnmaddS(o) => fma::<Single>(h, o, true, true),
        Inst::FaddS(o) => arith::<Single>(h, o, fp::add::<Single>),
        Inst::FsubS(o) => arith::<Single>(h, o, fp::sub::<Single>),
        Inst::FmulS(o) => arith::<Single>(h, o, fp::mul::<Single>),
        Inst::FdivS(o) => arith::<Single>(h, o, fp::div::<Single>),
        Inst::FsqrtS(o) => float_unary::<Single, Single>(h, o, fp::sqrt::<Single>),
        Inst::FcvtSD(o) => float_unary::<Double, Single>(h, o, fp::convert::<Double, Single>),
        Inst::FsgnjS(o) => inject::<Single>(h, o, |_, b| b),
        Inst::FsgnjnS(o) => inject::<Single>(h, o, |_, b| !b),
        Inst::FsgnjxS(o) => inject::<Single>(h, o, |a, b| a ^ b),
        Inst::FminS(o) => pair::<Single>(h, o, fp::minimum_number::<Single>),
        Inst::FmaxS(o) => pair::<Single>(h, o, fp::maximum_number::<Single>),
        Inst::FeqS(o) => compare::<Single>(h, o, fp::equal::<Single>),
        Inst::FltS(o) => compare::<Single>(h, o, fp::less::<Single>),
        Inst::FleS(o) => compare::<Single>(h, o, fp::less_or_equal::<Single>),
        Inst::FcvtWS(o) => to_int::<Single>(h, o, Int::W),
        Inst::FcvtWuS(o) => to_int::<Single>(h, o, Int::Wu),
        Inst::FcvtLS(o) => to_int::<Single>(h, o, Int::L),
        Inst::FcvtLuS(o) => to_int::<Single>(h, o, Int::Lu),
        Inst::FcvtSW(o) => from_int::<Single>(h, o, Int::W),
        Inst::FcvtSWu(o) => from_int::<Single>(h, o, Int::Wu),
        Inst::FcvtSL(o) => from_int::<Single>(h, o, Int::L),
        Inst::FcvtSLu(o) => from_int::<Single>(h, o, Int::Lu),
        Inst::FclassS(o) => classify::<Single>(h, o),
        // The moves take the bits as they are, boxed or not.
        Inst::FmvXW(o) => set(h, o.rd, word(h.get_f(o.rs1) as u32)),
        Inst::FmvWX(o) => { h.set_f(o.rd, fp::boxed(h.get(o.rs1))); Ok(None) }

        // D.
        Inst::Fld(o) => load_f(h, o, |a| m.load_u64(a)),
        Inst::Fsd(o) => store_f(h, o, |a, v| m.store_u64(a, v)),
        Inst::FmaddD(o) => fma::<Double>(h, o, false, false),
        Inst::FmsubD(o) => fma::<Double>(h, o, false, true),
        Inst::FnmsubD(o) => fma::<Double>(h, o, true, false),
        Inst::FnmaddD(o) => fma::<Double>(h, o, true, true),
        Inst::FaddD(o) => arith::<Double>(h, o, fp::add::<Double>),
        Inst::FsubD(o) => arith::<Double>(h, o, fp::sub::<Double>),
        Inst::FmulD(o) => arith::<Double>(h, o, fp::mul::<Double>),
        Inst::FdivD(o) => arith::<Double>(h, o, fp::div::<Double>),
        Inst::FsqrtD(o) => float_unary::<Double, Double>(h, o, fp::sqrt::<Double>),
        Inst::FcvtDS(o) => float_unary::<Single, Double>(h, o, fp::convert::<Single, Double>),
        Inst::FsgnjD(o) => inject::<Double>(h, o, |_, b| b),
        Inst::FsgnjnD(o) => inject::<Double>(h, o, |_, b| !b),
        Inst::FsgnjxD(o) => inject::<Double>(h, o, |a, b| a ^ b),
        Inst::FminD(o) => pair::<Double>(h, o, fp::minimum_number::<Double>),
        Inst::FmaxD(o) => pair::<Double>(h, o, fp::maximum_number::<Double>),
        Inst::FeqD(o) => compare::<Double>(h, o, fp::equal::<Double>),
        Inst::FltD(o) => compare::<Double>(h, o, fp::less::<Double>),
        Inst::FleD(o) => compare::<Double>(h, o, fp::less_or_equal::<Double>),
        Inst::FcvtWD(o) => to_int::<Double>(h, o, Int::W),
        Inst::FcvtWuD(o) => to_int::<Double>(h, o, Int::Wu),
        Inst::FcvtLD(o) => to_int::<Double>(h, o, Int::L),
        Inst::FcvtLuD(o) => to_int::<Double>(h, o, Int::Lu),
        Inst::FcvtDW(o) => from_int::<Double>(h, o, Int::W),
        Inst::FcvtDWu(o) => from_int::<Double>(h, o, Int::Wu),
        Inst::FcvtDL(o) => from_int::<Double>(h, o, Int::L),
        Inst::FcvtDLu(o) => from_int::<Double>(h, o, Int::Lu),
        Inst::FclassD(o) => classify::<Double>(h, o),
        Inst::FmvXD(o) => set(h, o.rd, h.get_f(o.rs1)),
        Inst::FmvDX(o) => { h.set_f(o.rd, h.get(o.rs1)); Ok(None) }

        // Zba.
        Inst::AddUw(o) => binary(h, o, int::shadd_uw::<0>),
        Inst::Sh1add(o) => binary(h, o, int::shadd::<1>),
        Inst::Sh2add(o) => binary(h, o, int::shadd::<2>),
        Inst::Sh3add(o) => binary(h, o, int::shadd::<3>),
        Inst::Sh1addUw(o) => binary(h, o, int::shadd_uw::<1>),
        Inst::Sh2addUw(o) => binary(h, o, int::shadd_uw::<2>),
        Inst::Sh3addUw(o) => binary(h, o, int::shadd_uw::<3>),
        Inst::SlliUw(o) => shift(h, o, int::slli_uw),

        // Zbb.
        Inst::Andn(o) => binary(h, o, |a, b| a & !b),
        Inst::Orn(o) => binary(h, o, |a, b| a | !b),
        Inst::Xnor(o) => binary(h, o, |a, b| !(a ^ b)),
        Inst::Max(o) => binary(h, o, int::max),
        Inst::Maxu(o) => binary(h, o, u64::max),
        Inst::Min(o) => binary(h, o, int::min),
        Inst::Minu(o) => binary(h, o, u64::min),
        Inst::Rol(o) => binary(h, o, int::rol),
        Inst::Ror(o) => binary(h, o, int::ror),
        Inst::Rolw(o) => binary(h, o, on_words(int::rolw)),
        Inst::Rorw(o) => binary(h, o, on_words(int::rorw)),
        Inst::Rori(o) => shift(h, o, int::ror),
        Inst::Roriw(o) => shift(h, o, on_words(int::rorw)),
        Inst::Clz(o) => unary(h, o, |a| a.leading_zeros().into()),
        Inst::Ctz(o) => unary(h, o, |a| a.trailing_zeros().into()),
        Inst::Cpop(o) => unary(h, o, |a| a.count_ones().into()),
        Inst::Clzw(o) => unary(h, o, |a| (a as u32).leading_zeros().into()),
        Inst::Ctzw(o) => unary(h, o, |a| (a as u32).trailing_zeros().into()),
        Inst::Cpopw(o) => unary(h, o, |a| (a as u32).count_ones().into()),
        Inst::SextB(o) => unary(h, o, |a| a as i8 as u64),
        Inst::SextH(o) => unary(h, o, |a| a as i16 as u64),
        Inst::ZextH(o) => unary(h, o, |a| u64::from(a as u16)),
        Inst::OrcB(o) => unary(h, o, int::orc_b),
        Inst::Rev8(o) => unary(h, o, u64::swap_bytes),

        // Zbs.
        Inst::Bclr(o) => binary(h, o, int::bclr),
        Inst::Bext(o) => binary(h, o, int::bext),
        Inst::Binv(o) => binary(h, o, int::binv),
        Inst::Bset(o) => binary(h, o, int::bset),
        Inst::Bclri(o) => shift(h, o, int::bclr),
        Inst::Bexti(o) => shift(h, o, int::bext),
        Inst::Binvi(o) => shift(h, o, int::binv),
        Inst::Bseti(o) => shift(h, o, int::bset),

        // Zicond.
        Inst::CzeroEqz(o) => binary(h, o, int::czero_eqz),
        Inst::CzeroNez(o) => binary(h, o, int::czero_nez),

        // Zicbom and Zicboz.
        Inst::CboInval(o) | Inst::CboClean(o) | Inst::CboFlush(o) => cbo_manage(h, m, o),
        Inst::CboZero(o) => cbo_zero(h, m, o),
    }
}

fn set(h: &mut Hart, rd: X, value: u64) -> Done {
    h.set(rd, value);
    Ok(None)
}

fn binary(h: &mut Hart, o: R, op: impl Fn(u64, u64) -> u64) -> Done {
    set(h, o.rd, op(h.get(o.rs1), h.get(o.rs2)))
}

fn imm(h: &mut Hart, o: I, op: impl Fn(u64, u64) -> u64) -> Done {
    set(h, o.rd, op(h.get(o.rs1), o.imm as u64))
}

fn shift(h: &mut Hart, o: Shift, op: impl Fn(u64, u64) -> u64) -> Done {
    set(h, o.rd, op(h.get(o.rs1), o.shamt.into()))
}

fn unary(h: &mut Hart, o: Unary, op: impl Fn(u64) -> u64) -> Done {
    set(h, o.rd, op(h.get(o.rs1)))
}

fn branch(h: &Hart, o: B, taken: impl Fn(u64, u64) -> bool) -> Done {
    let target = h.pc.wrapping_add_signed(o.offset);
    Ok(taken(h.get(o.rs1), h.get(o.rs2)).then_some(target))
}

fn jalr(h: &mut Hart, o: I, next: u64) -> Done {
    // The target is read before the link is written: they may share a register.
    let target = h.get(o.rs1).wrapping_add_signed(o.imm) & !1;
    h.set(o.rd, next);
    Ok(Some(target))
}

fn load(h: &mut Hart, o: I, read: impl FnOnce(u64) -> Result<u64, Fault>) -> Done {
    let value = read(h.get(o.rs1).wrapping_add_signed(o.imm)).map_err(Trap::load)?;
    set(h, o.rd, value)
}

fn store(h: &Hart, o: S, write: impl FnOnce(u64, u64) -> Result<(), Fault>) -> Done {
    let addr = h.get(o.rs1).wrapping_add_signed(o.imm);
    write(addr, h.get(o.rs2)).map_err(Trap::store)?;
    Ok(None)
}

fn load_f(h: &mut Hart, o: FLoad, read: impl FnOnce(u64) -> Result<u64, Fault>) -> Done {
    let value = read(h.get(o.rs1).wrapping_add_signed(o.imm)).map_err(Trap::load)?;
    h.set_f(o.rd, value);
    Ok(None)
}

fn store_f(h: &Hart, o: FStore, write: impl FnOnce(u64, u64) -> Result<(), Fault>) -> Done {
    let addr = h.get(o.rs1).wrapping_add_signed(o.imm);
    write(addr, h.get_f(o.rs2)).map_err(Trap::store)?;
    Ok(None)
}

fn csr_reg<M: Memory + ?Sized>(
    h: &mut Hart,
    m: &mut M,
    o: Csr,
    writes: bool,
    op: fn(u64, u64) -> u64,
) -> Done {
    let operand = h.get(o.rs1);
    let update = writes.then_some(|old| op(old, operand));
    let old = csr::access(h, m, o.csr, update)?;
    set(h, o.rd, old)
}

fn csr_imm<M: Memory + ?Sized>(
    h: &mut Hart,
    m: &mut M,
    o: CsrImm,
    writes: bool,
    op: fn(u64, u64) -> u64,
) -> Done {
    let update = writes.then_some(|old| op(old, o.imm.into()));
    let old = csr::access(h, m, o.csr, update)?;
    set(h, o.rd, old)
}

/// There is no cache to manage, but the block must be there.
fn cbo_manage<M: Memory + ?Sized>(h: &Hart, m: &mut M, o: Cbo) -> Done {
    m.load_u8(h.get(o.rs1)).map_err(Trap::store)?;
    Ok(None)
}

fn cbo_zero<M: Memory + ?Sized>(h: &Hart, m: &mut M, o: Cbo) -> Done {
    let block = h.get(o.rs1) & !(BLOCK - 1);
    m.store(block, &[0; BLOCK as usize]).map_err(Trap::store)?;
    Ok(None)
}
