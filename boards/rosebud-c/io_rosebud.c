/*
 * The descriptor interface of a Rosebud core.
 *
 * A received frame lies in one of the slots that io_start hands to the interconnect. The slot comes with
 * the frame and goes back with the descriptor that sends it (or, with length 0, that does not). Frames out
 * of other memory have slot 0.
 */
#include "io.h"

#include <stddef.h>

#include "redplane.h"
#include "regs.h"

/*
 * Frames of up to 9 KiB and the head room fit a slot, and a slot can wait for as long as the library holds
 * its frame: the load balancer sends nothing to a core without free slots.
 */
#define SLOTS 16u
#define SLOT_SIZE 16384u

/* The IP header of a received frame falls on a multiple of four: the core takes an exception on a misaligned load. */
#define HEADROOM ((RP_HEADROOM + 3u) / 4u * 4u + 2u)

static uint8_t slots[SLOTS][SLOT_SIZE] __attribute__((section(".pmem.slots"), aligned(16384)));

/* Cycles of 4 ns: a tick of 256 ns is 64 of them, and no division is needed. */
#define TICK_SHIFT 6

/*
 * Where frames out of other memory are sent from, in turn. When the interconnect has read such a frame it does
 * not say, so one is used again when it must have: after more sends than can be under way. The queue holds one
 * for each slot (32 in the builds with the most), there is a register in front of it, and the DMA engine behind
 * it has two at most. (A register that should tell how many are queued does not: rpu_intercon.v sends another
 * word in its place.)
 */
#define STAGES 36u

static uint8_t stages[STAGES][RP_MESSAGE_SIZE] __attribute__((section(".pmem.stages"), aligned(4)));
static uint32_t next_stage;

void *memcpy(void *to, const void *from, size_t length); /* the library brings it */

extern char __header_copy[]; /* rosebud.ld */
void interrupts_on(void);    /* start.S */

static uint32_t offset_of(const void *address)
{
    return (uint32_t)address & 0x00ffffffu;
}

/* The core stalls in here while the queue is full, until the wire has taken a frame. */
static void send(uint32_t low, const uint8_t *data)
{
    reg_write(REG_SEND_LOW, low);
    reg_write(REG_SEND_HIGH, (uint32_t)data);
    reg_write(REG_SEND_TYPE, SEND_FRAME);
}

void io_start(void)
{
    for (uint32_t slot = 1; slot <= SLOTS; slot += 1) {
        reg_write(REG_SLOT, slot << 24 | (offset_of(slots[slot - 1]) + HEADROOM));
        reg_write(REG_SLOT_STROBE, 1);
        /* The interconnect copies each header to data memory. Nobody needs it, so all copies go to one place. */
        reg_write(REG_SLOT, 1u << 31 | slot << 24 | offset_of(__header_copy));
        reg_write(REG_SLOT_STROBE, 1);
    }
    reg_write(REG_SEND_LOW, SLOTS << 16 | SLOT_SIZE);
    reg_write(REG_SEND_TYPE, SEND_SLOT_COUNT);

    reg_write(REG_MASK_WRITE, INT_EVICT);
    interrupts_on();
}

uint16_t io_boot_number(void)
{
    uint16_t number;
    do {
        number = (uint16_t)reg_read(REG_DEBUG_IN_HIGH);
    } while (number == 0);
    return number;
}

uint32_t io_core(void)
{
    return reg_read(REG_CORE_ID);
}

uint32_t io_now(void)
{
    uint32_t low, high = reg_read(REG_TIMER_HIGH), before;
    do { /* once more if the low word wrapped between the two reads */
        before = high;
        low = reg_read(REG_TIMER_LOW);
        high = reg_read(REG_TIMER_HIGH);
    } while (high != before);
    return high << (32 - TICK_SHIFT) | low >> TICK_SHIFT;
}

bool io_receive(struct io_frame *frame)
{
    if ((reg_read(REG_STATUS) & 1) == 0)
        return false;
    uint32_t low = reg_read(REG_RECV_LOW);
    frame->data = (uint8_t *)reg_read(REG_RECV_HIGH);
    frame->length = (uint16_t)low;
    frame->slot = (uint8_t)(low >> 16);
    frame->port = (uint8_t)(low >> 24);
    reg_write(REG_RECV_RELEASE, 1);
    return true;
}

uint16_t io_headroom(void)
{
    return HEADROOM;
}

void io_send(const struct io_frame *frame)
{
    const uint8_t *data = frame->data;
    if (frame->slot == IO_NO_SLOT) {
        memcpy(stages[next_stage], data, frame->length);
        data = stages[next_stage];
        next_stage = next_stage + 1 < STAGES ? next_stage + 1 : 0;
    }
    send((uint32_t)frame->port << 24 | (uint32_t)frame->slot << 16 | frame->length, data);
}

void io_drop(uint8_t slot)
{
    send((uint32_t)slot << 16, slots[slot - 1]);
}

bool io_evict_asked(void)
{
    if ((reg_read(REG_FLAGS) & INT_EVICT) == 0)
        return false;
    reg_write(REG_INT_ACK, INT_EVICT);
    return true;
}

void io_evicted(void)
{
    reg_write(REG_READY_TO_EVICT, 1);
}

uint32_t io_host_asks(void)
{
    return reg_read(REG_DEBUG_IN_LOW);
}

void io_host_answer(uint32_t which, uint32_t word)
{
    reg_write(REG_DEBUG_OUT_HIGH, word);
    reg_write(REG_DEBUG_OUT_LOW, which);
}

_Noreturn void io_fault(uint32_t cause, uint32_t address)
{
    reg_write(REG_DEBUG_OUT_HIGH, address);
    reg_write(REG_DEBUG_OUT_LOW, 0xfa000000u | cause);
    for (;;)
        ;
}
