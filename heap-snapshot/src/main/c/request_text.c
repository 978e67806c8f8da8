/* Reads the text of requests. */
#define _GNU_SOURCE
#include "request_text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_LINES 65536

static char problem[300];

bool request_fail(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(problem, sizeof problem, format, arguments);
  va_end(arguments);
  return false;
}

const char *request_problem(void) {
  return problem;
}

static bool read_lines(struct request_text *text, const char *path) {
  FILE *file = fopen(path, "re");
  char row[LINE_BYTES];
  if (file == NULL) {
    return request_fail("the request %.200s cannot be read", path);
  }
  bool fine = true;
  while (fine && fgets(row, sizeof row, file) != NULL) {
    if (text->line_count == MOST_LINES || strchr(row, '\n') == NULL) {
      fine = request_fail("line %d of the request is too long, or one too many",
                          text->line_count + 1);
      break;
    }
    if (text->line_count % 256 == 0) {
      struct line *larger =
          realloc(text->lines, (size_t)(text->line_count + 256) * sizeof *larger);
      if (larger == NULL) {
        fine = request_fail("no memory for the request");
        break;
      }
      text->lines = larger;
    }
    struct line *line = &text->lines[text->line_count++];
    memset(line, 0, sizeof *line);
    line->number = text->line_count;
    strcpy(line->text, row);
  }
  fclose(file);
  for (int i = 0; fine && i < text->line_count; i++) {
    struct line *line = &text->lines[i];
    char *rest = line->text;
    for (char *word; (word = strsep(&rest, " \n")) != NULL;) {
      if (*word != 0) {
        if (line->count == 5) {
          return request_fail("line %d of the request has too many words", line->number);
        }
        line->words[line->count++] = word;
      }
    }
  }
  if (fine && (text->line_count == 0 || text->lines[0].count != 2 ||
               strcmp(text->lines[0].words[0], "stranded-snapshot") != 0 ||
               strcmp(text->lines[0].words[1], "1") != 0)) {
    return request_fail("the request is not of version 1");
  }
  return fine;
}

/* --- classes by name --- */

static struct named *named_of(const struct request_text *text, const char *signature) {
  for (int i = 0; i < text->named_count; i++) {
    if (strcmp(text->named[i].signature, signature) == 0) {
      return &text->named[i];
    }
  }
  return NULL;
}

static char *signature_of(const char *name) {
  size_t length = strlen(name);
  char *signature = malloc(length + 3);
  if (signature == NULL) {
    return NULL;
  }
  signature[0] = 'L';
  for (size_t i = 0; i < length; i++) {
    signature[i + 1] = name[i] == '.' ? '/' : name[i];
  }
  signature[length + 1] = ';';
  signature[length + 2] = 0;
  return signature;
}

/* The position of the class's name in a line, or -1. */
static int class_word(const struct line *line) {
  static const struct {
    const char *word;
    int position;
  } verbs[] = {{"skip", 1},        {"defer", 1},    {"follow", 1}, {"private", 1}, {"owner", 1},
               {"skip-static", 1}, {"registry", 1}, {"open", 1},   {"role", 2},    {"class", 2},
               {"virtual-wait", 2}, {"refuse", 1},
               {"describe", 1},    {"gives", 1},    {"knows", 1}};
  for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
    if (line->count > 0 && strcmp(line->words[0], verbs[i].word) == 0) {
      return line->count > verbs[i].position ? verbs[i].position : -1;
    }
  }
  return -1;
}

static bool collect_names(struct request_text *text) {
  text->named = calloc((size_t)text->line_count, sizeof *text->named);
  if (text->named == NULL) {
    return request_fail("no memory for the request");
  }
  for (int i = 0; i < text->line_count; i++) {
    int position = class_word(&text->lines[i]);
    if (position < 0) {
      continue;
    }
    char *signature = signature_of(text->lines[i].words[position]);
    if (signature == NULL) {
      return request_fail("no memory for the request");
    }
    if (named_of(text, signature) != NULL) {
      free(signature);
    } else {
      text->named[text->named_count++].signature = signature;
    }
  }
  return true;
}

static bool find_classes(struct request_text *text, const struct jvm *jvm) {
  for (jint i = 0; i < jvm->class_count; i++) {
    char *signature = NULL;
    if ((*jvm->jvmti)->GetClassSignature(jvm->jvmti, jvm->classes[i], &signature, NULL) != 0) {
      continue;
    }
    struct named *named = named_of(text, signature);
    (*jvm->jvmti)->Deallocate(jvm->jvmti, (unsigned char *)signature);
    if (named == NULL) {
      continue;
    }
    int32_t *larger = realloc(named->indexes, (size_t)(named->count + 1) * sizeof *larger);
    if (larger == NULL) {
      return request_fail("no memory for the request");
    }
    named->indexes = larger;
    named->indexes[named->count++] = i;
  }
  return true;
}

const struct named *classes_of(const struct request_text *text, const char *name) {
  char *signature = signature_of(name);
  const struct named *named = signature == NULL ? NULL : named_of(text, signature);
  free(signature);
  return named;
}

bool text_read(struct request_text *text, const char *path, const struct jvm *jvm) {
  return read_lines(text, path) && collect_names(text) && find_classes(text, jvm);
}

void text_free(struct request_text *text) {
  free(text->lines);
  for (int i = 0; i < text->named_count; i++) {
    free(text->named[i].signature);
    free(text->named[i].indexes);
  }
  free(text->named);
}
