/* What leads to what: the classes, constants, loaders and rules of a heap made by hand. */
#include <stddef.h>
#include <string.h>

#include "../../main/c/fields.h"
#include "../../main/c/marking.h"
#include "fake_threads.h"

struct fake_pool {
  addr cache;
  addr resolved;
};

struct fake_cache {
  addr references;
};

struct fake_klass_array {
  int32_t length;
  addr data[1];
};

static struct marking marking;

static addr *word_of(addr at) {
  return (addr *)at;
}

static void open_fake(void) {
  fake_open(true);
  vm.pool_cache = offsetof(struct fake_pool, cache);
  vm.pool_resolved_klasses = offsetof(struct fake_pool, resolved);
  vm.cache_references = offsetof(struct fake_cache, references);
  vm.array_length = offsetof(struct fake_klass_array, length);
  vm.array_data = offsetof(struct fake_klass_array, data);
}

static void begin(enum pass pass) {
  threads_close();
  heap_close();
  heap_open(&fake_rules);
  threads_open(&fake_rules, &fake_roots);
  forget_loaders(PASS_LIVE | PASS_WEAK | PASS_EVERYTHING);
  marking = (struct marking){.pass = pass};
  marks_open(&marking.own);
}

static void mark_from(enum pass pass, addr from) {
  begin(pass);
  marking_add(&marking, from);
  marking_drain(&marking);
}

static bool is_reached(addr target) {
  return is_marked(&marking.own, target);
}

static addr handle_of(addr target) {
  addr *slot = fake_metadata(sizeof *slot);
  *slot = target;
  return (addr)slot;
}

/* --- classes --- */

static void class_keeps_its_constants(void) {
  open_fake();
  addr type = fake_class(fake_object_class, FIELDS);
  addr constant = fake_plain();
  struct fake_cache *cache = fake_metadata(sizeof *cache);
  struct fake_pool *pool = fake_metadata(sizeof *pool);
  cache->references = handle_of(constant);
  pool->cache = (addr)cache;
  *word_of(type + vm.instance_constants) = (addr)pool;
  mark_from(PASS_LIVE, fake_object(type));
  CHECK(is_reached(constant));
}

static addr array_of(addr klass) {
  struct fake_klass_array *array = fake_metadata(sizeof *array);
  array->length = 1;
  array->data[0] = klass;
  return (addr)array;
}

/* Each way from a class to one of another loader. */
static void class_keeps_the_loaders_of_the_classes_that_it_names(void) {
  for (int way = 0; way < 4; way++) {
    open_fake();
    addr other = fake_class_of_other_loader();
    addr held = fake_plain();
    fake_set_static(other, held);
    addr type = fake_class(fake_object_class, FIELDS);
    struct fake_pool *pool = fake_metadata(sizeof *pool);
    pool->resolved = array_of(other);
    addr array = fake_array(0);
    if (way == 0) {
      *word_of(type + vm.klass_super) = other;
    } else if (way == 1) {
      *word_of(type + vm.instance_interfaces) = array_of(other);
    } else if (way == 2) {
      *word_of(type + vm.instance_constants) = (addr)pool;
    } else {
      *word_of(word_at(array + 8) + vm.obj_array_element) = other;
    }
    mark_from(PASS_LIVE, fake_object(type));
    CHECK(is_reached(held));
  }
}

static void object_keeps_the_loader_of_its_class(void) {
  open_fake();
  fake_loader_of_application();
  addr loader = word_at(fake_object_class + vm.klass_loader_data);
  addr held = fake_plain();
  fake_set(word_at(word_at(loader + vm.loader_object)), 0, held);
  mark_from(PASS_LIVE, fake_plain());
  CHECK(is_reached(held));
}

static void mirror_keeps_the_loader_of_what_it_stands_for(void) {
  open_fake();
  addr other = fake_class_of_other_loader();
  addr loader = word_at(other + vm.klass_loader_data);
  addr held = fake_plain();
  *word_of(loader + vm.loader_object) = handle_of(held);
  addr holder = fake_plain();
  fake_set(holder, 0, word_at(word_at(other + vm.klass_mirror)));
  mark_from(PASS_LIVE, holder);
  CHECK(is_reached(held));
}

/* A mirror whose class is not what it should be. */
static addr mirror_of(addr klass) {
  addr type = fake_class(fake_object_class, FIELDS);
  addr mirror = word_at(word_at(type + vm.klass_mirror));
  addr copy = fake_large_object(word_at(mirror + 8), OBJECT_BYTES + 8);
  memcpy((void *)copy, (const void *)mirror, OBJECT_BYTES + 8);
  *word_of(copy + vm.mirror_klass) = klass;
  return copy;
}

/* The archive has mirrors of classes that were not loaded yet: they have no loader. */
static void mirror_of_an_archived_class_is_passed_over(void) {
  open_fake();
  addr archived = (addr)fake_metadata(256);
  mark_from(PASS_LIVE, mirror_of(archived));
}

static void mirror_of_a_class_without_a_known_loader_is_given_up(void) {
  open_fake();
  addr unknown = (addr)fake_metadata(256);
  *word_of(unknown + vm.klass_loader_data) = 1;
  mark_from(PASS_LIVE, mirror_of(unknown));
}

static void mirror_that_a_word_leads_to_may_be_none(void) {
  open_fake();
  addr unknown = (addr)fake_metadata(256);
  *word_of(unknown + vm.klass_loader_data) = 1;
  addr mirror = mirror_of(unknown);
  addr type = fake_class(fake_object_class, FIELDS);
  addr too_large = mirror_of(type);
  *(int32_t *)(too_large + vm.mirror_static_oop_count) = 1 << 28;
  begin(PASS_LIVE);
  marking_add_word(&marking, mirror);
  marking_add_word(&marking, too_large);
  CHECK(is_reached(mirror) && is_reached(too_large));
}

static void mirror_with_more_fields_than_memory_is_given_up(void) {
  open_fake();
  addr mirror = mirror_of(fake_class(fake_object_class, FIELDS));
  *(int32_t *)(mirror + vm.mirror_static_oop_count) = 1 << 28;
  mark_from(PASS_LIVE, mirror);
}

/* --- rules --- */

static void fields_count_by_their_rule(void) {
  static const enum rule_kind kinds[] = {RULE_SKIP, RULE_DEFER, RULE_OWNER, RULE_FOLLOW};
  for (int i = 0; i < 4; i++) {
    open_fake();
    addr type = fake_class(fake_object_class, FIELDS);
    addr holder = fake_object(type);
    addr held = fake_plain();
    addr beside = fake_plain();
    fake_set(holder, 1, held);
    fake_set(holder, 2, beside);
    fake_rule(kinds[i], type, fake_offset(1));
    mark_from(PASS_LIVE, holder);
    CHECK(is_reached(held) == (kinds[i] == RULE_FOLLOW) && is_reached(beside));
    mark_from(PASS_EVERYTHING, holder);
    CHECK(is_reached(held));
  }
}

static void static_fields_that_are_skipped_are_followed_by_who_asks_for_everything(void) {
  open_fake();
  addr type = fake_class(fake_object_class, FIELDS);
  addr held = fake_plain();
  fake_set_static(type, held);
  fake_rule(RULE_SKIP_STATIC, type, OBJECT_BYTES);
  mark_from(PASS_LIVE, fake_object(type));
  CHECK(!is_reached(held));
  mark_from(PASS_EVERYTHING, fake_object(type));
  CHECK(is_reached(held));
}

/* Those that the collector leaves out, as referents. */
static void hidden_fields_count_by_their_rule(void) {
  static const enum rule_kind kinds[] = {RULE_SKIP, RULE_DEFER, RULE_FOLLOW, RULE_PRIVATE};
  for (int i = 0; i < 4; i++) {
    open_fake();
    addr type = fake_class(fake_object_class, 0);
    addr holder = fake_object(type);
    addr held = fake_plain();
    fake_set(holder, 1, held);
    fake_rule(kinds[i], type, fake_offset(1));
    mark_from(PASS_LIVE, holder);
    CHECK(is_reached(held) == (kinds[i] == RULE_FOLLOW));
    CHECK(marking.deferred.count == (kinds[i] == RULE_DEFER ? 1 : 0));
    mark_from(PASS_WEAK, holder);
    CHECK(is_reached(held) == (kinds[i] == RULE_FOLLOW || kinds[i] == RULE_DEFER));
    mark_from(PASS_EVERYTHING, holder);
    CHECK(is_reached(held) == (kinds[i] != RULE_PRIVATE));
  }
}

static void referent_of_what_may_be_no_object_is_kept_apart(void) {
  open_fake();
  addr type = fake_class(fake_object_class, 0);
  fake_rule(RULE_DEFER, type, fake_offset(0));
  addr reference = fake_object(type);
  fake_set(reference, 0, fake_plain());
  begin(PASS_LIVE);
  marking_add_word(&marking, reference);
  CHECK(marking.deferred.count == 0 && marking.doubtful.count == 1);
}

static void most_special_class_decides(void) {
  open_fake();
  addr super = fake_class(fake_object_class, FIELDS);
  addr type = fake_class(super, FIELDS);
  addr held = fake_plain();
  addr of_class = fake_plain();
  addr holder = fake_object(type);
  fake_set(holder, 1, held);
  fake_set_static(type, of_class);
  fake_rule(RULE_SKIP, super, fake_offset(1));
  fake_rule(RULE_FOLLOW, type, fake_offset(1));
  /* Static fields are not inherited. */
  fake_rule(RULE_SKIP_STATIC, super, OBJECT_BYTES);
  mark_from(PASS_LIVE, holder);
  CHECK(is_reached(held) && is_reached(of_class));
}

/* --- objects --- */

static void object_that_was_moved_is_where_it_is_now(void) {
  open_fake();
  addr then = fake_plain();
  addr now = fake_plain();
  addr held = fake_plain();
  addr holder = fake_plain();
  fake_set(now, 0, held);
  fake_set(holder, 0, then);
  *word_of(then) = now | 3;
  mark_from(PASS_LIVE, holder);
  CHECK(is_reached(now) && is_reached(held) && !is_reached(then));
}

static void what_is_marked_below_is_left_alone(void) {
  open_fake();
  addr inner = fake_plain();
  addr outer = fake_plain();
  fake_set(outer, 0, inner);
  mark_from(PASS_LIVE, inner);
  struct marks below = marking.own;
  marking = (struct marking){.pass = PASS_WEAK, .below = &below};
  marks_open(&marking.own);
  marking_add(&marking, outer);
  marking_drain(&marking);
  CHECK(is_reached(outer) && !is_reached(inner));
}

/* A word may lead to what once was an object, and is overwritten since. */
static void what_a_word_leads_to_is_followed_with_care(void) {
  open_fake();
  addr no_object = fake_plain();
  *word_of(no_object + 8) = 0x1234;
  addr too_long = fake_array(1);
  *(int32_t *)(too_long + vm.array_length_at) = 1 << 28;
  addr held = fake_plain();
  addr word = fake_plain();
  fake_set(word, 0, no_object);
  fake_set(word, 1, too_long);
  fake_set(word, 2, held);
  *(uint32_t *)(word + fake_offset(3)) = 0xfffffff0;
  begin(PASS_LIVE);
  marking_add_word(&marking, word);
  CHECK(is_reached(word) && is_reached(held));
}

static addr chunk_with(addr word, int32_t sp) {
  addr type = fake_class(fake_object_class, 0);
  fake_rules.chunk_class = fake_index(type);
  fake_rules.roles[ROLE_CHUNK_SP] = THREAD_ID;
  fake_rules.roles[ROLE_CHUNK_SIZE] = THREAD_ID + 4;
  addr chunk = fake_large_object(type, OBJECT_BYTES + 4 * sizeof(addr));
  *(int32_t *)(chunk + THREAD_ID) = sp;
  *(int32_t *)(chunk + THREAD_ID + 4) = 4;
  *word_of(chunk + OBJECT_BYTES + 3 * sizeof(addr)) = word;
  return chunk;
}

static void words_of_a_frozen_stack_are_followed_when_all_else_is(void) {
  open_fake();
  addr held = fake_plain();
  addr word = fake_plain();
  addr no_object = fake_plain();
  *word_of(no_object + 8) = 0x1234;
  fake_set(word, 0, held);
  fake_set(word, 1, no_object);
  addr chunk = chunk_with(word, 1);
  begin(PASS_LIVE);
  marking_add(&marking, chunk);
  marking_drain_exactly(&marking);
  CHECK(!is_reached(word));
  marking_drain(&marking);
  CHECK(is_reached(word) && is_reached(held));
}

static void frozen_stack_that_a_word_leads_to_may_be_none(void) {
  open_fake();
  addr chunk = chunk_with(0, 5);
  begin(PASS_LIVE);
  marking_add_word(&marking, chunk);
  CHECK(is_reached(chunk));
}

/* --- where the class of an object stands --- */

static void class_is_read_where_the_header_has_it(void) {
  open_fake();
  addr narrow = fake_plain();
  addr compact = fake_plain();
  begin(PASS_LIVE);
  vm.klass_base = fake_object_class - 0x5000;
  *word_of(narrow + 8) = (addr)7 << 32 | 0x5000;
  CHECK(klass_of(narrow) == NULL);
  vm.narrow_klasses = true;
  CHECK(klass_of(narrow) == klass_at(fake_object_class));
  vm.compact_headers = true;
  vm.klass_shift_in_mark = 42;
  *word_of(compact) = (addr)0x5000 << 42 | 1;
  CHECK(klass_of(compact) == klass_at(fake_object_class));
}

static void status_may_be_in_a_holder(void) {
  open_fake();
  addr thread = fake_object(fake_thread_class);
  addr holder = fake_plain();
  fake_set_status(thread, 1);
  fake_set_status(holder, 2);
  fake_set(thread, 1, holder);
  begin(PASS_LIVE);
  CHECK(status_of(thread) == 1);
  fake_rules.roles[ROLE_THREAD_HOLDER] = (int32_t)fake_offset(1);
  fake_rules.roles[ROLE_HOLDER_STATUS] = THREAD_STATUS;
  CHECK(status_of(thread) == 2);
  addr now = fake_plain();
  fake_set_status(now, 3);
  *word_of(holder) = now | 3;
  CHECK(status_of(thread) == 3);
}

int main(void) {
#define RUN(test) run(#test, test, NULL)
  RUN(class_keeps_its_constants);
  RUN(class_keeps_the_loaders_of_the_classes_that_it_names);
  RUN(object_keeps_the_loader_of_its_class);
  RUN(mirror_keeps_the_loader_of_what_it_stands_for);
  RUN(mirror_of_an_archived_class_is_passed_over);
  run("mirror_of_a_class_without_a_known_loader_is_given_up",
      mirror_of_a_class_without_a_known_loader_is_given_up,
      "a mirror stands for a class that no loader has");
  RUN(mirror_that_a_word_leads_to_may_be_none);
  run("mirror_with_more_fields_than_memory_is_given_up",
      mirror_with_more_fields_than_memory_is_given_up,
      "a class has more static fields than there is memory");
  RUN(fields_count_by_their_rule);
  RUN(static_fields_that_are_skipped_are_followed_by_who_asks_for_everything);
  RUN(hidden_fields_count_by_their_rule);
  RUN(referent_of_what_may_be_no_object_is_kept_apart);
  RUN(most_special_class_decides);
  RUN(object_that_was_moved_is_where_it_is_now);
  RUN(what_is_marked_below_is_left_alone);
  RUN(what_a_word_leads_to_is_followed_with_care);
  RUN(words_of_a_frozen_stack_are_followed_when_all_else_is);
  RUN(frozen_stack_that_a_word_leads_to_may_be_none);
  RUN(class_is_read_where_the_header_has_it);
  RUN(status_may_be_in_a_holder);
  return tests_result();
}
