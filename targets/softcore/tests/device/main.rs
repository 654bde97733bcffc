//! A device as a sceptical user would try it: its frames, its verdicts, its buffers, the packets that it keeps, and its C face.
//!
//! | module | asks |
//! | --- | --- |
//! | [`uplink`] | are the frames to the store what an independent parser takes, and is nothing else taken for the store's? |
//! | [`travel`] | with packets that travel in messages, does a device do what the switch of `redplane-core` does, byte for byte? |
//! | [`hold`] | with packets that are kept, does anything leave that the store does not have, or a packet get lost or doubled? |
//! | [`shortage`] | what becomes of rules and packets while room, buffers, slots or time are short? |
//! | [`c_abi`] | is the C face the same device, and does it refuse what it must? |
//!
//! Broken by hand, each in a copy of the source, with the tests that failed (the first of how many):
//!
//! | what was broken | where | tests that fail |
//! | --- | --- | --- |
//! | output leaves without its ack (RP-SW-5, RP-SW-3) | `held.rs` | `hold::kept_packets_reveal_nothing_…`, 5 |
//! | epoch of an ack not compared | `held.rs` | `hold::kept_packets_reveal_nothing_…`, 2 |
//! | kept packets never too old | `held.rs` | `hold::kept_packets_reveal_nothing_…`, 3 |
//! | age of the first kept packet alone looked at | `device.rs` | `hold::kept_packets_reveal_nothing_…`, 2 |
//! | kept packets put back in front of the others | `device.rs` | `hold::kept_packets_reveal_nothing_…`, 4 |
//! | room of the board not asked for | `device.rs` | `hold::kept_packets_reveal_nothing_…`, 5 |
//! | room of a datagram's last message not reserved | `device.rs` | `shortage::datagram_of_many_messages_…`, 1 |
//! | what found no room forgotten | `device.rs` | `shortage::room_for_one_packet_…`, 2 |
//! | packet asks again although no slot is free (RP-SW-7) | `device.rs` | `shortage::grant_that_finds_no_slot_…`, 1 |
//! | late grant makes all kept packets ask again | `device.rs` | `shortage::grant_that_comes_too_late_…`, 1 |
//! | packet that asked goes again on any news | `held.rs` | `shortage::news_of_another_flow_…`, @3 |
//! | kept read sends a message of its own | `device.rs` | `hold::kept_packets_reveal_nothing_…`, 1 |
//! | write not sent at once when its packet is kept | `device.rs` | `shortage::kept_packet_waits_for_grant_and_ack_…`, 5 |
//! | any refusal drops a packet that waits for a lease | `device.rs` | `shortage::refusal_drops_…`, 1 |
//! | news of one flow taken for all | `device.rs` | `shortage::news_of_another_flow_…`, 4 |
//! | port of a kept packet not restored | `device.rs` | `shortage::kept_packet_leaves_by_the_way_of_the_port_…`, 2 |
//! | no sweep without buffers (RP-SW-12) | `device.rs` | `shortage::board_without_room_or_buffers_…`, 1 |
//! | no sweep while no copy waits | `device.rs` | `travel::device_with_the_counter_…`, 2 |
//! | messages that are due lost as soon as no buffer is free | `device.rs` | `shortage::messages_that_are_due_…`, 2 |
//! | evacuation ends with its first poll | `device.rs` | `shortage::evacuation_goes_on_…`, 2 |
//! | poll without room says that there is more to do | `device.rs` | `shortage::board_without_room_or_buffers_…`, 2 |
//! | message cut short by its own flag `more` | `device.rs` | `uplink::several_messages_in_a_datagram_…`, 4 |
//! | released packet leaves by the port it came in by | `device.rs` | `travel::device_with_the_counter_…`, 9 |
//! | ARP learnt from anybody, or a group's address | `uplink.rs` | `uplink::next_hop_is_learnt_…`, 1 |
//! | hardware address of a replica kept for the next one (RP-CH-6) | `uplink.rs` | `uplink::next_hop_that_is_the_store_…`, 2 |
//! | ARP asked for once | `uplink.rs` | `uplink::next_hop_is_asked_for_…`, 1 |
//! | IPv4 or UDP checksum not looked at | `uplink.rs` | `uplink::datagram_of_the_store_with_any_bit_flipped_…`, 2 |
//! | checksum of zero sent as zero | `uplink.rs` | `uplink::checksum_that_comes_out_as_zero_…`, 2 |
//! | first fragment taken | `uplink.rs` | `uplink::fragment_of_the_store_…`, 2 |
//! | port behind the last shard's taken | `uplink.rs` | `uplink::uplink_that_carries_other_traffic_…`, 2 |
//! | padding taken as part of the messages | `uplink.rs` | `uplink::grant_in_a_padded_frame_…`, 24 |
//! | length of a datagram not checked | `uplink.rs` | `shortage::packet_too_long_for_a_datagram_…`, 1 |
//! | port of another shard | `uplink.rs` | `uplink::packet_without_a_lease_goes_to_the_shard_…`, 1 |
//! | buffer that is not there taken back | `c_abi/calls.rs` | `c_abi::messages_of_the_librarys_own_…`, 1 |
//! | third output of a call lost | `c_abi.rs` | `c_abi::context_does_what_the_device_does_…`, 2 |
//! | resending without a pause allowed | `c_abi.rs` | `c_abi::init_with_anything_wrong_…`, 1 |
//! | frame with the library's tag taken | `c_abi.rs` | `c_abi::call_that_must_be_refused_…`, 1 |
//! | counters not left out of the room for slots | `c_abi/context.rs` | the heap is damaged, and the run ends |
//! | counters in another order | `c_abi/context.rs` | `c_abi::context_does_what_the_device_does_…`, 3 |

#![allow(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod board;
mod c_abi;
mod hold;
mod network;
mod shortage;
mod store;
mod travel;
mod uplink;
