//! Unwind tables: function ranges, and call sites with their landing pads.
//!
//! Knows `.eh_frame` (through gimli) and the language-specific data of the
//! Itanium C++ ABI ("Exception Handling Tables"). Must never know what a
//! landing pad does. All of it is a hint: whatever cannot be read is skipped.

use std::ops::Range;

use gimli::{
    BaseAddresses, CieOrFde, EhFrame, EhFrameHdr, EndianSlice, LittleEndian, Pointer, Reader, UnwindSection,
};

use super::headers::Section;
use super::{CallSite, Image};

type Slice<'a> = EndianSlice<'a, LittleEndian>;

/// Fills `unwind` and `call_sites`.
pub(super) fn read(image: &mut Image, sections: &[Section], hdr: Option<Range<u64>>) {
    let Some(range) = find_eh_frame(image, sections, hdr) else { return };
    let bytes = image.bytes.clone();
    let Some(section) = bytes.get(file_range(image, &range)) else { return };
    let eh_frame = EhFrame::new(section, LittleEndian);
    let bases = BaseAddresses::default().set_eh_frame(range.start);
    let (mut functions, mut sites) = (Vec::new(), Vec::new());
    let mut entries = eh_frame.entries(&bases);
    // Tables of several functions may overlap in a hostile file; all of them
    // together are no longer than the file.
    let mut left = bytes.len();
    loop {
        let partial = match entries.next() {
            Ok(Some(CieOrFde::Fde(partial))) => partial,
            Ok(Some(CieOrFde::Cie(_))) => continue,
            Ok(None) => break,
            Err(error) => {
                image.warnings.push(format!("unwind information was cut short: {error}"));
                break;
            }
        };
        let Ok(fde) = partial.parse(EhFrame::cie_from_offset) else { continue };
        let (start, end) = (fde.initial_address(), fde.end_address());
        if start & 1 != 0 || start >= end || !image.in_text(start) {
            continue;
        }
        functions.push(start..end);
        if let Some(Pointer::Direct(lsda)) = fde.lsda() {
            sites.extend(read_call_sites(image, start, lsda, &mut left));
        }
    }
    functions.sort_by_key(|r| (r.start, r.end));
    functions.dedup();
    sites.sort_by_key(|site| (site.range.start, site.range.end, site.pad));
    sites.dedup();
    image.unwind = functions;
    image.call_sites = sites;
}

fn file_range(image: &Image, range: &Range<u64>) -> Range<usize> {
    let Some(segment) = image.segment_at(range.start) else { return 0..0 };
    let start = segment.file.start + (range.start - segment.addr) as usize;
    let len = (range.end - range.start) as usize;
    start..start.saturating_add(len).min(segment.file.end)
}

/// The address range of `.eh_frame`: by section, else through
/// `.eh_frame_hdr`, which says where it starts and not where it ends.
fn find_eh_frame(image: &Image, sections: &[Section], hdr: Option<Range<u64>>) -> Option<Range<u64>> {
    let named = sections.iter().find(|s| s.alloc && s.name == ".eh_frame" && !s.file.is_empty());
    if let Some(s) = named.filter(|s| image.read(s.addr, s.file.len() as u64).is_some()) {
        return Some(s.addr..s.addr + s.file.len() as u64);
    }
    let hdr = hdr?;
    let bytes = image.read(hdr.start, hdr.end.checked_sub(hdr.start)?)?;
    let bases = BaseAddresses::default().set_eh_frame_hdr(hdr.start);
    let parsed = EhFrameHdr::new(bytes, LittleEndian).parse(&bases, 8).ok()?;
    let start = match parsed.eh_frame_ptr() {
        Pointer::Direct(address) => address,
        Pointer::Indirect(address) => image.word_at(address)?,
    };
    let segment = image.segment_at(start)?;
    Some(start..segment.addr + segment.file.len() as u64)
}

/// The call sites in the table at `lsda` of the function at `start`, of which no
/// more than so many bytes are `left` to be read.
fn read_call_sites(image: &Image, start: u64, lsda: u64, left: &mut usize) -> Vec<CallSite> {
    let whole = image.read_up_to(lsda, 1 << 20);
    let mut reader = EndianSlice::new(whole, LittleEndian);
    let mut found = call_sites(&mut reader, whole.len(), lsda, start, left).unwrap_or_default();
    let usable = |site: &CallSite| site.pad & 1 == 0 && image.in_text(site.pad) && !site.range.is_empty();
    found.retain(usable);
    found
}

/// `DW_EH_PE_omit`.
const OMIT: u8 = 0xff;

fn call_sites(
    reader: &mut Slice<'_>,
    total: usize,
    lsda: u64,
    start: u64,
    left: &mut usize,
) -> gimli::Result<Vec<CallSite>> {
    let position = |reader: &Slice<'_>| lsda + (total - reader.len()) as u64;
    let encoding = reader.read_u8()?;
    let base = if encoding == OMIT { start } else { encoded(reader, encoding, position(reader))? };
    if reader.read_u8()? != OMIT {
        reader.read_uleb128()?; // offset of the type table
    }
    let encoding = reader.read_u8()?;
    let size = reader.read_uleb128()?;
    let mut sites = reader.split(usize::try_from(size).unwrap_or(usize::MAX))?;
    *left = left.checked_sub(sites.len()).ok_or(gimli::Error::UnexpectedEof(sites.offset_id()))?;
    let mut found = Vec::new();
    while !sites.is_empty() {
        let here = lsda; // call-site fields are never pc-relative
        let from = start.wrapping_add(encoded(&mut sites, encoding, here)?);
        let to = from.wrapping_add(encoded(&mut sites, encoding, here)?);
        let pad = encoded(&mut sites, encoding, here)?;
        sites.read_uleb128()?; // action
        if pad != 0 {
            found.push(CallSite { range: from..to, pad: base.wrapping_add(pad) });
        }
    }
    Ok(found)
}

/// A pointer in one of the `DW_EH_PE` value formats, pc-relative if so asked.
fn encoded(reader: &mut Slice<'_>, encoding: u8, position: u64) -> gimli::Result<u64> {
    let value = match encoding & 0x0f {
        0x00 | 0x04 | 0x0c => reader.read_u64()?,
        0x01 => reader.read_uleb128()?,
        0x02 => u64::from(reader.read_u16()?),
        0x03 => u64::from(reader.read_u32()?),
        0x09 => reader.read_sleb128()?.cast_unsigned(),
        0x0a => i64::from(reader.read_i16()?).cast_unsigned(),
        0x0b => i64::from(reader.read_i32()?).cast_unsigned(),
        _ => return Err(gimli::Error::UnknownPointerEncoding(gimli::DwEhPe(encoding))),
    };
    Ok(if encoding & 0x70 == 0x10 { value.wrapping_add(position) } else { value })
}
