/* Reads limits of memory. */
#include "headroom.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATH_BYTES 4096

/* Limits so large are none: version 1 writes them so. */
#define NO_LIMIT ((int64_t)1 << 60)

static int64_t number_in(const char *directory, const char *name) {
  char path[PATH_BYTES + 64];
  snprintf(path, sizeof path, "%s/%s", directory, name);
  FILE *file = fopen(path, "re");
  if (file == NULL) {
    return -1;
  }
  long long value = -1;
  if (fscanf(file, "%lld", &value) != 1) {
    value = -1;
  }
  fclose(file);
  return value;
}

/* A number that stands behind a word at the start of a line. */
static int64_t number_of(const char *path, const char *word) {
  FILE *file = fopen(path, "re");
  char line[256];
  long long value = -1;
  if (file == NULL) {
    return -1;
  }
  size_t length = strlen(word);
  while (value < 0 && fgets(line, sizeof line, file) != NULL) {
    if (strncmp(line, word, length) == 0) {
      value = strtoll(line + length, NULL, 10);
    }
  }
  fclose(file);
  return value;
}

static int64_t reclaimable(const char *directory, const char *word) {
  char path[PATH_BYTES + 64];
  snprintf(path, sizeof path, "%s/memory.stat", directory);
  int64_t value = number_of(path, word);
  return value < 0 ? 0 : value;
}

int64_t headroom_of_group(const char *directory) {
  int64_t limit = number_in(directory, "memory.max");
  int64_t used = number_in(directory, "memory.current");
  const char *word = "inactive_file ";
  if (used < 0) {
    limit = number_in(directory, "memory.limit_in_bytes");
    used = number_in(directory, "memory.usage_in_bytes");
    word = "total_inactive_file ";
  }
  if (limit < 0 || used < 0 || limit >= NO_LIMIT) {
    return INT64_MAX;
  }
  return limit - used + reclaimable(directory, word);
}

static int64_t least(int64_t a, int64_t b) {
  return a < b ? a : b;
}

/* A group and all above it: each of them may have a limit. */
static int64_t headroom_up_from(const char *mount, const char *group) {
  char path[PATH_BYTES];
  int length = snprintf(path, sizeof path, "%s%s", mount, group);
  if (length < 0 || (size_t)length >= sizeof path) {
    return INT64_MAX;
  }
  int64_t headroom = INT64_MAX;
  while (strlen(path) >= strlen(mount)) {
    headroom = least(headroom, headroom_of_group(path));
    char *slash = strrchr(path, '/');
    if (slash == NULL) {
      break;
    }
    *slash = 0;
  }
  return headroom;
}

static int64_t headroom_by_groups(void) {
  FILE *file = fopen("/proc/self/cgroup", "re");
  char line[PATH_BYTES];
  int64_t headroom = INT64_MAX;
  if (file == NULL) {
    return headroom;
  }
  while (fgets(line, sizeof line, file) != NULL) {
    line[strcspn(line, "\n")] = 0;
    char *controllers = strchr(line, ':');
    char *group = controllers == NULL ? NULL : strchr(controllers + 1, ':');
    if (group == NULL) {
      continue;
    }
    *group++ = 0;
    bool second = controllers[1] == 0;
    if (second) {
      headroom = least(headroom, headroom_up_from("/sys/fs/cgroup", group));
    } else if (strstr(controllers, "memory") != NULL) {
      headroom = least(headroom, headroom_up_from("/sys/fs/cgroup/memory", group));
    }
  }
  fclose(file);
  return headroom;
}

int64_t headroom_bytes(void) {
  int64_t available = number_of("/proc/meminfo", "MemAvailable:");
  int64_t machine = available < 0 ? INT64_MAX : available * 1024;
  return least(machine, headroom_by_groups());
}

bool promises_are_kept(const char *setting) {
  FILE *file = fopen(setting, "re");
  bool kept = file != NULL && fgetc(file) == '2';
  if (file != NULL) {
    fclose(file);
  }
  return kept;
}
