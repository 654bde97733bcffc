//! Writes all the time, so that a pause of writes shows: packets through a counter.
//!
//! A NAT writes when connections begin and end, which is too rarely to see when writes stand still. A [`Counter`] writes with each
//! packet. So a second program runs beside the NAT, at a switch of its own and with the same store: small packets of
//! [`FLOWS`] flows, one flow after the other, at a fixed rate. What is measured is in the ledger of its link: a packet that was under way
//! when a replica died is gone, its write is not.

use std::io;
use std::net::SocketAddr;

use anyhow::Context;
use redplane_apps::Counter;
use redplane_core::program::Program;
use redplane_core::seq::Incarnation;
use redplane_core::switch::Config;
use redplane_core::time::Span;
use redplane_linux::clock::RealClock;
use redplane_linux::port::{ChannelPort, Port};
use redplane_linux::store_link::UdpLink;
use redplane_linux::switch::SoftSwitch;

use super::watch::{Ledger, WatchedLink};

/// Flows that are counted.
pub(super) const FLOWS: u16 = 16;

/// Time from one packet to the next, ns: each flow writes every 16 ms.
pub(super) const EVERY_NS: u64 = 1_000_000;

/// Flow slots.
const SLOTS: usize = 256;

/// Copies in the mirror queue: the writes of some seconds.
const COPIES: usize = 4096;

/// Frames that wait on each side.
const QUEUE_FRAMES: usize = 1024;

/// Most packets of one turn, so that a stall is not followed by a flood.
const PACKETS_A_TURN: u64 = 64;

const FRAME_LEN: usize = 60;

/// The switch that counts.
pub(super) struct Stream {
    switch: SoftSwitch<Counter, SLOTS, COPIES, WatchedLink>,
    inside: ChannelPort,
    outside: ChannelPort,
    packets: u64,
    due_ns: u64,
    /// No packets from here on.
    end_ns: u64,
}

impl Stream {
    /// Packets from a run's begin to `end_ns` after it, through switch `id`, which has booted once.
    ///
    /// # Errors
    /// No socket, or no memory.
    pub(super) fn new(
        id: u16,
        stores: &[SocketAddr],
        lease_period_ms: u64,
        end_ns: u64,
        clock: RealClock,
    ) -> anyhow::Result<Self> {
        let config =
            Config::new(id, Incarnation::new(1)).with_lease_period(Span::from_millis(lease_period_ms));
        let link = UdpLink::to_replicas(&[stores.to_vec()], config.resend_after)?;
        let link = WatchedLink::new(link, Counter::LAYOUT, clock);
        let (inside, inside_far) = ChannelPort::pair(QUEUE_FRAMES);
        let (outside, outside_far) = ChannelPort::pair(QUEUE_FRAMES);
        let (inside_far, outside_far) = (Box::new(inside_far), Box::new(outside_far));
        let switch = SoftSwitch::new(&config, inside_far, outside_far, link, Box::new(clock))
            .context("no memory for a switch")?;
        Ok(Self { switch, inside, outside, packets: 0, due_ns: 0, end_ns })
    }

    /// Sends what is due `now_ns` after the run's begin, lets the switch work, and gives how much there was to do.
    ///
    /// # Errors
    /// None that queues give.
    pub(super) fn turn(&mut self, now_ns: u64) -> anyhow::Result<usize> {
        let mut done = 0;
        self.due_ns = self.due_ns.max(now_ns.saturating_sub(PACKETS_A_TURN * EVERY_NS));
        while self.due_ns <= now_ns.min(self.end_ns) {
            self.inside.send(&frame((self.packets % u64::from(FLOWS)) as u16))?;
            self.packets += 1;
            self.due_ns += EVERY_NS;
            done += 1;
        }
        done += self.switch.poll()?;
        self.discard()?;
        Ok(done)
    }

    /// Nobody wants the packets.
    fn discard(&mut self) -> io::Result<()> {
        let mut frame = [0; 2 * FRAME_LEN];
        while self.outside.receive(&mut frame)?.is_some() {}
        Ok(())
    }

    /// What the store told the switch.
    pub(super) fn take_ledger(&mut self) -> Ledger {
        self.switch.link_mut().take_ledger()
    }
}

/// A UDP packet of a flow. Checksums are not looked at by a switch and so are left at 0.
fn frame(flow: u16) -> [u8; FRAME_LEN] {
    let mut frame = [0; FRAME_LEN];
    frame[12..16].copy_from_slice(&[8, 0, 0x45, 0]);
    frame[16..18].copy_from_slice(&(FRAME_LEN as u16 - 14).to_be_bytes());
    frame[22..24].copy_from_slice(&[64, 17]);
    frame[26..34].copy_from_slice(&[10, 0, 0, 99, 198, 51, 100, 99]);
    frame[34..36].copy_from_slice(&(10_000 + flow).to_be_bytes());
    frame[36..38].copy_from_slice(&9u16.to_be_bytes());
    frame[38..40].copy_from_slice(&(FRAME_LEN as u16 - 34).to_be_bytes());
    frame
}
