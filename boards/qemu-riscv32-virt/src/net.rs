//! The network devices as ports, for the library's [`PacketIo`].
//!
//! A port's number is its place in the order of the devices' hardware addresses, by their last byte, so it does not depend on the slot
//! that the emulator puts a device into.

use core::mem::take;

use heapless::Vec;
use redplane_core::count::Reason;
use redplane_softcore::device::PACKETS_A_CALL;
use redplane_softcore::{Packet, PacketIo};
use static_cell::StaticCell;

use crate::map::VIRTIO_SLOTS;
use crate::nic::Nic;
use crate::pool::Pool;

/// At most so many network devices are used.
pub const PORTS_MAX: usize = 4;

/// What happened to frames.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counters {
    /// Came in.
    pub received: u32,
    /// Went out.
    pub sent: u32,
    /// Were used up or dropped; the device's own counters say which.
    pub freed: u32,
    /// Were to go out where there is no port, or faster than they could.
    pub unsendable: u32,
}

/// All ports and all packet buffers.
pub struct Ports {
    nics: Vec<&'static mut Nic, PORTS_MAX>,
    pool: Pool,
    /// The port that is asked first for the next frame: ports take turns.
    next: usize,
    counters: Counters,
}

/// Beside the buffers: this is a driver's bookkeeping, which a soft core has hardware for.
#[unsafe(link_section = ".packets.ports")]
static NICS: [StaticCell<Nic>; PORTS_MAX] = [const { StaticCell::new() }; PORTS_MAX];

impl Ports {
    /// Finds the network devices and gives them buffers to receive into; `None` for the second caller.
    pub fn take() -> Option<Self> {
        let mut pool = Pool::take()?;
        let mut nics = Vec::new();
        let mut slots = 0..VIRTIO_SLOTS;
        for place in &NICS {
            let Some(nic) = slots.find_map(Nic::probe) else { break };
            let nic = place.try_init_with(|| nic)?;
            nic.refill(&mut pool);
            // There are as many places as the vector has room for.
            nics.push(nic).ok()?;
        }
        sort(&mut nics);
        Some(Self { nics, pool, next: 0, counters: Counters::default() })
    }

    /// The ports' hardware addresses, in the order of their numbers.
    pub fn macs(&self) -> impl Iterator<Item = [u8; 6]> {
        self.nics.iter().map(|nic| nic.mac())
    }

    /// What happened so far.
    pub fn counters(&self) -> Counters {
        self.counters
    }

    /// Takes back what was sent and gives the devices new buffers: to be called between packets.
    pub fn poll(&mut self) {
        for nic in &mut self.nics {
            nic.reclaim(&mut self.pool);
            nic.refill(&mut self.pool);
        }
    }
}

impl PacketIo<'static> for Ports {
    /// Nothing while a port could not take what might come of a packet: it then waits where it is, and is not lost on its way out.
    fn receive(&mut self) -> Option<Packet<'static>> {
        if self.room() < PACKETS_A_CALL {
            self.poll();
            if self.room() < PACKETS_A_CALL {
                return None;
            }
        }
        let first = take(&mut self.next);
        let ports = (first..self.nics.len()).chain(0..first);
        for port in ports {
            let Some(buffer) = self.nics.get_mut(port).and_then(|nic| nic.receive()) else { continue };
            self.next = port + 1;
            self.counters.received = self.counters.received.wrapping_add(1);
            return Some(Packet { buffer, port: port as u16, tag: 0 });
        }
        None
    }

    fn allocate(&mut self) -> Option<Packet<'static>> {
        Some(Packet { buffer: self.pool.get()?, port: 0, tag: 0 })
    }

    fn send(&mut self, packet: Packet<'static>) {
        let sent = match self.nics.get_mut(usize::from(packet.port)) {
            Some(nic) => nic.send(packet.buffer),
            None => Err(packet.buffer),
        };
        match sent {
            Ok(()) => self.counters.sent = self.counters.sent.wrapping_add(1),
            Err(buffer) => {
                self.counters.unsendable = self.counters.unsendable.wrapping_add(1);
                self.pool.put(buffer);
            }
        }
    }

    fn free(&mut self, packet: Packet<'static>, _why: Option<Reason>) {
        self.counters.freed = self.counters.freed.wrapping_add(1);
        self.pool.put(packet.buffer);
    }

    fn room(&self) -> usize {
        self.nics.iter().map(|nic| nic.room()).min().unwrap_or(0)
    }
}

/// By the last byte of the hardware address; few enough for the simplest way.
fn sort(nics: &mut [&'static mut Nic]) {
    let number = |nic: &Nic| nic.mac()[5];
    for end in (1..nics.len()).rev() {
        for at in 0..end {
            if number(&nics[at]) > number(&nics[at + 1]) {
                nics.swap(at, at + 1);
            }
        }
    }
}
