#!/bin/sh
# Installs what lkft needs on Debian or Ubuntu: apt packages, then the npm packages
# and with them Node 24. Usage: setup.sh quickstart|test
set -eu
cd "$(dirname "$0")/.."
. scripts/sh/say.sh

lists=scripts/packages/quickstart.txt
case ${1:-} in
  quickstart) ;;
  test) lists="$lists scripts/packages/test.txt" ;;
  *) die 2 "setup.sh: say quickstart or test" ;;
esac

sh scripts/sh/npm-packages.sh "$1" &
npm_packages=$!
# shellcheck disable=SC2086 # the lists are two words on purpose
sh scripts/sh/apt-packages.sh $lists || {
  code=$?
  kill "$npm_packages" 2>/dev/null || true
  exit "$code"
}
wait "$npm_packages" || die 3 "npm could not install the packages of package-lock.json; its output is above"
