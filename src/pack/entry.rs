//! Which program a site starts, and with what: words, environment, directory, user.
//!
//! Finds programs as Linux does. Must never know how programs are translated.

use rv2wat_host::{ContentId, Files, Found, Kind};
use rv2wat_linux::Errno;

use super::PackError;
use super::image::Runs;
use super::store::Store;

/// What Linux looks at to find the interpreter of a script.
const SCRIPT_HEAD: u64 = 256;

/// How many interpreters may be scripts themselves, as in Linux.
const SCRIPTS: usize = 5;

/// The largest list of users that is read.
const USERS_MAX: u64 = 1 << 20;

/// Where programs are looked for if the environment does not say.
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// What is started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its words.
    pub args: Vec<String>,
    /// Its environment.
    pub env: Vec<String>,
    /// Where it starts.
    pub cwd: String,
    /// User and group.
    pub user: (u32, u32),
    /// The program: an ELF file.
    pub program: ContentId,
    /// The path of that.
    pub path: String,
}

/// The files of a site, to look things up in.
pub struct World<'a> {
    /// The tree.
    pub files: &'a Files,
    /// What files hold.
    pub store: &'a Store,
}

impl World<'_> {
    fn content(&self, found: &Found<'_>, most: u64) -> Result<(ContentId, Vec<u8>), PackError> {
        let Kind::File { content, .. } = found.file.kind else {
            return Err(wrong(&String::from_utf8_lossy(found.path), "it is no file".to_owned()));
        };
        let failed = |source| PackError::File { path: self.store.path(content), source };
        Ok((content, self.store.start(content, most).map_err(failed)?))
    }

    /// The lines of `/etc/passwd` or `/etc/group`, in fields; none if there is no such file.
    fn users(&self, path: &str) -> Result<Vec<Vec<String>>, PackError> {
        let Ok(found) = self.files.find(path.as_bytes()) else { return Ok(Vec::new()) };
        if !matches!(found.file.kind, Kind::File { .. }) {
            return Ok(Vec::new());
        }
        let (_, bytes) = self.content(&found, USERS_MAX)?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Ok(text.lines().map(|line| line.split(':').map(str::to_owned).collect()).collect())
    }
}

fn wrong(what: &str, why: String) -> PackError {
    PackError::Entry { what: what.to_owned(), why }
}

/// The words that a site starts with: those given, or the first program's path, or those of
/// the image.
///
/// # Errors
/// [`PackError::Entry`] if nothing says what to start.
pub fn words(given: Option<&str>, program: Option<&str>, runs: &Runs) -> Result<Vec<String>, PackError> {
    if let Some(given) = given {
        let words = shlex::split(given).ok_or_else(|| wrong(given, "its quotes do not match".to_owned()))?;
        return match words.is_empty() {
            true => Err(wrong(given, "it has no words".to_owned())),
            false => Ok(words),
        };
    }
    if let Some(program) = program {
        return Ok(vec![program.to_owned()]);
    }
    let words: Vec<String> = [&runs.entrypoint, &runs.cmd].into_iter().flatten().flatten().cloned().collect();
    match words.is_empty() {
        true => Err(wrong("the entry", "nothing says what to start; --entry does".to_owned())),
        false => Ok(words),
    }
}

/// The environment: the image's, changed by what is given, and what every program needs.
///
/// # Errors
/// [`PackError::Entry`] for what is no `NAME=VALUE`.
pub fn environment(runs: &Runs, given: &[String], home: &str) -> Result<Vec<String>, PackError> {
    let mut all: Vec<String> = Vec::new();
    let mut set = |pair: &str, again: bool| {
        let name = match pair.split_once('=') {
            Some((name, _)) if !name.is_empty() && !pair.contains('\0') => name,
            _ => return Err(wrong(pair, "a variable is NAME=VALUE".to_owned())),
        };
        let before = all.iter().position(|old| old.split('=').next() == Some(name));
        match before {
            Some(at) if again => all[at] = pair.to_owned(),
            Some(_) => {}
            None => all.push(pair.to_owned()),
        }
        Ok(())
    };
    for pair in runs.env.iter().flatten().chain(given) {
        set(pair, true)?;
    }
    for pair in [&format!("PATH={PATH}"), "TERM=xterm-256color", &format!("HOME={home}")] {
        set(pair, false)?;
    }
    Ok(all)
}

/// The user and group that an image names, and the home of that user.
///
/// # Errors
/// [`PackError::Entry`] for a name that the tree does not know.
pub fn user(world: &World<'_>, named: &str) -> Result<((u32, u32), String), PackError> {
    let (user, group) = match named.split_once(':') {
        Some((user, group)) => (user, Some(group)),
        None => (named, None),
    };
    let users = world.users("/etc/passwd")?;
    let number = |fields: &[String], at: usize| fields.get(at).and_then(|field| field.parse::<u32>().ok());
    let by_name = |rows: &[Vec<String>], name: &str| {
        rows.iter().find(|row| row.first().is_some_and(|first| first == name)).cloned()
    };
    let unknown = |what: &str, file: &str| wrong(named, format!("{file} of the tree knows no {what}"));
    let (id, row) = match user.parse::<u32>() {
        Ok(id) => (id, users.iter().find(|row| number(row, 2) == Some(id)).cloned()),
        Err(_) if user.is_empty() || user == "root" => (0, by_name(&users, "root")),
        Err(_) => {
            let row = by_name(&users, user).ok_or_else(|| unknown("such user", "/etc/passwd"))?;
            (number(&row, 2).ok_or_else(|| unknown("number of this user", "/etc/passwd"))?, Some(row))
        }
    };
    let group = match group.filter(|group| !group.is_empty()) {
        None => row.as_ref().and_then(|row| number(row, 3)).unwrap_or(0),
        Some(group) => match group.parse::<u32>() {
            Ok(id) => id,
            Err(_) => {
                let row = by_name(&world.users("/etc/group")?, group);
                row.and_then(|row| number(&row, 2)).ok_or_else(|| unknown("such group", "/etc/group"))?
            }
        },
    };
    let home = row.and_then(|row| row.get(5).cloned()).filter(|home| home.starts_with('/'));
    let home = home.unwrap_or_else(|| if id == 0 { "/root" } else { "/" }.to_owned());
    Ok(((id, group), home))
}

/// Finds the program that words start, as Linux does: scripts name their interpreters.
///
/// # Errors
/// [`PackError::Entry`] if it is not there, or nothing that can be executed.
pub fn resolve(
    world: &World<'_>,
    mut args: Vec<String>,
    env: Vec<String>,
    cwd: String,
    user: (u32, u32),
) -> Result<Entry, PackError> {
    let search = env.iter().find_map(|pair| pair.strip_prefix("PATH=")).unwrap_or_default();
    let first = args.first().cloned().unwrap_or_default();
    let mut path = find(world.files, &first, search, &cwd)?;
    for _ in 0..=SCRIPTS {
        let found = executable(world.files, &path)?;
        let (content, head) = world.content(&found, SCRIPT_HEAD)?;
        let Some(line) = head.strip_prefix(b"#!") else {
            let path = String::from_utf8_lossy(found.path);
            return Ok(Entry { args, env, cwd, user, program: content, path: format!("/{path}") });
        };
        let (interpreter, argument) = interpreter(line, head.len() as u64 == SCRIPT_HEAD)
            .ok_or_else(|| wrong(&path, "it is a script without an interpreter".to_owned()))?;
        let script = std::mem::replace(&mut path, absolute(&interpreter, &cwd));
        let rest = args.drain(..).skip(1);
        args = [interpreter].into_iter().chain(argument).chain([script]).chain(rest).collect();
    }
    Err(wrong(&first, "its interpreter is a script, whose interpreter is one, and so on".to_owned()))
}

/// The path by which a word is executed, links and all.
fn find(files: &Files, word: &str, search: &str, cwd: &str) -> Result<String, PackError> {
    if word.contains('/') {
        return Ok(absolute(word, cwd));
    }
    let mut refused = Errno::ENOENT;
    for directory in search.split(':').filter(|directory| !directory.is_empty() && !word.is_empty()) {
        let path = absolute(&format!("{directory}/{word}"), cwd);
        match files.program(path.as_bytes(), b"") {
            Ok(_) => return Ok(path),
            Err(Errno::EACCES) => refused = Errno::EACCES,
            Err(_) => {}
        }
    }
    match refused {
        Errno::ENOENT => Err(wrong(word, format!("no program of this name is in {search}"))),
        _ => Err(wrong(word, format!("nobody may execute what is in {search}"))),
    }
}

fn executable<'a>(files: &'a Files, path: &str) -> Result<Found<'a>, PackError> {
    files.program(path.as_bytes(), b"").map_err(|errno| {
        let why = match errno {
            Errno::ENOENT => "it is not in the tree of files".to_owned(),
            Errno::EACCES => "it is nothing that may be executed".to_owned(),
            errno => format!("it cannot be found ({errno})"),
        };
        wrong(path, why)
    })
}

fn absolute(path: &str, cwd: &str) -> String {
    match path.starts_with('/') {
        true => path.to_owned(),
        false => format!("{}/{path}", cwd.trim_end_matches('/')),
    }
}

/// The interpreter of a script and the argument before the script's path, from its first
/// line without `#!` (`fs/binfmt_script.c` of Linux). The name must not be `cut` off.
fn interpreter(line: &[u8], cut: bool) -> Option<(String, Option<String>)> {
    let end = line.iter().position(|&byte| byte == b'\n');
    let line = &line[..end.unwrap_or(line.len())];
    let line =
        std::str::from_utf8(&line[..line.iter().position(|&byte| byte == 0).unwrap_or(line.len())]).ok()?;
    let blank = [' ', '\t'];
    let line = line.trim_start_matches(blank);
    let (name, rest) = match line.split_once(blank) {
        Some((name, rest)) => (name, rest.trim_matches(blank)),
        None if end.is_none() && cut => return None,
        None => (line, ""),
    };
    let argument = (!rest.is_empty()).then(|| rest.to_owned());
    (!name.is_empty()).then(|| (name.to_owned(), argument))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_name_interpreters_as_linux_reads_them() {
        let read = |line: &str| interpreter(line.as_bytes(), false);
        let some = |name: &str, argument: Option<&str>| Some((name.to_owned(), argument.map(str::to_owned)));
        assert_eq!(read("/bin/sh\nrest"), some("/bin/sh", None));
        assert_eq!(read(" \t/bin/env  -S a b \t\nrest"), some("/bin/env", Some("-S a b")));
        assert_eq!(read("/bin/sh"), some("/bin/sh", None));
        assert_eq!(read("/bin/sh \n"), some("/bin/sh", None));
        assert_eq!((read(""), read("  \n/bin/sh"), read("\n")), (None, None, None));
        assert_eq!(interpreter(b"/bin/very-long", true), None);
    }

    #[test]
    fn variables_are_set_once() {
        let runs = Runs { env: Some(vec!["A=1".into(), "PATH=/x".into(), "A=2".into()]), ..Runs::default() };
        let all = environment(&runs, &["B=x=y".into(), "PATH=/z".into()], "/home").unwrap();
        assert_eq!(all, ["A=2", "PATH=/z", "B=x=y", "TERM=xterm-256color", "HOME=/home"]);
        for bad in ["A", "=x", ""] {
            assert!(environment(&runs, &[bad.to_owned()], "/").is_err(), "{bad}");
        }
    }

    #[test]
    fn what_is_given_comes_before_what_an_image_says() {
        let runs =
            Runs { entrypoint: Some(vec!["e".into()]), cmd: Some(vec!["c".into()]), ..Runs::default() };
        assert_eq!(words(Some("a 'b c'"), Some("/p"), &runs).unwrap(), ["a", "b c"]);
        assert_eq!(words(None, Some("/p"), &runs).unwrap(), ["/p"]);
        assert_eq!(words(None, None, &runs).unwrap(), ["e", "c"]);
        for wrong in [
            words(None, None, &Runs::default()),
            words(Some("'"), None, &runs),
            words(Some(" "), None, &runs),
        ] {
            assert!(wrong.is_err());
        }
    }
}
