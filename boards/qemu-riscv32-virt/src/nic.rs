//! One virtio network device as a port: frames go in and out of packet buffers without being copied.
//!
//! The device owns a buffer from `…_begin` to `…_complete`. In between the buffer lies in [`Lent`] under the token that names it,
//! and nobody touches it there.

use core::ptr::NonNull;

use redplane_core::packet::Buffer;
use virtio_drivers::device::net::VirtIONetRaw;
use virtio_drivers::transport::mmio::{MmioTransport, VirtIOHeader};
use virtio_drivers::transport::{DeviceType, Transport};

use crate::dma::Identity;
use crate::fault;
use crate::map;
use crate::pool::{FRAME_LEN_MAX, FRAME_START, Pool, VIRTIO_HEADER_LEN};

/// Buffers that a queue takes.
pub(crate) const QUEUE_LEN: usize = 32;

/// Buffers that the device has, by token.
struct Lent {
    places: [Option<Buffer<'static>>; QUEUE_LEN],
    len: usize,
}

/// A port.
pub(crate) struct Nic {
    device: VirtIONetRaw<Identity, MmioTransport<'static>, QUEUE_LEN>,
    receiving: Lent,
    sending: Lent,
}

impl Nic {
    /// The network device in a slot, if there is one and it works with us.
    pub(crate) fn probe(slot: usize) -> Option<Self> {
        let header = NonNull::new((map::VIRTIO + slot * map::VIRTIO_STRIDE) as *mut VirtIOHeader)?;
        // SAFETY: a slot is a virtio register block, with a device behind it or not, for as long as the machine runs; each slot is probed once.
        let transport = unsafe { MmioTransport::new(header, map::VIRTIO_STRIDE) }.ok()?;
        if transport.device_type() != DeviceType::Network {
            return None;
        }
        let mut device = VirtIONetRaw::new(transport).ok()?;
        device.disable_interrupts();
        Some(Self { device, receiving: Lent::new(), sending: Lent::new() })
    }

    /// Its hardware address.
    pub(crate) fn mac(&self) -> [u8; 6] {
        self.device.mac_address()
    }

    /// Gives the device buffers to receive into, as many as it takes and there are.
    pub(crate) fn refill(&mut self, pool: &mut Pool) {
        while self.receiving.len < QUEUE_LEN {
            let Some(mut buffer) = pool.get() else { return };
            buffer.set_range(FRAME_START - VIRTIO_HEADER_LEN, FRAME_START + FRAME_LEN_MAX);
            // SAFETY: the buffer goes into `receiving`, where it stays untouched until the device is done with it.
            match unsafe { self.device.receive_begin(buffer.bytes_mut()) } {
                Ok(token) => self.receiving.lend(token, buffer),
                Err(_) => return pool.put(buffer),
            }
        }
    }

    /// The next frame that came in, with [`FRAME_START`] bytes of head room.
    pub(crate) fn receive(&mut self) -> Option<Buffer<'static>> {
        let token = self.device.poll_receive()?;
        let mut buffer = self.receiving.take_back(token);
        // SAFETY: it is the buffer that `receive_begin` gave this token for, with the same range.
        let Ok((_, len)) = (unsafe { self.device.receive_complete(token, buffer.bytes_mut()) }) else {
            fault::stop("a network device gave a frame without a header");
        };
        buffer.set_range(FRAME_START, FRAME_START + len);
        Some(buffer)
    }

    /// How many frames [`Nic::send`] takes now.
    pub(crate) fn room(&self) -> usize {
        QUEUE_LEN - self.sending.len
    }

    /// Sends a frame; gives the buffer back if that cannot be: the queue is full, or there is no head room for the header.
    pub(crate) fn send(&mut self, mut buffer: Buffer<'static>) -> Result<(), Buffer<'static>> {
        let Some(header) = buffer.push(VIRTIO_HEADER_LEN) else { return Err(buffer) };
        // No checksum to be made, no segmentation: all zero.
        header.fill(0);
        // SAFETY: the buffer goes into `sending`, where it stays untouched until the device is done with it.
        match unsafe { self.device.transmit_begin(buffer.bytes()) } {
            Ok(token) => {
                self.sending.lend(token, buffer);
                Ok(())
            }
            Err(_) => Err(buffer),
        }
    }

    /// Takes back what has been sent.
    pub(crate) fn reclaim(&mut self, pool: &mut Pool) {
        while let Some(token) = self.device.poll_transmit() {
            let buffer = self.sending.take_back(token);
            // SAFETY: it is the buffer that `transmit_begin` gave this token for, with the same range.
            if unsafe { self.device.transmit_complete(token, buffer.bytes()) }.is_err() {
                fault::stop("a network device took back a frame that was sent");
            }
            pool.put(buffer);
        }
    }
}

impl Lent {
    const fn new() -> Self {
        Self { places: [const { None }; QUEUE_LEN], len: 0 }
    }

    fn lend(&mut self, token: u16, buffer: Buffer<'static>) {
        match self.places.get_mut(usize::from(token)) {
            Some(place @ None) => *place = Some(buffer),
            _ => fault::stop("two buffers under one token"),
        }
        self.len += 1;
    }

    fn take_back(&mut self, token: u16) -> Buffer<'static> {
        let Some(buffer) = self.places.get_mut(usize::from(token)).and_then(Option::take) else {
            fault::stop("a network device used a buffer that it was not given")
        };
        self.len -= 1;
        buffer
    }
}
