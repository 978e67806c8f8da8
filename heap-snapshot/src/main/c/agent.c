/*
 * The agent: takes a snapshot of this JVM on behalf of whoever attached it. Everything happens in
 * a thread of its own, so that other attachers do not wait; the thread is gone afterwards, and all
 * that stays is this library.
 *
 * The option is the path of a request. Beside it come FILE.island and, last of all and at once,
 * FILE.status, whose lines are read by SnapshotResult.java.
 *
 * Without an option it prepares for a heap dump instead, and has done so when it returns.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <jvmti.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "child.h"
#include "describe.h"
#include "describe_ways.h"
#include "exact_roots.h"
#include "fixpoint.h"
#include "headroom.h"
#include "island.h"
#include "request.h"
#include "roots.h"
#include "ways.h"

#define STACK_BYTES ((size_t)1 << 20)
#define PATH_BYTES 4096

/* Marks and page tables of the child, as a part of the heap. */
#define HEAP_SHARE 32

struct job {
  JavaVM *java_vm;
  jvmtiEnv *jvmti;
  char request_path[PATH_BYTES];
  char island_path[PATH_BYTES + 8];
  struct request request;
  struct root_list roots;
  struct shared *shared;
  size_t shared_bytes;
  int island;
  pid_t parent;
  pid_t child;
  int64_t start_nanos;
  int64_t fork_nanos;
  int64_t forked_nanos;
  int64_t end_nanos;
  char problem[300];
  /* Why no ways are told that were asked for. */
  char no_ways[300];
};

/* Tells the first problem. */
static bool check(struct job *job, const char *problem) {
  if (problem != NULL && job->problem[0] == 0) {
    snprintf(job->problem, sizeof job->problem, "%s", problem);
  }
  return problem == NULL;
}

/* --- the child's work --- */

static void step(struct job *job, const char *name) {
  job->shared->step = name;
}

/* The child's part of the walk over the roots has begun. */
static void child_begin(struct job *job) {
  step(job, "while it settled");
  child_settle(job->shared, job->island, job->parent, &job->request.limits);
  job->forked_nanos = now_nanos();
  step(job, "while it heard of the last roots");
}

static void child_main(void *argument) {
  struct job *job = argument;
  struct shared *shared = job->shared;
  struct fixpoint fixpoint;
  if (job->roots.problem != NULL) {
    give_up(job->roots.problem);
  }
  step(job, "while it read the classes");
  heap_open(&job->request.rules);
  step(job, "while it looked at the roots");
  const char *problem = roots_check(&job->roots);
  if (problem != NULL) {
    give_up(problem);
  }
  step(job, "while it read the threads");
  threads_open(&job->request.rules, &job->roots);
  step(job, "while it marked");
  fixpoint_run(&fixpoint, &job->request.rules);
  shared->objects = fixpoint.live.objects;
  shared->roots = job->roots.count;
  shared->threads = (int64_t)thread_count();
  for (size_t i = 0; i < candidate_count(); i++) {
    /* Tickers do run, now and then. */
    if ((candidate_at(i)->handle & HANDLE_OF_TICKER) == 0) {
      shared->candidates++;
      shared->counts[candidate_at(i)->stage]++;
    }
  }
  shared->marking_nanos = now_nanos() - job->forked_nanos;
  bool island = (int32_t)latest_stage() >= job->request.rules.least_stage &&
                latest_stage() != LIVE_STRONG;
  if (island) {
    step(job, "while it wrote the island");
    island_write(/* file= */ 0, &fixpoint, &job->request.rules, &job->roots, shared);
  }
  enum outcome verdict = island ? ISLAND : ALL_LIVE;
  shared->verdict = verdict;
  step(job, "while it looked for ways");
  ways_find(&fixpoint, &job->request.rules, &job->roots, shared);
  child_exit(verdict);
}

static bool fork_at_safepoint(void *argument) {
  struct job *job = argument;
  job->fork_nanos = now_nanos();
  job->child = child_fork();
  if (job->child == 0) {
    child_begin(job);
    return true;
  }
  job->forked_nanos = now_nanos();
  return false;
}

/* --- before and after --- */

/* A heap that is mapped shared would be the child's to write to, and change under its eyes. */
static const char *check_mapping(void) {
  FILE *maps = fopen("/proc/self/maps", "re");
  char line[PATH_BYTES];
  const char *problem = NULL;
  if (maps == NULL) {
    return "/proc/self/maps cannot be read";
  }
  while (problem == NULL && fgets(line, sizeof line, maps) != NULL) {
    unsigned long from;
    unsigned long to;
    char rights[8];
    if (sscanf(line, "%lx-%lx %7s", &from, &to, rights) == 3 && rights[3] == 's' &&
        to > vm.heap_start && from < vm.heap_end) {
      problem = "the heap is mapped shared, as ZGC does: a fork does not freeze it";
    }
  }
  fclose(maps);
  return problem;
}

static const char *check_memory(const struct request *request, int64_t more) {
  int64_t needed = request->limits.reserve_bytes + more +
                   (int64_t)((vm.heap_end - vm.heap_start) / HEAP_SHARE);
  static char line[120];
  int64_t left = headroom_bytes();
  if (left >= needed) {
    return NULL;
  }
  snprintf(line, sizeof line, "only %lld MiB of memory are left, and %lld MiB are needed",
           (long long)(left >> 20), (long long)(needed >> 20));
  return line;
}

/* Whoever holds a thread is worth less than whether somebody does. */
static void give_up_ways(struct job *job, const char *problem) {
  if (problem != NULL && job->request.rules.ways.count > 0) {
    snprintf(job->no_ways, sizeof job->no_ways, "%s", problem);
    job->request.rules.ways.count = 0;
  }
}

static bool prepare(struct job *job, const struct jvm *jvm) {
  job->shared_bytes = sizeof(struct shared) + (size_t)jvm->class_count;
  void *shared = mmap(NULL, job->shared_bytes, PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED || !roots_open(&job->roots)) {
    return check(job, promises_are_kept(OVERCOMMIT)
                          ? "no memory for the roots, since vm.overcommit_memory is 2"
                          : "no memory for the roots");
  }
  job->shared = shared;
  unlink(job->island_path);
  job->island = open(job->island_path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
                     S_IRUSR | S_IWUSR);
  if (job->island < 0) {
    char line[200];
    snprintf(line, sizeof line, "the result cannot be written: %s", strerror(errno));
    return check(job, line);
  }
  return true;
}

static const char *fork_problem(int error) {
  static char line[120];
  bool kept = error == ENOMEM && promises_are_kept(OVERCOMMIT);
  snprintf(line, sizeof line, "fork was refused: %s%s", strerror(error),
           kept ? ", since vm.overcommit_memory is 2" : "");
  return line;
}

static void finish_island(struct job *job, const struct jvm *jvm) {
  FILE *file = fopen(job->island_path, "ae");
  if (file == NULL) {
    check(job, "the result cannot be written");
    return;
  }
  check(job, describe(file, jvm, &job->request.rules, job->shared));
  if (fclose(file) != 0) {
    check(job, "no space for the result");
  }
}

/* What befalls a child that has decided costs ways, and no verdict. */
static void hear_end(struct job *job, const char *problem) {
  const struct shared *shared = job->shared;
  if (problem == NULL && shared->outcome == GAVE_UP) {
    problem = shared->why;
  }
  if (shared->verdict == UNFINISHED) {
    check(job, problem);
  } else {
    give_up_ways(job, problem);
  }
}

static void snapshot(struct job *job, struct jvm *jvm) {
  if (!check(job, vm_layout_read((const void *)(*job->java_vm)->GetEnv)) ||
      !check(job, request_read(&job->request, job->request_path, jvm)) ||
      !check(job, check_mapping()) || !check(job, check_memory(&job->request, 0)) ||
      !prepare(job, jvm)) {
    return;
  }
  give_up_ways(job, check_memory(&job->request, WAYS_BYTES));
  jthread self = NULL;
  if (!check(job, (*jvm->jvmti)->GetCurrentThread(jvm->jvmti, &self) == 0
                      ? NULL
                      : "JVMTI does not tell the current thread")) {
    return;
  }
  job->request.rules.asker = self;
  job->parent = getpid();
  job->start_nanos = now_nanos();
  const struct roots_hearer hearer = {fork_at_safepoint, child_main, job};
  jvmtiError error = roots_collect(jvm->jvmti, &job->roots, &hearer);
  job->end_nanos = now_nanos();
  if (job->child > 0) {
    hear_end(job, child_await(job->child, job->shared, &job->request.limits));
  } else if (job->child < 0) {
    check(job, fork_problem(-job->child));
  }
  check(job, job->roots.problem);
  check(job, error == JVMTI_ERROR_NONE ? NULL : "JVMTI does not tell the roots");
  if (job->problem[0] == 0 && job->shared->verdict == ISLAND) {
    finish_island(job, jvm);
  }
}

static void number(FILE *file, const char *name, int64_t value) {
  fprintf(file, "%s %lld\n", name, (long long)value);
}

static void write_numbers(FILE *file, const struct job *job) {
  const struct shared *shared = job->shared;
  number(file, "pause-nanos", job->end_nanos - job->start_nanos);
  number(file, "to-first-root-nanos", job->roots.first_nanos - job->start_nanos);
  number(file, "roots-nanos", job->fork_nanos - job->roots.first_nanos);
  number(file, "fork-nanos", job->forked_nanos - job->fork_nanos);
  number(file, "marking-nanos", shared->marking_nanos);
  number(file, "roots", shared->roots);
  number(file, "objects", shared->objects);
  number(file, "threads", shared->threads);
  number(file, "candidates", shared->candidates);
  number(file, "live-strong", shared->counts[LIVE_STRONG]);
  number(file, "live-weak", shared->counts[LIVE_WEAK]);
  number(file, "live-handle", shared->counts[LIVE_HANDLE]);
  number(file, "unreached", shared->counts[LIVE_NEVER]);
  number(file, "island-objects", shared->island_objects);
  number(file, "island-bytes", shared->island_bytes);
}

/* Whoever sees the file sees all of it. */
static void write_status(const struct job *job, const struct jvm *jvm) {
  char part[PATH_BYTES + 16];
  char path[PATH_BYTES + 16];
  snprintf(part, sizeof part, "%s.part", job->request_path);
  snprintf(path, sizeof path, "%s.status", job->request_path);
  unlink(part);
  int descriptor =
      open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
  FILE *file = descriptor < 0 ? NULL : fdopen(descriptor, "w");
  if (file == NULL) {
    return;
  }
  bool done = job->problem[0] == 0;
  bool island = done && job->shared->verdict == ISLAND;
  fprintf(file, "outcome %s\n", !done ? "none" : island ? "island" : "all-live");
  if (!done) {
    fprintf(file, "why %s\n", job->problem);
  }
  if (job->shared != NULL && job->end_nanos != 0) {
    write_numbers(file, job);
  }
  if (job->no_ways[0] != 0) {
    fprintf(file, "no-ways %s\n", job->no_ways);
  } else if (done) {
    describe_ways(file, jvm, job->shared);
  }
  fprintf(file, "end 1\n");
  if (!island) {
    unlink(job->island_path);
  }
  if (fclose(file) == 0) {
    rename(part, path);
  }
}

static void free_job(struct job *job) {
  request_free(&job->request);
  roots_close(&job->roots);
  if (job->shared != NULL) {
    munmap(job->shared, job->shared_bytes);
  }
  if (job->island >= 0) {
    close(job->island);
  }
  free(job);
}

/*
 * To be called by whoever asks, before our thread begins: from Java 21 on the JVM looks at all of
 * its threads when the first environment comes, and crashes where one of them has attached itself
 * and has no Thread yet.
 */
static const char *open_jvmti(JavaVM *java_vm, jvmtiEnv **jvmti) {
  if ((*java_vm)->GetEnv(java_vm, (void **)jvmti, JVMTI_VERSION_11) != JNI_OK) {
    *jvmti = NULL;
    return "this JVM has no JVMTI 11";
  }
  jvmtiCapabilities capabilities;
  memset(&capabilities, 0, sizeof capabilities);
  capabilities.can_tag_objects = 1;
  capabilities.can_get_line_numbers = 1;
  capabilities.can_get_source_file_name = 1;
  return (*(*jvmti))->AddCapabilities(*jvmti, &capabilities) == 0
             ? NULL
             : "this JVM does not let its heap be walked";
}

static void dispose(jvmtiEnv *jvmti) {
  if (jvmti != NULL) {
    (*jvmti)->DisposeEnvironment(jvmti);
  }
}

static void *run(void *argument) {
  struct job *job = argument;
  JavaVM *java_vm = job->java_vm;
  JavaVMAttachArgs attach = {JNI_VERSION_1_8, (char *)"stranded-snapshot", NULL};
  JNIEnv *jni = NULL;
  if ((*java_vm)->AttachCurrentThreadAsDaemon(java_vm, (void **)&jni, &attach) != JNI_OK) {
    check(job, "this JVM takes no more threads");
    write_status(job, NULL);
    free_job(job);
    return NULL;
  }
  struct jvm jvm = {0};
  if (job->problem[0] == 0 && check(job, jvm_open(&jvm, jni, job->jvmti))) {
    snapshot(job, &jvm);
  }
  write_status(job, &jvm);
  jvm_close(&jvm);
  dispose(job->jvmti);
  (*java_vm)->DetachCurrentThread(java_vm);
  free_job(job);
  return NULL;
}

static int start(struct job *job) {
  pthread_attr_t attributes;
  pthread_t thread;
  sigset_t all;
  sigset_t before;
  int error = pthread_attr_init(&attributes);
  if (error != 0) {
    return error;
  }
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attributes, STACK_BYTES);
  /* Signals of the process are for the JVM's own threads. */
  sigfillset(&all);
  sigdelset(&all, SIGSEGV);
  sigdelset(&all, SIGBUS);
  sigdelset(&all, SIGILL);
  sigdelset(&all, SIGFPE);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  error = pthread_create(&thread, &attributes, run, job);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  pthread_attr_destroy(&attributes);
  return error;
}

/* Returns 0 once the work has begun, or is done, or the error that kept it from that. */
JNIEXPORT jint JNICALL Agent_OnAttach(JavaVM *java_vm, char *options, void *reserved) {
  (void)reserved;
  if (options == NULL || options[0] == 0) {
    return exact_roots(java_vm);
  }
  if (strlen(options) >= PATH_BYTES) {
    return EINVAL;
  }
  struct job *job = calloc(1, sizeof *job);
  if (job == NULL) {
    return ENOMEM;
  }
  job->java_vm = java_vm;
  job->island = -1;
  snprintf(job->request_path, sizeof job->request_path, "%s", options);
  snprintf(job->island_path, sizeof job->island_path, "%s.island", options);
  check(job, open_jvmti(java_vm, &job->jvmti));
  int error = start(job);
  if (error != 0) {
    check(job, "no thread could be started for the snapshot");
    write_status(job, NULL);
    dispose(job->jvmti);
    free_job(job);
  }
  return error;
}
