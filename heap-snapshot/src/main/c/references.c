/* Goes through the references of an object. */
#include "references.h"

#include "marking.h"

static bool each_in(addr at, size_t count, hears *hear) {
  for (addr end = at + count * reference_size(); at < end; at += reference_size()) {
    if (hear(load(at))) {
      return true;
    }
  }
  return false;
}

size_t mirror_bytes(addr mirror, const struct klass *klass) {
  uint32_t statics = (uint32_t)int_at(mirror + vm.mirror_static_oop_count);
  size_t bytes = klass->size + statics * reference_size();
  /* What only a word leads to may be no mirror any more. */
  return is_readable(mirror, mirror + bytes) ? bytes : klass->size;
}

bool each_reference(addr object, const struct klass *klass, hears *hear) {
  switch (klass->shape) {
    case INSTANCE:
    case CHUNK:
      for (uint32_t i = 0; i < klass->run_count; i++) {
        if (each_in(object + (addr)klass->runs[i].offset, klass->runs[i].count, hear)) {
          return true;
        }
      }
      return false;
    case MIRROR:
      return each_in(object + klass->size,
                     (mirror_bytes(object, klass) - klass->size) / reference_size(), hear);
    case OBJECT_ARRAY:
      return each_in(object + klass->size, (size_t)(uint32_t)array_length(object), hear);
    case PRIMITIVE_ARRAY:
      return false;
  }
  return false;
}

bool each_hidden_reference(addr object, const struct klass *klass, hears *hear) {
  for (const struct field_rule *rule = field_rule_at(klass->rules); rule != NULL;
       rule = field_rule_at(rule->next)) {
    if (rule->kind < RULE_SKIP_STATIC && !is_in_runs(klass, rule->offset) &&
        hear(load(object + rule->offset))) {
      return true;
    }
  }
  return false;
}
