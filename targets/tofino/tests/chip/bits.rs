//! Numbers of any width, one behind the other.

/// Bits on their way out.
#[derive(Clone, Debug, Default)]
pub struct Bits {
    bytes: Vec<u8>,
    bits: usize,
}

impl Bits {
    /// Appends the lowest `width` bits of a number.
    pub fn push(&mut self, number: u128, width: u32) {
        for at in (0..width).rev() {
            if self.bits.is_multiple_of(8) {
                self.bytes.push(0);
            }
            let last = self.bytes.last_mut().unwrap();
            *last |= ((number >> at & 1) as u8) << (7 - self.bits % 8);
            self.bits += 1;
        }
    }

    /// Whole bytes.
    pub fn into_bytes(self) -> Vec<u8> {
        assert_eq!(self.bits % 8, 0, "{} bits are no bytes", self.bits);
        self.bytes
    }
}

/// The `width` bits from bit `at` on, if there are as many.
pub fn read(bytes: &[u8], at: usize, width: u32) -> Option<u128> {
    let bit = |at: usize| bytes.get(at / 8).map(|byte| u128::from(byte >> (7 - at % 8) & 1));
    (at..at + width as usize).try_fold(0, |number, at| Some(number << 1 | bit(at)?))
}

#[test]
fn what_was_pushed_is_read() {
    let mut bits = Bits::default();
    for (number, width) in [(5, 3), (0x1234, 16), (1, 5)] {
        bits.push(number, width);
    }
    let bytes = bits.into_bytes();
    assert_eq!(
        (read(&bytes, 0, 3), read(&bytes, 3, 16), read(&bytes, 19, 5)),
        (Some(5), Some(0x1234), Some(1))
    );
    assert_eq!(read(&bytes, 20, 5), None);
}
