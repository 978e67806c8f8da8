# Shared by the launchers: which Java runs, and how. Sourced by bash.
# shellcheck shell=bash disable=SC2034

java=
java_home=
java_version=

die() {
  printf 'stranded: %s\n' "$1" >&2
  exit 2
}

# The file behind all symbolic links. Not every system has readlink -f.
real_path() {
  local path=$1 link
  while [ -L "$path" ]; do
    link=$(readlink "$path")
    case $link in
      /*) path=$link ;;
      *) path=$(dirname "$path")/$link ;;
    esac
  done
  printf '%s/%s\n' "$(cd -P "$(dirname "$path")" && pwd)" "$(basename "$path")"
}

# Sets java to the launcher of a JDK 17 or newer, and java_home to where it lives.
find_java() {
  local properties
  if [ -n "${JAVA_HOME:-}" ]; then
    java=$JAVA_HOME/bin/java
    [ -x "$java" ] || die "JAVA_HOME is $JAVA_HOME, which has no bin/java"
  else
    java=$(command -v java) || die "no java on the PATH: a JDK 17 or newer is needed"
  fi
  # Starting a JVM only to ask for its version takes a while, so read its release file if we can.
  java_home=$(dirname "$(dirname "$(real_path "$java")")")
  java_version=$(sed -n 's/^JAVA_VERSION="\(.*\)".*/\1/p' "$java_home/release" 2>/dev/null || true)
  if [ -z "$java_version" ]; then
    # A stub that only finds the real one.
    properties=$("$java" -XshowSettings:properties -version 2>&1) || die "$java does not start"
    java_home=$(sed -n 's/^ *java\.home = //p' <<<"$properties")
    java_version=$(sed -n 's/^ *java\.version = //p' <<<"$properties")
  fi
  local major=${java_version#1.}
  major=${major%%[!0-9]*}
  [ "${major:-0}" -ge 17 ] || die "$java is Java ${java_version:-of unknown version}: 17 or newer is needed"
  [ -x "$java_home/bin/javac" ] || die "$java belongs to a runtime only: a JDK is needed"
}

# Most of what is run is run once, so only the hottest code is worth the optimizing compiler; and
# there is little to collect. Who chooses a collector in the environment gets it.
options=(-XX:Tier4InvocationThreshold=50000 -XX:Tier4MinInvocationThreshold=6000
  -XX:Tier4CompileThreshold=150000 -XX:Tier4BackEdgeThreshold=400000)
case "${JAVA_TOOL_OPTIONS:-} ${JDK_JAVA_OPTIONS:-}" in
  *-XX:+Use*GC*) ;;
  *) options+=(-XX:+UseSerialGC) ;;
esac

# What is soon done is done before the optimizing compiler has paid for itself: who asks how to do something is
# answered, and files are read of which most of the cost is that of a JVM that has just started.
quick() {
  local word large=
  for word; do
    case $word in
      -h | --help | -V | --version | help | list)
        options+=(-XX:TieredStopAtLevel=1)
        return
        ;;
      # In blocks of 512 bytes: half a gigabyte, 64 megabytes.
      analyze) large=1048576 ;;
      replay | trend | diff) large=131072 ;;
    esac
  done
  [ $# -eq 0 ] || [ -n "$large" ] || return 0
  for word; do
    [ "$word" != - ] || return 0
    # Options too may name files.
    word=${word#*=}
    [ ! -e "$word" ] || [ -z "$(find -L "$word" -size "+$large" 2>/dev/null)" ] || return 0
  done
  options+=(-XX:TieredStopAtLevel=1)
}

# A sidecar stays and needs little, where a JVM begins with a 64th of the machine's memory.
modest() {
  case "${JAVA_TOOL_OPTIONS:-} ${JDK_JAVA_OPTIONS:-}" in
    *-Xms* | *Initial*) return ;;
  esac
  local word
  for word; do
    if [ "$word" = watch ]; then
      options+=(-Xms16m)
      return
    fi
  done
}

# Runs a jar with the archive of its classes, if there is one that is newer.
# launch JAR ARCHIVE ARGUMENT...
launch() {
  local jar=$1 classes=$2
  shift 2
  quick "$@"
  modest "$@"
  if [ "$classes" -nt "$jar" ]; then
    # At the address that it was made for: to move it costs more than to load a class.
    options+=(-XX:SharedArchiveFile="$classes" -Xlog:cds=error -Xlog:cds+dynamic=error
      -XX:+IgnoreUnrecognizedVMOptions -XX:+UnlockDiagnosticVMOptions -XX:ArchiveRelocationMode=0)
  fi
  exec "$java" "${options[@]}" -jar "$jar" "$@"
}
