/* Files, console and exit code of the machine that QEMU runs on. For the stub only. */
#ifndef SEMIHOSTING_H
#define SEMIHOSTING_H

#include <stddef.h>

enum host_mode { HOST_READ = 1, HOST_WRITE = 5 }; /* fopen's "rb" and "wb" */

/* File handle, or a negative number. */
int host_open(const char *path, enum host_mode mode);

/* Bytes read; 0 at the end of the file. */
size_t host_read(int file, void *buffer, size_t length);

void host_write(int file, const void *buffer, size_t length);

/* What QEMU was given as semihosting arguments, with blanks between. */
void host_arguments(char *buffer, size_t size);

void host_print(const char *text);

_Noreturn void host_exit(int code);

#endif
