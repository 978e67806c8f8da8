/*
 * The bytes of the result, in the order of this machine; they end at a limit.
 */
#ifndef STRANDED_RESULT_H
#define STRANDED_RESULT_H

#include "vm_layout.h"

/* Begins to write to a descriptor; more bytes than these are given up. */
void result_open(int file, uint64_t most_bytes);

void bytes(const void *from, size_t count);
void u1(unsigned value);
void i4(int32_t value);
void i8(int64_t value);
void u8(addr value);

/* Writes what is left. Returns how many bytes there were. */
uint64_t result_end(void);

#endif
