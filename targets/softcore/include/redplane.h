/*
 * RedPlane for soft cores. Generated from targets/softcore/src/c_abi.rs: do not edit.
 *
 * A device is an rp_ctx in the caller's memory, with up to three regions beside it. A main loop gives it the frames that came in
 * (rp_on_frame) and the time (rp_poll), and does with each output what its verdict says:
 *
 *     for (;;) {
 *         uint32_t now = ticks();                         // of 256 ns, wrapping
 *         while (receive(&frame)) {
 *             n = rp_on_frame(&ctx, now, &frame, out, 8);
 *             for (i = 0; i < n; i++) act(&out[i]);       // send, keep or reuse the buffer named by out[i].tag
 *         }
 *         while ((n = rp_poll(&ctx, now, out, 8)) != 0)
 *             for (i = 0; i < n; i++) act(&out[i]);
 *     }
 *
 * No call blocks, allocates, or needs an atomic instruction. Calls for one context must not overlap; only rp_give_up_all may be
 * made from an interrupt. Counters are 32-bit words at the start of the fast region, in the order of the lists below, and may be
 * read at any time by whoever can read the memory.
 */
#ifndef REDPLANE_H
#define REDPLANE_H

#include <stdbool.h>
#include <stdint.h>

/**
 * Bytes of a context.
 */
#define RP_CTX_SIZE 2560

/**
 * 64-bit words of a context.
 */
#define RP_CTX_WORDS 320

/**
 * What the addresses of context and regions are multiples of.
 */
#define RP_ALIGN 8

/**
 * Bytes in front of a frame that the library may use: headers go there, so that a message is made in place.
 */
#define RP_HEADROOM 192

/**
 * Bytes of the counters at the start of the fast region.
 */
#define RP_COUNTERS_SIZE 432

/**
 * Bytes of a flow slot of the NAT in the fast region.
 */
#define RP_NAT_SLOT_SIZE 48

/**
 * Bytes of a mirrored copy of the NAT in the slow region.
 */
#define RP_NAT_COPY_SIZE 44

/**
 * Bytes of a flow slot of the counter in the fast region.
 */
#define RP_COUNTER_SLOT_SIZE 44

/**
 * Bytes of a mirrored copy of the counter in the slow region.
 */
#define RP_COUNTER_COPY_SIZE 40

/**
 * Bytes that a message of the library's own takes in the packet region.
 */
#define RP_MESSAGE_SIZE 192

/**
 * Most messages that the packet region is used for.
 */
#define RP_MESSAGES_MAX 32

/**
 * Most packets that are held at a time; more travel to the store inside their message.
 */
#define RP_HELD_MAX 16

/**
 * Outputs that a call must have room for.
 */
#define RP_OUT_MIN 3

/**
 * In `rp_config.routes`: packets that come in by this port lead nowhere.
 */
#define RP_NO_ROUTE 255

/**
 * Ports of a device, numbered from 0.
 */
#define RP_PORTS 16

/**
 * Replicas of a store that can be named beside the first.
 */
#define RP_OTHER_REPLICAS 3

/**
 * Values of a program's own.
 */
#define RP_PROGRAM_PARAMS 4

/**
 * In `rp_desc.reason`: there is none.
 */
#define RP_NO_REASON 255

/**
 * Why a context could not be made.
 */
enum rp_status {
    /**
     * It was made.
     */
    RP_OK = 0,
    /**
     * A pointer is null.
     */
    RP_E_NULL = 1,
    /**
     * An address is no multiple of RP_ALIGN.
     */
    RP_E_ALIGN = 2,
    /**
     * The fast region has no room for four flows.
     */
    RP_E_FAST = 3,
    /**
     * The slow region has no room for one copy.
     */
    RP_E_SLOW = 4,
    /**
     * The packet region has no room for one message.
     */
    RP_E_PACKET = 5,
    /**
     * The store has no shard, a route leads to a port that there is not, the lease is longer than a minute or not longer than its guard, or
     * writes would be sent again without a pause.
     */
    RP_E_CONFIG = 6,
};

/**
 * What is to be done with a frame.
 */
enum rp_verdict {
    /**
     * Send it out of `port`; then the buffer is free (or `rp_sent`, if its tag has RP_TAG_OWN).
     */
    RP_RELEASE = 0,
    /**
     * Keep the buffer of this tag as it is: it comes back by a later call.
     */
    RP_HOLD = 1,
    /**
     * The buffer is free; `reason` says why the frame is not sent, RP_NO_REASON if it was used up or a counter of the device says why.
     */
    RP_DROP = 2,
    /**
     * For the device's own processor, for `reason`; the buffer is the caller's.
     */
    RP_PUNT = 3,
};

/**
 * The way to the store.
 */
struct rp_uplink {
    /**
     * The port that leads to the store. It may carry other traffic too.
     */
    uint16_t port;
    /**
     * Our UDP port.
     */
    uint16_t udp_port;
    /**
     * UDP port of the store's first shard; the others are on the ports above it.
     */
    uint16_t store_port;
    /**
     * Number of the store's shards, 1 at least.
     */
    uint16_t shards;
    /**
     * Our IPv4 address.
     */
    uint8_t address[4];
    /**
     * The store's IPv4 address.
     */
    uint8_t store[4];
    /**
     * IPv4 address of the next hop, which is asked for by ARP if `next_hop_mac` is all zero.
     */
    uint8_t next_hop[4];
    /**
     * Our hardware address.
     */
    uint8_t mac[6];
    /**
     * Hardware address of the next hop, or all zero.
     */
    uint8_t next_hop_mac[6];
    /**
     * Whether datagrams to the store carry a checksum.
     */
    bool checksum;
    /**
     * Addresses of the store's replicas beside `store`, in the order in which they are tried when it does not serve; zeros behind the last.
     */
    uint8_t replicas[RP_OTHER_REPLICAS][4];
};

/**
 * How a device is set up. Times are in ticks of 256 ns.
 */
struct rp_config {
    /**
     * Number of this device among those of a store.
     */
    uint16_t switch_id;
    /**
     * Boot number: newer than the last one.
     */
    uint16_t incarnation;
    /**
     * Lease period, the same as the store's.
     */
    uint32_t lease_ticks;
    /**
     * What the lease is shorter by here: more than the clocks can drift apart in a period.
     */
    uint32_t guard_ticks;
    /**
     * Time until an unanswered write is sent again.
     */
    uint32_t resend_ticks;
    /**
     * Where the doubling of that time stops.
     */
    uint32_t resend_max_ticks;
    /**
     * Time without an answer after which the store counts as unreachable.
     */
    uint32_t silence_ticks;
    /**
     * How long a program that may goes on without a lease.
     */
    uint32_t open_ticks;
    /**
     * How long a packet is held here while it waits for the store; 0: it travels inside its message.
     */
    uint32_t hold_ticks;
    /**
     * The program's own values, see `rp_nat_outside`.
     */
    uint32_t program[RP_PROGRAM_PARAMS];
    /**
     * The ports on the inside: bit n for port n.
     */
    uint32_t inside_ports;
    /**
     * For each port, the port that its packets leave by, or RP_NO_ROUTE.
     */
    uint8_t routes[RP_PORTS];
    /**
     * The way to the store.
     */
    struct rp_uplink uplink;
};

/**
 * A device. Its contents are the library's.
 */
struct rp_ctx {
    /**
     * Do not touch.
     */
    uint64_t words[RP_CTX_WORDS];
};

/**
 * Memory that the caller lends, until it makes the context anew.
 */
struct rp_regions {
    /**
     * Counters and flow slots: what every packet touches.
     */
    uint8_t *fast;
    /**
     * Its bytes: RP_FAST_SIZE(slot size, flows). The largest power of two of flows that fits is used.
     */
    uint32_t fast_size;
    /**
     * Mirrored copies: what a write touches.
     */
    uint8_t *slow;
    /**
     * Its bytes: RP_SLOW_SIZE(copy size, copies).
     */
    uint32_t slow_size;
    /**
     * Messages of the library's own, which the network interface must be able to read.
     */
    uint8_t *packet;
    /**
     * Its bytes: RP_PACKET_SIZE(messages).
     */
    uint32_t packet_size;
};

/**
 * A frame in a buffer.
 */
struct rp_desc {
    /**
     * First byte of the frame, which is the destination's hardware address.
     */
    uint8_t *data;
    /**
     * Bytes of the frame.
     */
    uint16_t len;
    /**
     * Bytes of the buffer in front of the frame: RP_HEADROOM at least in what is given.
     */
    uint16_t headroom;
    /**
     * In what is given, the port it came in by; in an output, the port it leaves by.
     */
    uint16_t port;
    /**
     * In an output, an `rp_verdict`.
     */
    uint8_t verdict;
    /**
     * In an output, an `rp_reason` or RP_NO_REASON.
     */
    uint8_t reason;
    /**
     * The caller's name for the buffer.
     */
    uint32_t tag;
};

/**
 * Bytes of the fast region for `flows` flows (a power of two, 4 at least) with slots of `slot_size` bytes.
 */
#define RP_FAST_SIZE(slot_size, flows) (RP_COUNTERS_SIZE + (slot_size) * (flows))

/**
 * Bytes of the slow region for `copies` unanswered messages of `copy_size` bytes.
 */
#define RP_SLOW_SIZE(copy_size, copies) ((copy_size) * (copies))

/**
 * Bytes of the packet region for `messages` messages of the library's own that are on their way out.
 */
#define RP_PACKET_SIZE(messages) (RP_MESSAGE_SIZE * (messages))

/**
 * Set in the tag of a frame whose buffer is the library's: give it back with `rp_sent` when it has left. Clear in a caller's tags.
 */
#define RP_TAG_OWN UINT32_C(0x80000000)

/**
 * Why a frame was ignored. Counter of reason r: word r of the fast region.
 */
enum rp_reason {
    /**
     * The frame is too short for the headers that it announces, or they contradict each other.
     */
    RP_REASON_MALFORMED = 0,
    /**
     * Not a packet that the program handles, and its policy is to drop.
     */
    RP_REASON_NOT_HANDLED = 1,
    /**
     * An IPv4 fragment, of which only the first has ports.
     */
    RP_REASON_FRAGMENT = 2,
    /**
     * Its time to live ended here.
     */
    RP_REASON_TTL_EXPIRED = 3,
    /**
     * A write when the mirror queue is full. (RP-SW-4)
     */
    RP_REASON_MIRROR_FULL = 4,
    /**
     * A grant when no slot can be reused. (RP-SW-9)
     */
    RP_REASON_TABLE_FULL = 5,
    /**
     * A packet that a lease is needed for while the store does not answer, under `FailClosed`. (RP-SW-11)
     */
    RP_REASON_STORE_SILENT = 6,
    /**
     * A message shorter than it says.
     */
    RP_REASON_MESSAGE_TOO_SHORT = 7,
    /**
     * A message of another version.
     */
    RP_REASON_MESSAGE_VERSION = 8,
    /**
     * A message of no known kind.
     */
    RP_REASON_MESSAGE_KIND = 9,
    /**
     * A message of a schema that is not configured.
     */
    RP_REASON_MESSAGE_SCHEMA = 10,
    /**
     * A message whose flags contradict each other.
     */
    RP_REASON_MESSAGE_FLAGS = 11,
    /**
     * A message with bytes behind it.
     */
    RP_REASON_MESSAGE_TRAILING = 12,
    /**
     * A message that carries a tag although none was agreed.
     */
    RP_REASON_MESSAGE_TAG = 13,
    /**
     * A message that travels the other way.
     */
    RP_REASON_WRONG_DIRECTION = 14,
    /**
     * A message for another switch.
     */
    RP_REASON_WRONG_SWITCH = 15,
    /**
     * An answer for an earlier boot of this switch, or a request from one. (RP-ST-2)
     */
    RP_REASON_OLD_INCARNATION = 16,
    /**
     * An answer about a flow that has no slot (any more). (RP-SW-9)
     */
    RP_REASON_NO_SLOT = 17,
    /**
     * A grant of an epoch older than the slot's. (RP-SW-7)
     */
    RP_REASON_GRANT_OLD_EPOCH = 18,
    /**
     * A grant whose deadline has passed. (RP-SW-7)
     */
    RP_REASON_GRANT_EXPIRED = 19,
    /**
     * A grant of the epoch that was given up. (RP-SW-9)
     */
    RP_REASON_GRANT_RENOUNCED = 20,
    /**
     * An ack of an older epoch: its packet leaves, no register changes. (RP-SW-5)
     */
    RP_REASON_ACK_OLD_EPOCH = 21,
    /**
     * An ack of a write that was never begun. (RP-SW-5)
     */
    RP_REASON_ACK_BEYOND_SEQ = 22,
    /**
     * Any other answer of another epoch. (RP-SW-7)
     */
    RP_REASON_OTHER_EPOCH = 23,
    /**
     * A recall when the mirror queue is full. (RP-SW-4)
     */
    RP_REASON_RECALL_NO_ROOM = 24,
    /**
     * A renewal when the mirror queue is full. (RP-SW-8)
     */
    RP_REASON_RENEW_NO_ROOM = 25,
    /**
     * The store refused and the epoch is over. (RP-SW-9)
     */
    RP_REASON_REFUSED_FOR_GOOD = 26,
    /**
     * The store refused this one request. (RP-ST-7)
     */
    RP_REASON_REFUSED_FOR_NOW = 27,
    /**
     * A datagram longer than a buffer.
     */
    RP_REASON_DATAGRAM_TOO_LONG = 28,
    /**
     * No buffer was free. (RP-ST-7)
     */
    RP_REASON_NO_BUFFER = 29,
    /**
     * It came in by a port whose number does not fit a message.
     */
    RP_REASON_PORT_TOO_HIGH = 30,
    /**
     * A packet while the last complete snapshot is too old, under `StopForwarding`. (RP-SN-5)
     */
    RP_REASON_STALE = 31,
    /**
     * A packet whose structure the store has not handed over within the bound. (RP-SN-6)
     */
    RP_REASON_NOT_RESTORED = 32,
    /**
     * A snapshot message of another epoch, or of a snapshot that is not under way. (RP-SN-3)
     */
    RP_REASON_SNAPSHOT_OLD = 33,
    /**
     * A snapshot message whose slots are not those of the structure. (RP-SN-3)
     */
    RP_REASON_SNAPSHOT_RANGE = 34,
};

/**
 * What was done. Counter of event e: word RP_EVENTS_AT + e of the fast region.
 */
enum rp_event {
    /**
     * A packet that the program does not handle was passed on.
     */
    RP_EVENT_PASSED = 0,
    /**
     * A read went out at once. (RP-SW-3)
     */
    RP_EVENT_READ_FORWARDED = 1,
    /**
     * A packet asked the store for a lease. (RP-SW-1)
     */
    RP_EVENT_LEASE_REQUESTED = 2,
    /**
     * A lapsed lease stopped a packet. (RP-SW-2)
     */
    RP_EVENT_LEASE_LAPSED = 3,
    /**
     * A write was begun. (RP-SW-4)
     */
    RP_EVENT_WRITE_BEGUN = 4,
    /**
     * A write's output was released by its ack. (RP-SW-5)
     */
    RP_EVENT_WRITE_RELEASED = 5,
    /**
     * A read that saw an unacked write was held. (RP-SW-3)
     */
    RP_EVENT_READ_HELD = 6,
    /**
     * Its output was released. (RP-SW-3)
     */
    RP_EVENT_HOLD_RELEASED = 7,
    /**
     * A copy was dropped: its write is acked. (RP-SW-6)
     */
    RP_EVENT_COPY_ACKED = 8,
    /**
     * A copy was dropped: the flow has a newer write. (RP-SW-6)
     */
    RP_EVENT_COPY_SUPERSEDED = 9,
    /**
     * A copy was dropped: the slot has another epoch, or none, or the lease is over. (RP-SW-6)
     */
    RP_EVENT_COPY_OLD_EPOCH = 10,
    /**
     * A write or a give-up was sent again. (RP-SW-6)
     */
    RP_EVENT_RESENT = 11,
    /**
     * A grant installed state. (RP-SW-7)
     */
    RP_EVENT_GRANT_INSTALLED = 12,
    /**
     * A grant extended the deadline and changed nothing else. (RP-SW-7)
     */
    RP_EVENT_GRANT_EXTENDED = 13,
    /**
     * A grant's packet was processed as one that just arrived. (RP-SW-7)
     */
    RP_EVENT_REPROCESSED = 14,
    /**
     * A renewal was sent. (RP-SW-8)
     */
    RP_EVENT_RENEW_SENT = 15,
    /**
     * A renewal was answered. (RP-SW-8)
     */
    RP_EVENT_RENEWED = 16,
    /**
     * A slot changed flows. (RP-SW-9)
     */
    RP_EVENT_SLOT_REUSED = 17,
    /**
     * A lease was given up. (RP-SW-9)
     */
    RP_EVENT_GAVE_UP = 18,
    /**
     * The store confirmed that. (RP-SW-9)
     */
    RP_EVENT_GIVE_UP_CONFIRMED = 19,
    /**
     * A request renounced an epoch. (RP-SW-9)
     */
    RP_EVENT_RENOUNCED_IN_REQUEST = 20,
    /**
     * The store asked for a lease back. (RP-SW-9)
     */
    RP_EVENT_RECALLED = 21,
    /**
     * A packet went on without a lease, under `BoundedOpen`. (RP-SW-11)
     */
    RP_EVENT_WENT_OPEN = 22,
    /**
     * A slot was swept. (RP-SW-12)
     */
    RP_EVENT_SWEPT = 23,
    /**
     * A snapshot was begun. (RP-SN-1)
     */
    RP_EVENT_SNAPSHOT_BEGUN = 24,
    /**
     * A snapshot that was due waits for the one that runs. (RP-SN-2)
     */
    RP_EVENT_SNAPSHOT_WAITS = 25,
    /**
     * A run of slots was sent. (RP-SN-4)
     */
    RP_EVENT_SLOTS_SENT = 26,
    /**
     * A run of slots was sent again. (RP-SN-4)
     */
    RP_EVENT_SLOTS_RESENT = 27,
    /**
     * A snapshot was acknowledged complete. (RP-SN-4)
     */
    RP_EVENT_SNAPSHOT_COMPLETE = 28,
    /**
     * A snapshot ended before it was complete: its lease is over. (RP-SN-4)
     */
    RP_EVENT_SNAPSHOT_ABANDONED = 29,
    /**
     * A structure was emptied: its window was over.
     */
    RP_EVENT_WINDOW_ENDED = 30,
    /**
     * A packet was handled while the last complete snapshot was too old. (RP-SN-5)
     */
    RP_EVENT_STALE_WENT_ON = 31,
    /**
     * A packet waits for the structure to be restored. (RP-SN-6)
     */
    RP_EVENT_RESTORING = 32,
    /**
     * A run of slots was asked for, to restore the structure. (RP-SN-6)
     */
    RP_EVENT_SLOTS_FETCHED = 33,
    /**
     * A structure was restored, or begun empty. (RP-SN-6)
     */
    RP_EVENT_RESTORED = 34,
    /**
     * Store: a run of slots was taken in. (RP-SN-3)
     */
    RP_EVENT_SLOTS_TAKEN = 35,
    /**
     * Store: a snapshot was complete and replaced the one before. (RP-SN-4)
     */
    RP_EVENT_SNAPSHOT_REPLACED = 36,
    /**
     * Store: slots of an old snapshot were refused. (RP-SN-3)
     */
    RP_EVENT_OLD_SLOTS_REFUSED = 37,
    /**
     * Store: a run of slots was handed to the owner. (RP-SN-6)
     */
    RP_EVENT_SLOTS_HANDED = 38,
    /**
     * Store: a record was made. (RP-ST-1)
     */
    RP_EVENT_RECORD_MADE = 39,
    /**
     * Store: a new flow was granted. (RP-ST-2)
     */
    RP_EVENT_GRANTED_NEW = 40,
    /**
     * Store: the same owner was granted the same epoch again. (RP-ST-2)
     */
    RP_EVENT_GRANTED_AGAIN = 41,
    /**
     * Store: a switch that has booted was granted the next epoch at once. (RP-ST-2)
     */
    RP_EVENT_GRANTED_NEXT_BOOT = 42,
    /**
     * Store: a lapsed or given-up lease went to the next owner. (RP-ST-2)
     */
    RP_EVENT_GRANTED_NEXT = 43,
    /**
     * Store: a request waits for a live lease. (RP-ST-2)
     */
    RP_EVENT_REQUEST_WAITS = 44,
    /**
     * Store: a recall was sent. (RP-ST-2)
     */
    RP_EVENT_RECALL_SENT = 45,
    /**
     * Store: a request that renounces the current epoch counted as a give-up. (RP-ST-2)
     */
    RP_EVENT_RENOUNCED_BY_REQUEST = 46,
    /**
     * Store: a lease was given up. (RP-ST-2)
     */
    RP_EVENT_GIVE_UP_TAKEN = 47,
    /**
     * Store: a write was applied. (RP-ST-3)
     */
    RP_EVENT_WRITE_APPLIED = 48,
    /**
     * Store: an old write was acked because what covers it is committed. (RP-ST-3)
     */
    RP_EVENT_OLD_WRITE_ACKED = 49,
    /**
     * Store: a write of another epoch was refused. (RP-ST-3)
     */
    RP_EVENT_WRITE_REFUSED = 50,
    /**
     * Store: an answer waited for its record to be durable. (RP-ST-4)
     */
    RP_EVENT_ANSWER_WAITED = 51,
    /**
     * Store: a hold was answered. (RP-ST-5)
     */
    RP_EVENT_HOLD_ANSWERED = 52,
    /**
     * Store: a hold waits for its write. (RP-ST-5)
     */
    RP_EVENT_HOLD_WAITS = 53,
    /**
     * Store: a buffer was full and the newest arrival refused. (RP-ST-7)
     */
    RP_EVENT_LIMIT_REACHED = 54,
    /**
     * Store: two records were made at once. (RP-ST-8)
     */
    RP_EVENT_PAIR_MADE = 55,
    /**
     * Store: a flow ended or idled and its record was deleted. (RP-ST-9)
     */
    RP_EVENT_EXPIRED = 56,
    /**
     * Store: a new record started above every older epoch. (RP-ST-10)
     */
    RP_EVENT_EPOCH_RAISED = 57,
};

/**
 * What the device did. Counter of d: word RP_DEVICE_AT + d of the fast region.
 */
enum rp_device {
    /**
     * Frames sent to the store.
     */
    RP_DEVICE_MESSAGES_SENT = 0,
    /**
     * Datagrams that came from the store.
     */
    RP_DEVICE_DATAGRAMS_RECEIVED = 1,
    /**
     * Datagrams from the store that were dropped for a wrong checksum or length.
     */
    RP_DEVICE_DATAGRAMS_DAMAGED = 2,
    /**
     * Messages lost because the hardware address of the next hop was not known yet.
     */
    RP_DEVICE_NO_NEXT_HOP = 3,
    /**
     * Messages of the device's own that had no buffer, or packets without head room for the headers or too long for a datagram.
     */
    RP_DEVICE_NO_BUFFER = 4,
    /**
     * ARP requests answered.
     */
    RP_DEVICE_ARP_ANSWERED = 5,
    /**
     * ARP requests sent.
     */
    RP_DEVICE_ARP_ASKED = 6,
    /**
     * Packets kept in the device's memory until the store answers.
     */
    RP_DEVICE_HELD = 7,
    /**
     * Packets sent to the store within their message because no more could be kept.
     */
    RP_DEVICE_HOLD_FULL = 8,
    /**
     * Kept packets that went on when the answer came.
     */
    RP_DEVICE_HOLD_RELEASED = 9,
    /**
     * Kept packets dropped because no answer came in time.
     */
    RP_DEVICE_HOLD_EXPIRED = 10,
    /**
     * Kept packets dropped because their lease generation ended first, or the store refused.
     */
    RP_DEVICE_HOLD_LOST = 11,
    /**
     * Frames dropped because they came in by a port that leads nowhere.
     */
    RP_DEVICE_NO_ROUTE = 12,
    /**
     * Times the next replica of the store was tried because the current one said that it does not serve.
     */
    RP_DEVICE_MOVED_REFUSED = 13,
    /**
     * Times the next replica of the store was tried because the current one was silent.
     */
    RP_DEVICE_MOVED_SILENT = 14,
};

/**
 * Word of the fast region where the counters of events begin.
 */
#define RP_EVENTS_AT 35

/**
 * Word of the fast region where the counters of the device begin.
 */
#define RP_DEVICE_AT 93

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * Sets everything to its default: the lease of 1 s of the paper, packets that travel inside their messages, no routes, UDP ports 4000
 * and 8000, one shard.
 *
 * # Safety
 * `config` is null or points to an `rp_config`, whose contents may be anything.
 */
void rp_config_default(struct rp_config *config,
                       uint16_t switch_id,
                       uint16_t incarnation);

/**
 * Sets the prefix of the NAT's outside addresses: `address` is any one of them.
 *
 * # Safety
 * `config` and `address` are null or point to an `rp_config` and four bytes.
 */
void rp_nat_outside(struct rp_config *config, const uint8_t *address, uint8_t prefix_len);

/**
 * Makes a context that runs the NAT and holds no lease. The memory's former contents are lost.
 *
 * # Safety
 * Pointers are null or point to what their types say; the regions are the context's alone until it is made anew.
 */
enum rp_status rp_nat_init(struct rp_ctx *ctx,
                           const struct rp_regions *regions,
                           const struct rp_config *config,
                           uint32_t now);

/**
 * Makes a context that runs the counter and holds no lease. The memory's former contents are lost.
 *
 * # Safety
 * As of `rp_nat_init`.
 */
enum rp_status rp_counter_init(struct rp_ctx *ctx,
                               const struct rp_regions *regions,
                               const struct rp_config *config,
                               uint32_t now);

/**
 * How many flows a context has room for; 0 if it was not made.
 *
 * # Safety
 * `ctx` is null or points to a context that was made or is all zero.
 */
uint32_t rp_flows(struct rp_ctx *ctx);

/**
 * A frame came in: a packet, a datagram from the store, or ARP about us; which of them is found out. Gives the number of outputs, of
 * which one is about this frame; 0 if the frame was not taken: `out_len` is below RP_OUT_MIN, a pointer is null or the tag is the library's.
 *
 * # Safety
 * `ctx` is null, all zero or made; `frame` is null or describes a buffer that is the library's until it comes back; `out` is null or
 * has `out_len` places.
 */
uint32_t rp_on_frame(struct rp_ctx *ctx,
                     uint32_t now,
                     const struct rp_desc *frame,
                     struct rp_desc *out,
                     uint32_t out_len);

/**
 * A packet came in that is not for the device itself: as `rp_on_frame`, for who tells frames apart by other means.
 *
 * # Safety
 * As of `rp_on_frame`.
 */
uint32_t rp_on_packet(struct rp_ctx *ctx,
                      uint32_t now,
                      const struct rp_desc *frame,
                      struct rp_desc *out,
                      uint32_t out_len);

/**
 * Messages came from the store: `frame` is the payload of their datagram, from the first message on.
 *
 * # Safety
 * As of `rp_on_frame`.
 */
uint32_t rp_on_store_msg(struct rp_ctx *ctx,
                         uint32_t now,
                         const struct rp_desc *frame,
                         struct rp_desc *out,
                         uint32_t out_len);

/**
 * Time has passed: gives the outputs that are due, one message to the store at most. To be called at least once in `resend_ticks` while
 * there is traffic, and once a minute in any case; while it gives outputs, again.
 *
 * # Safety
 * As of `rp_on_frame`.
 */
uint32_t rp_poll(struct rp_ctx *ctx,
                 uint32_t now,
                 struct rp_desc *out,
                 uint32_t out_len);

/**
 * A frame whose tag has RP_TAG_OWN has left: its buffer may be used again. Other tags are ignored.
 *
 * # Safety
 * `ctx` is null, all zero or made.
 */
void rp_sent(struct rp_ctx *ctx, uint32_t tag);

/**
 * Asks that every lease be handed back, as before a planned evacuation; `rp_poll` then does it. May be called from an interrupt, at
 * any time after the context was made: it writes one byte. To be called once: each call sends the messages again.
 *
 * # Safety
 * `ctx` is null, all zero or made.
 */
void rp_give_up_all(struct rp_ctx *ctx);

/**
 * Whether the store has confirmed everything that `rp_give_up_all` asked for.
 *
 * # Safety
 * As of `rp_sent`.
 */
bool rp_has_given_up_all(struct rp_ctx *ctx);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* REDPLANE_H */
