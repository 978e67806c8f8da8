/*
 * Where this JVM keeps what: offsets and addresses that HotSpot itself exports for debuggers
 * (gHotSpotVMStructs, gHotSpotVMTypes). No version is asked for anywhere; what is not exported
 * is a reason, in one line, why there can be no snapshot.
 */
#ifndef STRANDED_VM_LAYOUT_H
#define STRANDED_VM_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An address in the JVM's memory. */
typedef uintptr_t addr;

/* What a field's offset is when it does not exist. */
#define NO_OFFSET ((size_t)-1)

struct vm_layout {
  addr heap_start;
  addr heap_end;

  /* How references and headers of objects are stored. */
  bool narrow_oops;
  addr oop_base;
  int oop_shift;
  bool narrow_klasses;
  addr klass_base;
  int klass_shift;
  bool compact_headers;
  int klass_shift_in_mark;
  size_t array_length_at;
  size_t object_alignment;

  /* Klass and what hangs on it. */
  size_t klass_layout_helper;
  size_t klass_mirror;
  size_t klass_loader_data;
  size_t klass_next;
  size_t klass_super;
  size_t klass_name;
  size_t klass_vtable_length;
  size_t instance_klass_size;
  size_t instance_itable_length;
  size_t instance_oop_map_count;
  size_t instance_constants;
  size_t instance_interfaces;
  size_t instance_methods;
  size_t obj_array_element;
  size_t pool_cache;
  size_t pool_resolved_klasses;
  size_t cache_references;
  size_t array_length;
  size_t array_data;
  size_t symbol_length;
  size_t symbol_body;

  /* Loaders. */
  addr loaders_head;
  size_t loader_next;
  size_t loader_klasses;
  size_t loader_object;

  /* java.lang.Class: int variables that hold offsets. */
  size_t mirror_klass;
  size_t mirror_static_oop_count;

  /* Threads. */
  addr thread_list;
  size_t list_length;
  size_t list_threads;
  size_t thread_size;
  size_t thread_object;
  size_t thread_mounted;
  size_t thread_stack_base;
  size_t thread_stack_size;
  size_t thread_last_sp;
  size_t thread_last_pc;
  size_t thread_state;
  size_t thread_pending_exception;
  size_t thread_exception;
  size_t thread_buffer;
  size_t buffer_size;
  int state_in_native;
  /* Where Java code returns to that the JVM called; 0 if that is not told. */
  addr call_return;
  size_t thread_handles;
  size_t thread_waiting_monitor;
  size_t thread_pending_monitor;
  size_t thread_monitor_id;
  size_t thread_locks;
  size_t thread_locks_end;
  size_t handles_block;
  size_t handles_top;
  size_t handles_next;
  int handles_per_block;
  /* Where weak JNI references are kept. */
  addr weak_references;
  size_t monitor_object;
  size_t monitor_owner;

  /* Code of methods; how frames are made is not known where code_heaps is 0. */
  size_t method_code;
  size_t blob_size;
  addr code_heaps;
  size_t growing_count;
  size_t growing_items;
  size_t code_heap_memory;
  size_t code_heap_segments;
  size_t code_heap_log2_segment;
  size_t space_low;
  size_t space_high;
  size_t code_block_size;
  size_t code_block_used;
  size_t blob_name;
  size_t blob_frame_size;
  size_t blob_oop_maps;
  /* One of the two exists. */
  size_t blob_code_begin;
  size_t blob_code_offset;
  size_t compiled_method;
  size_t method_constant;
  size_t constant_parameters;
  size_t constant_max_locals;
  size_t constant_code_size;
  size_t constant_size;
  size_t oop_maps_count;
  size_t oop_maps_size;
  size_t oop_map_pair_pc;
  size_t oop_map_pair_map;
  size_t oop_map_pair_size;
  size_t oop_map_count;
  size_t oop_map_size;
  int oop_value_type_mask;
  int oop_value_place_shift;
  int oop_value_narrow;
  int oop_value_callee_saved;
  int oop_value_derived;
  /* Places below are registers. */
  addr first_stack_place;
  size_t stack_place_size;
};

extern struct vm_layout vm;

/*
 * Reads the layout of the JVM whose library contains the given function.
 * Returns NULL, or a line that says what is unknown; valid until the next call.
 */
const char *vm_layout_read(const void *function_of_jvm);

#endif
