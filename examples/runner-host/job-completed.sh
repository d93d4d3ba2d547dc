#!/bin/sh
# /usr/local/libexec/lkft/job-completed.sh: the runner starts it after each job. The board is off before the next one.
set -eu
exec "$(dirname "$0")/board-off.sh" "$LKFT_BOARD"
