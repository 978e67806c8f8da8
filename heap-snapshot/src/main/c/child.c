/* A child that cannot hurt its parent. */
#define _GNU_SOURCE
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "headroom.h"
#include "memory.h"

/* Since Linux 5.9; older C libraries do not name it. */
#ifndef SYS_close_range
#define SYS_close_range 436
#endif

#ifndef __WALL
#define __WALL 0x40000000
#endif

#define LOOK_NANOS 5000000L

#define MOST_FILES ((rlim_t)1 << 22)

static struct shared *told;

pid_t child_fork(void) {
  /* No signal at its end, and nobody who waits for just any child gets this one. */
  long pid = syscall(SYS_clone, 0, 0, 0, 0, 0);
  return pid < 0 ? -errno : (pid_t)pid;
}

_Noreturn void child_exit(enum outcome outcome) {
  if (told != NULL) {
    told->outcome = outcome;
  }
  syscall(SYS_exit_group, outcome == ALL_LIVE || outcome == ISLAND ? 0 : 1);
  __builtin_unreachable();
}

_Noreturn void give_up(const char *why) {
  if (told == NULL) {
    /* Never in the parent: its part of the work uses nothing that could give up. */
    for (;;) {
      pause();
    }
  }
  size_t length = strlen(why);
  if (length >= sizeof told->why) {
    length = sizeof told->why - 1;
  }
  memcpy(told->why, why, length);
  told->why[length] = 0;
  child_exit(GAVE_UP);
}

static void crashed(int signal) {
  told->signal = signal;
  child_exit(CRASHED);
}

/* A crash ends here: a dump of the child's core would be a dump of the target's heap. */
static void catch_signals(void) {
  static const int deadly[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP, SIGSYS};
  static char stack[1 << 14];
  stack_t alternative = {.ss_sp = stack, .ss_size = sizeof stack};
  sigaltstack(&alternative, NULL);
  struct sigaction action;
  memset(&action, 0, sizeof action);
  for (int signal = 1; signal < NSIG; signal++) {
    action.sa_handler = SIG_DFL;
    sigaction(signal, &action, NULL);
  }
  action.sa_handler = crashed;
  action.sa_flags = SA_ONSTACK;
  for (size_t i = 0; i < sizeof deadly / sizeof deadly[0]; i++) {
    sigaction(deadly[i], &action, NULL);
  }
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
}

static void close_all_from(unsigned first) {
  if (syscall(SYS_close_range, first, ~0u, 0) == 0) {
    return;
  }
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
    return;
  }
  /* Without end where there is no limit. */
  rlim_t end = limit.rlim_cur > MOST_FILES ? MOST_FILES : limit.rlim_cur;
  for (rlim_t file = first; file < end; file++) {
    close((int)file);
  }
}

static void write_file(const char *path, const char *text) {
  int file = open(path, O_WRONLY | O_CLOEXEC);
  if (file >= 0) {
    ssize_t ignored = write(file, text, strlen(text));
    (void)ignored;
    close(file);
  }
}

void child_settle(struct shared *shared, int kept, pid_t parent,
                  const struct child_limits *limits) {
  told = shared;
  dup2(kept, 0);
  close_all_from(1);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) {
    child_exit(UNFINISHED);
  }
  catch_signals();
  alarm((unsigned)limits->deadline_seconds);
  prctl(PR_SET_NAME, "stranded-child");
  write_file("/proc/self/oom_score_adj", "1000");
  struct rlimit no_core = {0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  setpriority(PRIO_PROCESS, 0, limits->niceness);
}

static int64_t now_millis(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static const char *reason_of(int status, const struct shared *shared) {
  static char line[120];
  if (WIFSIGNALED(status)) {
    if (WTERMSIG(status) == SIGALRM) {
      return "the snapshot took longer than allowed";
    }
    snprintf(line, sizeof line, "the snapshot's process was ended by signal %d",
             WTERMSIG(status));
    return line;
  }
  if (shared->outcome == CRASHED) {
    snprintf(line, sizeof line, "the snapshot's process crashed with signal %d %s",
             (int)shared->signal, shared->step);
    return line;
  }
  return shared->outcome == UNFINISHED ? "the snapshot's process ended early" : NULL;
}

const char *child_await(pid_t child, const struct shared *shared,
                        const struct child_limits *limits) {
  const struct timespec look = {0, LOOK_NANOS};
  int64_t deadline = now_millis() + ((int64_t)limits->deadline_seconds + 1) * 1000;
  const char *killed = NULL;
  for (;;) {
    int status = 0;
    pid_t ended = waitpid(child, &status, WNOHANG | __WALL);
    if (ended == child) {
      return killed != NULL ? killed : reason_of(status, shared);
    }
    if (ended < 0 && errno != EINTR) {
      /* Somebody else reaped it: what it told counts, if it got to its end. */
      return killed != NULL ? killed : reason_of(0, shared);
    }
    if (ended == 0 && killed == NULL) {
      if (now_millis() > deadline) {
        killed = "the snapshot took longer than allowed";
      } else if (headroom_bytes() < limits->reserve_bytes) {
        killed = "memory ran short while the snapshot was looked at";
      }
      if (killed != NULL) {
        kill(child, SIGKILL);
      }
    }
    nanosleep(&look, NULL);
  }
}
