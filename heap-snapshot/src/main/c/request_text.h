/*
 * The text of a request: lines of words, and the classes of the JVM that they name.
 */
#ifndef STRANDED_REQUEST_TEXT_H
#define STRANDED_REQUEST_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "jvm.h"

#define LINE_BYTES 1024

/* A line cut into words. */
struct line {
  int number;
  int count;
  char *words[5];
  char text[LINE_BYTES];
};

/* All classes of a name that some line has, in the parent's list. */
struct named {
  char *signature;
  int32_t *indexes;
  int32_t count;
};

struct request_text {
  struct line *lines;
  int line_count;
  struct named *named;
  int named_count;
};

/* Notes what is wrong with a request. Returns false. */
bool request_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* What was noted last. */
const char *request_problem(void);

/* Reads the lines of a file, and finds the classes. False if something is wrong, which is noted. */
bool text_read(struct request_text *text, const char *path, const struct jvm *jvm);

/* All classes of a name, or NULL if no line has it. */
const struct named *classes_of(const struct request_text *text, const char *name);

void text_free(struct request_text *text);

#endif
