#!/bin/sh
# Builds libstranded-snapshot.so into DIRECTORY/linux-MACHINE, for this machine where there is a C
# compiler, and for aarch64 where Debian's cross compiler is. Without it there are no snapshots.
# Usage: build.sh DIRECTORY JAVA_HOME
set -eu
headers=$2/include
here=$(dirname "$0")

# build MACHINE COMPILER
build() {
  library=$1/libstranded-snapshot.so
  mkdir -p "$1"
  # It needs no library of its own: names without versions are found in whatever C library the
  # target has loaded, an older glibc or musl.
  "$2" -std=gnu11 -Wall -Wextra -Werror -O2 -fno-strict-aliasing -fno-stack-protector \
    -fvisibility=hidden -fPIC -shared -nostdlib -s -I"$headers" -I"$headers/linux" \
    -o "$library" "$here"/*.c
}

if [ "$(uname -s)" != Linux ]; then
  echo "not Linux: libstranded-snapshot is not built"
elif ! command -v cc >/dev/null; then
  echo "no C compiler: libstranded-snapshot is not built"
elif [ ! -f "$headers/jvmti.h" ]; then
  echo "no jvmti.h in $headers: libstranded-snapshot is not built"
else
  build "$1/linux-$(uname -m)" cc
  if [ "$(uname -m)" != aarch64 ] && command -v aarch64-linux-gnu-gcc >/dev/null; then
    build "$1/linux-aarch64" aarch64-linux-gnu-gcc
  fi
fi
