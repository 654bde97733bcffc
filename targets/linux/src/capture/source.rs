//! The bytes of a capture file behind one window of fixed size, decompressed when they are gzip.
//!
//! Contract: [`Source::want`] makes at least `n` bytes visible in [`Source::data`] or says that the file has no more.
//! What was handed out stays in place until [`Source::release`] gives up what [`Source::take`] marked as used.

use std::io::{self, Chain, Cursor, ErrorKind, Read};

use flate2::read::MultiGzDecoder;

use super::MAX_CAPTURED_LEN;
use super::record::Fault;

/// The longest packet, with room for the largest block header and the options around it.
pub(super) const WINDOW_LEN: usize = MAX_CAPTURED_LEN + 65_536;

const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// A stream that counts what was read from it.
struct Counted {
    inner: Box<dyn Read + Send>,
    count: u64,
}

impl Read for Counted {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buf)?;
        self.count += n as u64;
        Ok(n)
    }
}

/// The file with the first bytes, which were read to recognise it, put back in front.
type Whole = Chain<Cursor<Vec<u8>>, Counted>;

enum Input {
    Plain(Whole),
    Gzip(Box<MultiGzDecoder<Whole>>),
}

pub(super) struct Source {
    input: Input,
    total_bytes: Option<u64>,
    window: Box<[u8]>,
    /// `window[start..end]` is visible; `start <= end <= window.len()`.
    start: usize,
    end: usize,
    /// Bytes at `start` that the next `release` gives up; at most `end - start`.
    used: usize,
    ended: bool,
    /// The compressed stream stopped before its end: what came out of it is good, and not all.
    cut_short: bool,
}

impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Source").field("position", &self.position()).finish_non_exhaustive()
    }
}

impl Source {
    pub(super) fn new(reader: Box<dyn Read + Send>, total_bytes: Option<u64>) -> io::Result<Source> {
        let mut counted = Counted { inner: reader, count: 0 };
        let mut head = Vec::with_capacity(GZIP_MAGIC.len());
        counted.by_ref().take(GZIP_MAGIC.len() as u64).read_to_end(&mut head)?;
        let compressed = head == GZIP_MAGIC;
        let whole = Cursor::new(head).chain(counted);
        let input = match compressed {
            true => Input::Gzip(Box::new(MultiGzDecoder::new(whole))),
            false => Input::Plain(whole),
        };
        let window = vec![0; WINDOW_LEN].into_boxed_slice();
        Ok(Source { input, total_bytes, window, start: 0, end: 0, used: 0, ended: false, cut_short: false })
    }

    /// The bytes that are visible now.
    pub(super) fn data(&self) -> &[u8] {
        &self.window[self.start..self.end]
    }

    /// Reads until `n` bytes are visible; `false` when the file ends before. `n` is at most [`WINDOW_LEN`].
    pub(super) fn want(&mut self, n: usize) -> Result<bool, Fault> {
        debug_assert!(n <= self.window.len());
        while self.end - self.start < n {
            if self.ended {
                return Ok(false);
            }
            if self.start + n > self.window.len() {
                self.window.copy_within(self.start..self.end, 0);
                self.end -= self.start;
                self.start = 0;
            }
            let free = &mut self.window[self.end..];
            let read = match &mut self.input {
                Input::Plain(reader) => reader.read(free),
                Input::Gzip(reader) => reader.read(free),
            };
            match read {
                Ok(0) => self.ended = true,
                Ok(n) => self.end += n,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
                    self.ended = true;
                    self.cut_short = true;
                }
                Err(error) => return Err(Fault::Io(error)),
            }
        }
        Ok(true)
    }

    /// Whether a record can begin here: `false` at a proper end of the file, a fault where it was cut.
    pub(super) fn at_record(&mut self, header_len: usize) -> Result<bool, Fault> {
        if self.want(header_len)? {
            Ok(true)
        } else if self.data().is_empty() && !self.cut_short {
            Ok(false)
        } else {
            Err(Fault::CutOff)
        }
    }

    /// Marks the first `n` visible bytes as used; they stay visible until `release`.
    pub(super) fn take(&mut self, n: usize) {
        self.used = n.min(self.end - self.start);
    }

    /// Gives up the bytes that were marked.
    pub(super) fn release(&mut self) {
        self.start += self.used;
        self.used = 0;
    }

    /// Passes over `n` bytes, however many; `false` when the file ends before.
    pub(super) fn skip(&mut self, mut n: u64) -> Result<bool, Fault> {
        loop {
            let step = n.min((self.end - self.start) as u64);
            self.start += step as usize;
            n -= step;
            if n == 0 {
                return Ok(true);
            }
            if !self.want(1)? {
                return Ok(false);
            }
        }
    }

    pub(super) fn total_bytes(&self) -> Option<u64> {
        self.total_bytes
    }

    /// Bytes of the file, as stored, that were used.
    pub(super) fn position(&self) -> u64 {
        match &self.input {
            Input::Plain(reader) => reader.get_ref().1.count - (self.end - self.start - self.used) as u64,
            Input::Gzip(reader) => reader.get_ref().get_ref().1.count,
        }
    }
}
