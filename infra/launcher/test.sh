# shellcheck shell=bash
# Runs all tests, without those for which something is not installed. Sourced by ./tidings; the checkout is $ROOT.

# What is not tested, as the build takes it: names of groups.
EXCLUDED=container

# Leaves tests out where what they need is missing, and says so.
#   $1: their group   $2: what they are   $3: the Debian packages with what they need   the others: tells whether it is there
needs() {
  local group=$1 tests=$2 packages=$3
  shift 3
  if ! "$@" >/dev/null 2>&1; then
    EXCLUDED+="|$group"
    printf 'tidings: LEFT OUT: %s: not installed (Debian: %s)\n' "$tests" "$packages" >&2
  fi
}

has_programs() {
  local program
  for program in "$@"; do command -v "$program" || return 1; done
}

has_python() { /usr/bin/python3 -c "import $1"; }

has_paho_c() { has_programs gcc && [[ -e /usr/include/MQTTAsync.h ]]; }

# Becomes Maven.   the arguments: for Maven
run_tests() {
  require_maven
  # Maven would say so as an error of one of its plugins.
  [[ -w $ROOT ]] || fail "$ROOT cannot be written (expected: a checkout of this user's; the tests are built in it)"
  needs mosquitto 'the tests with mosquitto_sub and mosquitto_pub' mosquitto-clients has_programs mosquitto_sub mosquitto_pub
  needs kcat 'the test with kcat' kcat has_programs kcat
  needs confluent-python 'the test with confluent-kafka for Python' python3-confluent-kafka has_python confluent_kafka
  needs paho-python 'the test with Paho for Python' python3-paho-mqtt has_python paho.mqtt
  needs paho-c 'the test with Paho C' 'gcc libc6-dev libpaho-mqtt-dev' has_paho_c
  needs npm 'the JavaScript clients, and the tests with node and npm' 'nodejs npm' has_programs node npm
  needs faketime 'the test with libfaketime' faketime has_programs faketime
  needs curl 'the tests with curl' curl has_programs curl
  needs h2load 'the tests with h2load' nghttp2-client has_programs h2load
  needs zsh 'the test of completion in zsh' zsh has_programs zsh
  needs fish 'the test of completion in fish' fish has_programs fish
  needs man 'the test of man pages with man' 'man-db groff' has_programs man groff
  needs mandoc 'the test of man pages with mandoc' mandoc has_programs mandoc
  local clients_skipped=false
  [[ $EXCLUDED != *'|npm'* ]] || clients_skipped=true
  cd "$ROOT" || exit
  exec mvn -B -ntp "-Dtests.excludedGroups=$EXCLUDED" "-Dclients.skip=$clients_skipped" verify "$@"
}
