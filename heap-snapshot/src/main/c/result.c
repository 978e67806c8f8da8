/* Writes bytes of the result. */
#include "result.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "memory.h"

static struct {
  int file;
  char buffer[1 << 16];
  size_t filled;
  uint64_t written;
  uint64_t most;
} out;

void result_open(int file, uint64_t most_bytes) {
  out.file = file;
  out.filled = 0;
  out.written = 0;
  out.most = most_bytes;
}

static void flush(void) {
  size_t done = 0;
  while (done < out.filled) {
    ssize_t put = write(out.file, out.buffer + done, out.filled - done);
    if (put < 0 && errno == EINTR) {
      continue;
    }
    if (put <= 0) {
      give_up(errno == ENOSPC || errno == EDQUOT ? "no space for the result"
                                                 : "the result cannot be written");
    }
    done += (size_t)put;
  }
  out.written += out.filled;
  out.filled = 0;
  if (out.written > out.most) {
    give_up("what only the threads in question lead to is larger than allowed");
  }
}

void bytes(const void *from, size_t count) {
  while (count > 0) {
    size_t part = sizeof out.buffer - out.filled;
    part = part < count ? part : count;
    memcpy(out.buffer + out.filled, from, part);
    out.filled += part;
    from = (const char *)from + part;
    count -= part;
    if (out.filled == sizeof out.buffer) {
      flush();
    }
  }
}

void u1(unsigned value) {
  uint8_t byte = (uint8_t)value;
  bytes(&byte, 1);
}

void i4(int32_t value) {
  bytes(&value, 4);
}

void i8(int64_t value) {
  bytes(&value, 8);
}

void u8(addr value) {
  bytes(&value, 8);
}

uint64_t result_end(void) {
  flush();
  return out.written;
}
