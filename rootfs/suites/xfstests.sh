# xfstests on two loop devices, one test of the group each. FILESYSTEM; TEST_DEV; SCRATCH_DEV; TST_GROUP.
folder=/opt/xfstests
export TEST_DIR=/mnt/test SCRATCH_MNT=/mnt/scratch FSTYP=$FILESYSTEM TEST_DEV SCRATCH_DEV

prepare() {
  [ -e /tmp/lkft-xfstests ] && return
  mkdir -p $TEST_DIR $SCRATCH_MNT
  truncate -s "${TEST_SIZE:-5G}" /tmp/test.img && losetup "$TEST_DEV" /tmp/test.img || exit 1
  truncate -s "${SCRATCH_SIZE:-8G}" /tmp/scratch.img && losetup "$SCRATCH_DEV" /tmp/scratch.img || exit 1
  "mkfs.$FILESYSTEM" "$TEST_DEV" >/dev/null || exit 1
  : >/tmp/lkft-xfstests
}

case $1 in
list)
  [ -x $folder/check ] || { echo "no $folder/check"; exit 1; }
  prepare
  cd $folder && ./check -n -g "${TST_GROUP:-quick}" | grep -oE '^[a-z0-9]+/[0-9]+' | sed 's/$/\txfstests/'
  ;;
run)
  cd $folder || exit 1
  ./check "$2" 2>&1
  ;;
esac
