//! The store's side of the protocol: one flow at a time, sans IO, over a map that the caller supplies.
//!
//! [`FlowStore`] is given a message and the time and turns the message's buffer into the answer, in place. It decides; it does
//! not wait, send or remember buffers: what must wait is given back to the caller, who keeps it and presents it again when
//! [`Handled::wakes`] or [`FlowStore::may_proceed`] says so.
//!
//! | request | record | answer |
//! | --- | --- | --- |
//! | `LeaseRequest` | none | made by the program's [`Initializer`] (RP-ST-1), `Grant` new |
//! | | given up, lapsed, or the request renounces the current epoch | next epoch, `Grant` migrated |
//! | | live, the same owner and boot | the same epoch, `Grant` |
//! | | live, an earlier boot of the asker | next epoch at once, `Grant` migrated |
//! | | live, another switch | waits; `Recall` to the owner (RP-ST-2) |
//! | `Write` | this epoch, newer seq | applied, `WriteAck` |
//! | | this epoch, old seq | `WriteAck` (RP-ST-3) |
//! | | none, or another epoch | `Refuse` |
//! | `Hold` | this epoch, seq reached | `Release` (RP-ST-5) |
//! | | this epoch, seq not reached | waits while the lease is live |
//! | `Renew` | this epoch, held | `RenewAck` |
//! | `GiveUp` | this epoch, seq reached | `GiveUpAck`, the lease is free |
//! | | another epoch, or none | `GiveUpAck`: it is not theirs any more |
//! | `SnapshotSlots` | this epoch, not an older snapshot | `SnapshotAck`; the last run replaces the snapshot before (RP-SN-4) |
//! | | this epoch, an older snapshot | `Refuse` (RP-SN-3) |
//! | `SnapshotFetch` | this epoch | `SnapshotSlots` (RP-SN-6) |
//!
//! Every answer names the log index that must be durable before it leaves (RP-ST-4): the caller's [`Log`] decides what durable
//! means: one replica's memory, a chain, an engine.

mod assembly;
mod flow;
mod record;
mod replica;

pub use assembly::{Assembly, AssemblyHead, NoAssembly, Parts, Run};
pub use flow::{FlowStore, Handled, Limits, Outcome, SwitchLimits};
pub use record::{Creation, Full, Initializer, Instant, Log, LogIndex, Owner, Record, Records, Share};
pub use replica::Told;
