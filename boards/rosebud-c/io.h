/*
 * What main.c needs of a board: frames, time, and a host that may ask for something.
 *
 * To bring the firmware to another core, write these functions for it; main.c stays as it is.
 * Nothing here waits but io_boot_number, and io_send and io_drop while the wire takes nothing.
 */
#ifndef IO_H
#define IO_H

#include <stdbool.h>
#include <stdint.h>

/* A frame in packet memory. In front of one that was received there is room for io_headroom() bytes. */
struct io_frame {
    uint8_t *data;
    uint16_t length;
    uint8_t port;
    uint8_t slot; /* buffer of the interconnect's that it lies in; IO_NO_SLOT: memory of our own */
};

#define IO_NO_SLOT 0u

/* Lets frames come in, and the evict interrupt. */
void io_start(void);

/* Which boot of this core it is, 1 or more, as the host counts. Waits until the host has said so. */
uint16_t io_boot_number(void);

/* Number of this core among its like. */
uint32_t io_core(void);

/* Time in ticks of 256 ns; wraps after 18 minutes. */
uint32_t io_now(void);

/* The next frame that came in. Its slot is ours until io_send or io_drop. */
bool io_receive(struct io_frame *frame);

/* Room in front of a received frame, in bytes; RP_HEADROOM at least. */
uint16_t io_headroom(void);

/*
 * Transmits a frame, in order. Its slot is the interconnect's again. A frame in memory of our own, RP_MESSAGE_SIZE
 * bytes at most, is copied: that memory may change at once.
 */
void io_send(const struct io_frame *frame);

/* Gives a slot back without sending. */
void io_drop(uint8_t slot);

/* From the interrupt handler: has the host asked this core to leave? Acknowledges it. */
bool io_evict_asked(void);

/* Tells the host that this core may be stopped. */
void io_evicted(void);

/* Which word the host would like to see, and the answer. */
uint32_t io_host_asks(void);
void io_host_answer(uint32_t which, uint32_t word);

/* Reports an exception to the host and stops. */
_Noreturn void io_fault(uint32_t cause, uint32_t address);

#endif
