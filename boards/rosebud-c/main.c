/*
 * A NAT on a Rosebud core that survives the loss of the core.
 *
 * The main loop gives every frame to the library and does with the outputs what their verdicts say. Port 0 is the
 * inside, port 1 the outside, and the store is reached over port 1 too.
 */
#include "io.h"
#include "redplane.h"

/* Flows that have a lease here at a time: a power of two. More are correct, only slower. */
#define FLOWS 256u
/* Writes, renewals and hand-backs that the store has not answered yet: a copy of each is kept. */
#define COPIES 128u
/* Messages of the library's own, each until io_send has copied it. */
#define MESSAGES 4u
#define OUTPUTS 8u

/* At the latest after so long (1 ms) rp_poll is called although frames keep coming: retransmissions wait for it. */
#define POLL_TICKS (1000u * 1000u / 256u)

/* After being asked to leave, how long to wait for the store's word that every lease is back. Then they simply run out. */
#define LEAVE_TICKS (1000u * 1000u * 1000u / 256u)

_Static_assert(OUTPUTS >= RP_OUT_MIN, "a call must have room for its outputs");

/* What each packet touches, in data memory. The counters come first, so they are at the start of data memory. */
static uint8_t fast[RP_FAST_SIZE(RP_NAT_SLOT_SIZE, FLOWS)] __attribute__((section(".fast"), aligned(RP_ALIGN)));
static uint8_t context[RP_CTX_SIZE] __attribute__((aligned(RP_ALIGN)));
/* What writes and messages touch, in packet memory, which is slower and large. */
static uint8_t slow[RP_SLOW_SIZE(RP_NAT_COPY_SIZE, COPIES)] __attribute__((section(".pmem.slow"), aligned(RP_ALIGN)));
static uint8_t messages[RP_PACKET_SIZE(MESSAGES)] __attribute__((section(".pmem.messages"), aligned(RP_ALIGN)));

static struct rp_ctx *const rp = (struct rp_ctx *)context;

static volatile bool leaving;

/* From start.S. Of the library's calls only rp_give_up_all may be made in here. */
void on_trap(uint32_t cause, uint32_t address)
{
    bool is_interrupt = cause >> 31;
    if (!is_interrupt)
        io_fault(cause, address);
    if (io_evict_asked()) {
        rp_give_up_all(rp);
        leaving = true;
    }
}

static void start(void)
{
    struct rp_config config;
    const uint8_t last = (uint8_t)io_core();
    const uint8_t address[4] = {192, 0, 2, (uint8_t)(10 + last)}, store[4] = {192, 0, 2, 1};
    const uint8_t mac[6] = {0x02, 0, 0, 0, 0, (uint8_t)(0x10 + last)}, store_mac[6] = {0x02, 0, 0, 0, 0, 0x01};
    const uint8_t outside[4] = {203, 0, 113, 0};

    /* Every core is a device of its own to the store: own number, own address. */
    rp_config_default(&config, (uint16_t)(1 + last), io_boot_number());
    config.inside_ports = 1u << 0;
    config.routes[0] = 1;
    config.routes[1] = 0;
    rp_nat_outside(&config, outside, 24);
    config.uplink.port = 1;
    for (int i = 0; i < 4; i += 1) {
        config.uplink.address[i] = address[i];
        config.uplink.store[i] = store[i];
    }
    for (int i = 0; i < 6; i += 1) {
        config.uplink.mac[i] = mac[i];
        config.uplink.next_hop_mac[i] = store_mac[i];
    }

    const struct rp_regions regions = {
        .fast = fast,
        .fast_size = sizeof fast,
        .slow = slow,
        .slow_size = sizeof slow,
        .packet = messages,
        .packet_size = sizeof messages,
    };
    enum rp_status status = rp_nat_init(rp, &regions, &config, io_now());
    if (status != RP_OK)
        io_fault(0x80u + status, 0);
}

static void carry_out(const struct rp_desc *out, uint32_t count)
{
    for (; count != 0; count -= 1, out += 1) {
        bool is_own = (out->tag & RP_TAG_OWN) != 0;
        switch (out->verdict) {
        case RP_RELEASE: {
            struct io_frame frame = {
                .data = out->data,
                .length = out->len,
                .port = (uint8_t)out->port,
                .slot = is_own ? IO_NO_SLOT : (uint8_t)out->tag,
            };
            io_send(&frame);
            if (is_own)
                rp_sent(rp, out->tag); /* io_send took a copy */
            break;
        }
        case RP_HOLD: /* the slot stays ours until the tag comes out again */
            break;
        case RP_DROP:
        case RP_PUNT: /* here a device with a processor of its own would answer with an ICMP error */
            io_drop((uint8_t)out->tag);
            break;
        }
    }
}

/* One turn: a frame, if there is one, and what time brings. */
static void turn(uint32_t now)
{
    static uint32_t polled;
    struct rp_desc out[OUTPUTS];
    struct io_frame frame;
    bool is_busy = io_receive(&frame);

    if (is_busy) {
        const struct rp_desc in = {
            .data = frame.data,
            .len = frame.length,
            .headroom = io_headroom(),
            .port = frame.port,
            .tag = frame.slot,
        };
        carry_out(out, rp_on_frame(rp, now, &in, out, OUTPUTS));
    }
    if (!is_busy || now - polled >= POLL_TICKS) {
        carry_out(out, rp_poll(rp, now, out, OUTPUTS));
        polled = now;
    }
}

/* The host may read any counter: it gives the number of a word, and finds number and word where it reads. */
static void answer_host(void)
{
    uint32_t which = io_host_asks();
    if (which < RP_COUNTERS_SIZE / 4)
        io_host_answer(which, ((const volatile uint32_t *)fast)[which]);
}

_Noreturn void main(void)
{
    start();
    io_start();

    while (!leaving) {
        turn(io_now());
        answer_host();
    }

    /* Asked to leave: the leases go back to the store, so that another core need not wait for them to run out. */
    uint32_t since = io_now(), now = since;
    do {
        turn(now);
        answer_host();
        now = io_now();
    } while (!rp_has_given_up_all(rp) && now - since < LEAVE_TICKS);

    io_evicted();
    for (;;) {
        struct io_frame frame;
        if (io_receive(&frame))
            io_drop(frame.slot);
        answer_host();
    }
}
