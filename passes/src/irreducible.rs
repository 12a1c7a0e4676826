//! Makes every loop have one entry.
//!
//! A cycle that control may enter at two places has no header, and no `loop` of
//! WebAssembly can stand for it. Where little has to be repeated for it, the
//! blocks between the other entries and the one that becomes the header are
//! copied for those who come from outside (`split`). Else the region gets one
//! block through which all ways to its entries lead, with the entry's number in
//! a parameter:
//!
//! ```text
//! before                     after
//!   branch v0, b1, b2          branch v0, bd(0), bd(1)
//! b1: jump b2                bd(v9): branch v9, b2, b1
//! b2: jump b1                b1: jump bd(1)
//!                            b2: jump bd(0)
//! ```
//!
//! Only the edges to the entries make the detour; the rest of the function,
//! reducible loops inside the region included, stays as it is. The new block's
//! other parameters carry the entries' parameters; an edge to one entry hands
//! over anything for those of another.
//!
//! Values keep dominating their uses: a path through the new block to an entry
//! goes on as some path from outside of the region did before.
//!
//! Requires: terminators on all blocks. Leaves: a reducible graph.
//! Complexity: linear in the size of the function for each region.
//! Source: the idea is that of LLVM's WebAssembly back end.

mod split;

use cranelift_entity::packed_option::PackedOption;
use cranelift_entity::{EntitySet, SecondaryMap};

use crate::cfg::Cfg;
use crate::ir::{Block, Builder, Const, Function, InstKind, Name, Target, Terminator, Type, Value};

/// How many instructions may be copied for one region, and for all.
const SPLIT_LIMIT: usize = 32;
const SPLIT_TOTAL: usize = 256;

/// Makes the function reducible.
pub fn reduce(func: &mut Function) {
    let mut budget = SPLIT_TOTAL;
    // Each round treats an outermost region; inner ones show when it has a
    // header.
    while let Some(region) = find_region(func) {
        match split::cheapest(func, &region, SPLIT_LIMIT.min(budget)) {
            Some(copied) => {
                budget -= copied.size;
                split::split(func, &region, &copied);
            }
            None => dispatch(func, &region.entries),
        }
    }
}

/// A cycle with more than one entry.
pub(crate) struct Region {
    /// Its blocks.
    pub blocks: Vec<Block>,
    /// Where it may be entered, in reverse postorder.
    pub entries: Vec<Block>,
}

/// An outermost cycle with more than one entry.
fn find_region(func: &Function) -> Option<Region> {
    let mut found = None;
    visit_regions(&Cfg::of(func), |region| {
        found = Some(region);
        false
    });
    found
}

/// All outermost cycles with more than one entry.
pub(crate) fn regions(cfg: &Cfg) -> Vec<Region> {
    let mut all = Vec::new();
    visit_regions(cfg, |region| {
        all.push(region);
        true
    });
    all
}

/// Shows outermost cycles with more than one entry, until `visit` wants no more.
fn visit_regions(cfg: &Cfg, mut visit: impl FnMut(Region) -> bool) {
    if cfg.is_reducible() {
        return;
    }
    // Regions to look into, each without the headers of the loops around it.
    let mut work: Vec<Vec<Block>> = vec![cfg.rpo().to_vec()];
    let mut region_of: SecondaryMap<Block, u32> = SecondaryMap::new();
    let mut region = 0;
    while let Some(blocks) = work.pop() {
        region += 1;
        blocks.iter().for_each(|&block| region_of[block] = region);
        for component in components(cfg, &blocks, &region_of, region) {
            let mut inside: EntitySet<Block> = EntitySet::new();
            component.iter().for_each(|&block| {
                inside.insert(block);
            });
            let mut entries: Vec<Block> = component
                .iter()
                .copied()
                .filter(|&block| cfg.preds(block).iter().any(|&pred| !inside.contains(pred)))
                .collect();
            entries.sort_by_key(|&block| cfg.position(block));
            match entries.as_slice() {
                [] => {}
                [header] => work.push(component.into_iter().filter(|block| block != header).collect()),
                _ => {
                    if !visit(Region { blocks: component, entries }) {
                        return;
                    }
                }
            }
        }
    }
}

/// The cycles among some blocks: strongly connected components of more than one
/// block, or one that jumps to itself. Tarjan's algorithm with its own stack.
fn components(
    cfg: &Cfg,
    blocks: &[Block],
    region_of: &SecondaryMap<Block, u32>,
    region: u32,
) -> Vec<Vec<Block>> {
    let mut index: SecondaryMap<Block, u32> = SecondaryMap::new();
    let mut low: SecondaryMap<Block, u32> = SecondaryMap::new();
    let mut on_stack: SecondaryMap<Block, bool> = SecondaryMap::new();
    let (mut stack, mut found, mut next) = (Vec::new(), Vec::new(), 1);
    for &root in blocks {
        if index[root] != 0 {
            continue;
        }
        let mut path = vec![(root, 0)];
        while let Some(&mut (block, ref mut edge)) = path.last_mut() {
            if *edge == 0 {
                index[block] = next;
                low[block] = next;
                next += 1;
                stack.push(block);
                on_stack[block] = true;
            }
            let succ = cfg.succs(block).get(*edge).copied();
            *edge += 1;
            match succ {
                Some(succ) if region_of[succ] != region => {}
                Some(succ) if index[succ] == 0 => path.push((succ, 0)),
                Some(succ) => {
                    if on_stack[succ] {
                        low[block] = low[block].min(index[succ]);
                    }
                }
                None => {
                    path.pop();
                    if let Some(&(above, _)) = path.last() {
                        low[above] = low[above].min(low[block]);
                    }
                    if low[block] == index[block] {
                        let start = stack.iter().rposition(|&other| other == block).unwrap_or(0);
                        let component = stack.split_off(start);
                        component.iter().for_each(|&member| on_stack[member] = false);
                        if component.len() > 1 || cfg.succs(block).contains(&block) {
                            found.push(component);
                        }
                    }
                }
            }
        }
    }
    found
}

/// Leads all edges to the entries through a new block.
fn dispatch(func: &mut Function, entries: &[Block]) {
    let hub = func.add_block(func.blocks[entries[0]].pc);
    let which = func.add_param(hub, Type::I32, Some("entry".to_owned()));
    let mut params: Vec<Vec<Value>> = Vec::new();
    for &entry in entries {
        let own: Vec<(Type, PackedOption<Name>)> = func.blocks[entry]
            .params
            .iter()
            .map(|&param| (func.values[param].ty, func.values[param].name))
            .collect();
        params.push(own.into_iter().map(|(ty, name)| func.add_param_named(hub, ty, name)).collect());
    }
    redirect(func, entries, hub);
    let targets: Vec<Target> =
        entries.iter().zip(params).map(|(&block, args)| Target { block, args }).collect();
    let mut builder = Builder::new(func, hub);
    builder.terminate(match <[Target; 2]>::try_from(targets) {
        Ok([first, second]) => Terminator::Branch { cond: which, then: second, other: first },
        Err(mut targets) => match targets.pop() {
            Some(default) => Terminator::Switch { index: which, targets, default },
            None => Terminator::Unreachable,
        },
    });
}

fn redirect(func: &mut Function, entries: &[Block], hub: Block) {
    for block in func.layout.clone() {
        let Some(mut terminator) = func.blocks[block].terminator.take() else { continue };
        let pc = func.blocks[block].terminator_pc;
        let mut added = Vec::new();
        for target in terminator.targets_mut() {
            let Some(number) = entries.iter().position(|&entry| entry == target.block) else { continue };
            let mut constant = |func: &mut Function, constant: Const| {
                let inst = func.make_inst(InstKind::Const(constant), &[constant.ty()], pc);
                added.push(inst);
                func.insts[inst].results[0]
            };
            let mut args = vec![constant(func, Const::I32(number as i32))];
            for (other, &entry) in entries.iter().enumerate() {
                if other == number {
                    args.append(&mut target.args);
                    continue;
                }
                for param in func.blocks[entry].params.clone() {
                    args.push(constant(func, Const::Undef(func.ty(param))));
                }
            }
            *target = Target { block: hub, args };
        }
        func.blocks[block].insts.extend(added);
        func.blocks[block].terminator = Some(terminator);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cfg::tests::function_of;
    use crate::pass::Requires;
    use crate::verify::verify;

    /// Makes a graph reducible whose blocks hold so many instructions each.
    fn reduced(count: usize, edges: &[(usize, usize)], size: usize) -> Function {
        let mut func = function_of(count, edges);
        for block in func.layout.clone() {
            for _ in 0..size {
                let fence = func.make_inst(InstKind::Fence, &[], None);
                func.blocks[block].insts.push(fence);
            }
        }
        reduce(&mut func);
        assert!(Cfg::new(&func).is_reducible());
        verify(&func, Requires::Blocks).expect("the function is still valid");
        func
    }

    /// The way to the header 2 enters the loop of 1 and 2 in its middle.
    const TWO_ENTRIES: [(usize, usize); 5] = [(0, 1), (0, 2), (1, 2), (2, 1), (2, 3)];

    #[test]
    fn a_small_region_is_split() {
        let func = reduced(4, &TWO_ENTRIES, 1);
        assert_eq!(func.layout.len(), 5, "one block was copied");
        assert!(func.blocks.values().all(|data| data.params.len() <= 1), "no dispatch");
    }

    #[test]
    fn a_large_region_gets_one_dispatch() {
        let func = reduced(4, &TWO_ENTRIES, SPLIT_LIMIT);
        assert_eq!(func.layout.len(), 5, "one block was added");
        let hub = func.layout[4];
        assert!(matches!(func.terminator(hub), Terminator::Branch { .. }));
        assert_eq!(func.ty(func.blocks[hub].params[0]), Type::I32);
    }

    #[test]
    fn a_reducible_graph_stays_as_it_is() {
        let edges = [(0, 1), (1, 2), (2, 1), (1, 3)];
        assert_eq!(reduced(4, &edges, 1).layout.len(), 4);
    }

    #[test]
    fn regions_within_regions_are_found() {
        // A loop around a loop, both entered in two places.
        let edges = [(0, 1), (0, 3), (1, 2), (2, 3), (3, 2), (3, 4), (4, 1), (4, 5), (1, 3)];
        reduced(6, &edges, SPLIT_LIMIT);
        reduced(6, &edges, 1);
    }
}
