# shellcheck shell=bash
# What the scripts share; sourced, not run.

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

# Swift that scripts/setup installed by swiftly is only on the path of new login shells.
if ! command -v swift >/dev/null 2>&1; then
  swiftly_env="${SWIFTLY_HOME_DIR:-$HOME/.local/share/swiftly}/env.sh"
  # shellcheck source=/dev/null
  if [[ -r $swiftly_env ]]; then . "$swiftly_env"; fi
fi

say() { printf '%s\n' "$*" >&2; }

fail() {
  say "$(basename "$0"): $*"
  exit 1
}

# Seconds as "1 min 05 s".
duration() { printf '%d min %02d s' $(($1 / 60)) $(($1 % 60)); }
