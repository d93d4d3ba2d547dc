#!/bin/sh
# in-namespaces.sh ROOT TOKEN COMMAND…: starts LAVA from ROOT in namespaces of its own and runs the command beside it.
# When the command ends, everything that was started and mounted is gone with the namespaces.
set -eu
if [ "${LKFT_INSIDE:-}" != 1 ]; then
  exec env LKFT_INSIDE=1 unshare --net --mount --pid --fork --kill-child --ipc --uts --mount-proc "$0" "$@"
fi
root=$1 token=$2
shift 2
ip link set lo up
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -t tmpfs run "$root/run"
mkdir -p "$root/run/postgresql" "$root/run/lock"
chmod 1777 "$root/run/lock" "$root/tmp"
chroot "$root" chown postgres:postgres /run/postgresql
cp "$(dirname "$0")/start.sh" "$root/run/start.sh"
fifo=$root/run/ready
mkfifo "$fifo"
chroot "$root" /bin/bash /run/start.sh "$token" >"$fifo" &
read -r word <"$fifo"
[ "$word" = ready ]
"$@"
