/* Reads the tables that HotSpot exports for debuggers. */
#define _GNU_SOURCE
#include "vm_layout.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

struct vm_layout vm;

static char problem[200];
static void *jvm;

/* The first problem is the one to tell. */
static void missing(const char *what, const char *name) {
  if (problem[0] == 0) {
    snprintf(problem, sizeof problem, "this JVM does not tell of %s %s", what, name);
  }
}

static uint64_t number(const char *symbol) {
  const uint64_t *value = dlsym(jvm, symbol);
  if (value == NULL) {
    missing("its", symbol);
    return 0;
  }
  return *value;
}

/* A table of entries that ends with one that has no name. */
struct table {
  const char *start;
  uint64_t stride;
  uint64_t name;
};

static struct table table(const char *start, const char *stride, const char *name) {
  const char *const *first = dlsym(jvm, start);
  struct table found = {first == NULL ? NULL : *first, number(stride), number(name)};
  if (first == NULL) {
    missing("its", start);
  }
  return found;
}

static const char *text(const char *entry, uint64_t offset) {
  return *(const char *const *)(entry + offset);
}

static struct table structs;
static struct table types;
static struct table ints;
static struct table longs;
static uint64_t field_name_at;
static uint64_t offset_at;
static uint64_t address_at;
static uint64_t static_at;
static uint64_t size_at;
static uint64_t int_value_at;
static uint64_t long_value_at;

static bool open_tables(void) {
  structs = table("gHotSpotVMStructs", "gHotSpotVMStructEntryArrayStride",
                  "gHotSpotVMStructEntryTypeNameOffset");
  field_name_at = number("gHotSpotVMStructEntryFieldNameOffset");
  offset_at = number("gHotSpotVMStructEntryOffsetOffset");
  address_at = number("gHotSpotVMStructEntryAddressOffset");
  static_at = number("gHotSpotVMStructEntryIsStaticOffset");
  types = table("gHotSpotVMTypes", "gHotSpotVMTypeEntryArrayStride",
                "gHotSpotVMTypeEntryTypeNameOffset");
  size_at = number("gHotSpotVMTypeEntrySizeOffset");
  ints = table("gHotSpotVMIntConstants", "gHotSpotVMIntConstantEntryArrayStride",
               "gHotSpotVMIntConstantEntryNameOffset");
  int_value_at = number("gHotSpotVMIntConstantEntryValueOffset");
  longs = table("gHotSpotVMLongConstants", "gHotSpotVMLongConstantEntryArrayStride",
                "gHotSpotVMLongConstantEntryNameOffset");
  long_value_at = number("gHotSpotVMLongConstantEntryValueOffset");
  return problem[0] == 0;
}

static const char *named(const struct table *in, const char *name) {
  for (const char *entry = in->start; text(entry, in->name) != NULL; entry += in->stride) {
    if (strcmp(text(entry, in->name), name) == 0) {
      return entry;
    }
  }
  return NULL;
}

static const char *field(const char *type, const char *name) {
  for (const char *entry = structs.start; text(entry, structs.name) != NULL;
       entry += structs.stride) {
    const char *field_name = text(entry, field_name_at);
    if (strcmp(text(entry, structs.name), type) == 0 && field_name != NULL &&
        strcmp(field_name, name) == 0) {
      return entry;
    }
  }
  return NULL;
}

/* The offset of a field, which may have moved to another type or have another name. */
static size_t optional_offset(const char *const candidates[][2]) {
  for (int i = 0; candidates[i][0] != NULL; i++) {
    const char *entry = field(candidates[i][0], candidates[i][1]);
    if (entry != NULL && !*(const int32_t *)(entry + static_at)) {
      return *(const uint64_t *)(entry + offset_at);
    }
  }
  return NO_OFFSET;
}

#define NAMES(...) ((const char *const[][2]){__VA_ARGS__, {NULL, NULL}})

static size_t offset_of(const char *const candidates[][2]) {
  size_t found = optional_offset(candidates);
  if (found == NO_OFFSET) {
    missing(candidates[0][0], candidates[0][1]);
  }
  return found;
}

/* The address of a static variable. */
static const void *variable(const char *const candidates[][2]) {
  for (int i = 0; candidates[i][0] != NULL; i++) {
    const char *entry = field(candidates[i][0], candidates[i][1]);
    if (entry != NULL && *(const int32_t *)(entry + static_at)) {
      return *(const void *const *)(entry + address_at);
    }
  }
  missing(candidates[0][0], candidates[0][1]);
  return NULL;
}

static addr word_variable(const char *const candidates[][2]) {
  const void *at = variable(candidates);
  return at == NULL ? 0 : *(const addr *)at;
}

static addr optional_word_variable(const char *type, const char *name) {
  const char *entry = field(type, name);
  return entry == NULL ? 0 : **(const addr *const *)(entry + address_at);
}

static int int_variable(const char *const candidates[][2]) {
  const void *at = variable(candidates);
  return at == NULL ? 0 : *(const int32_t *)at;
}

static size_t size_of(const char *type) {
  const char *entry = named(&types, type);
  if (entry == NULL) {
    missing("type", type);
    return 0;
  }
  return *(const uint64_t *)(entry + size_at);
}

static int int_constant(const char *name) {
  const char *entry = named(&ints, name);
  if (entry == NULL) {
    missing("constant", name);
    return 0;
  }
  return *(const int32_t *)(entry + int_value_at);
}

/* Where a switch of the command line has its value; NULL if this JVM has no such switch. */
static const void *flag_value(const char *name) {
  addr flags = word_variable(NAMES({"JVMFlag", "flags"}));
  const void *count = variable(NAMES({"JVMFlag", "numFlags"}));
  size_t name_at = offset_of(NAMES({"JVMFlag", "_name"}));
  size_t value_at = offset_of(NAMES({"JVMFlag", "_addr"}));
  size_t stride = size_of("JVMFlag");
  if (problem[0] != 0) {
    return NULL;
  }
  for (size_t i = 0; i < *(const size_t *)count; i++) {
    addr entry = flags + i * stride;
    const char *entry_name = *(const char *const *)(entry + name_at);
    if (entry_name != NULL && strcmp(entry_name, name) == 0) {
      return *(const void *const *)(entry + value_at);
    }
  }
  return NULL;
}

static bool flag(const char *name) {
  const bool *value = flag_value(name);
  return value != NULL && *value;
}

static void read_heap(void) {
  addr heap = word_variable(NAMES({"Universe", "_collectedHeap"}));
  size_t reserved = offset_of(NAMES({"CollectedHeap", "_reserved"}));
  if (heap != 0 && reserved != NO_OFFSET) {
    vm.heap_start = *(const addr *)(heap + reserved);
    vm.heap_end = vm.heap_start + *(const size_t *)(heap + reserved + sizeof(addr)) * sizeof(addr);
  }
  if (vm.heap_start == 0 || vm.heap_start >= vm.heap_end || vm.heap_start % 4096 != 0) {
    missing("fixed bounds of its heap,", "as with ZGC");
  }
}

static void read_headers(void) {
  vm.narrow_oops = flag("UseCompressedOops");
  vm.oop_base = word_variable(
      NAMES({"CompressedOops", "_base"}, {"CompressedOops", "_narrow_oop._base"}));
  vm.oop_shift = int_variable(
      NAMES({"CompressedOops", "_shift"}, {"CompressedOops", "_narrow_oop._shift"}));
  vm.compact_headers = flag("UseCompactObjectHeaders");
  vm.narrow_klasses = vm.compact_headers || flag("UseCompressedClassPointers");
  vm.klass_base = word_variable(NAMES({"CompressedKlassPointers", "_base"},
                                      {"CompressedKlassPointers", "_narrow_klass._base"}));
  vm.klass_shift = int_variable(NAMES({"CompressedKlassPointers", "_shift"},
                                      {"CompressedKlassPointers", "_narrow_klass._shift"}));
  if (vm.compact_headers) {
    const char *shift = named(&longs, "markWord::klass_shift");
    if (shift == NULL) {
      missing("constant", "markWord::klass_shift");
    } else {
      vm.klass_shift_in_mark = (int)*(const uint64_t *)(shift + long_value_at);
    }
    vm.array_length_at = 8;
  } else {
    vm.array_length_at = vm.narrow_klasses ? 12 : 16;
  }
  const int32_t *alignment = flag_value("ObjectAlignmentInBytes");
  vm.object_alignment = alignment == NULL ? 0 : (size_t)*alignment;
  if (vm.object_alignment < 8 || (vm.object_alignment & (vm.object_alignment - 1)) != 0) {
    missing("the alignment of", "its objects");
  }
}

static void read_classes(void) {
  vm.klass_layout_helper = offset_of(NAMES({"Klass", "_layout_helper"}));
  vm.klass_mirror = offset_of(NAMES({"Klass", "_java_mirror"}));
  vm.klass_loader_data = offset_of(NAMES({"Klass", "_class_loader_data"}));
  vm.klass_next = offset_of(NAMES({"Klass", "_next_link"}));
  vm.klass_super = offset_of(NAMES({"Klass", "_super"}));
  vm.klass_name = offset_of(NAMES({"Klass", "_name"}));
  vm.klass_vtable_length = offset_of(NAMES({"Klass", "_vtable_len"}));
  vm.instance_klass_size = size_of("InstanceKlass");
  vm.instance_itable_length = offset_of(NAMES({"InstanceKlass", "_itable_len"}));
  vm.instance_oop_map_count = offset_of(NAMES({"InstanceKlass", "_nonstatic_oop_map_size"}));
  vm.instance_constants = offset_of(NAMES({"InstanceKlass", "_constants"}));
  vm.instance_interfaces = offset_of(NAMES({"InstanceKlass", "_transitive_interfaces"}));
  vm.instance_methods = offset_of(NAMES({"InstanceKlass", "_methods"}));
  vm.obj_array_element = offset_of(NAMES({"ObjArrayKlass", "_element_klass"}));
  vm.pool_cache = offset_of(NAMES({"ConstantPool", "_cache"}));
  vm.pool_resolved_klasses = offset_of(NAMES({"ConstantPool", "_resolved_klasses"}));
  vm.cache_references = offset_of(NAMES({"ConstantPoolCache", "_resolved_references"}));
  vm.array_length = offset_of(NAMES({"Array<Klass*>", "_length"}));
  vm.array_data = offset_of(NAMES({"Array<Klass*>", "_data"}));
  vm.symbol_length = offset_of(NAMES({"Symbol", "_length"}));
  vm.symbol_body = offset_of(NAMES({"Symbol", "_body"}));
  vm.loaders_head = (addr)variable(NAMES({"ClassLoaderDataGraph", "_head"}));
  vm.loader_next = offset_of(NAMES({"ClassLoaderData", "_next"}));
  vm.loader_klasses = offset_of(NAMES({"ClassLoaderData", "_klasses"}));
  vm.loader_object = offset_of(NAMES({"ClassLoaderData", "_class_loader"}));
  vm.mirror_klass = (size_t)int_variable(NAMES({"java_lang_Class", "_klass_offset"}));
  vm.mirror_static_oop_count =
      (size_t)int_variable(NAMES({"java_lang_Class", "_static_oop_field_count_offset"}));
}

/* What frames are made of. Without it snapshots take more words for references than are. */
static void read_frames(void) {
  vm.growing_count = offset_of(NAMES({"GrowableArrayBase", "_len"}));
  vm.growing_items = offset_of(NAMES({"GrowableArray<int>", "_data"}));
  vm.code_heap_memory = offset_of(NAMES({"CodeHeap", "_memory"}));
  vm.code_heap_segments = offset_of(NAMES({"CodeHeap", "_segmap"}));
  vm.code_heap_log2_segment = offset_of(NAMES({"CodeHeap", "_log2_segment_size"}));
  vm.space_low = offset_of(NAMES({"VirtualSpace", "_low"}));
  vm.space_high = offset_of(NAMES({"VirtualSpace", "_high"}));
  vm.code_block_size = size_of("HeapBlock");
  vm.code_block_used =
      offset_of(NAMES({"HeapBlock", "_header"})) + offset_of(NAMES({"HeapBlock::Header", "_used"}));
  vm.blob_name = offset_of(NAMES({"CodeBlob", "_name"}));
  vm.blob_frame_size = offset_of(NAMES({"CodeBlob", "_frame_size"}));
  vm.blob_oop_maps = offset_of(NAMES({"CodeBlob", "_oop_maps"}));
  vm.blob_code_begin = optional_offset(NAMES({"CodeBlob", "_code_begin"}));
  vm.blob_code_offset = vm.blob_code_begin != NO_OFFSET
                            ? NO_OFFSET
                            : offset_of(NAMES({"CodeBlob", "_code_offset"}));
  vm.compiled_method = offset_of(NAMES({"nmethod", "_method"}, {"CompiledMethod", "_method"}));
  vm.method_constant = offset_of(NAMES({"Method", "_constMethod"}));
  vm.constant_parameters = offset_of(NAMES({"ConstMethod", "_size_of_parameters"}));
  vm.constant_max_locals = offset_of(NAMES({"ConstMethod", "_max_locals"}));
  vm.constant_code_size = offset_of(NAMES({"ConstMethod", "_code_size"}));
  vm.constant_size = size_of("ConstMethod");
  vm.oop_maps_count = offset_of(NAMES({"ImmutableOopMapSet", "_count"}));
  vm.oop_maps_size = size_of("ImmutableOopMapSet");
  vm.oop_map_pair_pc = offset_of(NAMES({"ImmutableOopMapPair", "_pc_offset"}));
  vm.oop_map_pair_map = offset_of(NAMES({"ImmutableOopMapPair", "_oopmap_offset"}));
  vm.oop_map_pair_size = size_of("ImmutableOopMapPair");
  vm.oop_map_count = offset_of(NAMES({"ImmutableOopMap", "_count"}));
  vm.oop_map_size = size_of("ImmutableOopMap");
  vm.oop_value_type_mask = int_constant("OopMapValue::type_mask_in_place");
  vm.oop_value_place_shift = int_constant("OopMapValue::register_shift");
  vm.oop_value_narrow = int_constant("OopMapValue::narrowoop_value");
  vm.oop_value_callee_saved = int_constant("OopMapValue::callee_saved_value");
  vm.oop_value_derived = int_constant("OopMapValue::derived_oop_value");
  vm.first_stack_place = word_variable(NAMES({"VMRegImpl", "stack0"}));
  vm.stack_place_size = (size_t)int_constant("VMRegImpl::stack_slot_size");
  vm.code_heaps = (addr)variable(NAMES({"CodeCache", "_heaps"}));
  if (problem[0] != 0) {
    vm.code_heaps = 0;
    problem[0] = 0;
  }
}

static void read_threads(void) {
  vm.thread_list = (addr)variable(NAMES({"ThreadsSMRSupport", "_java_thread_list"}));
  vm.list_length = offset_of(NAMES({"ThreadsList", "_length"}));
  vm.list_threads = offset_of(NAMES({"ThreadsList", "_threads"}));
  vm.thread_size = size_of("JavaThread");
  vm.thread_object = offset_of(NAMES({"JavaThread", "_threadObj"}));
  vm.thread_mounted = optional_offset(NAMES({"JavaThread", "_vthread"}));
  vm.thread_stack_base = offset_of(NAMES({"JavaThread", "_stack_base"}, {"Thread", "_stack_base"}));
  vm.thread_stack_size = offset_of(NAMES({"JavaThread", "_stack_size"}, {"Thread", "_stack_size"}));
  vm.thread_last_sp = offset_of(NAMES({"JavaThread", "_anchor"})) +
                      offset_of(NAMES({"JavaFrameAnchor", "_last_Java_sp"}));
  vm.thread_last_pc = offset_of(NAMES({"JavaThread", "_anchor"})) +
                      offset_of(NAMES({"JavaFrameAnchor", "_last_Java_pc"}));
  vm.thread_pending_exception = offset_of(NAMES({"ThreadShadow", "_pending_exception"}));
  vm.thread_exception = offset_of(NAMES({"JavaThread", "_exception_oop"}));
  vm.thread_buffer = offset_of(NAMES({"Thread", "_tlab"}));
  vm.buffer_size = size_of("ThreadLocalAllocBuffer");
  vm.thread_state = offset_of(NAMES({"JavaThread", "_thread_state"}));
  vm.state_in_native = int_constant("_thread_in_native");
  vm.call_return = optional_word_variable("StubRoutines", "_call_stub_return_address");
  vm.thread_handles =
      offset_of(NAMES({"JavaThread", "_active_handles"}, {"Thread", "_active_handles"}));
  vm.thread_waiting_monitor = offset_of(NAMES({"JavaThread", "_current_waiting_monitor"}));
  vm.thread_pending_monitor = offset_of(NAMES({"JavaThread", "_current_pending_monitor"}));
  vm.thread_monitor_id = optional_offset(NAMES({"JavaThread", "_monitor_owner_id"}));
  size_t locks = optional_offset(NAMES({"JavaThread", "_lock_stack"}));
  size_t first = optional_offset(NAMES({"LockStack", "_base[0]"}));
  size_t end = optional_offset(NAMES({"LockStack", "_top"}));
  bool known = locks != NO_OFFSET && first != NO_OFFSET && end != NO_OFFSET;
  vm.thread_locks = known ? locks + first : NO_OFFSET;
  vm.thread_locks_end = known ? locks + end : NO_OFFSET;
  vm.handles_block = offset_of(NAMES({"JNIHandleBlock", "_handles"}));
  vm.handles_top = offset_of(NAMES({"JNIHandleBlock", "_top"}));
  vm.handles_next = offset_of(NAMES({"JNIHandleBlock", "_next"}));
  vm.handles_per_block = int_constant("JNIHandleBlock::block_size_in_oops");
  vm.weak_references = word_variable(NAMES({"JNIHandles", "_weak_global_handles"}));
  vm.monitor_object = offset_of(NAMES({"ObjectMonitor", "_object"}));
  vm.monitor_owner = offset_of(NAMES({"ObjectMonitor", "_owner"}));
}

const char *vm_layout_read(const void *function_of_jvm) {
  Dl_info library;
  problem[0] = 0;
  memset(&vm, 0, sizeof vm);
  if (sizeof(addr) != 8) {
    return "this JVM has pointers of 32 bits";
  }
  if (dladdr(function_of_jvm, &library) == 0 || library.dli_fname == NULL) {
    return "the JVM's library is not found";
  }
  jvm = dlopen(library.dli_fname, RTLD_NOW | RTLD_NOLOAD);
  if (jvm == NULL) {
    return "the JVM's library cannot be opened again";
  }
  if (open_tables()) {
    read_heap();
    read_headers();
    read_classes();
    read_threads();
    vm.method_code = offset_of(NAMES({"Method", "_code"}));
    vm.blob_size = offset_of(NAMES({"CodeBlob", "_size"}));
  }
  if (problem[0] == 0) {
    read_frames();
  }
  dlclose(jvm);
  return problem[0] == 0 ? NULL : problem;
}
