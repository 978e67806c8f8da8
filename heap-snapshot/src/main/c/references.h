/* The references of an object, one by one. */
#ifndef STRANDED_REFERENCES_H
#define STRANDED_REFERENCES_H

#include <stdbool.h>

#include "heap.h"

/* Hears a reference; whether that is enough. */
typedef bool hears(addr reference);

/* Those that the collector follows, static fields of a mirror included; whether one was enough. */
bool each_reference(addr object, const struct klass *klass, hears *hear);

/* Those that it does not, such as a referent. */
bool each_hidden_reference(addr object, const struct klass *klass, hears *hear);

/* The size of a mirror with its static fields. */
size_t mirror_bytes(addr mirror, const struct klass *klass);

#endif
