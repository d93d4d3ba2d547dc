# Linux Test Project, one line of a runtest file each. TST_CMDFILES: the file; SKIPLIST: names not to run;
# RUNNER: a kirk or runltp that runs the whole file as one test and tells each result in its report.
export LTPROOT=${LTPROOT:-/opt/ltp}
export PATH=$LTPROOT/testcases/bin:$PATH TMPDIR=${LTP_TMPDIR:-/tmp} LTP_TIMEOUT_MUL=${TIMEOUT_MULTIPLIER:-5}
file=$LTPROOT/runtest/$TST_CMDFILES

list_lines() {
  grep -v '^ *#' "$file" | while read -r name command; do
    [ -n "$command" ] || continue
    case " $SKIPLIST " in *" $name "*) ;; *) printf '%s\tltp\n' "$name" ;; esac
  done
}

run_line() {
  command=$(grep -v '^ *#' "$file" | while read -r name words; do [ "$name" = "$1" ] && printf '%s' "$words" && break; done)
  cd "$TMPDIR" && eval "$command"
}

case $1-$RUNNER in
list-*)
  [ -f "$file" ] || { echo "no $file"; exit 1; }
  case $RUNNER in
  *kirk) printf '%s\tkirk\n' "$TST_CMDFILES" ;;
  *runltp) printf '%s\tltp-log\n' "$TST_CMDFILES" ;;
  *) list_lines ;;
  esac
  ;;
run-*kirk)
  rm -f "$TMPDIR/kirk.json"
  "$RUNNER" --run-suite "$TST_CMDFILES" --json-report "$TMPDIR/kirk.json" >"$TMPDIR/kirk.out" 2>&1
  [ -s "$TMPDIR/kirk.json" ] || { tail -n 20 "$TMPDIR/kirk.out"; exit 1; }
  cat "$TMPDIR/kirk.json"
  ;;
run-*runltp)
  rm -f "$TMPDIR/ltp.log"
  "$RUNNER" -q -p -f "$TST_CMDFILES" -l "$TMPDIR/ltp.log" >"$TMPDIR/ltp.out" 2>&1
  [ -s "$TMPDIR/ltp.log" ] || { tail -n 20 "$TMPDIR/ltp.out"; exit 1; }
  cat "$TMPDIR/ltp.log"
  ;;
run-*) run_line "$2" ;;
esac
