# shellcheck shell=bash
# Builds what a command needs, one process at a time. Sourced by ./tidings; the checkout is $ROOT.

# The modules that those which are run are made of: when one of them changes, everything is built again.
readonly LIBRARIES=(schemas service net auth http control device-sdk provider-sdk infra/local-stack infra/simulation infra/chaos)

# What Maven says, cut down to where it is: a bar on a terminal, else a line for each module. Reads its log on stdin.
follow_build() {
  local terminal=0
  [[ ! -t 2 ]] || terminal=1
  awk -v terminal="$terminal" '
    function bar(text,   filled) {
      filled = all ? int(24 * done / all) : 0
      printf "\r\033[K[%s%s] %d/%d %s", substr("########################", 1, filled),
        substr("------------------------", 1, 24 - filled), done, all, text
      fflush()
    }
    function say(text) { if (terminal) bar(text); else { print "  " text; fflush() } }
    /^\[INFO\] Building .*\[[0-9]+\/[0-9]+\]/ {
      match($0, /\[[0-9]+\/[0-9]+\]/); split(substr($0, RSTART + 1, RLENGTH - 2), of, "/")
      done = of[1] - 1; all = of[2]
      sub(/^\[INFO\] Building /, ""); gsub(/ +/, " ")
      if (terminal) sub(/ *\[[0-9]+\/[0-9]+\]/, "")
      module = $0; say(module); next
    }
    /^Downloading from .*\.tar\.gz$/ || /^\[INFO\] Downloading from .*\.tar\.gz$/ {
      sub(/.*\//, ""); say("downloading " $0 " (large)"); next
    }
    /^console: LEFT OUT/ { say($0); next }
    /Downloaded from / { if (++files % 50 == 0) say((terminal && module ? module ", " : "") "downloaded " files " files") }
    END { if (terminal) printf "\r\033[K" }
  ' >&2
}

# The part of a failed build's log that says why.
build_errors() {
  if grep -q '^\[ERROR\]' "$1"; then
    awk '/^\[ERROR\] (\[Help|To see|Re-run|For more|After|  mvn)/ || /^\[ERROR\] *$/ { next }
      /^\[ERROR\]/ && !seen[$0]++ && ++lines <= 20' "$1"
  else
    tail -20 "$1"
  fi
}

# Whether a failed build could not reach the repository that Maven downloads from.
is_cut_off() {
  grep -q -E 'Could not transfer (artifact|metadata).*(Unknown host|Name or service not known|name resolution|Network is unreachable|No route to host|Connect.* refused|timed out|transfer failed)' "$1"
}

# A company's proxy answers with certificates of its own, which browsers know and a JDK doesn't.
is_distrusted() {
  grep -q 'PKIX path building failed' "$1"
}

require_maven() {
  command -v mvn >/dev/null || fail 'Maven is not installed (expected: version 3.8 or later, mvn on the PATH)'
}

# Builds the modules given (all that a command needs), unless nothing has changed since the last time.
#   $1: a name for the set   the others: the modules
build() {
  local name=$1 stamp module modules
  shift
  stamp=$ROOT/target/launcher/$name
  if is_built "$stamp" "$@"; then
    return
  fi
  require_maven
  mkdir -p "$ROOT/target/launcher" 2>/dev/null || true
  [[ -w $ROOT/target/launcher ]] ||
    fail "$name is not built, and $ROOT/target/launcher cannot be written: build it as the owner of the checkout"
  lock_build
  if is_built "$stamp" "$@"; then # by the one that had the lock
    unlock_build
    return
  fi
  printf 'Building %s with Maven (the first time it downloads its libraries, which may take minutes)\n' "$name" >&2
  # Set before the build: what changes during it is built the next time.
  : >"$stamp.draft"
  modules=$(IFS=,; echo "$*")
  if ! (cd "$ROOT" && mvn -B -Prun -pl "$modules" -am package) 2>&1 |
    tee "$stamp.log" | follow_build; then
    build_errors "$stamp.log" >&2
    if is_distrusted "$stamp.log"; then
      echo "tidings: Maven could not download what is missing, since the JDK does not trust who answers (expected: the certificate of a proxy on the way, imported with: ${JAVA_HOME:+$JAVA_HOME/bin/}keytool -importcert -cacerts -file FILE)" >&2
    elif is_cut_off "$stamp.log"; then
      echo 'tidings: Maven could not download what is missing (expected: a network, or a mirror or a proxy in the settings of Maven)' >&2
    fi
    printf 'tidings: the build failed; all of it: %s\n' "$stamp.log" >&2
    exit 1
  fi
  mv "$stamp.draft" "$stamp"
  unlock_build
}

# Whether nothing has changed since the modules given were built, by this name or with everything else.
is_built() {
  is_built_as "$@" || { [[ " ${*:2} " != *' benchmarks '* ]] && is_built_as "$ROOT/target/launcher/everything" "${@:2}"; }
}

# Whether nothing has changed since the stamp was set.   $1: the stamp   the others: the modules
is_built_as() {
  local stamp=$1 module sources=()
  shift
  [[ -e $stamp ]] || return 1
  for module in "$@"; do
    [[ -e $ROOT/$module/target/registry ]] || has_libraries "$module" || return 1
  done
  for module in "${LIBRARIES[@]}" "$@"; do
    sources+=("$ROOT/$module/pom.xml" "$ROOT/$module/src/main")
  done
  if [[ " $* " == *' ingest-api '* ]]; then
    # Where it was left out for want of npm, and npm is there now, there is something to build.
    ! { [[ -e $ROOT/console/target/without-npm ]] && has_programs node npm >/dev/null; } || return 1
    sources+=("$ROOT"/console/{pom.xml,package-lock.json,index.html,src,public} "$ROOT/clients/packages/client/src")
  fi
  # Directories count too: a file that is gone leaves no other trace.
  [[ -z $(find "$ROOT/pom.xml" "$ROOT/.mvn" "${sources[@]}" -newer "$stamp" -print 2>/dev/null | head -1) ]]
}

# Whether a module is built and every library it is started with is there.
has_libraries() {
  local entry entries
  [[ -r $ROOT/$1/target/classpath ]] || return 1
  IFS=: read -ra entries <"$ROOT/$1/target/classpath" || true
  for entry in "${entries[@]}"; do
    [[ -r $ROOT/$entry ]] || return 1
  done
}

# One build at a time in a checkout. The lock is a symbolic link to the number of its owner's process: made in one step, so
# that it is never without an owner. A lock whose owner has ended is removed.
lock_build() {
  local lock=$ROOT/target/launcher/lock owner waiting='' free=0
  # What an earlier version locked with.
  [[ ! -d $lock || -L $lock ]] || rm -rf "$lock"
  until ln -s $$ "$lock" 2>/dev/null; do
    owner=$(readlink "$lock" 2>/dev/null || true)
    if [[ -z $owner ]]; then
      # Either its owner has just removed it, or links cannot be made here.
      ((++free <= 100)) || fail "cannot make $lock (expected: a file system with symbolic links)"
    elif ! kill -0 "$owner" 2>/dev/null && ! [[ -e /proc/$owner ]]; then
      rm -f "$lock"
      continue
    fi
    [[ -n $waiting ]] || echo "Waiting for another build of this checkout to end (process ${owner:-unknown})" >&2
    waiting=yes
    sleep 1
  done
  trap unlock_build EXIT
  # Ctrl-C ends Maven as well: that is no build that failed.
  trap 'echo >&2; exit 130' INT
}

unlock_build() {
  rm -f "$ROOT/target/launcher/lock"
  trap - EXIT INT
}
