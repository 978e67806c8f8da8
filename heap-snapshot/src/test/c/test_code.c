/* What frames refer to, with code made by hand. */
#include "fake_code.h"

static void frozen_frame_holds_what_its_map_tells(void) {
  fake_code_open();
  addr pc = fake_make_code("nmethod");
  addr told = fake_plain();
  addr shortened = fake_plain();
  addr left = fake_plain();
  addr in_register = fake_plain();
  addr derived_from = fake_plain();
  chunk.stack[4] = told;
  chunk.stack[5] = (addr)narrow(shortened) << 32;
  chunk.stack[6] = left;
  chunk.stack[7] = derived_from + 8;
  chunk.stack[2] = in_register;
  fake_value(OOP, fake_on_stack(0));
  fake_value(NARROW, fake_on_stack(1) + 1);
  fake_value(DERIVED, fake_on_stack(3));
  fake_number(fake_on_stack(0));
  fake_scan_frame_of(pc);
  CHECK(fake_is_heard(told) && fake_is_heard(shortened));
  CHECK(!fake_is_heard(left) && !fake_is_heard(derived_from + 8) && !fake_is_heard(in_register));
  fake_value(OOP, 3);
  fake_scan_frame_of(pc);
  CHECK(fake_is_heard(told) && fake_is_heard(in_register) && !fake_is_heard(left));
}

/* The collector shortens references in place, and leaves the other half of the word. */
static void reference_that_was_shortened_in_place_holds(void) {
  fake_code_open();
  addr pc = fake_make_code("nmethod");
  addr shortened = fake_plain();
  chunk.stack[4] = (addr)0x7f12 << 32 | narrow(shortened);
  fake_value(OOP, fake_on_stack(0));
  fake_scan_frame_of(pc);
  CHECK(fake_is_heard(shortened));
}

static void place_far_up_the_stack_is_read(void) {
  fake_code_open();
  addr pc = fake_make_code("nmethod");
  /* An argument that the caller has: numbers of more than one byte. */
  vm.first_stack_place = 1000;
  addr told = fake_plain();
  chunk.stack[9] = told;
  fake_value(OOP, 1000 + 2 * 5);
  fake_scan_frame_of(pc);
  CHECK(fake_is_heard(told));
}

/* Where the map is not known, or is not understood, any word may be a reference. */
static void frame_without_a_map_holds_with_all_its_words(void) {
  fake_code_open();
  addr pc = fake_make_code("nmethod");
  addr word = fake_plain();
  chunk.stack[8] = word;
  fake_value(OOP, fake_on_stack(0));
  fake_scan_frame_of(pc);
  CHECK(!fake_is_heard(word));
  fake_scan_frame_of(pc + 1);
  CHECK(fake_is_heard(word));
  maps.numbers[0] = 0;
  fake_scan_frame_of(pc);
  CHECK(fake_is_heard(word));
  pc = fake_make_code("nmethod");
  fake_value(OOP, fake_on_stack(CHUNK_WORDS));
  fake_scan_frame_of(pc);
  CHECK(fake_is_heard(word));
  pc = fake_make_code("Interpreter");
  fake_scan_frame_of(pc);
  CHECK(fake_is_heard(word));
  fake_scan_frame_of((addr)&chunk);
  CHECK(fake_is_heard(word));
  pc = fake_make_code("nmethod");
  vm.code_heaps = 0;
  fake_scan_frame_of(pc);
  CHECK(fake_is_heard(word));
}

/* Compiled code that does not tell what it refers to may have arguments in its caller's frame. */
static void arguments_of_a_frame_without_a_map_hold(void) {
  fake_code_open();
  addr pc = fake_make_code("nmethod");
  addr argument = fake_plain();
  addr behind = fake_plain();
  chunk.stack[4 + FRAME_WORDS + 1] = argument;
  chunk.stack[4 + FRAME_WORDS + 2] = behind;
  chunk.stack[3] = pc + 1;
  chunk.stack[4 + FRAME_WORDS - 1] = pc;
  fake_value(OOP, fake_on_stack(5));
  fake_scan(4, 4 + 2 * FRAME_WORDS);
  CHECK(fake_is_heard(argument) && !fake_is_heard(behind));
}

static void free_code_is_none(void) {
  struct code found;
  fake_code_open();
  addr pc = fake_make_code("nmethod");
  CHECK(code_at(pc, &found) && found.of_method && found.frame_bytes == 8 * FRAME_WORDS);
  CHECK(!code_at((addr)code_bytes, &found));
  CHECK(!code_at((addr)code_bytes + CODE_BYTES, &found));
  *(addr *)(code_bytes + (1 << LOG2_SEGMENT) + vm.code_block_used) = 0;
  CHECK(!code_at(pc, &found));
}

/* A native method has its frame and its caller's arguments, and no more. */
static void native_frame_is_as_large_as_its_code_says(void) {
  fake_open(true);
  addr pc = fake_make_code("native nmethod");
  vm.call_return = (addr)&maps;
  addr thread = fake_thread(7, RUNNING, 0);
  addr words[FRAME_WORDS + 3];
  for (int i = 0; i < FRAME_WORDS + 3; i++) {
    words[i] = fake_plain();
    fake_push(thread, words[i]);
  }
  fake_call(thread);
  fake_in_native(thread);
  fake_last_pc(thread, pc);
  heap_open(&fake_rules);
  fake_hear_anew();
  stack_scan(thread, MAYBE_IN_NATIVE, fake_hear, NULL);
  CHECK(fake_is_heard(words[0]) && fake_is_heard(words[FRAME_WORDS - 1]));
  CHECK(fake_is_heard(words[FRAME_WORDS + 1]) && !fake_is_heard(words[FRAME_WORDS + 2]));
  fake_hear_anew();
  fake_make_code("nmethod");
  stack_scan(thread, MAYBE_IN_NATIVE, fake_hear, NULL);
  CHECK(fake_is_heard(words[FRAME_WORDS + 2]));
  fake_hear_anew();
  vm.code_heaps = 0;
  stack_scan(thread, MAYBE_IN_NATIVE, fake_hear, NULL);
  CHECK(fake_is_heard(words[0]) && fake_is_heard(words[FRAME_WORDS + 2]));
}

/* What a number says of a place takes no more of its word than it should. */
static void short_reference_is_no_word(void) {
  fake_code_open();
  addr pc = fake_make_code("nmethod");
  addr word = fake_plain();
  chunk.stack[5] = word;
  fake_value(NARROW, fake_on_stack(1));
  fake_scan_frame_of(pc);
  CHECK(!fake_is_heard(word));
}

static void word_that_is_not_aligned_is_none(void) {
  fake_code_open();
  addr pc = fake_make_code("nmethod");
  addr unaligned = fake_plain() + 4;
  vm.oop_shift = 0;
  chunk.stack[4] = unaligned;
  chunk.stack[5] = unaligned - vm.oop_base;
  fake_value(OOP, fake_on_stack(0));
  fake_value(NARROW, fake_on_stack(1));
  fake_scan_frame_of(pc);
  CHECK(!fake_is_heard(unaligned));
}

/* Where a register was saved is not known: it may be in either half of a word of the callee. */
static void short_reference_in_a_register_holds(void) {
  fake_code_open();
  addr pc = fake_make_code("nmethod");
  addr lower = fake_plain();
  addr upper = fake_plain();
  chunk.stack[1] = (addr)0x7f12 << 32 | narrow(lower);
  chunk.stack[2] = (addr)narrow(upper) << 32 | 1;
  fake_value(NARROW, 3);
  fake_scan_frame_of(pc);
  CHECK(fake_is_heard(lower) && fake_is_heard(upper));
}

/* Of a callee's register a map tells a second number, and so it does of what is derived. */
static void second_numbers_are_passed_over(void) {
  static const unsigned with_second[] = {CALLEE_SAVED, DERIVED};
  /* 190 is the largest of one byte. */
  static const unsigned seconds[] = {5, 190, 191, 5000};
  for (int i = 0; i < 8; i++) {
    fake_code_open();
    addr pc = fake_make_code("nmethod");
    addr told = fake_plain();
    addr left = fake_plain();
    chunk.stack[6] = told;
    chunk.stack[7] = left;
    fake_value(with_second[i % 2], 4);
    fake_number(seconds[i / 2]);
    fake_value(OOP, fake_on_stack(2));
    fake_scan_frame_of(pc);
    CHECK(fake_is_heard(told) && !fake_is_heard(left));
  }
}

/* Some JVMs tell the address where code begins, and others how far it is. */
static void begin_of_code_is_told_in_two_ways(void) {
  fake_code_open();
  addr pc = fake_make_code("nmethod");
  addr left = fake_plain();
  static addr begin;
  begin = pc - RETURNS_AT;
  chunk.stack[4] = left;
  vm.blob_code_begin = (addr)&begin - (pc - RETURNS_AT - 128);
  vm.blob_code_offset = NO_OFFSET;
  fake_value(OOP, fake_on_stack(1));
  fake_scan_frame_of(pc);
  CHECK(!fake_is_heard(left));
}

static void native_method_has_a_map_too(void) {
  fake_code_open();
  addr pc = fake_make_code("native nmethod");
  addr told = fake_plain();
  addr left = fake_plain();
  chunk.stack[4] = told;
  chunk.stack[5] = left;
  fake_value(OOP, fake_on_stack(0));
  fake_scan_frame_of(pc);
  CHECK(fake_is_heard(told) && !fake_is_heard(left));
}

/* Short references, too, and what the callee has saved below the frame on top. */
static void words_of_a_frame_without_a_map_hold_by_halves(void) {
  for (int known = 0; known < 2; known++) {
    fake_code_open();
    addr pc = fake_make_code(known ? "nmethod" : "Interpreter");
    addr saved = fake_plain();
    addr half = fake_plain();
    chunk.stack[0] = saved;
    chunk.stack[5] = (addr)narrow(half) << 32 | 1;
    fake_scan_frame_of(known ? pc + 1 : (addr)&chunk);
    CHECK(fake_is_heard(saved) && fake_is_heard(half));
  }
}

/* The register of a caller is in the frame of its callee. */
static void register_of_a_caller_is_in_its_callee(void) {
  fake_code_open();
  addr pc = fake_make_code("nmethod");
  addr before = fake_plain();
  addr in_callee = fake_plain();
  addr in_itself = fake_plain();
  chunk.stack[3] = pc + REFERS_TO_NOTHING;
  chunk.stack[4 + FRAME_WORDS - 1] = pc;
  fake_value(OOP, 3);
  chunk.stack[1] = before;
  chunk.stack[5] = in_callee;
  chunk.stack[4 + FRAME_WORDS + 2] = in_itself;
  fake_scan(4, 4 + 2 * FRAME_WORDS);
  CHECK(fake_is_heard(in_callee));
  CHECK(!fake_is_heard(before) && !fake_is_heard(in_itself));
}

int main(void) {
#define RUN(test) run(#test, test, NULL)
  RUN(frozen_frame_holds_what_its_map_tells);
  RUN(reference_that_was_shortened_in_place_holds);
  RUN(place_far_up_the_stack_is_read);
  RUN(frame_without_a_map_holds_with_all_its_words);
  RUN(arguments_of_a_frame_without_a_map_hold);
  RUN(free_code_is_none);
  RUN(native_frame_is_as_large_as_its_code_says);
  RUN(short_reference_is_no_word);
  RUN(word_that_is_not_aligned_is_none);
  RUN(short_reference_in_a_register_holds);
  RUN(second_numbers_are_passed_over);
  RUN(begin_of_code_is_told_in_two_ways);
  RUN(native_method_has_a_map_too);
  RUN(words_of_a_frame_without_a_map_hold_by_halves);
  RUN(register_of_a_caller_is_in_its_callee);
  return tests_result();
}
