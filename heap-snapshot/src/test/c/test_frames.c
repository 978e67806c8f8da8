/* What the interpreted frames of a frozen stack refer to. */
#include "fake_code.h"

/*
 * An interpreted frame that a compiled one has called. From the top: what is left over, two
 * expressions, the fixed part, three locals; then the frame of the caller.
 */
enum { LEFT_OVER = 4, EXPRESSIONS = 5, FIXED = 7, FP = 16, LOCALS = 18, CALLER = 22 };

static addr interpreted_words[CHUNK_WORDS];

/* A frame whose callee has saved its frame pointer at LINK. */
static void make_frame(int link, int fp, int expressions, int sender, addr pc_of_caller) {
  chunk.stack[link] = (addr)(fp - link);
  chunk.stack[fp - 1] = (addr)(sender - fp);
  chunk.stack[fp - 2] = (addr)(expressions - fp);
  chunk.stack[fp - 3] = (addr)&method;
  chunk.stack[fp - 7] = LOCALS + 2 - FP;
  chunk.stack[fp - 8] = (addr)&constant.code[60];
  chunk.stack[fp + 1] = pc_of_caller;
}

static void fill(int to) {
  for (int i = LEFT_OVER; i <= to; i++) {
    interpreted_words[i] = chunk.stack[i] = fake_plain();
  }
}

static void make_interpreted(addr pc_of_caller) {
  fill(LOCALS + 2);
  make_frame(2, FP, EXPRESSIONS, CALLER, pc_of_caller);
}

/* Scans a stack of so many words when a compiled frame lies before it, which it has called. */
static void push_compiled(addr pc, addr interpreter, int size) {
  for (int i = CHUNK_WORDS - 1; i >= LEFT_OVER + FRAME_WORDS; i--) {
    chunk.stack[i] = chunk.stack[i - FRAME_WORDS];
  }
  for (int i = LEFT_OVER; i < LEFT_OVER + FRAME_WORDS; i++) {
    chunk.stack[i] = 0;
  }
  chunk.stack[LEFT_OVER + FRAME_WORDS - 2] = chunk.stack[2];
  chunk.stack[LEFT_OVER + FRAME_WORDS - 1] = interpreter;
  chunk.stack[2] = 0;
  chunk.stack[LEFT_OVER - 1] = pc;
  fake_scan(LEFT_OVER, size + FRAME_WORDS);
}

/* The caller has the code whose frames are known, and the frame on top that of the interpreter. */
static void scan_interpreted(addr pc) {
  chunk.stack[LEFT_OVER - 1] = pc;
  fake_scan(LEFT_OVER, CALLER + FRAME_WORDS);
}

static void interpreted_frame_holds_with_expressions_locals_and_class(void) {
  fake_code_open();
  addr caller = fake_make_code("nmethod");
  addr interpreter = fake_make_interpreter();
  make_interpreted(caller);
  addr told = fake_plain();
  addr left = fake_plain();
  chunk.stack[CALLER] = told;
  chunk.stack[CALLER + 1] = left;
  fake_value(OOP, fake_on_stack(0));
  scan_interpreted(interpreter);
  CHECK(!fake_is_heard(interpreted_words[LEFT_OVER]));
  CHECK(fake_is_heard(interpreted_words[EXPRESSIONS]));
  CHECK(fake_is_heard(interpreted_words[EXPRESSIONS + 1]));
  CHECK(fake_is_heard(interpreted_words[FP - 4]) && !fake_is_heard(interpreted_words[FP - 5]));
  CHECK(fake_is_heard(interpreted_words[LOCALS]) && fake_is_heard(interpreted_words[LOCALS + 2]));
  CHECK(fake_is_heard(told) && !fake_is_heard(left));
  /* Half a word is no reference here, unless the collector has shortened it in place. */
  chunk.stack[LOCALS] = (addr)narrow(told) << 32;
  chunk.stack[LOCALS + 1] = (addr)0x7f12 << 32 | narrow(left);
  chunk.stack[CALLER] = 0;
  scan_interpreted(interpreter);
  CHECK(!fake_is_heard(told) && fake_is_heard(left));
}

/* What a compiled callee was given is the callee's alone, unless that does not tell. */
static void arguments_that_an_interpreted_frame_has_passed_hold_nothing(void) {
  for (int told = 0; told < 2; told++) {
    fake_code_open();
    addr pc = fake_make_code("nmethod");
    addr interpreter = fake_make_interpreter();
    constant.parameters = 1;
    make_interpreted(pc);
    fake_value(OOP, fake_on_stack(0));
    push_compiled(told ? pc : pc + 1, interpreter, CALLER + FRAME_WORDS);
    CHECK(fake_is_heard(interpreted_words[LEFT_OVER]) == !told);
    CHECK(fake_is_heard(interpreted_words[EXPRESSIONS]) == !told);
    CHECK(fake_is_heard(interpreted_words[EXPRESSIONS + 1]));
    CHECK(fake_is_heard(interpreted_words[LOCALS]) && fake_is_heard(interpreted_words[FP - 4]));
    /* More than the frame has: none of it is known to be the callee's. */
    constant.parameters = 3;
    fake_scan(LEFT_OVER, CALLER + 2 * FRAME_WORDS);
    CHECK(fake_is_heard(interpreted_words[EXPRESSIONS]));
    constant.parameters = 2;
  }
}

/* Each part of an interpreted frame that may be wrong: then any word may be a reference. */
static void interpreted_frame_that_is_not_as_expected_holds_with_all_its_words(void) {
  static const struct {
    int word;
    addr value;
  } wrong[] = {{2, 1},        {2, CHUNK_WORDS},       {2, (addr)-1}, {FP - 1, 1},
               {FP - 1, CHUNK_WORDS}, {FP - 2, -13},  {FP - 2, -8},  {FP - 3, 8},
               {FP - 7, 3},   {FP - 7, 12},           {FP - 8, 0},   {FP - 8, (addr)code_bytes}};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    fake_code_open();
    addr caller = fake_make_code("nmethod");
    addr interpreter = fake_make_interpreter();
    make_interpreted(caller);
    addr left = fake_plain();
    chunk.stack[CALLER + 1] = left;
    fake_value(OOP, fake_on_stack(0));
    chunk.stack[wrong[i].word] = wrong[i].value;
    scan_interpreted(interpreter);
    CHECK(fake_is_heard(interpreted_words[LEFT_OVER]) && fake_is_heard(left));
  }
}

/* What compiled code has passed to the frame before is nothing to the frame after. */
static void interpreted_caller_of_an_interpreted_frame_holds_with_all(void) {
  enum { FP_OF_CALLER = 33, FIRST_EXPRESSION = 22, ITS_CALLER = 39 };
  fake_code_open();
  addr pc = fake_make_code("nmethod");
  addr interpreter = fake_make_interpreter();
  constant.parameters = 1;
  fill(ITS_CALLER);
  make_frame(2, FP, EXPRESSIONS, FIRST_EXPRESSION - 1, interpreter);
  make_frame(FP, FP_OF_CALLER, FIRST_EXPRESSION, ITS_CALLER, pc);
  fake_value(OOP, fake_on_stack(0));
  push_compiled(pc + 1, interpreter, ITS_CALLER + FRAME_WORDS);
  constant.parameters = 2;
  CHECK(fake_is_heard(interpreted_words[EXPRESSIONS]));
  CHECK(fake_is_heard(interpreted_words[FIRST_EXPRESSION]));
  CHECK(fake_is_heard(interpreted_words[FIRST_EXPRESSION + 1]));
  CHECK(!fake_is_heard(interpreted_words[FIRST_EXPRESSION - 1]));
  CHECK(fake_is_heard(interpreted_words[ITS_CALLER]));
}

/* The last frame of a stack has no caller: no word behind its locals is an address to return to. */
static void last_frame_may_be_interpreted(void) {
  fake_code_open();
  addr half = fake_plain();
  addr interpreter = fake_make_interpreter();
  fake_make_code("nmethod");
  make_interpreted(0);
  chunk.stack[FP - 1] = LOCALS + 3 - FP;
  chunk.stack[LOCALS] = (addr)narrow(half) << 32 | 1;
  chunk.stack[LEFT_OVER - 1] = interpreter;
  fake_scan(LEFT_OVER, LOCALS + 3);
  CHECK(fake_is_heard(interpreted_words[LOCALS + 2]));
  CHECK(!fake_is_heard(interpreted_words[LEFT_OVER]) && !fake_is_heard(half));
}

/* Compiled code that has called an interpreted method has its registers saved in that frame. */
static void register_of_compiled_code_is_in_its_interpreted_callee(void) {
  fake_code_open();
  addr pc = fake_make_code("nmethod");
  addr interpreter = fake_make_interpreter();
  make_interpreted(pc);
  fake_value(OOP, 3);
  scan_interpreted(interpreter);
  CHECK(fake_is_heard(interpreted_words[LEFT_OVER]));
  addr below = fake_plain();
  chunk.stack[0] = below;
  scan_interpreted(interpreter);
  CHECK(!fake_is_heard(below));
}

int main(void) {
#define RUN(test) run(#test, test, NULL)
  RUN(interpreted_frame_holds_with_expressions_locals_and_class);
  RUN(arguments_that_an_interpreted_frame_has_passed_hold_nothing);
  RUN(interpreted_frame_that_is_not_as_expected_holds_with_all_its_words);
  RUN(interpreted_caller_of_an_interpreted_frame_holds_with_all);
  RUN(last_frame_may_be_interpreted);
  RUN(register_of_compiled_code_is_in_its_interpreted_callee);
  return tests_result();
}
