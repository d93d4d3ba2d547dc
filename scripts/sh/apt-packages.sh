#!/bin/sh
# Installs the packages named in the given lists that are not there yet, and says which.
set -eu
. "$(dirname "$0")/say.sh"

missing=
for package in $(cat "$@" | sed '/^#/d'); do
  status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$status" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

command -v apt-get >/dev/null || die 3 "this is no Debian or Ubuntu; install by hand:$missing"
as_root=
if [ "$(id -u)" != 0 ]; then
  command -v sudo >/dev/null || die 3 "not root and no sudo; have an administrator run: apt-get install$missing"
  as_root="sudo env"
fi

say "installing with apt:$missing"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
install() {
  # shellcheck disable=SC2086 # words on purpose
  $as_root DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
    -o DPkg::Lock::Timeout=300 $missing >"$log" 2>&1
}
if [ -z "$as_root" ]; then as_root=env; fi
$as_root apt-get update -qq >"$log" 2>&1 || say "apt-get update failed, trying with the lists that are there: $(tail -n 1 "$log")"
install || {
  tail -n 20 "$log" >&2
  die 3 "apt-get install failed; its last lines are above"
}
