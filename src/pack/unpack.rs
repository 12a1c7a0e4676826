//! Streams that unpack what is compressed, and a bound on how much comes out of them.
//!
//! Knows gzip and zstd by their first bytes. Must never know what is in a stream.

use std::cell::Cell;
use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::MultiGzDecoder;
use ruzstd::decoding::FrameDecoder;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};

/// How many bytes may come out of what is packed.
pub struct Budget {
    limit: u64,
    left: Cell<u64>,
}

/// More came than the limit allows.
#[derive(Debug, thiserror::Error)]
#[error("it unpacks to more than {0} bytes; --max-size sets another limit")]
pub struct TooMuch(u64);

impl Budget {
    /// A budget of so many bytes.
    pub fn new(limit: u64) -> Budget {
        Budget { limit, left: Cell::new(limit) }
    }

    fn take(&self, count: u64) -> io::Result<()> {
        match self.left.get().checked_sub(count) {
            Some(left) => {
                self.left.set(left);
                Ok(())
            }
            None => Err(io::Error::other(TooMuch(self.limit))),
        }
    }
}

/// A stream whose bytes a budget pays for.
pub struct Counted<'a, R> {
    inner: R,
    budget: &'a Budget,
}

impl<'a, R: Read> Counted<'a, R> {
    /// Counts what is read from `inner`.
    pub fn new(inner: R, budget: &'a Budget) -> Counted<'a, R> {
        Counted { inner, budget }
    }
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.budget.take(count as u64)?;
        Ok(count)
    }
}

/// How a stream is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// Not at all, or in a way that nobody here knows.
    None,
    /// As gzip does it.
    Gzip,
    /// As zstd does it.
    Zstd,
}

/// How a stream that begins so is packed.
///
/// # Errors
/// One that names the packing, if it is one that cannot be read here.
pub fn packing(start: &[u8]) -> io::Result<Packing> {
    let known: [(&[u8], Packing); 2] =
        [(&[0x1f, 0x8b], Packing::Gzip), (&[0x28, 0xb5, 0x2f, 0xfd], Packing::Zstd)];
    let foreign: [(&[u8], &str); 4] =
        [(b"BZh", "bzip2"), (b"\xfd7zXZ\0", "xz"), (b"PK\x03\x04", "zip"), (b"7z\xbc\xaf\x27\x1c", "7z")];
    if let Some((_, name)) = foreign.iter().find(|(magic, _)| start.starts_with(magic)) {
        let why =
            format!("it is packed with {name}, which is not read here; unpack it to a tar, gzip or zstd");
        return Err(io::Error::other(why));
    }
    let found = known.iter().find(|(magic, _)| start.starts_with(magic)).map(|&(_, packing)| packing);
    // What zstd:chunked layers may begin with, a frame to be skipped.
    let skipped = matches!(start, [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..]).then_some(Packing::Zstd);
    Ok(found.or(skipped).unwrap_or(Packing::None))
}

/// The stream, unpacked if it is packed.
///
/// # Errors
/// Those of reading, and of [`packing`].
pub fn unpacked<'a>(stream: impl Read + 'a) -> io::Result<Box<dyn Read + 'a>> {
    let mut stream = BufReader::with_capacity(1 << 16, stream);
    Ok(match packing(stream.fill_buf()?)? {
        Packing::None => Box::new(stream),
        Packing::Gzip => Box::new(MultiGzDecoder::new(stream)),
        Packing::Zstd => Box::new(Zstd { stream, decoder: FrameDecoder::new(), inside: false }),
    })
}

/// Frames of zstd, one after another.
struct Zstd<R> {
    stream: R,
    decoder: FrameDecoder,
    /// Whether a frame has begun and not ended.
    inside: bool,
}

impl<R: BufRead> Zstd<R> {
    /// Begins the next frame that holds something; false at the end.
    fn next_frame(&mut self) -> io::Result<bool> {
        loop {
            if self.stream.fill_buf()?.is_empty() {
                return Ok(false);
            }
            match self.decoder.reset(&mut self.stream) {
                Ok(()) => return Ok(true),
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                    length,
                    ..
                })) => skip(&mut self.stream, length.into())?,
                Err(error) => return Err(io::Error::other(error)),
            }
        }
    }
}

impl<R: BufRead> Read for Zstd<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while !buffer.is_empty() {
            if !self.inside {
                if !self.next_frame()? {
                    break;
                }
                self.inside = true;
            }
            let ended = self.decoder.is_finished();
            if self.decoder.can_collect() > 0 {
                return self.decoder.read(buffer);
            }
            if ended {
                let wrong = self.decoder.get_checksum_from_data();
                if wrong.is_some() && wrong != self.decoder.get_calculated_checksum() {
                    return Err(io::Error::other("the checksum of a zstd frame is wrong"));
                }
                self.inside = false;
                continue;
            }
            self.decoder
                .decode_blocks(&mut self.stream, ruzstd::decoding::BlockDecodingStrategy::UptoBlocks(1))
                .map_err(io::Error::other)?;
        }
        Ok(0)
    }
}

fn skip(stream: &mut impl BufRead, length: u64) -> io::Result<()> {
    match io::copy(&mut stream.take(length), &mut io::sink())? == length {
        true => Ok(()),
        false => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::write::GzEncoder;
    use ruzstd::encoding::{CompressionLevel, compress_to_vec};

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn zstd(bytes: &[u8]) -> Vec<u8> {
        compress_to_vec(bytes, CompressionLevel::Fastest)
    }

    fn read(packed: &[u8]) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        unpacked(packed)?.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    #[test]
    fn streams_of_several_parts_come_out_whole() {
        let (one, two) = (vec![7; 300_000], b"and the rest".to_vec());
        let whole = [one.clone(), two.clone()].concat();
        assert_eq!(read(&whole).unwrap(), whole);
        assert_eq!(read(&[gzip(&one), gzip(&two)].concat()).unwrap(), whole);
        let skipped = [&[0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0][..], b"any"].concat();
        for frames in [
            [zstd(&one), zstd(&two)].concat(),
            [skipped.clone(), zstd(&one), skipped.clone(), zstd(&two), skipped.clone()].concat(),
        ] {
            assert_eq!(read(&frames).unwrap(), whole);
        }
    }

    #[test]
    fn what_is_cut_off_or_changed_is_no_stream() {
        for packed in [gzip(&[1; 5000]), zstd(&[1, 2, 3, 4, 5].repeat(1000))] {
            for cut in 5..packed.len() {
                assert!(read(&packed[..cut]).is_err(), "{cut} of {}", packed.len());
            }
            let mut changed = packed.clone();
            let end = changed.len() - 1;
            changed[end] ^= 1;
            assert!(read(&changed).is_err());
        }
    }

    #[test]
    fn foreign_packings_are_named() {
        assert!(read(b"BZh91AY").unwrap_err().to_string().contains("bzip2"));
        assert!(read(b"\xfd7zXZ\0\0").unwrap_err().to_string().contains("xz"));
    }

    #[test]
    fn a_bomb_is_stopped() {
        for packed in [gzip(&vec![0; 10 << 20]), zstd(&vec![0; 10 << 20])] {
            assert!(packed.len() < 1 << 20);
            let budget = Budget::new(1 << 20);
            let mut stream = Counted::new(unpacked(packed.as_slice()).unwrap(), &budget);
            let error = io::copy(&mut stream, &mut io::sink()).unwrap_err();
            assert!(error.to_string().contains("more than 1048576 bytes"), "{error}");
        }
    }
}
