# The kernel's RCU torture test as a module, or as built in. TORTURE_TIME: seconds.
case $1 in
list) printf 'rcutorture\n' ;;
run)
  dmesg -c >/dev/null
  modprobe rcutorture 2>/dev/null || insmod /lib/modules/$(uname -r)/rcutorture.ko 2>/dev/null
  [ -d /sys/module/rcutorture ] || { echo 'no rcutorture in this kernel'; exit 1; }
  sleep ${TORTURE_TIME:-600}
  rmmod rcutorture
  dmesg | grep -E 'torture:' | tail -n 5
  dmesg | grep -q 'End of test: SUCCESS'
  ;;
esac
