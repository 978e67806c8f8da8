/* Who is a candidate, what its wait is for, and which threads and roots are live from the start. */
#include <stddef.h>
#include <string.h>

#include "../../main/c/waits.h"
#include "fake_threads.h"

#define SLEEPING (0x20 | 0x40 | 0x80)
#define PARKED_FOR_A_TIME (0x20 | 0x80 | 0x200)
#define IN_OBJECT_WAIT (0x10 | 0x80 | 0x100)
#define ENTERING 0x400

static struct fixpoint fixpoint;

static struct fake_java_thread *thread_of(int32_t status, addr blocker) {
  static int64_t id = 100;
  return (struct fake_java_thread *)fake_thread(id++, status, blocker);
}

static addr thread_object(const struct fake_java_thread *thread) {
  return fake_thread_object((addr)thread);
}

static const struct candidate *candidate(const struct fake_java_thread *thread) {
  return candidate_of(thread_object(thread));
}

static enum stage stage_of(const struct fake_java_thread *thread) {
  CHECK(candidate(thread) != NULL);
  return candidate(thread)->stage;
}

static void decide(void) {
  fixpoint_close(&fixpoint);
  threads_close();
  heap_close();
  fake_decide(&fixpoint);
}

/* Something that is only reached if a thread is live. */
static struct fake_java_thread *waiter_behind(addr thread_object) {
  addr latch = fake_plain();
  fake_set(thread_object, 2, latch);
  return thread_of(PARKED, latch);
}

/* --- who is a candidate --- */

static void wait_with_a_timeout_is_none(void) {
  fake_open(true);
  struct fake_java_thread *timed = thread_of(PARKED_FOR_A_TIME, fake_plain());
  struct fake_java_thread *behind = waiter_behind(thread_object(timed));
  decide();
  CHECK(candidate(timed) == NULL && stage_of(behind) == LIVE_STRONG);
}

static void only_those_that_are_asked_about_are_candidates(void) {
  fake_open(true);
  struct asked asked = {0, 0};
  struct fake_java_thread *meant = thread_of(PARKED, fake_plain());
  struct fake_java_thread *other = thread_of(PARKED, fake_plain());
  struct fake_java_thread *behind = waiter_behind(thread_object(other));
  fake_rules.all_threads = false;
  struct fake_java_thread *both[] = {meant, behind};
  for (int i = 0; i < 2; i++) {
    asked.thread_id = *(int64_t *)(thread_object(both[i]) + THREAD_ID);
    *(struct asked *)vec_add(&fake_rules.asked, sizeof asked) = asked;
  }
  /* The request says that nobody can interrupt it. */
  fake_root(thread_object(meant));
  decide();
  CHECK(candidate(other) == NULL && stage_of(behind) == LIVE_STRONG);
  CHECK(stage_of(meant) == LIVE_NEVER && candidate(meant)->handle_strong);
  CHECK(is_live_thread(thread_object(other)) && !is_live_thread(thread_object(meant)));
}

/* --- locks and monitors --- */

static void lock_without_an_owner_is_waited_for_as_any_object(void) {
  fake_open(true);
  addr lock_class = fake_class(fake_object_class, FIELDS);
  fake_rule(RULE_OWNER, lock_class, fake_offset(1));
  addr held = fake_object(lock_class);
  struct fake_java_thread *reached = thread_of(PARKED, held);
  struct fake_java_thread *dropped = thread_of(PARKED, fake_object(lock_class));
  fake_root(held);
  decide();
  CHECK(stage_of(reached) == LIVE_STRONG && stage_of(dropped) == LIVE_NEVER);
}

static void owner_that_has_ended_ends_no_wait_and_a_running_virtual_one_may(void) {
  fake_open(true);
  addr lock_class = fake_class(fake_object_class, FIELDS);
  fake_rule(RULE_OWNER, lock_class, fake_offset(1));
  addr locks[] = {fake_object(lock_class), fake_object(lock_class)};
  addr running = fake_virtual(50, 0);
  fake_set_status(running, VIRTUAL_IS_BUSY);
  fake_set(locks[0], 1, fake_object(fake_thread_class));
  fake_set(locks[1], 1, running);
  struct fake_java_thread *by_ended = thread_of(PARKED, locks[0]);
  struct fake_java_thread *by_running = thread_of(PARKED, locks[1]);
  fake_root(locks[0]);
  decide();
  CHECK(stage_of(by_ended) == LIVE_NEVER && stage_of(by_running) == LIVE_STRONG);
  CHECK(candidate_of(running) == NULL);
}

static void object_that_is_waited_on_is_that_of_the_monitor(void) {
  fake_open(true);
  addr held = fake_plain();
  fake_root(held);
  struct fake_java_thread *woken = thread_of(IN_OBJECT_WAIT, 0);
  struct fake_java_thread *dropped = thread_of(IN_OBJECT_WAIT, 0);
  struct fake_java_thread *unknown = thread_of(IN_OBJECT_WAIT, 0);
  woken->waiting = (addr)fake_monitor(held, 0);
  dropped->waiting = (addr)fake_monitor(fake_plain(), 0);
  decide();
  CHECK(stage_of(woken) == LIVE_STRONG && candidate(woken)->kind == WAIT_MONITOR);
  CHECK(stage_of(dropped) == LIVE_NEVER);
  CHECK(candidate(unknown) == NULL);
  /* Nothing leads to it but the wait. */
  CHECK(is_marked(&fixpoint.island.own, candidate(dropped)->sync));
}

static void join_ends_with_the_thread_and_by_nobody_else(void) {
  fake_open(true);
  struct fake_java_thread *leaked = thread_of(PARKED, fake_plain());
  struct fake_java_thread *running = thread_of(RUNNING, 0);
  addr not_started = fake_object(fake_thread_class);
  struct fake_java_thread *joins[] = {thread_of(IN_OBJECT_WAIT, 0), thread_of(IN_OBJECT_WAIT, 0),
                                      thread_of(IN_OBJECT_WAIT, 0)};
  joins[0]->waiting = (addr)fake_monitor(thread_object(leaked), 0);
  joins[1]->waiting = (addr)fake_monitor(thread_object(running), 0);
  joins[2]->waiting = (addr)fake_monitor(not_started, 0);
  fake_root(thread_object(leaked));
  fake_root(not_started);
  decide();
  /* Whoever has the thread may interrupt it, and then it ends. */
  CHECK(stage_of(leaked) == LIVE_HANDLE && stage_of(joins[0]) == LIVE_HANDLE);
  CHECK(stage_of(joins[1]) == LIVE_STRONG && stage_of(joins[2]) == LIVE_STRONG);
}

/* Each way in which a JVM says who owns a monitor. */
static void monitor_is_left_by_its_owner_alone(void) {
  for (int way = 0; way < 4; way++) {
    fake_open(true);
    vm.thread_monitor_id = offsetof(struct fake_java_thread, monitor_id);
    vm.thread_locks = offsetof(struct fake_java_thread, locks);
    vm.thread_locks_end = offsetof(struct fake_java_thread, locks_end);
    addr locked = fake_plain();
    struct fake_java_thread *owner = thread_of(PARKED, fake_plain());
    struct fake_java_thread *waiter = thread_of(ENTERING, 0);
    struct fake_java_thread *nobodys = thread_of(ENTERING, 0);
    owner->monitor_id = 0x777;
    owner->locks[1] = locked;
    owner->locks_end = (uint32_t)vm.thread_locks + (way == 3 ? 16 : 8);
    addr owners[] = {(addr)owner, owner->last_sp, owner->monitor_id, 1};
    waiter->pending = (addr)fake_monitor(locked, owners[way]);
    nobodys->pending = (addr)fake_monitor(fake_plain(), 2);
    /* Neither who has the object nor who has the thread lets it in. */
    fake_root(locked);
    fake_root(thread_object(waiter));
    decide();
    CHECK(stage_of(owner) == LIVE_NEVER && stage_of(waiter) == LIVE_NEVER);
    CHECK(candidate(waiter)->kind == WAIT_ENTER && candidate(waiter)->handle_strong);
    CHECK(candidate(nobodys) == NULL);
    fake_root(thread_object(owner));
    decide();
    CHECK(stage_of(owner) == LIVE_HANDLE && stage_of(waiter) == LIVE_HANDLE);
    if (way == 3) {
      /* What lies behind the locks that it has was left there. */
      owner->locks_end -= 8;
      decide();
      CHECK(candidate(waiter) == NULL);
    }
  }
}

static void monitor_of_a_carrier_may_be_that_of_the_thread_on_it(void) {
  fake_open(true);
  struct fake_java_thread *carrier = thread_of(PARKED, fake_plain());
  struct fake_java_thread *waiter = thread_of(ENTERING, 0);
  addr *slot = fake_metadata(sizeof *slot);
  *slot = fake_virtual(50, fake_plain());
  carrier->mounted = (addr)slot;
  waiter->pending = (addr)fake_monitor(fake_plain(), (addr)carrier);
  decide();
  CHECK(candidate(waiter) == NULL);
}

static void thread_that_enters_a_monitor_rests(void) {
  fake_open(true);
  struct fake_java_thread *entering = thread_of(ENTERING, 0);
  addr left = fake_plain();
  fake_leave((addr)entering, left);
  struct fake_java_thread *behind = thread_of(PARKED, left);
  decide();
  CHECK(candidate(entering) == NULL && stage_of(behind) == LIVE_NEVER);
}

/* --- live threads and roots --- */

static void who_takes_the_snapshot_counts_for_nothing(void) {
  for (int parked = 0; parked < 2; parked++) {
    fake_open(true);
    struct fake_java_thread *behind = waiter_behind(fake_thread_object(fake_asker));
    addr on_stack = fake_plain();
    addr root = fake_plain();
    fake_push(fake_asker, on_stack);
    fake_root_of(root, JVMTI_HEAP_REFERENCE_STACK_LOCAL, 1);
    struct fake_java_thread *waits[] = {thread_of(PARKED, on_stack), thread_of(PARKED, root)};
    fake_set_status(fake_thread_object(fake_asker), parked ? PARKED : RUNNING);
    decide();
    CHECK(candidate_of(fake_thread_object(fake_asker)) == NULL);
    CHECK(stage_of(behind) == LIVE_NEVER);
    CHECK(stage_of(waits[0]) == LIVE_NEVER && stage_of(waits[1]) == LIVE_NEVER);
  }
}

static void roots_count_by_their_kind_and_thread(void) {
  static const int32_t kinds[] = {JVMTI_HEAP_REFERENCE_JNI_GLOBAL,
                                  JVMTI_HEAP_REFERENCE_SYSTEM_CLASS, JVMTI_HEAP_REFERENCE_OTHER,
                                  JVMTI_HEAP_REFERENCE_STACK_LOCAL,
                                  JVMTI_HEAP_REFERENCE_JNI_LOCAL};
  fake_open(true);
  struct fake_java_thread *running = thread_of(RUNNING, 0);
  struct fake_java_thread *leaked = thread_of(PARKED, fake_plain());
  addr of_running = thread_object(running) + THREAD_ID;
  addr of_leaked = thread_object(leaked) + THREAD_ID;
  struct fake_java_thread *live[5];
  struct fake_java_thread *dead[2];
  for (int i = 0; i < 5; i++) {
    addr latch = fake_plain();
    fake_root_of(latch, kinds[i], i < 3 ? -1 : *(int64_t *)of_running);
    live[i] = thread_of(PARKED, latch);
  }
  for (int i = 0; i < 2; i++) {
    addr latch = fake_plain();
    fake_root_of(latch, kinds[3 + i], *(int64_t *)of_leaked);
    dead[i] = thread_of(PARKED, latch);
  }
  decide();
  for (int i = 0; i < 5; i++) {
    CHECK(stage_of(live[i]) == LIVE_STRONG);
  }
  CHECK(stage_of(dead[0]) == LIVE_NEVER && stage_of(dead[1]) == LIVE_NEVER);
  fake_root(candidate(leaked)->sync);
  decide();
  CHECK(stage_of(dead[0]) == LIVE_STRONG && stage_of(dead[1]) == LIVE_STRONG);
}

static void mounted_thread_is_live_and_its_frames_are_those_of_the_carrier(void) {
  fake_open(true);
  vm.call_return = (addr)&fixpoint;
  struct fake_java_thread *carrier = thread_of(SLEEPING, 0);
  addr mounted = fake_virtual(50, fake_plain());
  addr *slot = fake_metadata(sizeof *slot);
  *slot = mounted;
  carrier->mounted = (addr)slot;
  struct fake_java_thread *behind = waiter_behind(mounted);
  addr deep = fake_plain();
  fake_call((addr)carrier);
  fake_push_deep((addr)carrier, deep);
  struct fake_java_thread *waiter = thread_of(PARKED, deep);
  decide();
  CHECK(candidate_of(mounted) == NULL);
  CHECK(stage_of(behind) == LIVE_STRONG && stage_of(waiter) == LIVE_STRONG);
}

/* --- handles --- */

static void thread_that_only_weak_references_lead_to_is_woken_then(void) {
  fake_open(true);
  addr reference_class = fake_class(fake_object_class, 0);
  fake_rule(RULE_DEFER, reference_class, fake_offset(0));
  struct fake_java_thread *bare = thread_of(PARKED, 0);
  addr weak = fake_object(reference_class);
  fake_set(weak, 0, thread_object(bare));
  fake_root(weak);
  decide();
  CHECK(stage_of(bare) == LIVE_WEAK);
  CHECK(candidate(bare)->handle_weak && !candidate(bare)->handle_strong);
}

/* --- virtual threads that the runtime's registry leads to --- */

static addr registry_with(addr element) {
  addr registrar = fake_class(fake_object_class, FIELDS);
  fake_rule(RULE_REGISTRY, registrar, OBJECT_BYTES);
  fake_root(fake_object(registrar));
  addr table = fake_array(1);
  fake_set_element(table, 0, element);
  fake_set_static(registrar, table);
  return table;
}

static void registered_thread_that_does_not_wait_is_live(void) {
  fake_open(true);
  addr busy = fake_virtual(50, fake_plain());
  fake_set_status(busy, VIRTUAL_IS_BUSY);
  registry_with(busy);
  struct fake_java_thread *behind = waiter_behind(busy);
  decide();
  CHECK(candidate_of(busy) == NULL && stage_of(behind) == LIVE_STRONG);
}

static void registered_thread_that_somebody_has_is_held(void) {
  fake_open(true);
  addr parked = fake_virtual(50, fake_plain());
  registry_with(parked);
  fake_root(parked);
  decide();
  CHECK(candidate_of(parked)->stage == LIVE_HANDLE && candidate_of(parked)->handle_strong);
}

static void registry_leads_to_threads_by_weak_references_too(void) {
  fake_open(true);
  addr reference_class = fake_class(fake_object_class, 0);
  fake_rule(RULE_DEFER, reference_class, fake_offset(0));
  addr dropped = fake_virtual(50, fake_plain());
  addr weak = fake_object(reference_class);
  fake_set(weak, 0, dropped);
  registry_with(weak);
  decide();
  CHECK(candidate_of(dropped) != NULL && candidate_of(dropped)->stage == LIVE_NEVER);
}

/* --- virtual threads in Object.wait, of which nothing tells what they wait on --- */

#define FRAME_WORDS 16

static addr chunk_class;

static addr chunk_with(addr word, addr parent) {
  addr chunk = fake_large_object(chunk_class, OBJECT_BYTES + FRAME_WORDS * sizeof(addr));
  fake_set(chunk, 0, parent);
  *(int32_t *)(chunk + THREAD_ID) = 2;
  *(int32_t *)(chunk + THREAD_ID + 4) = FRAME_WORDS;
  *(addr *)(chunk + OBJECT_BYTES + 8 * sizeof(addr)) = word;
  return chunk;
}

static void open_with_chunks(void) {
  fake_open(true);
  chunk_class = fake_class(fake_object_class, 1);
  fake_rules.chunk_class = fake_index(chunk_class);
  fake_rules.roles[ROLE_CONTINUATION] = (int32_t)fake_offset(1);
  fake_rules.roles[ROLE_CONTINUATION_TAIL] = (int32_t)fake_offset(0);
  fake_rules.roles[ROLE_CHUNK_PARENT] = (int32_t)fake_offset(0);
  fake_rules.roles[ROLE_CHUNK_SP] = THREAD_ID;
  fake_rules.roles[ROLE_CHUNK_SIZE] = THREAD_ID + 4;
}

static addr virtual_in_wait(int64_t id, addr chunk) {
  addr thread = fake_virtual(id, 0);
  addr continuation = fake_plain();
  fake_set_status(thread, VIRTUAL_WAIT_STATE);
  fake_set(thread, 1, continuation);
  fake_set(continuation, 0, chunk);
  return thread;
}

static void what_the_stack_of_a_virtual_thread_in_a_wait_has_may_end_it(void) {
  for (int suspended = 0; suspended < 2; suspended++) {
    open_with_chunks();
    addr monitor = fake_plain();
    addr type = fake_class(fake_object_class, FIELDS);
    addr mirror = word_at(word_at(type + vm.klass_mirror));
    addr by_frame = virtual_in_wait(50, chunk_with(monitor, 0));
    addr by_older_frame = virtual_in_wait(51, chunk_with(0, chunk_with(monitor, 0)));
    addr dropped = virtual_in_wait(52, chunk_with(fake_plain(), 0));
    addr by_class = virtual_in_wait(53, chunk_with(mirror, 0));
    addr all[] = {by_frame, by_older_frame, dropped, by_class};
    addr table = fake_array(4);
    addr registrar = fake_class(fake_object_class, FIELDS);
    fake_rule(RULE_REGISTRY, registrar, OBJECT_BYTES);
    fake_root(fake_object(registrar));
    for (int i = 0; i < 4; i++) {
      fake_set_element(table, i, all[i]);
      fake_set_status(all[i], VIRTUAL_WAIT_STATE | (suspended ? 0x100 : 0));
    }
    fake_set_static(registrar, table);
    fake_root(monitor);
    fake_root(mirror);
    decide();
    CHECK(candidate_of(by_frame)->kind == WAIT_UNKNOWN);
    CHECK(candidate_of(by_frame)->stage == LIVE_STRONG);
    CHECK(candidate_of(by_older_frame)->stage == LIVE_STRONG);
    CHECK(candidate_of(dropped)->stage == LIVE_NEVER);
    CHECK(candidate_of(by_class)->stage == LIVE_NEVER);
  }
}

/* What the JVM queues for a thread that waits. */
struct fake_waiter {
  addr next;
  addr previous;
  addr java_thread;
  addr thread;
  addr monitor;
  addr padding[4];
};

static addr handle_of(addr target) {
  addr *slot = fake_metadata(sizeof *slot);
  *slot = target;
  return (addr)slot;
}

/* It is in a field that no class file has, and proves itself: nothing else on the stack counts. */
static void virtual_thread_with_a_waiter_waits_for_its_monitor_alone(void) {
  for (int wrong = 0; wrong < 4; wrong++) {
    open_with_chunks();
    addr on_stack = fake_plain();
    fake_root(on_stack);
    addr dropped = virtual_in_wait(50, chunk_with(on_stack, 0));
    addr woken = virtual_in_wait(51, chunk_with(0, 0));
    struct fake_waiter *waiters = fake_metadata(2 * sizeof *waiters);
    waiters[0] = (struct fake_waiter){.thread = handle_of(wrong == 1 ? woken : dropped),
                                      .monitor = (addr)fake_monitor(fake_plain(), 0)};
    waiters[1] = (struct fake_waiter){.thread = handle_of(woken),
                                      .monitor = (addr)fake_monitor(on_stack, 0)};
    if (wrong == 2) {
      waiters[0].monitor = 8;
    } else if (wrong == 3) {
      waiters[0].monitor = (addr)fake_monitor(vm.heap_end - 16, 0);
    }
    *(addr *)(dropped + OBJECT_BYTES - sizeof(addr)) = (addr)&waiters[0];
    *(addr *)(woken + OBJECT_BYTES - sizeof(addr)) = (addr)&waiters[1];
    addr both = fake_array(2);
    fake_set_element(both, 0, dropped);
    fake_set_element(both, 1, woken);
    registry_with(both);
    decide();
    CHECK(candidate_of(woken)->kind == WAIT_MONITOR);
    CHECK(candidate_of(woken)->stage == LIVE_STRONG);
    CHECK(candidate_of(dropped)->kind == (wrong ? WAIT_UNKNOWN : WAIT_MONITOR));
    CHECK(candidate_of(dropped)->stage == (wrong ? LIVE_STRONG : LIVE_NEVER));
  }
}

static void handle_on_its_own_stack_does_not_end_such_a_wait(void) {
  open_with_chunks();
  addr chunk = chunk_with(0, 0);
  addr thread = virtual_in_wait(50, chunk);
  *(addr *)(chunk + OBJECT_BYTES + 8 * sizeof(addr)) = thread;
  registry_with(thread);
  fake_root(thread);
  decide();
  CHECK(candidate_of(thread)->stage == LIVE_HANDLE);
}

static void stack_that_is_out_of_order_is_given_up(void) {
  open_with_chunks();
  addr chunk = chunk_with(0, 0);
  *(int32_t *)(chunk + THREAD_ID) = FRAME_WORDS + 1;
  fake_root(chunk);
  decide();
}

/* --- loaders --- */

/* Code that is being executed may be all that keeps a class whose loader nobody has. */
static void loader_that_nobody_leads_to_is_live(void) {
  fake_open(true);
  addr latch = fake_plain();
  struct fake_java_thread *waiter = thread_of(PARKED, latch);
  struct fake_java_thread *leaked = thread_of(PARKED, fake_plain());
  addr type = fake_class_of_other_loader();
  fake_set_static(type, latch);
  decide();
  CHECK(stage_of(waiter) == LIVE_STRONG && stage_of(leaked) == LIVE_NEVER);
}

int main(void) {
#define RUN(test) run(#test, test, NULL)
  RUN(wait_with_a_timeout_is_none);
  RUN(only_those_that_are_asked_about_are_candidates);
  RUN(lock_without_an_owner_is_waited_for_as_any_object);
  RUN(owner_that_has_ended_ends_no_wait_and_a_running_virtual_one_may);
  RUN(object_that_is_waited_on_is_that_of_the_monitor);
  RUN(join_ends_with_the_thread_and_by_nobody_else);
  RUN(monitor_is_left_by_its_owner_alone);
  RUN(monitor_of_a_carrier_may_be_that_of_the_thread_on_it);
  RUN(thread_that_enters_a_monitor_rests);
  RUN(who_takes_the_snapshot_counts_for_nothing);
  RUN(roots_count_by_their_kind_and_thread);
  RUN(mounted_thread_is_live_and_its_frames_are_those_of_the_carrier);
  RUN(thread_that_only_weak_references_lead_to_is_woken_then);
  RUN(registered_thread_that_does_not_wait_is_live);
  RUN(registered_thread_that_somebody_has_is_held);
  RUN(registry_leads_to_threads_by_weak_references_too);
  RUN(what_the_stack_of_a_virtual_thread_in_a_wait_has_may_end_it);
  RUN(virtual_thread_with_a_waiter_waits_for_its_monitor_alone);
  RUN(handle_on_its_own_stack_does_not_end_such_a_wait);
  run("stack_that_is_out_of_order_is_given_up", stack_that_is_out_of_order_is_given_up,
      "the stack of a virtual thread is not as expected");
  RUN(loader_that_nobody_leads_to_is_live);
  return tests_result();
}
