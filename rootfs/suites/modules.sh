# Loads and unloads modules, one test each; the kernel's messages are watched on the console.
# MODULES_LIST, MODULES_SUBDIRS: which, all when both are empty; SKIPLIST; MODULE_MODPROBE_NUMBER: how often;
# MEMORY_TOLERANCE: kB that may be missing afterwards.
folder=/lib/modules/$(uname -r)

names() {
  if [ -n "$MODULES_LIST" ]; then
    printf '%s\n' $MODULES_LIST
  else
    cut -d: -f1 "$folder/modules.dep" | while read -r path; do
      if [ -n "$MODULES_SUBDIRS" ]; then
        wanted=
        for part in $MODULES_SUBDIRS; do case $path in *"$part"*) wanted=1 ;; esac; done
        [ -n "$wanted" ] || continue
      fi
      name=${path##*/}
      printf '%s\n' "${name%%.ko*}"
    done
  fi | sort -u
}

available() { sync; echo 3 >/proc/sys/vm/drop_caches 2>/dev/null; sed -n 's/^MemAvailable: *\([0-9]*\) kB/\1/p' /proc/meminfo; }

# Memory comes back late, after a grace period: it is looked at five times.
gives_back() {
  for try in 1 2 3 4 5; do
    missing=$(($1 - $(available)))
    [ $missing -le "${MEMORY_TOLERANCE:-2048}" ] && return 0
    sleep 0.3
  done
  echo "$missing kB of memory are missing"
  return 1
}

case $1 in
list)
  [ -f "$folder/modules.dep" ] || { echo "no modules in $folder: give --modules"; exit 1; }
  names | while read -r name; do case " $SKIPLIST " in *" $name "*) ;; *) printf '%s\n' "$name" ;; esac; done
  ;;
run)
  round=0
  before=$(available)
  while [ $round -lt ${MODULE_MODPROBE_NUMBER:-1} ]; do
    modprobe "$2" || exit 1
    sleep 0.1
    # A module that others hold, or that cannot be unloaded, is not this test's fault.
    holders=$(ls "/sys/module/$(printf '%s' "$2" | tr - _)/holders" 2>/dev/null)
    [ -n "$holders" ] || modprobe -r "$2" || [ ! -e "/sys/module/$(printf '%s' "$2" | tr - _)/refcnt" ] || exit 1
    round=$((round + 1))
  done
  [ -n "$holders" ] || [ -e "/sys/module/$(printf '%s' "$2" | tr - _)/refcnt" ] || gives_back "$before"
  ;;
esac
