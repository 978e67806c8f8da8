#!/bin/sh
# Builds a library for this machine into DIRECTORY whose search for ways fails.
# Usage: faulty.sh DIRECTORY JAVA_HOME
set -eu
here=$(cd "$(dirname "$0")" && pwd)
headers=$2/include
sources=$(ls "$here"/../../main/c/*.c | grep -v /ways.c)
mkdir -p "$1"
cc -std=gnu11 -fno-strict-aliasing -fno-stack-protector -fvisibility=hidden -fPIC -shared \
  -nostdlib -I"$headers" -I"$headers/linux" -o "$1/libstranded-snapshot.so" \
  "$here/faulty_ways.c" $sources
