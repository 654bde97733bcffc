/*
 * The registers of a Rosebud core's descriptor interface that this firmware uses.
 *
 * Offsets from the start of the IO region, which is at address 0. All of them are read and written as
 * 32-bit words: the interconnect looks at bit 0 of a strobe and ignores the rest.
 * Source: github.com/ucsdsysnet/Rosebud, riscv_code/core.h and fpga_src/lib/Rosebud/rtl.
 */
#ifndef REGS_H
#define REGS_H

#include <stdint.h>

enum {
    /* written */
    REG_SEND_LOW = 0x08,      /* length 15:0, slot 23:16, port 31:24 */
    REG_SEND_HIGH = 0x0c,     /* address of the first byte */
    REG_SLOT = 0x18,          /* header copy 31, slot 30:24, address 23:0 */
    REG_READY_TO_EVICT = 0x24,
    REG_SEND_TYPE = 0x28,     /* takes the descriptor; one of SEND_* */
    REG_RECV_RELEASE = 0x2c,  /* 1: the next received descriptor, please */
    REG_SLOT_STROBE = 0x34,   /* 1: takes what REG_SLOT holds */
    REG_MASK_WRITE = 0x38,    /* which of INT_* interrupt */
    REG_INT_ACK = 0x3c,
    REG_DEBUG_OUT_LOW = 0x40, /* the host reads these two */
    REG_DEBUG_OUT_HIGH = 0x44,
    /* read */
    REG_RECV_LOW = 0x80,      /* as REG_SEND_LOW */
    REG_RECV_HIGH = 0x84,
    REG_STATUS = 0x8c,        /* bit 0: a received descriptor is there */
    REG_CORE_ID = 0x90,
    REG_TIMER_LOW = 0x94,     /* cycles; the same in all cores */
    REG_TIMER_HIGH = 0x98,
    REG_FLAGS = 0x9c,         /* INT_* that wait */
    REG_DEBUG_IN_LOW = 0xc0,  /* the host writes these two */
    REG_DEBUG_IN_HIGH = 0xc4,
};

enum { SEND_FRAME = 0, SEND_SLOT_COUNT = 3 };
enum { INT_EVICT = 1 << 5 };

#ifdef DESCRIPTOR_STUB
/* The image for QEMU: stub.c plays the interconnect behind the same driver. */
uint32_t reg_read(uint32_t offset);
void reg_write(uint32_t offset, uint32_t value);
#else
extern volatile uint32_t registers[]; /* rosebud.ld; a compiler takes a literal 0 for a null pointer */

static inline uint32_t reg_read(uint32_t offset)
{
    return registers[offset / 4];
}

/* The interconnect reads the frame when the descriptor has been written: no store may move behind. */
static inline void reg_write(uint32_t offset, uint32_t value)
{
    __asm__ volatile("" ::: "memory");
    registers[offset / 4] = value;
}
#endif

#endif
