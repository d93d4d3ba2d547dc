#!/bin/sh
# /usr/local/libexec/lkft/register-runner.sh BOARD: asks GitHub for a runner that takes one job (just in time). Root runs it
# before the runner starts: the token is root's, and a job, which is user lab, cannot read it.
# /etc/lkft/runner.conf: REPOSITORY=owner/name, LABELS=lab,beaglebone-black and, on Enterprise Server, API=https://…/api/v3
set -eu
umask 077
board=$1
api=${API:-https://api.github.com}
token=$(cat "${TOKEN_FILE:-/etc/lkft/github-token}")
labels=$(printf '"self-hosted","board:%s"' "$board")
for label in $(printf %s "${LABELS-}" | tr , ' '); do labels="$labels,\"$label\""; done
request=$(printf '{"name":"%s-%s","runner_group_id":1,"labels":[%s],"work_folder":"_work"}' \
  "$board" "$(date +%s)" "$labels")
# The token goes by standard input: arguments are seen by everybody on the machine.
answer=$(printf 'header = "Authorization: Bearer %s"\n' "$token" |
  curl --config - --silent --show-error --fail --request POST --header 'Accept: application/vnd.github+json' \
    --data "$request" "$api/repos/$REPOSITORY/actions/runners/generate-jitconfig")
config=$(printf %s "$answer" | tr -d '\n' | sed -n 's/.*"encoded_jit_config" *: *"\([^"]*\)".*/\1/p')
if [ -z "$config" ]; then
  echo "GitHub gave no configuration for $board" >&2
  exit 1
fi
printf %s "$config" > "$RUNTIME_DIRECTORY/jitconfig"
chown --reference="$RUNTIME_DIRECTORY" "$RUNTIME_DIRECTORY/jitconfig"
