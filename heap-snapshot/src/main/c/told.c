/* Chooses what of the island is told. */
#include "told.h"

#include "references.h"

static struct marks told;

bool is_told(addr object) {
  return is_marked(&told, object);
}

static bool refers_to_told(addr reference) {
  return looks_like_object(reference) && is_told(resolve(reference));
}

/* An object leads to its class and its loader, and these to static fields. */
static bool class_leads_to_told(const struct klass *klass) {
  return refers_to_told(behind_handle(word_at(klass->at + vm.klass_mirror))) ||
         refers_to_told(behind_handle(word_at(klass->loader_data + vm.loader_object)));
}

static bool leads_to_told(addr object) {
  const struct klass *klass = klass_of(object);
  return class_leads_to_told(klass) || each_reference(object, klass, refers_to_told) ||
         each_hidden_reference(object, klass, refers_to_told);
}

void told_choose(const struct fixpoint *fixpoint) {
  const struct vec *order = &fixpoint->island_order;
  size_t surely = fixpoint->island_surely;
  marks_open(&told);
  for (size_t i = 0; i < surely; i++) {
    mark_only(&told, *(addr *)vec_at(order, i));
  }
  bool again = true;
  while (again) {
    again = false;
    /* What leads to an object was mostly met before it. */
    for (size_t i = order->count; i-- > surely;) {
      addr object = *(addr *)vec_at(order, i);
      if (!is_told(object) && leads_to_told(object)) {
        mark_only(&told, object);
        again = true;
      }
    }
  }
}

void told_close(void) {
  marks_close(&told);
}
