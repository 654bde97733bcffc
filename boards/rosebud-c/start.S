/*
 * Reset, traps, and the way from there to C.
 *
 * The core sees 25 bits of an instruction's address: instruction memory, linked at 0x02000000, is at 0 as
 * well. It starts at 0, and its trap vector is wired (to 4, in older cores to 0x20): there is no mtvec to
 * write. Code that computes addresses from the program counter works at 0x02000000 only, so reset and trap
 * jump there by absolute address before they do anything else.
 *
 * There is no data to copy: the host writes data memory as well as instruction memory before it lets the
 * core run. It could not be otherwise, loads do not reach instruction memory.
 */
#include "stack.h"

    .option arch, +zicsr

    .section .start, "ax"
    .globl  _start
    .option push
    .option norvc               /* a jump has to fit the four bytes before the vector */
_start:
    j       reset
    .globl  trap_vector
trap_vector:
    j       trap
    .org    0x20
    j       trap
    .option pop

reset:
    lui     t0, %hi(high)
    addi    t0, t0, %lo(high)
    jr      t0
high:
    lui     sp, %hi(__stack_top)
    addi    sp, sp, %lo(__stack_top)

    lui     t0, %hi(__bss_start)
    addi    t0, t0, %lo(__bss_start)
    lui     t1, %hi(__bss_end)
    addi    t1, t1, %lo(__bss_end)
    j       2f
1:  sw      zero, 0(t0)
    addi    t0, t0, 4
2:  bltu    t0, t1, 1b

    lui     t0, %hi(__stack_bottom)
    addi    t0, t0, %lo(__stack_bottom)
    li      t1, STACK_FILL
3:  sw      t1, 0(t0)
    addi    t0, t0, 4
    bltu    t0, sp, 3b

    call    main                /* does not return */

/* void on_trap(uint32_t cause, uint32_t address) in C, with all that it may change put aside. */
trap:
    addi    sp, sp, -64
    sw      ra, 0(sp)
    sw      t0, 4(sp)
    sw      t1, 8(sp)
    sw      t2, 12(sp)
    sw      a0, 16(sp)
    sw      a1, 20(sp)
    sw      a2, 24(sp)
    sw      a3, 28(sp)
    sw      a4, 32(sp)
    sw      a5, 36(sp)
    sw      a6, 40(sp)
    sw      a7, 44(sp)
    sw      t3, 48(sp)
    sw      t4, 52(sp)
    sw      t5, 56(sp)
    sw      t6, 60(sp)
    csrr    a0, mcause
    csrr    a1, mepc
    lui     t0, %hi(on_trap)
    addi    t0, t0, %lo(on_trap)
    jalr    t0
    lw      ra, 0(sp)
    lw      t0, 4(sp)
    lw      t1, 8(sp)
    lw      t2, 12(sp)
    lw      a0, 16(sp)
    lw      a1, 20(sp)
    lw      a2, 24(sp)
    lw      a3, 28(sp)
    lw      a4, 32(sp)
    lw      a5, 36(sp)
    lw      a6, 40(sp)
    lw      a7, 44(sp)
    lw      t3, 48(sp)
    lw      t4, 52(sp)
    lw      t5, 56(sp)
    lw      t6, 60(sp)
    addi    sp, sp, 64
    mret

/* void interrupts_on(void): the external interrupt, which is what the interconnect raises. */
    .section .text.interrupts_on, "ax"
    .globl  interrupts_on
interrupts_on:
    li      t0, 1 << 11         /* mie.MEIE */
    csrs    mie, t0
    csrsi   mstatus, 1 << 3     /* mstatus.MIE */
    ret
