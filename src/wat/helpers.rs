//! The texts of the `rv.…` helpers.

use super::Needs;

/// Whether a needed helper calls the host's soft-float service.
pub fn use_soft(_needs: &Needs) -> bool {
    false
}

/// The texts of the helpers that are needed, callees before callers.
pub fn texts(_needs: &Needs) -> Vec<&'static str> {
    Vec::new()
}
