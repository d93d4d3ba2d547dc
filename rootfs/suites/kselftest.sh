# Kernel selftests as 'make install' in tools/testing/selftests leaves them, one test of the collection each.
# TST_CMDFILES: the collection; KSELFTEST_PATH: where they are, found when empty; SKIPLIST: names not to run.
for folder in $KSELFTEST_PATH /opt/kselftests/default-in-kernel /opt/kselftests; do
  [ -f "$folder/kselftest-list.txt" ] && break
  folder=
done
collection=$(printf '%s' "$TST_CMDFILES" | tr . /)

case $1 in
list)
  [ -n "$folder" ] || { echo 'no kselftest-list.txt below /opt/kselftests'; exit 1; }
  grep "^$collection:" "$folder/kselftest-list.txt" | cut -d: -f2- | while read -r name; do
    case " $SKIPLIST " in *" $name "*) ;; *) printf '%s\tktap\n' "$name" ;; esac
  done | grep . || { echo "the selftests hold no collection $collection"; exit 1; }
  ;;
run)
  cd "$folder/$collection" || exit 1
  if [ -x "$2" ]; then exec "./$2"; else exec sh "./$2"; fi
  ;;
esac
