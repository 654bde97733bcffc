//! A NAT in front of hosts: the same switches and shard, running a real application on real frames.

use std::net::Ipv4Addr;

use redplane_apps::Nat44;
use redplane_store::nat::{NatConfig, NatInitializer};
use redplane_store::placement::Placement;

use super::{Fabric, OUTSIDE, Setup};
use crate::sim::frames;

/// The one outside address.
pub const OUTSIDE_ADDRESS: [u8; 4] = [203, 0, 113, 1];

/// The port that packets from the inside come in by.
pub const FROM_INSIDE: u16 = OUTSIDE - 1;

/// The port that packets from the outside come in by.
pub const FROM_OUTSIDE: u16 = OUTSIDE;

/// Switches that run a NAT, and its shard.
pub struct Nat {
    /// The machines.
    pub fabric: Fabric<Nat44, NatInitializer, 64, 8>,
}

/// The addresses and ports of a frame of TCP or UDP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ends {
    /// Source address and port.
    pub source: (u32, u16),
    /// Destination address and port.
    pub destination: (u32, u16),
}

impl Nat {
    /// As many switches, with the default outside ports.
    pub fn new(switches: usize) -> Self {
        Self::with(switches, NatConfig::new(vec![OUTSIDE_ADDRESS.into()]))
    }

    /// The same with other addresses, ports or timeouts.
    pub fn with(switches: usize, nat: NatConfig) -> Self {
        let mut setup = Setup { switches, ..Setup::default() };
        setup.config.program = Nat44::params(OUTSIDE_ADDRESS, 32);
        let initializer = NatInitializer::new(&nat, Placement::ALONE).expect("a pool");
        Self { fabric: Fabric::new(&setup, initializer) }
    }

    /// A frame comes in at a switch; gives what has come out a millisecond later, if anything has.
    pub fn through(&mut self, index: usize, port: u16, frame: &[u8]) -> Option<Vec<u8>> {
        self.fabric.packet_in(index, port, frame);
        self.fabric.advance_ms(1);
        let output = self.fabric.outputs.pop_front().map(|(_, frame)| frame);
        assert!(self.fabric.outputs.is_empty(), "more than one output");
        output
    }

    /// A UDP packet from an inside host to an outside server; gives the ends that the server sees.
    pub fn out(&mut self, index: usize, host: (u32, u16), server: (u32, u16)) -> Option<Ends> {
        let frame = frames::udp(host.0, server.0, host.1, server.1, b"out");
        self.through(index, FROM_INSIDE, &frame).and_then(|frame| Ends::of(&frame))
    }

    /// A UDP packet from an outside server; gives the ends that the inside host sees.
    pub fn back(&mut self, index: usize, server: (u32, u16), to: (u32, u16)) -> Option<Ends> {
        let frame = frames::udp(server.0, to.0, server.1, to.1, b"back");
        self.through(index, FROM_OUTSIDE, &frame).and_then(|frame| Ends::of(&frame))
    }
}

impl Ends {
    /// Of a frame without VLAN tags and IP options.
    pub fn of(frame: &[u8]) -> Option<Self> {
        Some(Self {
            source: (frames::word(frame, 26)?, frames::half(frame, 34)?),
            destination: (frames::word(frame, 30)?, frames::half(frame, 36)?),
        })
    }

    /// The way back.
    pub fn reversed(self) -> Self {
        Self { source: self.destination, destination: self.source }
    }
}

/// [`OUTSIDE_ADDRESS`] as a number.
pub fn outside_address() -> u32 {
    Ipv4Addr::from(OUTSIDE_ADDRESS).into()
}

/// A TCP segment without payload, with right checksums.
pub fn tcp(source: (u32, u16), destination: (u32, u16), flags: u8) -> Vec<u8> {
    let mut segment = vec![];
    segment.extend(source.1.to_be_bytes());
    segment.extend(destination.1.to_be_bytes());
    segment.extend([0, 0, 0, 1, 0, 0, 0, 0, 5 << 4, flags, 0xff, 0xff, 0, 0, 0, 0]);
    let mut pseudo = vec![];
    pseudo.extend(source.0.to_be_bytes());
    pseudo.extend(destination.0.to_be_bytes());
    pseudo.extend([0, 6, 0, segment.len() as u8]);
    pseudo.extend(&segment);
    let sum = frames::checksum(&pseudo);
    segment[16..18].copy_from_slice(&sum.to_be_bytes());

    let mut ip = vec![0x45, 0, 0, 40, 0, 0, 0x40, 0, 64, 6, 0, 0];
    ip.extend(source.0.to_be_bytes());
    ip.extend(destination.0.to_be_bytes());
    let sum = frames::checksum(&ip);
    ip[10..12].copy_from_slice(&sum.to_be_bytes());

    let mut frame = vec![2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0];
    frame.extend(ip);
    frame.extend(segment);
    frame
}
