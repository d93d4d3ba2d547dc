#!/bin/sh
# Puts the tested commit, with the built actions, on the branch `next` of its repository, and starts kernel-ci.yml there on
# the newest mainline: what a release would be is in use before it is one. ci.yml runs it after the tests.
#
# Reads GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_SHA, TOKEN (empty: no header) and MAINLINE (a git URL).
set -eu

repository=$GITHUB_SERVER_URL/$GITHUB_REPOSITORY
git add --force actions/*/dist dashboard/dist
git -c user.name=lkft -c user.email=lkft@users.noreply.github.com commit --quiet -m "Build $GITHUB_SHA"
if [ -n "$TOKEN" ]; then
  GIT_CONFIG_COUNT=1
  GIT_CONFIG_KEY_0=http.$GITHUB_SERVER_URL/.extraheader
  GIT_CONFIG_VALUE_0="Authorization: Basic $(printf 'x-access-token:%s' "$TOKEN" | base64 -w0)"
  export GIT_CONFIG_COUNT GIT_CONFIG_KEY_0 GIT_CONFIG_VALUE_0
fi
# A slower run of an older commit must not take the branch back.
newest=$(git ls-remote "$repository" refs/heads/main | cut -f1)
if [ "$newest" != "$GITHUB_SHA" ]; then
  echo "main is at $newest already: its own run pushes next"
  exit 0
fi
git push --quiet --force "$repository" HEAD:refs/heads/next

mainline=$(git ls-remote "$MAINLINE" HEAD | cut -f1)
GH_TOKEN=$TOKEN gh workflow run kernel-ci.yml --repo "$GITHUB_REPOSITORY" --ref next \
  --field plan=examples/minimal/lkft.yaml --field "tree=$MAINLINE" --field "tree-commit=$mainline"
