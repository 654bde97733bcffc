//! The soft core's device as a machine for scripts: everything goes in and out as frames at its ports.
//!
//! Messages of the store travel in frames at a port of their own. What the script calls a message is put into such a frame, and what
//! the device sends there is taken out of one.

use redplane_core::count::{Counters, Reason};
use redplane_core::mirror::Copy;
use redplane_core::packet::Buffer;
use redplane_core::ports::PortSet;
use redplane_core::program::Program;
use redplane_core::storage::Row;
use redplane_core::time::Tick;
use redplane_softcore::count::DeviceCounters;
use redplane_softcore::{Device, HEADROOM, Memory, NextHop, Packet, PacketIo, Routes, Setup, Uplink};

use crate::frame::{self, End, FRAME_MAX, HEADERS};
use crate::{BYTES_MAX, INSIDE, Machine, OUTSIDE, Output, Outputs, Script, leads_to};

/// The port that leads to the store and nowhere else.
const UPLINK: u16 = 2;

const DEVICE: End = End { mac: [2, 0, 0, 0, 0, 0x20], address: [10, 9, 0, 2], port: 4000 };
const STORE: End = End { mac: [2, 0, 0, 0, 0, 0x10], address: [10, 9, 0, 1], port: 8000 };

/// Bytes of memory that a [`SoftCore`] wants for packets.
pub const BUFFER_LEN: usize = HEADROOM + FRAME_MAX;

/// The caller's memory is less than the script wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLittle;

/// A device of [`redplane_softcore`] that keeps no packets: they travel in their messages, as on every machine.
#[derive(Debug)]
pub struct SoftCore<'m, P: Program> {
    device: Device<'m, P, 1>,
    /// The only packet under way is this one, or there is none.
    buffer: Option<Buffer<'m>>,
}

impl<'m, P: Program> SoftCore<'m, P> {
    /// A device as the script has it, in this memory, of which there may be more than is used.
    ///
    /// # Errors
    /// There is less.
    pub fn new(
        script: &Script<'_>,
        rows: &'m mut [Row<P>],
        copies: &'m mut [Option<Copy<P>>],
        counters: (&'m mut Counters, &'m mut DeviceCounters),
        buffer: &'m mut [u8; BUFFER_LEN],
    ) -> Result<Self, TooLittle> {
        let setup = Setup {
            switch: script.config,
            inside: PortSet::EMPTY.with(INSIDE),
            routes: Routes::NONE.with(INSIDE, leads_to(INSIDE)).with(OUTSIDE, leads_to(OUTSIDE)),
            uplink: Uplink {
                port: UPLINK,
                mac: DEVICE.mac,
                address: DEVICE.address,
                udp_port: DEVICE.port,
                next_hop: NextHop::Mac(STORE.mac),
                store: STORE.address,
                replicas: [[0; 4]; 3],
                store_port: STORE.port,
                shards: 1,
                checksum: true,
            },
            hold: None,
        };
        let (counters, device_counters) = counters;
        let memory = Memory {
            rows: rows.get_mut(..script.slots).ok_or(TooLittle)?,
            copies: copies.get_mut(..script.copies).ok_or(TooLittle)?,
            counters,
            device_counters,
        };
        let device = Device::new(&setup, memory, script.start).map_err(|_| TooLittle)?;
        Ok(Self { device, buffer: Some(Buffer::empty(buffer)) })
    }

    /// Gives the device a frame: these bytes, behind as many of headers.
    fn frame(&mut self, now: Tick, port: u16, headers: usize, bytes: &[u8], out: Outputs<'_>) {
        let Some(mut buffer) = self.buffer.take() else {
            return out(Output::Broken { what: "a-packet-was-kept", bytes });
        };
        buffer.set_range(HEADROOM, HEADROOM + headers + bytes.len());
        if let Some(place) = buffer.bytes_mut().get_mut(headers..) {
            place.copy_from_slice(bytes);
        }
        if port == UPLINK {
            let _ = frame::wrap(STORE, DEVICE, buffer.bytes_mut()); // there is room for headers
        }
        let mut io = Io { buffer: &mut self.buffer, out };
        self.device.handle_frame(now, Packet { buffer, port, tag: 0 }, &mut io);
    }
}

impl<P: Program> Machine for SoftCore<'_, P> {
    fn packet(&mut self, now: Tick, port: u16, frame: &[u8], out: Outputs<'_>) {
        self.frame(now, port, 0, frame, out);
    }

    fn message(&mut self, now: Tick, message: &[u8], out: Outputs<'_>) {
        self.frame(now, UPLINK, HEADERS, message, out);
    }

    fn poll(&mut self, now: Tick, out: Outputs<'_>) {
        self.device.poll(now, &mut Io { buffer: &mut self.buffer, out });
    }

    fn give_up_all(&mut self) {
        self.device.give_up_all();
    }

    fn counters(&self) -> Counters {
        self.device.counters().clone()
    }
}

/// The ports of the device during a call.
struct Io<'a, 'm> {
    buffer: &'a mut Option<Buffer<'m>>,
    out: Outputs<'a>,
}

impl<'m> PacketIo<'m> for Io<'_, 'm> {
    fn receive(&mut self) -> Option<Packet<'m>> {
        None
    }

    fn allocate(&mut self) -> Option<Packet<'m>> {
        let mut buffer = self.buffer.take()?;
        buffer.set_range(HEADROOM, HEADROOM);
        Some(Packet { buffer, port: 0, tag: 0 })
    }

    fn send(&mut self, packet: Packet<'m>) {
        let Packet { buffer, port, .. } = packet;
        let bytes = buffer.bytes();
        (self.out)(match frame::unwrap(DEVICE, STORE, bytes) {
            _ if port != UPLINK => Output::Forward { port, bytes },
            Ok(message) => Output::Store { bytes: message },
            Err(what) => Output::Broken { what, bytes },
        });
        *self.buffer = Some(buffer);
    }

    fn free(&mut self, packet: Packet<'m>, why: Option<Reason>) {
        if let Some(reason) = why {
            (self.out)(Output::Drop { reason });
        }
        *self.buffer = Some(packet.buffer);
    }

    fn punt(&mut self, packet: Packet<'m>, reason: Reason) {
        let Packet { buffer, port, .. } = packet;
        (self.out)(Output::Punt { port, reason, bytes: buffer.bytes() });
        *self.buffer = Some(buffer);
    }
}

const _: () = assert!(BUFFER_LEN >= HEADROOM + HEADERS + BYTES_MAX);
