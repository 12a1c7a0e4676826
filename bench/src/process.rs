//! Runs a program and watches it: what it prints, how long it takes, how much
//! memory it has.
//!
//! Must never know what the program is.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _, Seek as _, Write as _};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use wait4::Wait4 as _;

/// How long anything may take; an endless loop must not stop the benchmark.
pub const LIMIT: Duration = Duration::from_secs(300);

/// How long a program may take to clean up behind itself.
const END: Duration = Duration::from_secs(10);

/// Runs a command to its end and returns its standard output. An error is a command
/// that cannot be started, that takes longer than [`LIMIT`], or that does not end with status 0; it ends with
/// the last line of standard error.
pub fn run(command: &mut Command) -> anyhow::Result<Vec<u8>> {
    Ok(watch(command)?.output)
}

/// What a command did and used.
pub struct Used {
    /// Its standard output.
    pub output: Vec<u8>,
    /// Its standard error.
    pub errors: Vec<u8>,
    /// How long it took.
    pub time: Duration,
    /// The time of all processors that it took.
    pub processors: Duration,
    /// The most memory that was resident at a time, bytes.
    pub memory: u64,
}

/// The same, and tells what it used.
pub fn watch(command: &mut Command) -> anyhow::Result<Used> {
    // Files and not pipes: nobody has to read while the program runs, and so
    // nothing else wants the processor.
    let mut output = tempfile::tempfile()?;
    let mut errors = tempfile::tempfile()?;
    command.stdin(Stdio::null()).stdout(output.try_clone()?).stderr(errors.try_clone()?);
    let line = command_line(command);
    let started = Instant::now();
    let child = command.spawn().with_context(|| format!("cannot start {line}"))?;
    let used = wait(child)?;
    let time = started.elapsed();
    if time >= LIMIT {
        bail!("{line}: no end after {} s", LIMIT.as_secs());
    }
    if !used.status.success() {
        bail!("{line}: {}: {}", used.status, last_line(&mut errors)?);
    }
    Ok(Used {
        output: rewound(&mut output)?,
        errors: rewound(&mut errors)?,
        time,
        processors: used.rusage.utime + used.rusage.stime,
        memory: used.rusage.maxrss,
    })
}

/// A program that answers each line of its standard input with one line.
pub struct Session {
    child: Child,
    /// Until it is to end.
    questions: Option<ChildStdin>,
    answers: mpsc::Receiver<std::io::Result<String>>,
    errors: File,
    line: String,
}

impl Session {
    /// Starts it.
    pub fn start(command: &mut Command) -> anyhow::Result<Session> {
        let errors = tempfile::tempfile()?;
        let line = command_line(command);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(errors.try_clone()?);
        let mut child = command.spawn().with_context(|| format!("cannot start {line}"))?;
        let (Some(questions), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            bail!("{line} has no pipes");
        };
        Ok(Session { child, questions: Some(questions), answers: lines_of(output), errors, line })
    }

    /// Asks, and waits for the answer, whose end of line is part of it.
    pub fn ask(&mut self, question: &str) -> anyhow::Result<Vec<u8>> {
        // Where nobody reads any more, the answer says why.
        if let Some(questions) = &mut self.questions {
            let _ = questions.write_all(format!("{question}\n").as_bytes());
        }
        self.answer()
    }

    fn answer(&mut self) -> anyhow::Result<Vec<u8>> {
        match self.answers.recv_timeout(LIMIT) {
            Ok(answer) => Ok((answer? + "\n").into_bytes()),
            Err(mpsc::RecvTimeoutError::Timeout) => {
                bail!("{}: no answer after {} s", self.line, LIMIT.as_secs())
            }
            Err(mpsc::RecvTimeoutError::Disconnected) => {
                let status = self.child.wait()?;
                bail!("{}: {status}: {}", self.line, last_line(&mut self.errors)?)
            }
        }
    }
}

impl Session {
    /// Lets it end by itself, for a while: it may have to clean up.
    pub fn end(mut self) {
        drop(self.questions.take());
        let started = Instant::now();
        while started.elapsed() < END && matches!(self.child.try_wait(), Ok(None)) {
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // Nothing that it may still do is wanted; it may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `rv2wat run --each-line --stats=json`: a program that runs for each line of its
/// standard input, says on standard error what it counted, and writes to a file
/// that is emptied before each run.
pub struct StatsSession {
    session: Session,
    output: File,
}

impl StatsSession {
    /// Starts it.
    pub fn start(command: &mut Command) -> anyhow::Result<StatsSession> {
        let output = tempfile::tempfile()?;
        let line = command_line(command);
        command.stdin(Stdio::piped()).stdout(output.try_clone()?).stderr(Stdio::piped());
        let mut child = command.spawn().with_context(|| format!("cannot start {line}"))?;
        let (Some(questions), Some(counts)) = (child.stdin.take(), child.stderr.take()) else {
            bail!("{line} has no pipes");
        };
        let errors = tempfile::tempfile()?;
        let session = Session { child, questions: Some(questions), answers: lines_of(counts), errors, line };
        Ok(StatsSession { session, output })
    }

    /// Runs the program with these arguments.
    pub fn ask(&mut self, arguments: &str) -> anyhow::Result<serde_json::Value> {
        // Both handles have one position: the program goes on from the beginning.
        self.output.set_len(0)?;
        self.output.rewind()?;
        let mut answer = self.session.ask(arguments)?;
        // What is no object is a warning, and the reason if nothing follows it.
        while answer.first() != Some(&b'{') {
            self.session.errors.write_all(&answer)?;
            answer = self.session.answer()?;
        }
        Ok(serde_json::from_slice(&answer)?)
    }

    /// What the last run wrote to standard output.
    pub fn output(&mut self) -> anyhow::Result<Vec<u8>> {
        rewound(&mut self.output)
    }
}

/// The lines of a pipe. A thread of its own reads them, because reading has no limit
/// of time.
fn lines_of(pipe: impl std::io::Read + Send + 'static) -> mpsc::Receiver<std::io::Result<String>> {
    let (send, lines) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(pipe).lines() {
            if send.send(line).is_err() {
                break;
            }
        }
    });
    lines
}

/// Waits for a child, and ends it when the time is over.
fn wait(child: Child) -> anyhow::Result<wait4::ResUse> {
    // Waiting for what a child used has no limit of time: another thread has it.
    let (done, over) = mpsc::channel::<()>();
    let pid = child.id().to_string();
    let watch = std::thread::spawn(move || {
        if over.recv_timeout(LIMIT) == Err(mpsc::RecvTimeoutError::Timeout) {
            // Nobody has waited for the child, so that its number is still its own.
            let _ = Command::new("kill").args(["-KILL", &pid]).status();
        }
    });
    let used = child.wait4();
    drop(done);
    let _ = watch.join();
    Ok(used?)
}

/// The last line that was written to standard error.
fn last_line(errors: &mut File) -> anyhow::Result<String> {
    let bytes = rewound(errors)?;
    let text = String::from_utf8_lossy(&bytes);
    Ok(text.lines().last().unwrap_or("no message").to_owned())
}

fn rewound(file: &mut File) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.rewind()?;
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A command for messages.
fn command_line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
