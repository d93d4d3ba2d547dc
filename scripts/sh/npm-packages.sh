#!/bin/sh
# Brings node_modules to what package-lock.json says; does nothing when it is already so.
set -eu
cd "$(dirname "$0")/../.."
. scripts/sh/say.sh

stamp=node_modules/.lkft-lock
if [ -f "$stamp" ] && cmp -s package-lock.json "$stamp" && [ -x node_modules/.bin/node ]; then
  exit 0
fi
say "installing the npm packages of package-lock.json, Node 24 among them"
npm ci --no-audit --no-fund --loglevel=error
cp package-lock.json "$stamp"
if [ ! -x node_modules/.bin/node ]; then
  # No prebuilt Node 24 for this machine: the machine's own must do.
  case $(node --version) in
    v2[4-9].* | v[3-9][0-9].*) ;;
    *) die 3 "no prebuilt Node 24 for $(uname -m), and the machine has $(node --version); install Node 24" ;;
  esac
fi
