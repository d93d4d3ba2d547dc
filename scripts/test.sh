#!/bin/sh
# npm test: set-up, static checks, unit tests, integration tests on real kernels.
# `npm run test:full` adds what does not fit into CI.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd -P)
packages=test
case " $* " in
  *" --full "*) packages=full ;;
esac
sh "$root/scripts/setup.sh" "$packages"
PATH=$root/node_modules/.bin:$PATH
export PATH
cd "$root"
exec node scripts/test/main.ts "$@"
