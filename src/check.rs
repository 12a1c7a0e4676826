//! Comparing output with a stored file, and storing it.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use similar::{ChangeTag, TextDiff};

/// The difference between stored and present text, as a unified diff with three
/// lines around each change; `None` if there is none.
pub fn difference(stored: &str, present: &str) -> Option<String> {
    if stored == present {
        return None;
    }
    let diff = TextDiff::from_lines(stored, present);
    let mut out = String::new();
    for (position, group) in diff.grouped_ops(3).iter().enumerate() {
        if position > 0 {
            out.push_str("  ...\n");
        }
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let (mark, line) = match change.tag() {
                ChangeTag::Delete => ('-', change.old_index()),
                ChangeTag::Insert => ('+', change.new_index()),
                ChangeTag::Equal => (' ', change.new_index()),
            };
            let line = line.map_or(String::new(), |line| (line + 1).to_string());
            let _ = write!(out, "{line:>6} {mark}{change}");
            if change.missing_newline() {
                out.push('\n');
            }
        }
    }
    Some(out)
}

/// Writes a file whole or not at all.
///
/// # Errors
/// What the file system says.
pub fn write_whole(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let is_special = std::fs::metadata(path).is_ok_and(|metadata| !metadata.is_file());
    if is_special {
        return std::fs::write(path, bytes);
    }
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    set_default_mode(&file)?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// Temporary files are made for their owner alone; ours are ordinary ones.
#[cfg(unix)]
fn set_default_mode(file: &tempfile::NamedTempFile) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.as_file().set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn set_default_mode(_: &tempfile::NamedTempFile) -> std::io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_have_no_difference() {
        assert_eq!(difference("a\nb\n", "a\nb\n"), None);
    }

    #[test]
    fn a_changed_line_is_shown_with_its_neighbours() {
        let text = difference("a\nb\nc\n", "a\nx\nc\n");
        assert_eq!(text.as_deref(), Some("     1  a\n     2 -b\n     2 +x\n     3  c\n"));
    }

    #[test]
    fn files_are_written_whole() -> std::io::Result<()> {
        let dir = tempfile::tempdir()?;
        let path = dir.path().join("out");
        write_whole(&path, b"one")?;
        write_whole(&path, b"two")?;
        assert_eq!(std::fs::read(&path)?, b"two");
        assert_eq!(std::fs::read_dir(dir.path())?.count(), 1);
        Ok(())
    }
}
