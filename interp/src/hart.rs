//! The architectural state of one guest thread.

use rv2wat_isa::{F, Reg, X};

use crate::memory::Width;

/// What `lr` leaves for `sc`: the `sc` succeeds if memory still holds the value
/// that was read, as a compare-and-exchange would. A change and back (ABA) goes
/// unseen, which is weaker than the manual's reservation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reservation {
    /// Guest address, aligned to the width.
    pub addr: u64,
    /// Width of the `lr`; an `sc` of the other width fails.
    pub width: Width,
    /// The value read, zero-extended.
    pub value: u64,
}

/// The registers of one guest thread.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hart {
    /// Address of the next instruction.
    pub pc: u64,
    /// Integer registers. Entry 0 is never read and never written.
    pub x: [u64; 32],
    /// Floating-point registers, raw; singles are NaN-boxed.
    pub f: [u64; 32],
    /// Accrued exception flags: the low 5 bits of `fcsr`.
    pub fflags: u8,
    /// Dynamic rounding mode: bits 5 to 7 of `fcsr`, 0 to 7.
    pub frm: u8,
    /// Set by `lr`, used up by `sc`.
    pub reservation: Option<Reservation>,
    /// Instructions executed, the value of the `instret` CSR.
    pub instret: u64,
}

impl Hart {
    /// A hart about to execute at `pc`, all registers zero.
    pub fn at(pc: u64) -> Hart {
        Hart { pc, x: [0; 32], f: [0; 32], fflags: 0, frm: 0, reservation: None, instret: 0 }
    }

    /// The value of an integer register; x0 is zero.
    pub fn get(&self, reg: X) -> u64 {
        match reg {
            X::ZERO => 0,
            _ => self.x[reg.index()],
        }
    }

    /// Sets an integer register; x0 ignores it.
    pub fn set(&mut self, reg: X, value: u64) {
        if reg != X::ZERO {
            self.x[reg.index()] = value;
        }
    }

    /// The raw bits of a floating-point register.
    pub fn get_f(&self, reg: F) -> u64 {
        self.f[reg.index()]
    }

    /// Sets the raw bits of a floating-point register.
    pub fn set_f(&mut self, reg: F, bits: u64) {
        self.f[reg.index()] = bits;
    }

    /// The raw contents of a register of either file.
    pub fn contents(&self, reg: Reg) -> u64 {
        match reg {
            Reg::X(x) => self.get(x),
            Reg::F(f) => self.get_f(f),
        }
    }

    /// `fcsr`: `frm` above `fflags`.
    pub fn fcsr(&self) -> u8 {
        self.frm << 5 | self.fflags
    }

    /// Sets `frm` and `fflags` from the eight bits of `fcsr`.
    pub fn set_fcsr(&mut self, bits: u8) {
        self.frm = bits >> 5;
        self.fflags = bits & 0x1f;
    }
}
