/*
 * A JVM made by hand: a small heap, classes and threads laid out in some way of its own, and the
 * vm_layout that describes it. The code under test knows no other way to look at a JVM.
 */
#ifndef STRANDED_FAKE_VM_H
#define STRANDED_FAKE_VM_H

#include "../../main/c/fixpoint.h"
#include "../../main/c/heap.h"
#include "../../main/c/island.h"
#include "../../main/c/stacks.h"
#include "../../main/c/threads.h"

#define CHECK(condition)                                                       \
  do {                                                                         \
    if (!(condition)) {                                                        \
      check_failed(#condition, __FILE__, __LINE__);                            \
    }                                                                          \
  } while (0)

_Noreturn void check_failed(const char *condition, const char *file, int line);

/* Runs a test in a process of its own; it must end well, or give up with these words. */
void run(const char *name, void (*test)(void), const char *gives_up_with);

/* The exit code of a program of tests. */
int tests_result(void);

/* Where references lie in all instances: after the header, one after the other. */
#define FIELDS 4

/* Starts anew, with references of 4 or of 8 bytes. */
void fake_open(bool narrow);

/* A class with FIELDS references, of which so many are followed by the collector. */
addr fake_class(addr super, int followed);

/* The parent's index of a class. */
int32_t fake_index(addr klass);

addr fake_object(addr klass);
addr fake_array(int length);

/* The offset of a field, and its value. */
uint32_t fake_offset(int field);
void fake_set(addr object, int field, addr value);
void fake_set_element(addr array, int index, addr value);

/* Makes an object a root. */
void fake_root(addr object);

/* The object that is what a static field of a class leads to. */
void fake_set_static(addr klass, addr value);

/* A started thread; its words of stack are below. A status as JVMTI has it. */
addr fake_thread(int64_t id, int32_t status, addr blocker);
addr fake_thread_object(addr thread);
/* A virtual thread that is parked, and that nobody knows yet. */
addr fake_virtual(int64_t id, addr blocker);
void fake_push(addr thread, addr word);
/* In the first frame that the thread had, far from the last. */
void fake_push_deep(addr thread, addr word);
/* Has the thread be in native code. */
void fake_in_native(addr thread);
/* Where the last Java frame is in its code. */
void fake_last_pc(addr thread, addr pc);
/* Below the last Java frame. */
void fake_leave(addr thread, addr word);
void fake_handle(addr thread, addr object);
/* A handle of the JVM's own code, what an earlier call left above it, and a word beside. */
void fake_own_handle(addr thread, addr object, addr left, addr beside);
/* Has the thread's handles have no mark by which they are known. */
void fake_unmark_handles(addr thread);

#define PARKED (0x10 | 0x80 | 0x200)
#define RUNNING 5

extern struct rules fake_rules;
extern struct root_list fake_roots;
extern addr fake_object_class;
extern addr fake_thread_class;
extern addr fake_virtual_class;

/* A rule of a class. */
void fake_rule(enum rule_kind kind, addr klass, uint32_t offset);

/* Has instances of a class, if it is the application's, give away the threads that another knows. */
void fake_gives(addr giving, addr knowing);

/* Says that the loader of all classes is the application's. */
void fake_loader_of_application(void);

/* Opens heap and threads, and runs the fixpoint. */
void fake_decide(struct fixpoint *fixpoint);

#endif
