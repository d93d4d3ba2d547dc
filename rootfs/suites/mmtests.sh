# mmtests, one run of its configuration. MMTESTS_PATH; MMTESTS_CONFIG; ITERATIONS.
folder=${MMTESTS_PATH:-/opt/mmtests}
case $1 in
list)
  [ -f "$folder/$MMTESTS_CONFIG" ] || { echo "no $folder/$MMTESTS_CONFIG"; exit 1; }
  printf '%s\tmmtests\n' "${MMTESTS_CONFIG##*/config-}"
  ;;
run)
  cd "$folder" && ./run-mmtests.sh --no-monitor --config "$MMTESTS_CONFIG" lkft || exit 1
  benchmark=$(sed -n 's/^export MMTESTS="\{0,1\}\([^" ]*\).*/\1/p' "$MMTESTS_CONFIG" | head -n 1)
  bin/extract-mmtests.pl -d work/log -b "$benchmark" -n lkft --print-json
  ;;
esac
