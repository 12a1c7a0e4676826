//! Chromium, which one script keeps open and runs modules in: `bench/chromium.mjs`.
//!
//! Knows what the script is asked and answers. Must never know a column.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail};
use serde_json::{Value, json};

use crate::process::Session;

/// How to get a browser, and the one that is open.
pub struct Browser {
    node: PathBuf,
    script: PathBuf,
    /// The modules of the host for translations, if they are there.
    host: Vec<(&'static str, PathBuf)>,
    session: RefCell<Option<Session>>,
}

impl Browser {
    /// One that `script` starts under Node, with these variables of the environment.
    pub fn new(node: PathBuf, script: PathBuf, host: Vec<(&'static str, PathBuf)>) -> Browser {
        Browser { node, script, host, session: RefCell::new(None) }
    }

    /// Starts it, unless it is open. It takes a second or so, which is no part of a run.
    pub fn open(&self) -> anyhow::Result<()> {
        self.ask(&json!({})).map(drop)
    }

    /// Runs a module in a new page, and returns what it wrote: one for WASI, or the
    /// translation of `program`.
    pub fn run(&self, module: &Path, program: Option<&Path>, args: &[&str]) -> anyhow::Result<Vec<u8>> {
        let mut request = json!({ "module": module, "args": args });
        if let Some(program) = program {
            request["program"] = json!(program);
        }
        self.ask(&request)
    }

    fn ask(&self, request: &Value) -> anyhow::Result<Vec<u8>> {
        let mut session = self.session.borrow_mut();
        let open = match session.as_mut() {
            Some(open) => open,
            None => {
                let mut command = Command::new(&self.node);
                command.arg(&self.script).envs(self.host.iter().map(|(name, path)| (name, path)));
                session.insert(Session::start(&mut command)?)
            }
        };
        match open.ask(&request.to_string()) {
            Ok(answer) => read(&answer),
            Err(error) => {
                // Who does not answer is not asked again; another one is started.
                *session = None;
                Err(error)
            }
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // What it keeps on the disk goes with it.
        if let Some(session) = self.session.get_mut().take() {
            session.end();
        }
    }
}

/// Reads an answer: what a program wrote, or why there is nothing.
fn read(answer: &[u8]) -> anyhow::Result<Vec<u8>> {
    let text = || format!("answered {:?}", String::from_utf8_lossy(answer));
    let answer: Value = serde_json::from_slice(answer).with_context(text)?;
    match (answer["output"].as_str(), answer["error"].as_str()) {
        (Some(output), None) => Ok(output.as_bytes().to_vec()),
        (None, Some(error)) => bail!("{error}"),
        _ => bail!("answered {answer}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_output_or_an_error() {
        assert_eq!(read(b"{\"output\":\"a\\n\"}\n").ok(), Some(b"a\n".to_vec()));
        let error = |answer: &[u8]| read(answer).map_err(|error| format!("{error:#}")).err();
        assert_eq!(error(b"{\"error\":\"why\"}\n").as_deref(), Some("why"));
        for wrong in
            [&b"{}"[..], b"{\"output\":1}", b"{\"output\":\"a\",\"error\":\"b\"}", b"crc checksum=0x0a"]
        {
            assert!(error(wrong).is_some_and(|error| error.starts_with("answered")));
        }
    }

    /// One that a shell script takes the place of.
    fn shell(text: &str) -> (tempfile::TempDir, Browser) {
        let place = tempfile::tempdir().expect("a directory");
        let script = place.path().join("script");
        std::fs::write(&script, text).expect("a script");
        (place, Browser::new("sh".into(), script, Vec::new()))
    }

    #[test]
    fn it_is_started_once_and_again_when_it_has_ended() {
        let (_place, browser) = shell("while read -r line; do echo \"{\\\"output\\\":\\\"$$\\\"}\"; done");
        let first = browser.run(Path::new("a"), None, &[]).expect("an answer");
        assert_eq!(browser.run(Path::new("b"), None, &[]).ok(), Some(first.clone()));
        let (_place, browser) = shell("read -r line; echo '{\"output\":\"\"}'; echo why >&2; exit 3");
        assert!(browser.open().is_ok());
        let error = browser.open().expect_err("it has ended").to_string();
        assert!(error.contains("why"), "{error}");
        assert!(browser.open().is_ok());
    }
}
