#!/bin/sh
# Builds the library's own tests into DIRECTORY and runs them: as they are, with sanitizers, and
# under valgrind, as far as there are any. What there is not is said in a line.
# Usage: run.sh DIRECTORY JAVA_HOME
set -eu
here=$(cd "$(dirname "$0")" && pwd)
main=$here/../../main/c
headers=$2/include
directory=$1
mkdir -p "$directory"
directory=$(cd "$directory" && pwd)
flags="-std=gnu11 -Wall -Wextra -Werror -O1 -g -fno-strict-aliasing"
sanitizers="-fsanitize=address,undefined -fno-sanitize-recover=all"

if ! command -v cc >/dev/null; then
  echo "no C compiler: nothing is tested"
  exit 0
fi

# What all tests have, once: objects NAME FLAGS...
objects() {
  mkdir -p "$directory/objects$1"
  (
    cd "$directory/objects$1"
    shift
    cc $flags "$@" -I"$headers" -I"$headers/linux" -c "$here/fake_vm.c" "$here/fake_threads.c" \
      "$here/fake_code.c" "$here/read_island.c" "$main/vm_layout.c" "$main/code.c" "$main/interpreted.c" "$main/memory.c" \
      "$main/heap.c" "$main/marking.c" "$main/threads.c" "$main/stacks.c" "$main/handles.c" \
      "$main/roots.c" "$main/weak.c" "$main/fixpoint.c" "$main/island.c" "$main/fields.c" \
      "$main/chunks.c" "$main/waits.c" "$main/result.c" "$main/ways.c" "$main/references.c" \
      "$main/told.c"
  )
}

# compile TEST NAME FLAGS...
compile() {
  test=$1
  name=$2
  shift 2
  cc $flags "$@" -I"$headers" -I"$headers/linux" -o "$directory/$test$name" "$here/test_$test.c" \
    "$directory/objects$name"/*.o -ldl
}

cc $flags -o "$directory/child" "$here/test_child.c" "$main/child.c" "$main/headroom.c"
"$directory/child"
sanitized=no
if echo 'int main(void) { return 0; }' | cc $sanitizers -x c -o "$directory/probe" - 2>/dev/null; then
  sanitized=yes
  objects -sanitized $sanitizers &
fi
objects ""
wait
for test in decisions island told weak ways tickers roots marking code frames stacks waits; do
  compile $test ""
  "$directory/$test"
  if [ $sanitized = yes ]; then
    compile $test -sanitized $sanitizers
    # What a test has mapped goes with its process.
    ASAN_OPTIONS=detect_leaks=0 "$directory/$test-sanitized"
  else
    echo "no sanitizers"
  fi
  if command -v valgrind >/dev/null; then
    valgrind -q --error-exitcode=9 "$directory/$test"
  else
    echo "no valgrind"
  fi
done
