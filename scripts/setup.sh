#!/bin/sh
# Installs what lkft needs on Debian or Ubuntu: apt packages, then the npm packages
# and with them Node 24. Usage: setup.sh quickstart|test|full
set -eu
cd "$(dirname "$0")/.."
. scripts/sh/say.sh

lists=scripts/packages/quickstart.txt
npm=test
case ${1:-} in
  quickstart) npm=quickstart ;;
  test) lists="$lists scripts/packages/test.txt" ;;
  full) lists="$lists scripts/packages/test.txt scripts/packages/full.txt" ;;
  *) die 2 "setup.sh: say quickstart, test or full" ;;
esac

sh scripts/sh/npm-packages.sh "$npm" &
npm_packages=$!
# shellcheck disable=SC2086 # the lists are several words on purpose
sh scripts/sh/apt-packages.sh $lists || {
  code=$?
  kill "$npm_packages" 2>/dev/null || true
  exit "$code"
}
wait "$npm_packages" || die 3 "npm could not install the packages of package-lock.json; its output is above"
