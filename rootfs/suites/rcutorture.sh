# The kernel's RCU torture test as a module, or built in, where it runs from the boot on. TORTURE_TIME: seconds.
# Its lines of statistics hold `!!!` when it found an error.
said() { dmesg | grep 'torture:'; }

case $1 in
list) printf 'rcutorture\n' ;;
run)
  if [ -d /sys/module/rcutorture ] && [ ! -e /sys/module/rcutorture/initstate ]; then
    sleep "${TORTURE_TIME:-600}"
    said | tail -n 5
    said | grep -q 'rtc: ' && ! said | grep -qE '!!!|End of test: (FAILURE|RCU_HOTPLUG)'
    exit
  fi
  dmesg -c >/dev/null
  modprobe rcutorture 2>/dev/null || insmod "/lib/modules/$(uname -r)/rcutorture.ko" 2>/dev/null
  [ -d /sys/module/rcutorture ] || { echo 'no rcutorture in this kernel'; exit 1; }
  sleep "${TORTURE_TIME:-600}"
  rmmod rcutorture
  said | tail -n 5
  said | grep -q 'End of test: SUCCESS'
  ;;
esac
