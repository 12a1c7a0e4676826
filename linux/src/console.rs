//! Reading and writing the console: the streams that a process begins with.

use crate::errno::Errno;
use crate::host::{Clock, Input, Output};
use crate::kernel::{Call, Kernel, Stop};
use crate::signals::{RESTART, SIGPIPE};

impl Kernel {
    /// Reads what the world sends to the console. Timers and signals end the wait.
    pub(crate) fn read_console(
        &mut self,
        c: &mut Call<'_>,
        nonblocking: bool,
        buf: &mut [u8],
    ) -> Result<usize, Stop> {
        if buf.is_empty() {
            return Ok(0);
        }
        if nonblocking && c.host.poll_input(Some(0))? == Input::TimedOut {
            return Err(Errno::EAGAIN.into());
        }
        loop {
            // A timer may interrupt the wait only if there is one.
            let waited = match self.next_timer(c) {
                Some(next) => {
                    let now = c.host.clock(Clock::Monotonic);
                    c.host.poll_input(Some(next.saturating_sub(now)))
                }
                None => Ok(Input::Ready),
            };
            let read = match waited {
                Ok(Input::Ready) => c.host.read_input(buf).map(Some),
                Ok(Input::TimedOut) => Ok(None),
                Err(errno) => Err(errno),
            };
            match read {
                Ok(Some(count)) => return Ok(count),
                Ok(None) | Err(Errno::EINTR) => {}
                Err(errno) => return Err(errno.into()),
            }
            self.raise_due(c);
            if self.signals.interrupts() {
                return Err(RESTART.into());
            }
        }
    }

    /// Writes to the console.
    pub(crate) fn write_console(
        &mut self,
        c: &mut Call<'_>,
        output: Output,
        data: &[u8],
    ) -> Result<usize, Stop> {
        c.host.write_output(output, data).map_err(|errno| {
            if errno == Errno::EPIPE {
                self.signals.raise(SIGPIPE);
            }
            errno.into()
        })
    }
}
