//! The world outside of the guest, as JavaScript gives it.

use rv2wat_linux::{Answer, Clock, Errno, Host, Input, News, Output, TerminalMode, WindowSize};

use crate::imports::{
    self,
    site::{self, Wanted},
};
use crate::requests;

/// The one that JavaScript gives.
#[derive(Clone, Copy, Debug)]
pub struct World;

/// The monotonic clock in nanoseconds.
pub fn monotonic() -> u64 {
    imports::read_clock(1) as u64
}

fn descriptor(output: Output) -> u32 {
    match output {
        Output::Stdout => 1,
        Output::Stderr => 2,
    }
}

impl Host for World {
    fn clock(&mut self, clock: Clock) -> u64 {
        let which = match clock {
            Clock::Realtime => 0,
            Clock::Monotonic => 1,
            Clock::Cpu => 2,
        };
        imports::read_clock(which) as u64
    }

    fn random(&mut self, buf: &mut [u8]) {
        imports::fill_random(buf);
    }

    fn news(&mut self) -> Option<News> {
        loop {
            return match site::wanted() {
                Wanted::Nothing => None,
                Wanted::Signal(signal) => Some(News::Signal(signal)),
                Wanted::Request => match requests::decode(&site::take_request()) {
                    Ok(request) => Some(News::Request(request)),
                    Err(errno) => {
                        self.answer(Err(errno));
                        continue;
                    }
                },
            };
        }
    }

    fn answer(&mut self, answer: Result<Answer, Errno>) {
        site::answer(&requests::encode(&answer));
    }

    fn may_signal(&self) -> bool {
        site::signals_come()
    }

    fn sleep(&mut self, nanoseconds: u64) {
        imports::wait(nanoseconds as f64);
    }

    fn read_input(&mut self, buf: &mut [u8]) -> Result<usize, Errno> {
        imports::read_input(buf)
    }

    fn poll_input(&mut self, timeout: Option<u64>) -> Result<Input, Errno> {
        let ready = imports::poll_input(timeout.map_or(-1.0, |nanoseconds| nanoseconds as f64))?;
        Ok(if ready { Input::Ready } else { Input::TimedOut })
    }

    fn write_output(&mut self, output: Output, data: &[u8]) -> Result<usize, Errno> {
        imports::write_output(descriptor(output), data)
    }

    fn input_is_terminal(&self) -> bool {
        imports::terminal(0)
    }

    fn output_is_terminal(&self, output: Output) -> bool {
        imports::terminal(descriptor(output))
    }

    fn window_size(&self) -> WindowSize {
        match imports::window_size() {
            [0, ..] | [_, 0, ..] => WindowSize::default(),
            [rows, columns, x_pixels, y_pixels] => WindowSize { rows, columns, x_pixels, y_pixels },
        }
    }

    fn set_terminal(&mut self, mode: TerminalMode) {
        let bits = [
            mode.canonical,
            mode.echo,
            mode.signals,
            mode.carriage_return_to_newline,
            mode.output_processing,
        ];
        let bits = bits.into_iter().enumerate().fold(0, |bits, (at, set)| bits | u32::from(set) << at);
        imports::set_terminal(bits);
    }
}
