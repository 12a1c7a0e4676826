//! What a host has to know of a translated program, gathered from the stages that
//! found it out.
//!
//! Knows programs and summaries. Must never know who reads it, or how it travels.

use rv2wat_host::{Facts, Segment, Sites};
use rv2wat_isa::RegSet;

use crate::discover::{Program, Terminator};
use crate::pipeline::Translation;
use crate::summary::{Summaries, abi_results};

impl Translation {
    /// What a host has to know of the program beside its module.
    pub fn facts(&self) -> Facts {
        let image = &self.image;
        let segments = image.segments.iter().map(|segment| Segment {
            start: segment.addr,
            end: segment.end(),
            offset: segment.file.start as u64,
            rights: (segment.perms.r, segment.perms.w, segment.perms.x),
        });
        Facts {
            bias: self.layout.bias,
            entry: image.entry,
            end: self.layout.end,
            headers: (image.phdr, image.phnum, image.phent),
            segments: segments.collect(),
            // No module has 2^32 functions.
            entries: (self.layout.entries, self.layout.entry_count as u32),
            permissions: self.layout.permissions,
            fingerprint: Facts::fingerprint(&image.bytes),
            sites: sites(&self.program, &self.summaries),
            functions: self.program.functions.iter().map(|function| (function.entry, function.end)).collect(),
            how: self.how.clone(),
        }
    }
}

/// Who may enter which functions.
fn sites(program: &Program, summaries: &Summaries) -> Sites {
    let mut sites = Sites::new(abi_results());
    for (function, live) in program.functions.iter().zip(&summaries.live) {
        // Most blocks follow each other.
        let (mut start, mut end) = (function.entry, function.entry);
        for (block, out) in function.blocks.iter().zip(&live.out) {
            if block.start < start || block.start > end {
                sites.cover(start, end);
                (start, end) = (block.start, block.start);
            }
            end = end.max(block.end_pc());
            if let Terminator::Call { .. } | Terminator::CallIndirect { .. } = block.end {
                sites.ask(block.end_pc(), out.asked());
            }
        }
        sites.cover(start, end);
    }
    for (function, summary) in program.functions.iter().zip(&summaries.functions) {
        if !summary.is_regular() {
            continue;
        }
        sites.withhold(function.entry, summary.clobbers - summary.results);
        if summary.left_out != RegSet::EMPTY {
            sites.leave_out(function.entry);
        }
    }
    sites
}

#[cfg(test)]
mod tests {
    use super::sites;
    use crate::discover::discover;
    use crate::discover::testing::{GARBAGE, image};
    use crate::summary::{Stack, summarize};

    const MAIN: u64 = 0x10000;
    const CALLEE: u64 = 0x10010;
    const KNOWN_SITE: u64 = 0x1000a;

    #[test]
    fn unknown_callers_get_results_that_known_ones_do_not_ask_for() {
        let image = image(&GARBAGE);
        let program = discover(&image);
        let mut sites = sites(&program, &summarize(&image, &program, Stack::Exit));
        assert!(sites.served(CALLEE, KNOWN_SITE, true));
        assert!(!sites.served(CALLEE, 0x55_5550, true), "a0 is changed and not given back");
        assert!(sites.served(CALLEE, 0, true));
        sites.set_trampoline(0x55_5550);
        assert!(sites.served(CALLEE, 0x55_5550, true));
        assert!(sites.served(CALLEE, KNOWN_SITE, false));
        assert!(sites.served(MAIN, 0, true));
        assert!(!sites.served(MAIN, 0, false), "it passes a1 on, which no known caller sets");
        assert!(sites.knows(CALLEE) && !sites.knows(0x55_5550));
    }
}
