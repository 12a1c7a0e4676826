//! What lies below a directory, as text for a diff.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::escaped;

/// Names, kinds and (if wanted) contents below a directory, in order of names.
pub fn tree(dir: &Path, contents: bool) -> Result<String, String> {
    fn walk(
        at: &Path,
        prefix: &str,
        contents: bool,
        out: &mut BTreeMap<String, String>,
    ) -> std::io::Result<()> {
        for entry in fs::read_dir(at)? {
            let entry = entry?;
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            let kind = entry.file_type()?;
            if kind.is_dir() {
                out.insert(name.clone(), format!("{name}/\n"));
                walk(&entry.path(), &format!("{name}/"), contents, out)?;
            } else if kind.is_symlink() {
                let target = fs::read_link(entry.path())?;
                out.insert(name.clone(), format!("{name} -> {}\n", target.display()));
            } else if contents {
                let bytes = fs::read(entry.path())?;
                let mut text = escaped(&bytes);
                if bytes.len() > 1 << 16 {
                    text = format!("{} bytes, sum {}\n", bytes.len(), sum(&bytes));
                }
                out.insert(name.clone(), format!("{name}:\n{text}\n"));
            } else {
                out.insert(name.clone(), format!("{name}\n"));
            }
        }
        Ok(())
    }
    let mut out = BTreeMap::new();
    walk(dir, "", contents, &mut out).map_err(|error| format!("cannot read {}: {error}", dir.display()))?;
    Ok(out.into_values().collect())
}

/// A position-dependent sum, enough to tell two large files apart.
fn sum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &b| (hash ^ u64::from(b)).wrapping_mul(0x100_0000_01b3))
}
