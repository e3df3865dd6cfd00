# shellcheck shell=bash
# Runs what is built. Sourced by ./tidings; the checkout is $ROOT, the JDK $JAVA_HOME.

JVM_OPTIONS=(--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -XX:+UseCompactObjectHeaders
  -XX:+ExitOnOutOfMemoryError "-Dtidings.checkout=$ROOT")

# What a service writes is for its own user: notifications, keys, logs.
private_files() { umask 077; }

# For a command that is waited for: little is compiled, and that quickly.
start_quickly() {
  JVM_OPTIONS+=(-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:CompileThresholdScaling=5
    -XX:+UnlockDiagnosticVMOptions -XX:ArchiveRelocationMode=0)
}

# The classes that the command's own JVM loads are kept when it ends, for the next time, which starts in half the time. The
# JVM sees for itself whether they still fit, and keeps them anew when the JDK, a jar or an option is another; that they do
# not is no news.   $1: the command
keep_classes() {
  local archive=$ROOT/target/launcher/$1.jsa
  ! names_caches || return 0
  # A JVM that is to write the file and cannot ends with 1, whatever the command did.
  if [[ -w $ROOT/target/launcher ]]; then
    JVM_OPTIONS+=(-XX:+AutoCreateSharedArchive)
  elif [[ ! -r $archive ]]; then
    return 0
  fi
  JVM_OPTIONS+=("-XX:SharedArchiveFile=$archive" '-Xlog:cds*=off' '-Xlog:aot*=off')
}

# Whether the user says which caches of classes the JVM is to use; two such options do not go together.
names_caches() {
  case " ${TIDINGS_JAVA_OPTS:-} " in
    *' -Xshare'* | *' -XX:AOT'* | *SharedArchive*) ;;
    *) return 1 ;;
  esac
}

# The class path of a built module: its own jar, named after its directory, then what it depends on, which the build has put
# below target/lib.
class_path() {
  local module=$1 jar own='' libraries
  for jar in "$ROOT/$module/target/${module//\//-}"-*.jar; do
    case $jar in
      *-tests.jar | *-sources.jar | *-javadoc.jar) ;;
      *) [[ -z $own || $jar -nt $own ]] && own=$jar ;;
    esac
  done
  libraries=$(<"$ROOT/$module/target/classpath")
  printf '%s:%s' "$own" "$ROOT/${libraries//:/:$ROOT/}"
}

# Says which outputs are terminals: there are colours, and a line that says how far a command is.
tell_terminals() {
  [[ ! -t 1 ]] || JVM_OPTIONS+=(-Dtidings.terminal.out=true)
  [[ ! -t 2 ]] || JVM_OPTIONS+=(-Dtidings.terminal.err=true)
}

# Becomes a JVM.   $1: module   $2: main class   the others: arguments for the main class
run() {
  local class_path
  class_path=$(class_path "$1")
  shift
  if [[ -n ${TIDINGS_JAVA_OPTS:-} ]]; then
    # shellcheck disable=SC2206 # Several options in one variable are meant to be split.
    JVM_OPTIONS+=($TIDINGS_JAVA_OPTS)
    "$JAVA_HOME/bin/java" "${JVM_OPTIONS[@]}" -version >/dev/null 2>&1 ||
      fail "TIDINGS_JAVA_OPTS: $TIDINGS_JAVA_OPTS (expected: options of $JAVA_HOME/bin/java)" \
        "$("$JAVA_HOME/bin/java" "${JVM_OPTIONS[@]}" -version 2>&1 | head -3)"
  fi
  exec "$JAVA_HOME/bin/java" "${JVM_OPTIONS[@]}" -cp "$class_path" "$@"
}
