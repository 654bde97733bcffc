//! A port whose frames come from a capture and go into another.
//!
//! Received frames have their length on the wire again ([`padded`]). Sent frames carry the time of the frame received
//! last, and zero bytes that this frame was padded with are taken off their end again; a frame that is sent later than
//! that, because an acknowledgement released it, may keep its padding or lose zero bytes of its own, and has its full
//! length on record either way.

use std::io;

use super::Port;
use crate::capture::{Capture, CaptureError, CaptureWriter, Frame, cut_back, padded};

/// A capture to read, a capture to write, or both.
#[derive(Debug)]
pub struct PcapPort {
    input: Option<Capture>,
    output: Option<CaptureWriter>,
    ended: bool,
    cut_off: Option<CaptureError>,
    now_ns: u64,
    /// Zero bytes that the frame received last was padded with.
    padding: usize,
    dropped_oversize: u64,
}

impl PcapPort {
    /// A port that receives what is in `input` (nothing when that is `None`) and writes what is sent to `output`
    /// (nowhere when that is `None`).
    pub fn new(input: Option<Capture>, output: Option<CaptureWriter>) -> PcapPort {
        let ended = input.is_none();
        PcapPort { input, output, ended, cut_off: None, now_ns: 0, padding: 0, dropped_oversize: 0 }
    }

    /// The capture that is read, for its progress.
    pub fn input(&self) -> Option<&Capture> {
        self.input.as_ref()
    }

    /// Whether the capture has nothing more: the `None` from `receive` is final.
    pub fn ended(&self) -> bool {
        self.ended
    }

    /// The warning that the capture was cut off, when it ended so.
    pub fn cut_off(&self) -> Option<&CaptureError> {
        self.cut_off.as_ref()
    }

    /// Time of the frame received last by the capture, nanoseconds since 1970; 0 before the first.
    pub fn now_ns(&self) -> u64 {
        self.now_ns
    }

    /// Frames of the capture that were longer than the buffer given to `receive`.
    pub fn dropped_oversize(&self) -> u64 {
        self.dropped_oversize
    }

    /// Completes the capture that is written. Without this call it may lack its last frames.
    ///
    /// # Errors
    /// What the system says when the rest cannot be written.
    pub fn finish(self) -> io::Result<()> {
        self.output.map_or(Ok(()), CaptureWriter::finish)
    }
}

impl Port for PcapPort {
    /// Fails once, with the [`CaptureError`] inside, when the capture is damaged. A capture that is cut off ends.
    fn receive(&mut self, buf: &mut [u8]) -> io::Result<Option<usize>> {
        let Some(input) = &mut self.input else { return Ok(None) };
        loop {
            match input.next_frame() {
                Ok(Some(frame)) => match padded(&frame, buf) {
                    Some(padded) => {
                        self.now_ns = frame.timestamp_ns;
                        self.padding = padded.added;
                        return Ok(Some(padded.len));
                    }
                    None => self.dropped_oversize += 1,
                },
                Ok(None) => {
                    self.ended = true;
                    return Ok(None);
                }
                Err(error) if error.is_cut_off() => {
                    log::warn!("{error}");
                    self.cut_off = Some(error);
                }
                Err(error) => return Err(io::Error::new(io::ErrorKind::InvalidData, error)),
            }
        }
    }

    /// Fails when the capture cannot be written, or with `InvalidInput` for a frame that no capture can hold.
    fn send(&mut self, frame: &[u8]) -> io::Result<()> {
        let Some(output) = &mut self.output else { return Ok(()) };
        let (bytes, original_len) = cut_back(frame, self.padding);
        output.write(&Frame { timestamp_ns: self.now_ns, original_len, bytes })
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Shared(Arc<Mutex<Vec<u8>>>);

    impl Write for Shared {
        fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(buf)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn capture_of(frames: &[(u64, u32, &[u8])]) -> Vec<u8> {
        let out = Shared::default();
        let mut writer = CaptureWriter::new(Box::new(out.clone())).unwrap();
        for (timestamp_ns, original_len, bytes) in frames {
            writer.write(&Frame { timestamp_ns: *timestamp_ns, original_len: *original_len, bytes }).unwrap();
        }
        writer.finish().unwrap();
        out.0.lock().unwrap().clone()
    }

    fn open(bytes: Vec<u8>) -> Capture {
        Capture::from_reader(Box::new(Cursor::new(bytes)), None).unwrap()
    }

    #[test]
    fn capture_echoed_is_itself() {
        let bytes = capture_of(&[(5, 60, &[1, 2, 0]), (9, 2, &[3, 0])]);
        let out = Shared::default();
        let writer = CaptureWriter::new(Box::new(out.clone())).unwrap();
        let mut port = PcapPort::new(Some(open(bytes.clone())), Some(writer));
        let mut buf = [0xff; 60];
        assert_eq!(port.receive(&mut buf).unwrap(), Some(60));
        assert_eq!((&buf[..4], buf[59]), (&[1, 2, 0, 0][..], 0));
        port.send(&buf).unwrap();
        assert_eq!(port.receive(&mut buf).unwrap(), Some(2));
        port.send(&buf[..2]).unwrap();
        assert_eq!(port.receive(&mut buf).unwrap(), None);
        assert!(port.ended() && port.cut_off().is_none());
        port.finish().unwrap();
        assert_eq!(*out.0.lock().unwrap(), bytes);
    }

    #[test]
    fn cut_capture_ends_with_warning() {
        let mut bytes = capture_of(&[(5, 2, &[1, 2]), (9, 2, &[3, 0])]);
        bytes.pop();
        let mut port = PcapPort::new(Some(open(bytes)), None);
        let mut buf = [0; 60];
        assert_eq!(port.receive(&mut buf).unwrap(), Some(2));
        assert_eq!(port.receive(&mut buf).unwrap(), None);
        assert!(port.ended() && port.cut_off().is_some());
        port.send(&buf).unwrap(); // nowhere
    }

    #[test]
    fn damaged_capture_fails_once_then_ends() {
        let mut bytes = capture_of(&[(5, 2, &[1, 2])]);
        bytes.extend([0xff; 16]);
        let mut port = PcapPort::new(Some(open(bytes)), None);
        let mut buf = [0; 60];
        port.receive(&mut buf).unwrap();
        assert_eq!(port.receive(&mut buf).unwrap_err().kind(), io::ErrorKind::InvalidData);
        assert!(!port.ended());
        assert_eq!(port.receive(&mut buf).unwrap(), None);
        assert!(port.ended());
    }

    #[test]
    fn short_buffer_received_into_drops_that_frame_and_gives_the_next() {
        let mut port = PcapPort::new(Some(open(capture_of(&[(5, 9, &[1; 9]), (9, 8, &[2; 8])]))), None);
        let mut buf = [0; 8];
        assert_eq!((port.receive(&mut buf).unwrap(), buf, port.now_ns()), (Some(8), [2; 8], 9));
        assert_eq!(port.dropped_oversize(), 1);
    }
}
