#!/bin/sh
# Builds the library's own tests into DIRECTORY and runs them: as they are, with sanitizers, and
# under valgrind, as far as there are any. What there is not is said in a line.
# Usage: run.sh DIRECTORY JAVA_HOME
set -eu
here=$(dirname "$0")
main=$here/../../main/c
headers=$2/include
mkdir -p "$1"

# compile TEST NAME FLAGS...
compile() {
  test=$1
  name=$2
  shift 2
  cc -std=gnu11 -Wall -Wextra -Werror -O1 -g -fno-strict-aliasing "$@" -I"$headers" -I"$headers/linux" \
    -o "$directory/$test$name" "$here/test_$test.c" "$here/fake_vm.c" "$here/fake_threads.c" "$here/fake_code.c" "$main/vm_layout.c" \
    "$main/code.c" "$main/interpreted.c" "$main/memory.c" "$main/heap.c" "$main/marking.c" "$main/threads.c" "$main/stacks.c" "$main/handles.c" \
    "$main/roots.c" "$main/weak.c" "$main/fixpoint.c" "$main/island.c" "$main/fields.c" "$main/chunks.c" \
    "$main/waits.c" "$main/result.c" "$main/ways.c" "$main/references.c" "$main/told.c" -ldl
}

directory=$1
if ! command -v cc >/dev/null; then
  echo "no C compiler: nothing is tested"
  exit 0
fi
cc -std=gnu11 -Wall -Wextra -Werror -O1 -g -fno-strict-aliasing -o "$directory/child" "$here/test_child.c" \
  "$main/child.c" "$main/headroom.c"
"$directory/child"
for test in decisions ways roots code frames stacks waits; do
  compile $test ""
  "$directory/$test"
  if compile $test -sanitized -fsanitize=address,undefined -fno-sanitize-recover=all 2>/dev/null; then
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
