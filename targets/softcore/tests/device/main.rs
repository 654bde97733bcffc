//! A device as a sceptical user would try it: its frames, its verdicts, its buffers, the packets that it keeps, and its C face.
//!
//! | module | asks |
//! | --- | --- |
//! | [`uplink`] | are the frames to the store what an independent parser takes, and is nothing else taken for the store's? |
//! | [`travel`] | with packets that travel in messages, does a device do what the switch of `redplane-core` does, byte for byte? |

#![allow(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod board;
mod c_abi;
mod hold;
mod network;
mod shortage;
mod store;
mod travel;
mod uplink;
