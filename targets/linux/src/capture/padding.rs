//! Packets that the capture cut short, at their true length for the time of a replay.
//!
//! A capture taken with a snapshot length holds headers and little more. A program that checks lengths would drop such
//! packets, and one that counts bytes would count wrongly, so [`padded`] restores the length with zero bytes and
//! remembers how many, and [`cut_back`] takes them off again on the way out, keeping the length on the wire. Cutting is
//! lossless in this reading: to pad again gives the same bytes.

use super::Frame;

/// Bytes that a frame is padded to at most: no link here carries more, and a damaged length must not cost more.
pub const MAX_PADDED_LEN: usize = 65_536;

/// A frame that [`padded`] wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Padded {
    /// Bytes of the frame in the buffer, padding included.
    pub len: usize,
    /// How many of them, at the end, are zero bytes that the capture does not have.
    pub added: usize,
}

/// Writes the frame to the front of `out`, with zero bytes up to its original length or [`MAX_PADDED_LEN`], whichever
/// is less. `None` when that does not fit into `out`.
pub fn padded(frame: &Frame<'_>, out: &mut [u8]) -> Option<Padded> {
    let captured = frame.bytes.len();
    let len = captured.max(MAX_PADDED_LEN.min(frame.original_len as usize));
    let (head, tail) = out.get_mut(..len)?.split_at_mut(captured);
    head.copy_from_slice(frame.bytes);
    tail.fill(0);
    Some(Padded { len, added: len - captured })
}

/// Takes up to `added` bytes of padding off the end of a frame, and gives what is to be written with its original length.
///
/// Only zero bytes are taken, so that a program which wrote into the padding keeps what it wrote.
pub fn cut_back(frame: &[u8], added: usize) -> (&[u8], u32) {
    let zeros = frame.iter().rev().take(added).take_while(|byte| **byte == 0).count();
    (&frame[..frame.len() - zeros], u32::try_from(frame.len()).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(bytes: &[u8], original_len: u32) -> Frame<'_> {
        Frame { timestamp_ns: 0, original_len, bytes }
    }

    #[test]
    fn cut_frame_padded_and_cut_back_is_itself() {
        let mut out = [0xff; 16];
        assert_eq!(padded(&frame(&[1, 0], 5), &mut out), Some(Padded { len: 5, added: 3 }));
        assert_eq!(out[..6], [1, 0, 0, 0, 0, 0xff]);
        assert_eq!(cut_back(&out[..5], 3), (&[1, 0][..], 5));
    }

    #[test]
    fn whole_frame_padded_is_unchanged() {
        let mut out = [0xff; 4];
        assert_eq!(padded(&frame(&[7, 8, 0], 3), &mut out), Some(Padded { len: 3, added: 0 }));
        assert_eq!(cut_back(&out[..3], 0), (&[7, 8, 0][..], 3));
    }

    #[test]
    fn absurd_length_padded_stops_at_limit() {
        let mut out = vec![0; MAX_PADDED_LEN];
        assert_eq!(
            padded(&frame(&[1], u32::MAX), &mut out),
            Some(Padded { len: MAX_PADDED_LEN, added: MAX_PADDED_LEN - 1 })
        );
    }

    #[test]
    fn short_buffer_padded_is_refused() {
        assert_eq!(padded(&frame(&[1, 2], 9), &mut [0; 8]), None);
    }

    #[test]
    fn written_padding_cut_back_is_kept() {
        assert_eq!(cut_back(&[1, 0, 9, 0], 3), (&[1, 0, 9][..], 4));
        assert_eq!(cut_back(&[0, 0], 9), (&[][..], 2));
    }
}
