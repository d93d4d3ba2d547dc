# A test definition in LAVA's format. DEFINITION: its folder below /lkft/definitions. Also the commands that LAVA gives to
# its tests: each is a small script on the PATH that calls this one by its name.
folder=/lkft/definitions/$DEFINITION
bin=/run/lkft/lava

make_commands() {
  mkdir -p $bin
  for name in case set raise reference feedback event; do
    printf '#!/bin/sh\nexec sh /lkft/suites/lava.sh lava-test-%s "$@"\n' $name >$bin/lava-test-$name
  done
  for name in lava-install-packages lava-os-build lava-background-process-start lava-background-process-stop; do
    printf '#!/bin/sh\nexec sh /lkft/suites/lava.sh %s "$@"\n' $name >$bin/$name
  done
  chmod 755 $bin/*
}

# lava-test-case ID --result WORD [--measurement N] [--units WORD] | ID --shell COMMAND...
test_case() {
  id=$1 result= measurement= units=
  shift
  while [ $# -gt 0 ]; do
    case $1 in
    --result) result=$2; shift 2 ;;
    --measurement) measurement=$2; shift 2 ;;
    --units) units=$2; shift 2 ;;
    --output) shift 2 ;;
    --shell)
      shift
      echo "<LAVA_SIGNAL_STARTTC $id>"
      if [ $# -eq 1 ]; then sh -c "$1"; else "$@"; fi
      if [ $? -eq 0 ]; then result=pass; else result=fail; fi
      echo "<LAVA_SIGNAL_ENDTC $id>"
      break
      ;;
    *) echo "lava-test-case: unknown option $1" >&2; exit 1 ;;
    esac
  done
  echo "<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=$id RESULT=$result${measurement:+ MEASUREMENT=$measurement}${units:+ UNITS=$units}>"
}

case $1 in
list)
  [ -f "$folder/run.sh" ] || { echo "no test definition $DEFINITION"; exit 1; }
  printf 'run\tlava\n'
  ;;
run)
  make_commands
  PATH=$bin:$PATH exec sh "$folder/run.sh"
  ;;
lava-test-case) shift; test_case "$@" ;;
lava-test-set)
  case $2 in
  start) echo "<LAVA_SIGNAL_TESTSET START $3>" ;;
  *) echo '<LAVA_SIGNAL_TESTSET STOP>' ;;
  esac
  ;;
lava-test-raise)
  shift
  echo "<LAVA_SIGNAL_TESTRAISE $*>"
  # LAVA ends the job; here the definition ends, with all that it started.
  kill -TERM 0
  ;;
lava-test-reference)
  id=$2 result= reference=
  shift 2
  while [ $# -gt 1 ]; do
    case $1 in --result) result=$2 ;; --reference) reference=$2 ;; esac
    shift 2
  done
  echo "<LAVA_SIGNAL_TESTREFERENCE $id $result $reference>"
  ;;
lava-test-feedback | lava-test-event) shift; echo "<LAVA_SIGNAL_TESTEVENT $*>" ;;
lava-install-packages) shift; echo "lava-install-packages: this root file system has no packages ($*)" ;;
lava-os-build) [ -f /etc/os-release ] && . /etc/os-release && echo "$PRETTY_NAME" || echo lkft ;;
lava-background-process-start)
  name=$2
  shift 2
  [ "$1" = --cmd ] && shift
  sh -c "$*" >/dev/null 2>&1 &
  echo $! >$bin/$name.pid
  ;;
lava-background-process-stop) kill "$(cat "$bin/$2.pid")" ;;
*) exit 1 ;;
esac
