//! Which functions a program enters once: its entry, `main`, and those that are
//! called from one place in them, outside of loops.
//!
//! A guess that nothing but speed depends on. `main` is the function whose address
//! the first functions of the program hand on as their first argument, as every C
//! library's start-up code does.
//!
//! Must never know what follows from it.

use std::collections::BTreeSet;

use rv2wat_isa::X;

use crate::discover::flow::{Env, analyze};
use crate::discover::{Function, Program};
use crate::load::Image;

/// How many calls deep the start-up code hands on the address of `main`.
const START_UP: usize = 3;

/// Marks the functions that are entered once.
pub fn entered_once(image: &Image, program: &Program) -> Vec<bool> {
    let mut sites = vec![0_u32; program.functions.len()];
    for function in &program.functions {
        for block in &function.blocks {
            if let Some(&callee) = block.end.callee().and_then(|callee| program.index.get(&callee)) {
                sites[callee] += 1;
            }
        }
    }
    let mut once = vec![false; program.functions.len()];
    let mut work: Vec<usize> = program.index.get(&image.entry).copied().into_iter().collect();
    work.extend(main(image, program));
    while let Some(at) = work.pop() {
        if std::mem::replace(&mut once[at], true) {
            continue;
        }
        let function = &program.functions[at];
        let cyclic = on_cycles(function);
        for (block, cyclic) in function.blocks.iter().zip(cyclic) {
            let callee = block.end.callee().and_then(|callee| program.index.get(&callee));
            if let Some(&callee) = callee.filter(|_| !cyclic)
                && sites[callee] == 1
                && !program.functions[callee].address_taken
            {
                work.push(callee);
            }
        }
    }
    once
}

/// The function whose address start-up code hands on.
fn main(image: &Image, program: &Program) -> Option<usize> {
    let env = Env { image, gp: program.gp };
    let mut at = *program.index.get(&image.entry)?;
    for _ in 0..START_UP {
        let function = &program.functions[at];
        let states = analyze(env, function);
        let mut called = None;
        for (block, state) in function.blocks.iter().zip(states) {
            let (Some(mut state), Some(callee)) = (state, block.end.callee()) else { continue };
            block.insts.iter().for_each(|site| state.step(env, site));
            let handed = state.reg(X::A0).constant().and_then(|a0| program.index.get(&a0));
            if let Some(&main) = handed {
                return Some(main);
            }
            called = program.index.get(&callee).copied().or(called);
        }
        at = called?;
    }
    None
}

/// Which blocks lie on a cycle of their function.
fn on_cycles(function: &Function) -> Vec<bool> {
    let mut cyclic = vec![false; function.blocks.len()];
    for component in petgraph::algo::tarjan_scc(&function.cfg()) {
        let own: BTreeSet<usize> = component.iter().map(|node| node.index()).collect();
        for &block in &own {
            let turns = function.blocks[block].end.successors().contains(&block);
            cyclic[block] = own.len() > 1 || turns;
        }
    }
    cyclic
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discover::discover;
    use crate::discover::testing::{Guest, image};

    /// Start-up code hands on the address of main in a0; main calls one
    /// function once, one in a loop, and one from two places.
    const START: Guest = Guest {
        code: &[
            (0x00000517, "auipc a0,0x0"),
            (0x01e50513, "addi a0,a0,30"),
            (0x006000ef, "jal 0x1000e"),
            (0x9002, "ebreak"),
            (0x1141, "addi sp,sp,-16"),
            (0xe406, "sd ra,8(sp)"),
            (0x9502, "jalr a0"),
            (0x05d00893, "li a7,93"),
            (0x00000073, "ecall"),
            (0x9002, "ebreak"),
            (0x1141, "addi sp,sp,-16"),
            (0xe406, "sd ra,8(sp)"),
            (0xe022, "sd s0,0(sp)"),
            (0x440d, "li s0,3"),
            (0x01c000ef, "jal 0x10042"),
            (0x01c000ef, "jal 0x10046"),
            (0x147d, "addi s0,s0,-1"),
            (0xfc6d, "bnez s0,0x1002a"),
            (0x018000ef, "jal 0x1004a"),
            (0x014000ef, "jal 0x1004a"),
            (0x60a2, "ld ra,8(sp)"),
            (0x6402, "ld s0,0(sp)"),
            (0x0141, "addi sp,sp,16"),
            (0x8082, "ret"),
            (0x4505, "li a0,1"),
            (0x8082, "ret"),
            (0x4509, "li a0,2"),
            (0x8082, "ret"),
            (0x450d, "li a0,3"),
            (0x8082, "ret"),
        ],
        data: &[],
    };

    /// The entries of the functions that are entered once.
    fn found(guest: &Guest) -> Vec<u64> {
        let image = image(guest);
        let program = discover(&image);
        let once = entered_once(&image, &program);
        program.functions.iter().zip(once).filter(|(_, once)| *once).map(|(f, _)| f.entry).collect()
    }

    #[test]
    fn main_is_what_start_up_code_hands_on() {
        let (start, libc, main, once) = (0x10000, 0x1000e, 0x1001e, 0x10042);
        assert_eq!(found(&START), [start, libc, main, once], "neither in loops nor from two places");
    }
}
