# KUnit tests in modules: loading one runs it; its KTAP appears on the console.
# KUNIT_TEST_MODULE names modules, all whose names say that they hold tests when it is empty.
modules=/lib/modules/$(uname -r)

case $1 in
list)
  [ -f $modules/modules.dep ] || exit 0
  if [ -n "$KUNIT_TEST_MODULE" ]; then
    for name in $KUNIT_TEST_MODULE; do printf '%s\tquiet\n' "${name%.ko}"; done
    exit 0
  fi
  cut -d: -f1 $modules/modules.dep | sed -n 's,.*/,,; s,\.ko.*,,; /\(^\|[-_]\)\(test\|kunit\)\([-_]\|$\)/p' |
    sort -u | while read -r name; do printf '%s\tquiet\n' "$name"; done
  ;;
run)
  modprobe "$2" && modprobe -r "$2" 2>/dev/null
  ;;
esac
