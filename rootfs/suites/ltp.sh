# Linux Test Project, one line of a runtest file each. TST_CMDFILES: the file; SKIPLIST: names not to run.
export LTPROOT=${LTPROOT:-/opt/ltp}
export PATH=$LTPROOT/testcases/bin:$PATH TMPDIR=${LTP_TMPDIR:-/tmp} LTP_TIMEOUT_MUL=${TIMEOUT_MULTIPLIER:-5}
file=$LTPROOT/runtest/$TST_CMDFILES

case $1 in
list)
  [ -f "$file" ] || { echo "no $file"; exit 1; }
  grep -v '^ *#' "$file" | while read -r name command; do
    [ -n "$command" ] || continue
    case " $SKIPLIST " in *" $name "*) ;; *) printf '%s\tltp\n' "$name" ;; esac
  done
  ;;
run)
  command=$(grep -v '^ *#' "$file" | while read -r name words; do [ "$name" = "$2" ] && printf '%s' "$words" && break; done)
  cd "$TMPDIR" && eval "$command"
  ;;
esac
