#!/bin/sh
# /usr/local/libexec/lkft/run-one-job.sh: runs the runner that register-runner.sh registered, for its one job. GitHub then
# forgets it, so nothing of it serves a second job; systemd starts the next.
set -eu
config=$(cat "$RUNTIME_DIRECTORY/jitconfig")
rm "$RUNTIME_DIRECTORY/jitconfig"
exec ./run.sh --jitconfig "$config"
