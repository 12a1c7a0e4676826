//! Reading, writing and waiting on streams.
//!
//! The streams come from whoever started this process, so they may be closed,
//! non-blocking, or broken; each of these has to look to the guest as it would
//! look natively. A call that a signal interrupts is simply made again, since
//! the signal was this process's and not the guest's.

use super::errno::translate;
use super::signals::{self, Came};
use rustix::event::PollFlags;
use rustix::fd::AsFd;
use rustix::io::{Errno as Native, retry_on_intr};
use rv2wat_linux::{Errno, Input};
use std::time::{Duration, Instant};

/// Reads what there is, waiting for the first byte; 0 is the end of input.
pub(super) fn read(fd: impl AsFd, buf: &mut [u8]) -> Result<usize, Errno> {
    // What cannot be read is never ready, and this never waits.
    if let Err(error) = retry_on_intr(|| rustix::io::read(&fd, &mut [0; 0])) {
        return Err(translate(error));
    }
    loop {
        wait(&fd, PollFlags::IN, None)?;
        match retry_on_intr(|| rustix::io::read(&fd, &mut *buf)) {
            Ok(n) => return Ok(n),
            // Whoever shares the stream with us has made it non-blocking, and was faster.
            Err(Native::AGAIN) => {}
            Err(error) => return Err(translate(error)),
        }
    }
}

/// Writes what the stream takes at once, waiting until it takes something.
pub(super) fn write(fd: impl AsFd, data: &[u8]) -> Result<usize, Errno> {
    loop {
        match retry_on_intr(|| rustix::io::write(&fd, data)) {
            Ok(n) => return Ok(n),
            Err(Native::AGAIN) => wait(&fd, PollFlags::OUT, None).map(|_| ())?,
            Err(error) => return Err(translate(error)),
        }
    }
}

/// Waits at most `timeout` nanoseconds until a read would return.
pub(super) fn poll_readable(fd: impl AsFd, timeout: Option<u64>) -> Result<Input, Errno> {
    // A deadline beyond what the clock can tell never comes.
    let deadline = timeout.and_then(|ns| Instant::now().checked_add(Duration::from_nanos(ns)));
    Ok(if wait(&fd, PollFlags::IN, deadline)? { Input::Ready } else { Input::TimedOut })
}

/// Whether one of `events`, an error or a hang-up came before the deadline. `EINTR` if a
/// signal for the guest came, but not where something is written.
fn wait(fd: &impl AsFd, events: PollFlags, deadline: Option<Instant>) -> Result<bool, Errno> {
    loop {
        match signals::wait(Some((fd.as_fd(), events)), deadline) {
            Ok(Came::Event(events)) if events.contains(PollFlags::NVAL) => return Err(Errno::EBADF),
            Ok(Came::Event(_)) => return Ok(true),
            Ok(Came::Nothing) => return Ok(false),
            Ok(Came::Signal) if events == PollFlags::OUT => {}
            Ok(Came::Signal) => return Err(Errno::EINTR),
            Err(error) => return Err(translate(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
    use std::io::Write;

    #[test]
    fn bytes_and_the_end_of_input() {
        let (reader, mut writer) = std::io::pipe().unwrap();
        writer.write_all(b"hello").unwrap();
        let mut buf = [0; 3];
        assert_eq!(read(&reader, &mut buf), Ok(3));
        assert_eq!(&buf, b"hel");
        assert_eq!(read(&reader, &mut buf), Ok(2));
        drop(writer);
        assert_eq!(poll_readable(&reader, None), Ok(Input::Ready));
        assert_eq!(read(&reader, &mut buf), Ok(0));
    }

    #[test]
    fn waiting_ends_with_data_or_in_time() {
        let (reader, mut writer) = std::io::pipe().unwrap();
        assert_eq!(poll_readable(&reader, Some(0)), Ok(Input::TimedOut));
        let start = Instant::now();
        assert_eq!(poll_readable(&reader, Some(5_000_000)), Ok(Input::TimedOut));
        assert!(start.elapsed() >= Duration::from_millis(5));
        let thread = std::thread::spawn(move || writer.write_all(b"x").map(|()| writer));
        assert_eq!(poll_readable(&reader, Some(u64::MAX)), Ok(Input::Ready));
        thread.join().unwrap().unwrap();
    }

    #[test]
    fn a_closed_pipe_is_epipe() {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        assert_eq!(write(&writer, b"x"), Err(Errno::EPIPE));
    }

    #[test]
    fn the_wrong_end_is_ebadf() {
        let (reader, writer) = std::io::pipe().unwrap();
        assert_eq!(read(&writer, &mut [0]), Err(Errno::EBADF));
        assert_eq!(write(&reader, b"x"), Err(Errno::EBADF));
    }

    #[test]
    fn a_non_blocking_stream_still_waits() {
        let (reader, mut writer) = std::io::pipe().unwrap();
        fcntl_setfl(&reader, fcntl_getfl(&reader).unwrap() | OFlags::NONBLOCK).unwrap();
        let thread = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(20));
            writer.write_all(b"late").map(|()| writer)
        });
        let mut buf = [0; 8];
        assert_eq!(read(&reader, &mut buf), Ok(4));
        thread.join().unwrap().unwrap();
    }

    #[test]
    fn a_full_non_blocking_stream_waits_for_room() {
        let (mut reader, writer) = std::io::pipe().unwrap();
        fcntl_setfl(&writer, fcntl_getfl(&writer).unwrap() | OFlags::NONBLOCK).unwrap();
        let thread = std::thread::spawn(move || {
            let mut sum = 0;
            let mut buf = [0; 4096];
            loop {
                match std::io::Read::read(&mut reader, &mut buf) {
                    Ok(0) => return sum,
                    Ok(n) => sum += n,
                    Err(error) => panic!("{error}"),
                }
            }
        });
        let data = vec![7; 1 << 20];
        let mut sent = 0;
        while sent < data.len() {
            sent += write(&writer, &data[sent..]).unwrap();
        }
        drop(writer);
        assert_eq!(thread.join().unwrap(), data.len());
    }
}
