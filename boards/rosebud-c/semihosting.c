/*
 * RISC-V semihosting, as far as the stub needs it.
 * Source: the RISC-V semihosting specification, which takes operation numbers and blocks from Arm's.
 */
#include "semihosting.h"

#include <stdint.h>

enum {
    SYS_OPEN = 0x01,
    SYS_WRITE0 = 0x04,
    SYS_WRITE = 0x05,
    SYS_READ = 0x06,
    SYS_GET_CMDLINE = 0x15,
    SYS_EXIT_EXTENDED = 0x20,
};

#define ADP_STOPPED_APPLICATION_EXIT 0x20026u

/* The three instructions around ebreak tell it from a breakpoint. None of them may be compressed, all lie in one page. */
static uint32_t call(uint32_t operation, const void *block)
{
    register uint32_t a0 __asm__("a0") = operation;
    register const void *a1 __asm__("a1") = block;
    __asm__ volatile(".option push\n"
                     ".option norvc\n"
                     ".balign 16\n"
                     "slli x0, x0, 0x1f\n"
                     "ebreak\n"
                     "srai x0, x0, 7\n"
                     ".option pop\n"
                     : "+r"(a0)
                     : "r"(a1)
                     : "memory");
    return a0;
}

static uint32_t length_of(const char *text)
{
    uint32_t length = 0;
    while (text[length] != 0)
        length += 1;
    return length;
}

int host_open(const char *path, enum host_mode mode)
{
    uint32_t block[3] = {(uint32_t)path, mode, length_of(path)};
    return (int)call(SYS_OPEN, block);
}

size_t host_read(int file, void *buffer, size_t length)
{
    uint32_t block[3] = {(uint32_t)file, (uint32_t)buffer, length};
    return length - call(SYS_READ, block); /* the answer is how many are missing */
}

void host_write(int file, const void *buffer, size_t length)
{
    uint32_t block[3] = {(uint32_t)file, (uint32_t)buffer, length};
    call(SYS_WRITE, block);
}

void host_arguments(char *buffer, size_t size)
{
    uint32_t block[2] = {(uint32_t)buffer, size};
    if (call(SYS_GET_CMDLINE, block) != 0)
        buffer[0] = 0;
}

void host_print(const char *text)
{
    call(SYS_WRITE0, text);
}

_Noreturn void host_exit(int code)
{
    uint32_t block[2] = {ADP_STOPPED_APPLICATION_EXIT, (uint32_t)code};
    call(SYS_EXIT_EXTENDED, block);
    for (;;)
        ;
}
