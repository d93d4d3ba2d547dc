#!/bin/sh
# /usr/local/libexec/lkft/board-off.sh BOARD: powers a board off, unless somebody drives it. /etc/lkft/off/BOARD is an
# executable file with the command of `power.off` in the board file; root owns both.
set -eu
exec flock --nonblock --conflict-exit-code 0 "${LOCKS:-/run/lock}/lkft-$1.lock" "${OFF:-/etc/lkft/off}/$1"
