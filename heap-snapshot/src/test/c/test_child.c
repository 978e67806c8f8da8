/* What becomes of a child that is killed, hangs, crashes or gives up; and of limits of memory. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../main/c/child.h"
#include "../../main/c/headroom.h"
#include "../../main/c/memory.h"

static struct shared *shared;
static int failures;
static struct child_limits limits = {.deadline_seconds = 20, .niceness = 5};

static void check(const char *name, int fine, const char *told) {
  printf("%s %s: %s\n", fine ? "ok    " : "FAILED", name, told == NULL ? "-" : told);
  fflush(stdout);
  failures += !fine;
}

/* Forks a child that does something, and returns what its parent says of it. */
static const char *told_of(void (*work)(void), pid_t *pid_out) {
  memset(shared, 0, sizeof *shared);
  pid_t parent = getpid();
  int file = memfd_create("result", 0);
  pid_t pid = child_fork();
  if (pid == 0) {
    child_settle(shared, file, parent, &limits);
    work();
    child_exit(ALL_LIVE);
  }
  if (pid_out != NULL) {
    *pid_out = pid;
  }
  const char *told = child_await(pid, shared, &limits);
  close(file);
  return told;
}

static void nothing(void) {}

static void crash(void) {
  shared->step = "while it marked";
  volatile uintptr_t nowhere = 8;
  *(volatile int *)nowhere = 1;
}

static void kill_itself(void) {
  kill(getpid(), SIGKILL);
}

static void stop_itself(void) {
  kill(getpid(), SIGSTOP);
}

static void hang(void) {
  for (;;) {
    pause();
  }
}

static void refuse(void) {
  give_up("an object is of no known class");
}

static void report(void) {
  char line[64] = "";
  int file = open("/proc/self/oom_score_adj", O_RDONLY);
  ssize_t got = read(file, line, sizeof line - 1);
  if (file != 1 || got < 4 || strncmp(line, "1000", 4) != 0) {
    give_up("it has other descriptors than its result, or no oom_score_adj of 1000");
  }
}

static int is_reaped(pid_t pid) {
  int status;
  return waitpid(pid, &status, WNOHANG | __WALL) < 0 && errno == ECHILD;
}

static void check_ends(void) {
  pid_t pid = 0;
  const char *told = told_of(nothing, &pid);
  check("a child that ends well is believed", told == NULL && shared->outcome == ALL_LIVE, told);
  check("no zombie is left", is_reaped(pid), NULL);
  told = told_of(report, NULL);
  check("a child is settled", told == NULL && shared->outcome == ALL_LIVE, shared->why);
  told = told_of(crash, &pid);
  check("a crash is told with its place",
        told != NULL &&
            strcmp(told, "the snapshot's process crashed with signal 11 while it marked") == 0,
        told);
  check("no zombie is left by a crash", is_reaped(pid), NULL);
  told = told_of(kill_itself, NULL);
  check("a killed child has no answer",
        told != NULL && strcmp(told, "the snapshot's process was ended by signal 9") == 0, told);
  told = told_of(refuse, NULL);
  check("a reason is passed on", told == NULL && shared->outcome == GAVE_UP, shared->why);
}

static void check_limits(void) {
  struct child_limits before = limits;
  limits.deadline_seconds = 1;
  const char *told = told_of(hang, NULL);
  const char *late = "the snapshot took longer than allowed";
  check("a child that hangs is ended", told != NULL && strcmp(told, late) == 0, told);
  told = told_of(stop_itself, NULL);
  check("a child that is stopped is ended", told != NULL && strcmp(told, late) == 0, told);
  limits = before;
  limits.reserve_bytes = INT64_MAX;
  told = told_of(hang, NULL);
  check("a child is ended where memory runs short",
        told != NULL && strcmp(told, "memory ran short while the snapshot was looked at") == 0,
        told);
  limits = before;
}

/* A peer of the parent sees its end of a connection closed at once, though a child lives. */
static void check_descriptors(void) {
  int pair[2];
  char byte;
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0) {
    abort();
  }
  memset(shared, 0, sizeof *shared);
  pid_t parent = getpid();
  int file = memfd_create("result", 0);
  pid_t pid = child_fork();
  if (pid == 0) {
    child_settle(shared, file, parent, &limits);
    shared->step = "settled";
    hang();
  }
  while (shared->step == NULL) {
    usleep(1000);
  }
  close(pair[0]);
  check("a peer sees a closed connection at once", read(pair[1], &byte, 1) == 0, NULL);
  kill(pid, SIGKILL);
  child_await(pid, shared, &limits);
  close(pair[1]);
  close(file);
}

/* Somebody who waits for all children of the process must not take this one away. */
static void check_strangers(void) {
  signal(SIGCHLD, SIG_IGN);
  const char *told = told_of(nothing, NULL);
  check("children that are ignored are awaited", told == NULL && shared->outcome == ALL_LIVE,
        told);
  signal(SIGCHLD, SIG_DFL);
  memset(shared, 0, sizeof *shared);
  pid_t parent = getpid();
  int file = memfd_create("result", 0);
  pid_t pid = child_fork();
  if (pid == 0) {
    child_settle(shared, file, parent, &limits);
    child_exit(ALL_LIVE);
  }
  int status;
  pid_t taken = waitpid(-1, &status, 0);
  check("whoever waits for any child does not get this one", taken < 0 && errno == ECHILD, NULL);
  waitpid(pid, &status, __WALL);
  told = child_await(pid, shared, &limits);
  check("a child that was reaped by others is believed",
        told == NULL && shared->outcome == ALL_LIVE, told);
  close(file);
}

/* Whoever forked it has ended: so does it. */
static void check_orphan(void) {
  memset(shared, 0, sizeof *shared);
  pid_t middle = fork();
  if (middle == 0) {
    pid_t parent = getpid();
    pid_t pid = child_fork();
    if (pid == 0) {
      child_settle(shared, 0, parent, &limits);
      shared->step = "settled";
      hang();
    }
    shared->objects = pid;
    while (shared->step == NULL) {
      usleep(1000);
    }
    _exit(0);
  }
  int status;
  waitpid(middle, &status, 0);
  int gone = 0;
  for (int i = 0; i < 2000 && !gone; i++) {
    char path[64];
    char line[256] = "";
    snprintf(path, sizeof path, "/proc/%lld/stat", (long long)shared->objects);
    FILE *file = fopen(path, "r");
    gone = file == NULL || fgets(line, sizeof line, file) == NULL || strstr(line, ") Z") != NULL;
    if (file != NULL) {
      fclose(file);
    }
    usleep(5000);
  }
  check("a child dies with its parent", gone, NULL);
}

static void write_text(const char *directory, const char *name, const char *text) {
  char path[256];
  snprintf(path, sizeof path, "%s/%s", directory, name);
  FILE *file = fopen(path, "w");
  if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0) {
    abort();
  }
}

static void check_headroom(void) {
  char second[] = "/tmp/stranded-group-XXXXXX";
  char first[] = "/tmp/stranded-group-XXXXXX";
  if (mkdtemp(second) == NULL || mkdtemp(first) == NULL) {
    abort();
  }
  check("no files, no limit", headroom_of_group(second) == INT64_MAX, NULL);
  write_text(second, "memory.max", "max\n");
  write_text(second, "memory.current", "1000\n");
  check("no limit", headroom_of_group(second) == INT64_MAX, NULL);
  write_text(second, "memory.max", "5000\n");
  write_text(second, "memory.stat", "anon 600\ninactive_file 300\n");
  check("version 2", headroom_of_group(second) == 4300, NULL);
  write_text(first, "memory.limit_in_bytes", "9223372036854771712\n");
  write_text(first, "memory.usage_in_bytes", "1000\n");
  check("version 1 without limit", headroom_of_group(first) == INT64_MAX, NULL);
  write_text(first, "memory.limit_in_bytes", "5000\n");
  write_text(first, "memory.stat", "total_inactive_file 100\n");
  check("version 1", headroom_of_group(first) == 4100, NULL);
  check("the machine has some", headroom_bytes() > 0, NULL);
  for (int i = 0; i < 2; i++) {
    static const char *const names[] = {"memory.max",          "memory.current", "memory.stat",
                                        "memory.limit_in_bytes", "memory.usage_in_bytes"};
    for (size_t n = 0; n < sizeof names / sizeof names[0]; n++) {
      char path[256];
      snprintf(path, sizeof path, "%s/%s", i == 0 ? first : second, names[n]);
      unlink(path);
    }
    rmdir(i == 0 ? first : second);
  }
}

/* A process whose forks the kernel refuses, as it does where it would have to keep its promise. */
static void fork_without_memory(void) {
  struct sock_filter steps[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOMEM),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
  struct sock_fprog filter = {sizeof steps / sizeof steps[0], steps};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
      prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0) {
    _exit(2);
  }
  _exit(child_fork() == -ENOMEM ? 0 : 1);
}

static void check_want_of_memory(void) {
  int status = 0;
  pid_t process = fork();
  if (process == 0) {
    fork_without_memory();
  }
  waitpid(process, &status, 0);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 2) {
    printf("no filters of system calls\n");
  } else {
    check("fork that is refused tells why", WIFEXITED(status) && WEXITSTATUS(status) == 0, NULL);
  }
  char setting[] = "/tmp/setting.XXXXXX";
  int file = mkstemp(setting);
  bool fine = file >= 0 && write(file, "1\n", 2) == 2 && !promises_are_kept(setting) &&
              pwrite(file, "2\n", 2, 0) == 2 && promises_are_kept(setting) &&
              !promises_are_kept("/no/such/file");
  check("kernel that keeps its promises is known", fine, NULL);
  close(file);
  unlink(setting);
}

int main(void) {
  shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  check_ends();
  check_limits();
  check_descriptors();
  check_strangers();
  check_orphan();
  check_headroom();
  check_want_of_memory();
  return failures == 0 ? 0 : 1;
}
