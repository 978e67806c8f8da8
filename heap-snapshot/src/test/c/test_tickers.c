/* Threads that act again and again: who of them is judged, and who holds them. */
#include "fake_threads.h"

#define PARKED_FOR_A_TIME (0x20 | 0x80 | 0x200)
#define SLEEPING (0x20 | 0x40 | 0x80)

static struct fixpoint fixpoint;

/* A thread that is asked about as such. */
static addr ticker(int32_t status, addr blocker) {
  static int64_t id = 100;
  *(struct asked *)vec_add(&fake_rules.asked, sizeof(struct asked)) =
      (struct asked){id, HANDLE_AT_ONCE | HANDLE_OF_TICKER};
  return fake_thread(id++, status, blocker);
}

static void wait_with_a_timeout_is_judged_and_no_other(void) {
  fake_open(true);
  addr ticking = ticker(PARKED_FOR_A_TIME, fake_plain());
  addr parked = ticker(PARKED, fake_plain());
  addr sleeping = ticker(SLEEPING, 0);
  fake_decide(&fixpoint);
  CHECK(fake_stage_of(ticking) == LIVE_NEVER);
  CHECK(candidate_of(fake_thread_object(parked)) == NULL);
  CHECK(candidate_of(fake_thread_object(sleeping)) == NULL);
}

/* Others wait for the time that they have set, as all do that nobody asks about. */
static void wait_with_a_timeout_of_another_is_not_judged(void) {
  fake_open(true);
  addr other = fake_thread(50, PARKED_FOR_A_TIME, fake_plain());
  fake_decide(&fixpoint);
  CHECK(candidate_of(fake_thread_object(other)) == NULL);
}

static void whoever_has_the_thread_or_its_queue_holds_it(void) {
  fake_open(true);
  addr queue = fake_plain();
  addr by_queue = ticker(PARKED_FOR_A_TIME, queue);
  addr by_thread = ticker(PARKED_FOR_A_TIME, fake_plain());
  addr dropped = ticker(PARKED_FOR_A_TIME, fake_plain());
  fake_root(queue);
  fake_root(fake_thread_object(by_thread));
  fake_decide(&fixpoint);
  CHECK(fake_stage_of(by_queue) == LIVE_STRONG);
  CHECK(fake_stage_of(by_thread) == LIVE_STRONG);
  CHECK(fake_stage_of(dropped) == LIVE_NEVER);
}

int main(void) {
#define RUN(test) run(#test, test, NULL)
  RUN(wait_with_a_timeout_is_judged_and_no_other);
  RUN(wait_with_a_timeout_of_another_is_not_judged);
  RUN(whoever_has_the_thread_or_its_queue_holds_it);
  return tests_result();
}
