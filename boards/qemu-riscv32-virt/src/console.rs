//! Lines of text on the first serial port, for people and for tests. Not `core::fmt`: that alone is several KiB of code. What has many
//! callers is not inlined, for the same reason.

use core::net::{Ipv4Addr, SocketAddrV4};

use crate::map;
use crate::uart::Uart;

// SAFETY: the virt machine has a 16550 there.
const UART: Uart = unsafe { Uart::new(map::UART) };

/// A line that is being written; [`Line::end`] ends it.
#[derive(Debug)]
#[must_use]
pub struct Line(());

/// Begins a line with this text.
pub fn line(text: &str) -> Line {
    Line(()).text(text)
}

/// The key that was pressed, if one was.
pub fn key() -> Option<u8> {
    UART.receive()
}

impl Line {
    /// Text as it is.
    #[inline(never)]
    pub fn text(self, text: &str) -> Self {
        text.bytes().for_each(|byte| UART.send(byte));
        self
    }

    /// A number, decimal.
    pub fn number(self, number: impl Into<u32>) -> Self {
        decimal(number.into());
        self
    }

    /// A byte, as two hexadecimal digits.
    pub fn hex(self, byte: u8) -> Self {
        for digit in [byte >> 4, byte & 0xf] {
            UART.send(if digit < 10 { b'0' + digit } else { b'a' - 10 + digit });
        }
        self
    }

    /// An IPv4 address.
    #[inline(never)]
    pub fn address(self, address: Ipv4Addr) -> Self {
        let [a, b, c, d] = address.octets();
        self.number(a).text(".").number(b).text(".").number(c).text(".").number(d)
    }

    /// An address and the number of its bits that name a network.
    pub fn network(self, address: Ipv4Addr, bits: u8) -> Self {
        self.address(address).text("/").number(bits)
    }

    /// An address and a port.
    pub fn endpoint(self, endpoint: SocketAddrV4) -> Self {
        self.address(*endpoint.ip()).text(":").number(endpoint.port())
    }

    /// A hardware address.
    pub fn mac(mut self, mac: [u8; 6]) -> Self {
        for (at, byte) in mac.into_iter().enumerate() {
            if at > 0 {
                self = self.text(":");
            }
            self = self.hex(byte);
        }
        self
    }

    /// Ends the line.
    pub fn end(self) {
        UART.send(b'\n');
    }
}

#[inline(never)]
fn decimal(number: u32) {
    let mut digits = [0; 10];
    let mut left = number;
    let mut first = digits.len();
    for (at, digit) in digits.iter_mut().enumerate().rev() {
        *digit = b'0' + (left % 10) as u8;
        left /= 10;
        first = at;
        if left == 0 {
            break;
        }
    }
    digits.iter().skip(first).for_each(|digit| UART.send(*digit));
}
