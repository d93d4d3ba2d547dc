# Programs of the root file system, one test each. TESTS: name=command, parted by ';;'; FORMAT: how to read their output.
each() { printf '%s\n' "$TESTS" | sed 's/;;/\n/g'; }

case $1 in
list) each | while IFS= read -r line; do printf '%s\t%s\n' "${line%%=*}" "${FORMAT:-exit}"; done ;;
run)
  command=$(each | while IFS= read -r line; do [ "${line%%=*}" = "$2" ] && printf '%s' "${line#*=}" && break; done)
  eval "$command"
  ;;
esac
