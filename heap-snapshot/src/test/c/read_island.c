/* Reads islands. */
#define _GNU_SOURCE
#include "read_island.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define MOST_RECORDS 4096

static struct {
  struct record records[MOST_RECORDS];
  int count;
  const char *at;
  const char *end;
} island;

static int64_t next(int bytes) {
  int64_t value = 0;
  CHECK(island.end - island.at >= bytes);
  memcpy(&value, island.at, (size_t)bytes);
  island.at += bytes;
  return bytes == 4 ? (int32_t)value : value;
}

static const char *skip(int64_t bytes) {
  const char *from = island.at;
  CHECK(bytes >= 0 && island.end - from >= bytes);
  island.at += bytes;
  return from;
}

static void read_thread(struct record *record) {
  record->number = next(8);
  record->kind = (unsigned)next(1);
  record->stage = (unsigned)next(1);
  record->flags = (unsigned)next(1);
  record->other = (addr)next(8);
  record->owner = (addr)next(8);
}

static void read_class(struct record *record) {
  record->type = (int32_t)next(4);
  record->number = next(4);
  record->object = (addr)next(8);
  record->other = (addr)next(8);
  record->size = next(4);
  record->flags = (unsigned)next(1);
}

static void read_object(struct record *record) {
  record->type = (int32_t)next(4);
  record->flags = record->tag == 'M' ? 0 : (unsigned)next(1);
  record->kind = record->tag == 'B' ? (unsigned)next(1) : 0;
  record->size = next(4);
  int64_t bytes = record->size;
  if (record->tag == 'A') {
    bytes *= 8;
  } else if (record->tag == 'P') {
    bytes = record->number = next(4);
  } else if (record->tag == 'B') {
    bytes = 0;
  }
  record->contents = skip(bytes);
}

static void read_record(struct record *record, char tag) {
  record->tag = tag;
  if (tag == 'K') {
    read_class(record);
    return;
  }
  record->object = (addr)next(8);
  switch (tag) {
    case 'C':
      read_thread(record);
      break;
    case 'R':
      record->other = (addr)next(8);
      record->number = next(4);
      record->owner = (addr)next(8);
      record->size = next(8);
      break;
    case 'W':
    case 'F':
      record->other = (addr)next(8);
      break;
    case 'G':
      break;
    case 'T':
      record->type = (int32_t)next(4);
      record->number = next(8);
      break;
    default:
      CHECK(strchr("IBMAP", tag) != NULL);
      read_object(record);
  }
}

static void read_all(int file) {
  off_t size = lseek(file, 0, SEEK_END);
  island.at = mmap(NULL, (size_t)size, PROT_READ, MAP_PRIVATE, file, 0);
  island.end = island.at + size;
  CHECK(memcmp(skip(8), "STRSNAP1", 8) == 0);
  CHECK(next(1) == (int64_t)reference_size());
  CHECK((addr)next(8) == vm.oop_base && next(1) == vm.oop_shift);
  next(8);
  for (char tag = (char)next(1); tag != 'E'; tag = (char)next(1)) {
    CHECK(island.count < MOST_RECORDS);
    read_record(&island.records[island.count++], tag);
  }
  CHECK(island.at == island.end);
}

struct shared *tell(struct fixpoint *fixpoint) {
  struct shared *shared = mmap(NULL, sizeof *shared + 4096, PROT_READ | PROT_WRITE,
                               MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  int file = memfd_create("island", 0);
  fake_decide(fixpoint);
  island_write(file, fixpoint, &fake_rules, &fake_roots, shared);
  CHECK(lseek(file, 0, SEEK_END) == shared->island_bytes);
  read_all(file);
  return shared;
}

int record_count(void) {
  return island.count;
}

const struct record *record_at(int index) {
  return &island.records[index];
}

const struct record *told(char tag, addr object) {
  const struct record *found = NULL;
  for (int i = 0; i < island.count; i++) {
    const struct record *record = &island.records[i];
    if (record->tag == tag && record->object == object) {
      CHECK(found == NULL);
      found = record;
    }
  }
  return found;
}

bool is_whole(char tag, addr object, unsigned flags) {
  const struct record *record = told(tag, object);
  return record != NULL && record->flags == flags;
}

bool is_stub(char tag, addr object) {
  return is_whole(tag, object, IS_LIVE | IS_STUB);
}

bool leads(char tag, addr object, addr other) {
  int times = 0;
  for (int i = 0; i < island.count; i++) {
    const struct record *record = &island.records[i];
    times += record->tag == tag && record->object == object && record->other == other;
  }
  return times == 1;
}
