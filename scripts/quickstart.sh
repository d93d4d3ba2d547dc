#!/bin/sh
# npm run quickstart: set-up, then the main job on a real kernel.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd -P)
case " $* " in
  *" --help "* | *" -h "*) [ -x "$root/node_modules/.bin/node" ] || sh "$root/scripts/sh/npm-packages.sh" quickstart ;;
  *) LKFT_QUICKSTART_STARTED=$(date +%s) && export LKFT_QUICKSTART_STARTED && sh "$root/scripts/setup.sh" quickstart ;;
esac
PATH=$root/node_modules/.bin:$PATH
export PATH
exec node "$root/scripts/quickstart/main.ts" "$@"
