/* Reads requests. */
#include "request.h"

#include <stdlib.h>
#include <string.h>

#include "request_text.h"

struct reading {
  struct request *request;
  const struct jvm *jvm;
  struct request_text text;
};

/* Appends by malloc: give_up, which vec_add may end in, is for the child. */
static void *append(struct vec *vec, size_t item_bytes) {
  if (vec->count == vec->capacity) {
    size_t capacity = vec->capacity == 0 ? 64 : 2 * vec->capacity;
    char *items = realloc(vec->items, capacity * item_bytes);
    if (items == NULL) {
      return NULL;
    }
    *vec = (struct vec){items, item_bytes, vec->count, capacity};
  }
  return vec->items + vec->count++ * item_bytes;
}

static bool add_rule(struct reading *reading, enum rule_kind kind, int32_t class_index,
                     int64_t offset) {
  struct rule *rule = append(&reading->request->rules.rules, sizeof *rule);
  if (rule == NULL) {
    return request_fail("no memory for the request");
  }
  *rule = (struct rule){kind, class_index, (uint32_t)offset};
  return true;
}

static bool add_all_fields(struct reading *reading, enum rule_kind kind, int32_t index) {
  const struct jvm *jvm = reading->jvm;
  jclass type = jvm->classes[index];
  jint count = 0;
  jfieldID *fields = NULL;
  bool fine = true;
  jvmtiError error = (*jvm->jvmti)->GetClassFields(jvm->jvmti, type, &count, &fields);
  if (error == JVMTI_ERROR_CLASS_NOT_PREPARED) {
    /* It has no instances. */
    return true;
  }
  if (error != JVMTI_ERROR_NONE) {
    return request_fail("JVMTI does not tell the fields of a class with a rule");
  }
  for (jint i = 0; i < count && fine; i++) {
    char *signature = NULL;
    if ((*jvm->jvmti)->GetFieldName(jvm->jvmti, type, fields[i], NULL, &signature, NULL) != 0) {
      fine = request_fail("JVMTI does not tell the name of a field");
      break;
    }
    if ((signature[0] == 'L' || signature[0] == '[') && !is_static_field(jvm, type, fields[i])) {
      int64_t offset = field_offset(jvm, type, fields[i], false);
      fine = offset >= 0 ? add_rule(reading, kind, index, offset)
                         : request_fail("the offset of a field cannot be had");
    }
    (*jvm->jvmti)->Deallocate(jvm->jvmti, (unsigned char *)signature);
  }
  (*jvm->jvmti)->Deallocate(jvm->jvmti, (unsigned char *)fields);
  return fine;
}

/* A rule that takes a reference away may miss its field: then the reference counts. */
static bool is_needed(enum rule_kind kind) {
  return kind == RULE_FOLLOW || kind == RULE_DEFER;
}

static bool take_rule(struct reading *reading, const struct line *line, enum rule_kind kind) {
  if (line->count != 3) {
    return request_fail("line %d of the request: expected a class and a field", line->number);
  }
  const struct named *named = classes_of(&reading->text, line->words[1]);
  for (int32_t i = 0; named != NULL && i < named->count; i++) {
    if (strcmp(line->words[2], "*") == 0) {
      if (!add_all_fields(reading, kind, named->indexes[i])) {
        return false;
      }
      continue;
    }
    struct field_use use = {.name = line->words[2],
                            .is_static = kind == RULE_SKIP_STATIC || kind == RULE_REGISTRY,
                            .of_superclasses = kind < RULE_SKIP_STATIC};
    find_field(reading->jvm, reading->jvm->classes[named->indexes[i]], &use);
    if (use.found == 0 && is_needed(kind)) {
      return request_fail("class %.100s of this JVM has no field %.100s", line->words[1], line->words[2]);
    }
    if (use.found > 0 && !add_rule(reading, kind, named->indexes[i], use.offset)) {
      return false;
    }
  }
  return true;
}

static int position(const char *const names[], int count, const char *name) {
  for (int i = 0; i < count; i++) {
    if (strcmp(names[i], name) == 0) {
      return i;
    }
  }
  return -1;
}

/* The first class of a name that is loaded, or -1. */
static int32_t first_class(const struct reading *reading, const char *name) {
  const struct named *named = classes_of(&reading->text, name);
  return named == NULL || named->count == 0 ? -1 : named->indexes[0];
}

static bool take_role(struct reading *reading, const struct line *line) {
  static const char *const names[ROLE_COUNT] = {
      "thread-id",     "thread-name",   "group-name",   "string-value",      "thread-status",
      "thread-holder", "holder-status", "park-blocker", "virtual-state",     "continuation",
      "continuation-tail", "chunk-sp",  "chunk-size",   "chunk-parent"};
  int role = line->count == 4 ? position(names, ROLE_COUNT, line->words[1]) : -1;
  if (role < 0) {
    return request_fail("line %d of the request: unknown role", line->number);
  }
  int32_t index = first_class(reading, line->words[2]);
  if (index < 0) {
    return true;
  }
  struct field_use use = {.name = line->words[3]};
  find_field(reading->jvm, reading->jvm->classes[index], &use);
  if (use.found > 0) {
    reading->request->rules.roles[role] = (int32_t)use.offset;
  }
  return true;
}

static bool take_class(struct reading *reading, const struct line *line) {
  static const char *const names[] = {"thread", "virtual-thread", "stack-chunk", "thread-group"};
  struct rules *rules = &reading->request->rules;
  int32_t *const places[] = {&rules->thread_class, &rules->virtual_thread_class,
                             &rules->chunk_class, &rules->group_class};
  int which = line->count == 3 ? position(names, 4, line->words[1]) : -1;
  if (which < 0) {
    return request_fail("line %d of the request: unknown class", line->number);
  }
  *places[which] = first_class(reading, line->words[2]);
  return true;
}

static bool take_virtual_wait(struct reading *reading, const struct line *line) {
  static const char *const names[VIRTUAL_WAIT_COUNT] = {"parked", "waiting"};
  int which = line->count == 5 ? position(names, VIRTUAL_WAIT_COUNT, line->words[1]) : -1;
  if (which < 0) {
    return request_fail("line %d of the request: unknown state", line->number);
  }
  int32_t index = first_class(reading, line->words[2]);
  if (index >= 0) {
    struct field_use use = {.name = line->words[3], .is_static = true};
    /* Where waits with a timeout have no state of their own, this one does not tell them apart. */
    struct field_use timed = {.name = line->words[4], .is_static = true};
    find_field(reading->jvm, reading->jvm->classes[index], &use);
    find_field(reading->jvm, reading->jvm->classes[index], &timed);
    reading->request->rules.virtual_waits[which] = use.value;
    reading->request->rules.has_virtual_wait[which] = use.found > 0 && timed.found > 0;
  }
  return true;
}

static bool take_classes(const struct reading *reading, const struct line *line, struct vec *into) {
  const struct named *named = line->count == 2 ? classes_of(&reading->text, line->words[1]) : NULL;
  for (int32_t i = 0; named != NULL && i < named->count; i++) {
    int32_t *added = append(into, sizeof *added);
    if (added == NULL) {
      return request_fail("no memory for the request");
    }
    *added = named->indexes[i];
  }
  return true;
}

/* A class by whose presence some threads are known to nobody. */
static bool take_refusal(struct reading *reading, const struct line *line) {
  if (line->count != 2) {
    return request_fail("line %d of the request: expected a class", line->number);
  }
  return first_class(reading, line->words[1]) < 0 ||
         request_fail("%.150s is in use: virtual threads of this JVM are not tracked", line->words[1]);
}

static bool take_thread(struct reading *reading, const struct line *line) {
  struct asked *asked =
      line->count == 3 ? append(&reading->request->rules.asked, sizeof *asked) : NULL;
  if (asked == NULL) {
    return request_fail("line %d of the request: expected a thread's id and flags", line->number);
  }
  asked->thread_id = strtoll(line->words[1], NULL, 10);
  asked->handle = (uint32_t)strtoul(line->words[2], NULL, 10);
  return true;
}

static bool take_way(struct reading *reading, const struct line *line) {
  int64_t *id = line->count == 2 ? append(&reading->request->rules.ways, sizeof *id) : NULL;
  if (id == NULL) {
    return request_fail("line %d of the request: expected a thread's id", line->number);
  }
  *id = strtoll(line->words[1], NULL, 10);
  return true;
}

static bool take_number(struct reading *reading, const struct line *line) {
  struct request *request = reading->request;
  char *end = NULL;
  long long value = line->count == 2 ? strtoll(line->words[1], &end, 10) : -1;
  if (value < 0 || end == NULL || *end != 0) {
    return request_fail("line %d of the request: expected a number", line->number);
  }
  if (strcmp(line->words[0], "least-stage") == 0) {
    request->rules.least_stage = (int32_t)value;
  } else if (strcmp(line->words[0], "most-bytes") == 0) {
    request->rules.most_bytes = (uint64_t)value;
  } else if (strcmp(line->words[0], "deadline-seconds") == 0) {
    request->limits.deadline_seconds = (int32_t)value;
  } else if (strcmp(line->words[0], "niceness") == 0) {
    request->limits.niceness = (int32_t)value;
  } else if (strcmp(line->words[0], "reserve-bytes") == 0) {
    request->limits.reserve_bytes = value;
  } else {
    return request_fail("line %d of the request: unknown word %.100s", line->number, line->words[0]);
  }
  return true;
}

static bool take(struct reading *reading, const struct line *line) {
  static const char *const rules[] = {"skip",  "defer",       "follow",  "private",
                                      "owner", "skip-static", "registry"};
  if (line->count == 0) {
    return true;
  }
  const char *verb = line->words[0];
  int rule = position(rules, sizeof rules / sizeof rules[0], verb);
  if (rule >= 0) {
    return take_rule(reading, line, (enum rule_kind)rule);
  }
  if (strcmp(verb, "role") == 0) {
    return take_role(reading, line);
  }
  if (strcmp(verb, "class") == 0) {
    return take_class(reading, line);
  }
  if (strcmp(verb, "virtual-wait") == 0) {
    return take_virtual_wait(reading, line);
  }
  if (strcmp(verb, "open") == 0) {
    return take_classes(reading, line, &reading->request->rules.open_classes);
  }
  if (strcmp(verb, "gives") == 0) {
    return take_classes(reading, line, &reading->request->rules.giving_classes);
  }
  if (strcmp(verb, "knows") == 0) {
    return take_classes(reading, line, &reading->request->rules.knowing_classes);
  }
  if (strcmp(verb, "describe") == 0) {
    return take_classes(reading, line, &reading->request->rules.described_classes);
  }
  if (strcmp(verb, "refuse") == 0) {
    return take_refusal(reading, line);
  }
  if (strcmp(verb, "thread") == 0) {
    return take_thread(reading, line);
  }
  if (strcmp(verb, "way") == 0) {
    return take_way(reading, line);
  }
  if (strcmp(verb, "all-threads") == 0) {
    reading->request->rules.all_threads = true;
    return true;
  }
  return take_number(reading, line);
}

/* A rule of this JVM's own: its threads must be as the roles say. */
static bool check_roles(const struct rules *rules) {
  const int32_t *roles = rules->roles;
  bool status = roles[ROLE_THREAD_STATUS] != NO_ROLE ||
                (roles[ROLE_THREAD_HOLDER] != NO_ROLE && roles[ROLE_HOLDER_STATUS] != NO_ROLE);
  if (rules->thread_class < 0 || roles[ROLE_THREAD_ID] == NO_ROLE || !status ||
      roles[ROLE_PARK_BLOCKER] == NO_ROLE) {
    return request_fail("java.lang.Thread of this JVM has other fields than expected");
  }
  bool chunk = roles[ROLE_CHUNK_SP] != NO_ROLE && roles[ROLE_CHUNK_SIZE] != NO_ROLE &&
               roles[ROLE_CHUNK_PARENT] != NO_ROLE;
  if (rules->chunk_class >= 0 && !chunk) {
    return request_fail(
        "the stacks of virtual threads of this JVM have other fields than expected");
  }
  bool waits = rules->has_virtual_wait[VIRTUAL_PARKED] || rules->has_virtual_wait[VIRTUAL_WAITING];
  if (waits && (rules->chunk_class < 0 || roles[ROLE_VIRTUAL_STATE] == NO_ROLE ||
                roles[ROLE_CONTINUATION] == NO_ROLE ||
                roles[ROLE_CONTINUATION_TAIL] == NO_ROLE)) {
    return request_fail("virtual threads of this JVM have other fields than expected");
  }
  return true;
}

const char *request_read(struct request *request, const char *path, const struct jvm *jvm) {
  struct reading reading = {.request = request, .jvm = jvm};
  memset(request, 0, sizeof *request);
  struct rules *rules = &request->rules;
  for (int i = 0; i < ROLE_COUNT; i++) {
    rules->roles[i] = NO_ROLE;
  }
  rules->thread_class = -1;
  rules->virtual_thread_class = -1;
  rules->chunk_class = -1;
  rules->group_class = -1;
  rules->classes = (const void *const *)jvm->classes;
  rules->class_count = jvm->class_count;
  bool fine = text_read(&reading.text, path, jvm);
  for (int i = 1; fine && i < reading.text.line_count; i++) {
    fine = take(&reading, &reading.text.lines[i]);
  }
  fine = fine && check_roles(rules);
  text_free(&reading.text);
  return fine ? NULL : request_problem();
}

void request_free(struct request *request) {
  free(request->rules.rules.items);
  free(request->rules.open_classes.items);
  free(request->rules.giving_classes.items);
  free(request->rules.knowing_classes.items);
  free(request->rules.described_classes.items);
  free(request->rules.asked.items);
  free(request->rules.ways.items);
  memset(request, 0, sizeof *request);
}
