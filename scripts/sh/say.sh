# Sourced: messages of the set-up scripts.
say() {
  printf 'lkft: %s\n' "$*"
}
die() {
  code=$1
  shift
  printf 'lkft: %s\n' "$*" >&2
  exit "$code"
}
