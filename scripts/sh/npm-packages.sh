#!/bin/sh
# Brings node_modules to what package-lock.json says; does nothing when it is already so.
# Usage: npm-packages.sh quickstart|test: the quickstart needs no development packages.
set -eu
cd "$(dirname "$0")/../.."
. scripts/sh/say.sh

stamp=node_modules/.lkft-lock
current() {
  [ -x node_modules/.bin/node ] && cmp -s package-lock.json "$stamp.$1"
}
if current test || { [ "$1" = quickstart ] && current quickstart; }; then
  exit 0
fi
say "installing the npm packages of package-lock.json, Node 24 among them"
omit=
[ "$1" = test ] || omit=--omit=dev
npm ci $omit --no-audit --no-fund --loglevel=error
cp package-lock.json "$stamp.$1"
if [ ! -x node_modules/.bin/node ]; then
  # No prebuilt Node 24 for this machine: the machine's own must do.
  case $(node --version) in
    v2[4-9].* | v[3-9][0-9].*) ;;
    *) die 3 "no prebuilt Node 24 for $(uname -m), and the machine has $(node --version); install Node 24" ;;
  esac
fi
