//! How a block ends: the last instruction and the state before it decide.
//!
//! Knows the meaning of each kind of transfer under the dataflow. Must never
//! know how jump tables look; that is [`super::tables`].

use rv2wat_isa::X;

use super::body::{Builder, Dest, Draft, Exit, Resolution};
use super::code::{Kind, kind};
use super::flow::{Abs, FlowState};

/// Decides how `draft` ends. `state` holds before its last instruction and is
/// advanced past it.
pub(super) fn classify(builder: &Builder<'_>, start: u64, draft: &Draft, state: &mut FlowState) -> Exit {
    let env = builder.world.env();
    let Some(last) = draft.insts.last() else {
        return Exit::Trap { pc: start, raw: draft.bad.unwrap_or(0) };
    };
    // What the instruction itself may change: `sp`, and the base of a jump.
    let (before, exits) = (state.reg(X::SP), state.ecall_exits());
    let (pc, next) = (last.pc, last.next_pc());
    let kind = kind(&last.inst.inst, pc);
    let target = match kind {
        Kind::Jalr { base, imm, .. } => state.reg(base).offset(imm),
        _ => Abs::Unknown,
    };
    state.step(env, last);
    if let Some(raw) = draft.bad {
        return Exit::Trap { pc: next, raw };
    }
    let to = |to: u64| builder.dest(to, before);
    let after = state.reg(X::SP);
    match kind {
        Kind::Plain => jump(builder.dest(next, after)),
        Kind::Sync => Exit::Sync { next: builder.dest(next, after) },
        Kind::Branch(taken) => Exit::Branch { taken: to(taken), fall: to(next) },
        Kind::Jal { rd: X::ZERO, to: target } => jump(to(target)),
        Kind::Jal { rd: X::RA, to: target } => call(builder, target, next, after),
        // Millicode: merged, and its `jr t0` finds the constant link.
        Kind::Jal { to: target, .. } => Exit::Jump(target),
        Kind::Jalr { rd, .. } => match (target.constant().map(|t| t & !1), rd) {
            (Some(target), X::ZERO) => jump(to(target)),
            (Some(target), X::RA) => call(builder, target, next, after),
            (Some(target), _) => Exit::Jump(target),
            (None, X::RA) => Exit::CallIndirect { next: after_call(builder, next, after) },
            (None, X::ZERO) if target.is_entry(X::RA) => Exit::Return,
            (None, _) => indirect(builder, pc, before),
        },
        Kind::Ecall if exits => Exit::Ecall { next: None },
        Kind::Ecall => Exit::Ecall { next: Some(builder.dest(next, after)) },
        Kind::Trap => Exit::Trap { pc, raw: last.inst.raw },
    }
}

fn jump(dest: Dest) -> Exit {
    match dest {
        Dest::Stub(callee) => Exit::Tail(callee),
        Dest::Block(to) => Exit::Jump(to),
    }
}

/// Calls below this address are calls of null.
const NULL_PAGE: u64 = 4096;

fn call(builder: &Builder<'_>, callee: u64, next: u64, sp: Abs) -> Exit {
    // Nothing returns from a call of null, for a weak symbol that nobody defines. What
    // else is no code here may be some in the rest of the program.
    let is_null = callee < NULL_PAGE && builder.world.code.decode(callee).is_err();
    let returns = !builder.world.noreturn.contains(&callee) && !is_null;
    let next = if returns { after_call(builder, next, sp) } else { None };
    Exit::Call { callee, link: X::RA, next }
}

/// Where a call returns to. A compiler ends a function with a call only when
/// the callee does not return, so nothing is assumed to come back to padding
/// before another function, nor to where the `ra` of the call itself would be used.
fn after_call(builder: &Builder<'_>, next: u64, sp: Abs) -> Option<Dest> {
    let code = builder.world.code;
    let after = code.skip_padding(next);
    let other = after != builder.entry && (builder.evidence(after).strong() || code.uses_ra(after));
    if other || (code.decode(next).is_err() && code.decode(after).is_err()) {
        return None;
    }
    Some(builder.dest(next, sp))
}

fn indirect(builder: &Builder<'_>, pc: u64, sp: Abs) -> Exit {
    match builder.resolution(pc) {
        None => Exit::Pending,
        Some(Resolution::TailIndirect) => Exit::TailIndirect,
        Some(Resolution::Unknown(why)) => {
            // With a stack pointer that is not the function's own, this is a
            // change of context and no way back to the caller.
            Exit::Unknown { why: why.clone(), may_return: sp.in_frame() }
        }
        Some(Resolution::Table { index, load, targets, bounded }) => Exit::Table {
            index: *index,
            load: *load,
            targets: targets.iter().map(|&t| builder.dest(t, sp)).collect(),
            bounded: *bounded,
        },
        Some(Resolution::Goto(targets)) => {
            Exit::Goto { targets: targets.iter().map(|&t| (t, builder.dest(t, sp))).collect() }
        }
    }
}
