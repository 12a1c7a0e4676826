//! A host whose input is given and whose output stays in memory, for tests and
//! for programs that use the library.

use super::clocks::{self, Clocks};
use rv2wat_linux::{Clock, Errno, Host, Input, Output};
use std::sync::{Arc, Mutex, PoisonError};

/// A place that output goes to. Clones share it, so that a caller can look
/// while, or after, the guest runs.
#[derive(Clone, Debug, Default)]
pub struct Sink(Arc<Mutex<Vec<u8>>>);

impl Sink {
    /// A copy of all that came so far.
    pub fn bytes(&self) -> Vec<u8> {
        self.with(|bytes| bytes.clone())
    }

    /// Takes out all that came since the last time.
    pub fn take(&self) -> Vec<u8> {
        self.with(std::mem::take)
    }

    /// Bytes are whole after every append, so one that a panic cut short
    /// elsewhere leaves nothing here to distrust.
    fn with<T>(&self, f: impl FnOnce(&mut Vec<u8>) -> T) -> T {
        f(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A host with the real clocks and no real console.
#[derive(Clone, Debug)]
pub struct Captured {
    /// What the guest reads from standard input, and then its end.
    stdin: Vec<u8>,
    /// How much of it was read.
    position: usize,
    stdout: Sink,
    stderr: Sink,
    limit: usize,
    clocks: Clocks,
}

impl Captured {
    /// Bytes that an output holds unless [`Captured::with_limit`] says
    /// otherwise: 256 MiB.
    pub const LIMIT: usize = 256 << 20;

    /// A host with this standard input.
    pub fn new(stdin: impl Into<Vec<u8>>) -> Captured {
        Captured {
            stdin: stdin.into(),
            position: 0,
            stdout: Sink::default(),
            stderr: Sink::default(),
            limit: Captured::LIMIT,
            clocks: Clocks::new(),
        }
    }

    /// Lets each output hold at most `limit` bytes. A write beyond it fails
    /// with `ENOSPC`, as on a full disk.
    pub fn with_limit(mut self, limit: usize) -> Captured {
        self.limit = limit;
        self
    }

    /// Where standard output goes.
    pub fn stdout(&self) -> Sink {
        self.stdout.clone()
    }

    /// Where standard error goes.
    pub fn stderr(&self) -> Sink {
        self.stderr.clone()
    }
}

impl Host for Captured {
    fn clock(&mut self, clock: Clock) -> u64 {
        self.clocks.read(clock)
    }

    fn random(&mut self, buf: &mut [u8]) {
        clocks::random(buf);
    }

    fn sleep(&mut self, nanoseconds: u64) {
        clocks::sleep(nanoseconds);
    }

    fn read_input(&mut self, buf: &mut [u8]) -> Result<usize, Errno> {
        let rest = &self.stdin[self.position..];
        let n = rest.len().min(buf.len());
        buf[..n].copy_from_slice(&rest[..n]);
        self.position += n;
        Ok(n)
    }

    fn poll_input(&mut self, _timeout: Option<u64>) -> Result<Input, Errno> {
        Ok(Input::Ready)
    }

    fn write_output(&mut self, output: Output, data: &[u8]) -> Result<usize, Errno> {
        let sink = match output {
            Output::Stdout => &self.stdout,
            Output::Stderr => &self.stderr,
        };
        let limit = self.limit;
        sink.with(|bytes| {
            let n = limit.saturating_sub(bytes.len()).min(data.len());
            if n == 0 && !data.is_empty() {
                return Err(Errno::ENOSPC);
            }
            bytes.extend_from_slice(&data[..n]);
            Ok(n)
        })
    }

    fn input_is_terminal(&self) -> bool {
        false
    }

    fn output_is_terminal(&self, _output: Output) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn input_ends_and_outputs_stay_apart() {
        let mut host = Captured::new("input");
        let (out, err) = (host.stdout(), host.stderr());
        let mut buf = [0; 4];
        assert_eq!(host.read_input(&mut buf), Ok(4));
        assert_eq!(&buf, b"inpu");
        assert_eq!(host.read_input(&mut buf), Ok(1));
        assert_eq!(host.read_input(&mut buf), Ok(0));
        assert_eq!(host.write_output(Output::Stdout, b"one "), Ok(4));
        assert_eq!(host.write_output(Output::Stderr, b"bad"), Ok(3));
        assert_eq!(host.write_output(Output::Stdout, b"two"), Ok(3));
        drop(host);
        assert_eq!(out.bytes(), b"one two");
        assert_eq!(out.take(), b"one two");
        assert_eq!(out.take(), b"");
        assert_eq!(err.bytes(), b"bad");
    }

    #[test]
    fn a_full_output_takes_no_more() {
        let mut host = Captured::new("").with_limit(4);
        assert_eq!(host.write_output(Output::Stdout, b"abc"), Ok(3));
        assert_eq!(host.write_output(Output::Stdout, b"def"), Ok(1));
        assert_eq!(host.write_output(Output::Stdout, b"g"), Err(Errno::ENOSPC));
        assert_eq!(host.write_output(Output::Stdout, b""), Ok(0));
        assert_eq!(host.write_output(Output::Stderr, b"1234"), Ok(4));
        assert_eq!(host.stdout().bytes(), b"abcd");
    }
}
