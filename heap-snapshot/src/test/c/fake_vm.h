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
#define HEADER 16
#define FIELDS 4
#define OBJECT_BYTES (HEADER + 8 * (FIELDS + 4))

/* The id and the status of a Thread. */
#define THREAD_ID (HEADER + 8 * FIELDS)
#define THREAD_STATUS (HEADER + 8 * FIELDS + 8)

/* Memory outside of the heap. */
void *fake_metadata(size_t bytes);

/* Starts anew, with references of 4 or of 8 bytes. */
void fake_open(bool narrow);

/* A class with FIELDS references, of which so many are followed by the collector. */
addr fake_class(addr super, int followed);

/* One of another loader, that nobody has. */
addr fake_class_of_other_loader(void);

/* The mirror of a class. */
addr fake_mirror(addr klass);

/* Has the parent know a class no more, or not yet. */
void fake_hide_class(addr klass);

/* Has a collector move an object there. */
void fake_move(addr object, addr to);

/* The parent's index of a class. */
int32_t fake_index(addr klass);

addr fake_object(addr klass);
/* An object of a class that nothing is known of. */
addr fake_plain(void);
/* One that a root leads to. */
addr fake_live(void);
addr fake_array(int length);
/* An array of so many numbers of 8 bytes. */
addr fake_numbers(int length);
/* The first of so many objects that lead one to the other, and the last to this one. */
addr fake_chain_to(addr last, int length);
/* An object with so many bytes. */
addr fake_large_object(addr klass, size_t bytes);

/* The offset of a field, and its value. */
uint32_t fake_offset(int field);
void fake_set(addr object, int field, addr value);
void fake_set_element(addr array, int index, addr value);

/* Makes an object a root. */
void fake_root(addr object);

/* The same of a kind as JVMTI has it, in a frame of a thread. */
void fake_root_of(addr object, int32_t kind, int64_t thread_id);

/* The object that is what a static field of a class leads to. */
void fake_set_static(addr klass, addr value);

/* A virtual thread that is parked, and that nobody knows yet. */
addr fake_virtual(int64_t id, addr blocker);

/* Says of a Thread what it does: a status as JVMTI has it, or a state if it is a virtual one. */
void fake_set_status(addr thread_object, int32_t status);

#define VIRTUAL_IS_BUSY 3
#define VIRTUAL_STATE 4
#define VIRTUAL_WAIT_STATE 5
#define PARKED (0x10 | 0x80 | 0x200)
#define RUNNING 5

extern struct rules fake_rules;
extern struct root_list fake_roots;
extern addr fake_object_class;
extern addr fake_thread_class;
extern addr fake_virtual_class;
/* The thread that takes the snapshot. */
extern addr fake_asker;

/* A rule of a class. */
void fake_rule(enum rule_kind kind, addr klass, uint32_t offset);

/* Has instances of a class, if it is the application's, give away the threads that another knows. */
void fake_gives(addr giving, addr knowing);

/* Says what object the loader of a class is. */
void fake_set_loader(addr klass, addr object);

/* Says that the loader of all classes is the application's. */
void fake_loader_of_application(void);

/* Opens heap and threads, and runs the fixpoint. */
void fake_decide(struct fixpoint *fixpoint);

#endif
