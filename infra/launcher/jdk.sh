# shellcheck shell=bash
# Finds the JDK that everything is built and run with. Sourced by ./tidings.

readonly MIN_JAVA=25

# The major version of the JDK in a directory; 0 if there is none.
java_version() {
  local version=''
  if [[ -x $1/bin/java && -x $1/bin/javac ]]; then
    version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release" 2>/dev/null || true)
    [[ -n $version ]] || version=$("$1/bin/java" -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p')
  fi
  echo "${version:-0}"
}

java_candidates() {
  local on_path
  on_path=$(command -v java || true)
  if [[ -n $on_path ]]; then
    "$on_path" -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java\.home = //p'
  fi
  printf '%s\n' /usr/lib/jvm/* /opt/java/* /Library/Java/JavaVirtualMachines/*/Contents/Home \
    "${HOME:-}"/Library/Java/JavaVirtualMachines/*/Contents/Home "${HOME:-}"/.sdkman/candidates/java/* \
    "${HOME:-}"/.jdks/* \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home
}

find_java() {
  local home
  # First, and alone: looking for others takes a while.
  if [[ -n ${JAVA_HOME:-} ]] && (($(java_version "$JAVA_HOME") >= MIN_JAVA)); then
    echo "$JAVA_HOME"
    return
  fi
  while IFS= read -r home; do
    if [[ -n $home ]] && (($(java_version "$home") >= MIN_JAVA)); then
      echo "$home"
      return
    fi
  done < <(java_candidates)
}
