#!/bin/sh
# Builds libstranded-roots.so for this machine into DIRECTORY/PLATFORM, where there is a C compiler.
# Without it, roots are exact on Java 22 and later only.
# Usage: build.sh DIRECTORY JAVA_HOME
set -eu
headers=$2/include
platform=linux-$(uname -m)
source=$(dirname "$0")/roots.c
library=$1/$platform/libstranded-roots.so

if [ "$(uname -s)" != Linux ]; then
  echo "not Linux: libstranded-roots is not built"
elif ! command -v cc >/dev/null; then
  echo "no C compiler: libstranded-roots is not built"
elif [ ! -f "$headers/jvmti.h" ]; then
  echo "no jvmti.h in $headers: libstranded-roots is not built"
else
  mkdir -p "$(dirname "$library")"
  cc -std=c11 -Wall -Wextra -Werror -Wno-unused-parameter -O2 -fPIC -shared -s \
    -I"$headers" -I"$headers/linux" -o "$library" "$source"
fi
