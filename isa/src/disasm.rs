//! placeholder
use crate::Decoded;
/// GNU text.
pub fn disassemble(d: &Decoded, _pc: u64) -> String {
    d.inst.mnemonic().to_string()
}
