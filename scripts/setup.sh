#!/usr/bin/env bash
# Installs what the tests use beyond cargo: a C and C++ compiler, openssl, tar, mount and setpriv. Does nothing when all
# is there. Without the rights to install it says which tests will not run; with CI=true that is an error.
set -euo pipefail

if ! command -v cargo >/dev/null; then
  echo "setup: cargo is missing; install Rust 1.95 or later (https://rustup.rs)" >&2
  exit 1
fi

# command:package:what it is for
needs=(
  "cc:gcc:nothing builds without a C compiler (ring)"
  "g++:g++:the fuzz targets (libFuzzer)"
  "openssl:openssl:keys and seals held against openssl"
  "tar:tar:bundles unpacked by tar"
  "mount:mount:the full disk"
  "setpriv:util-linux:the read-only folder, when run as root"
)

missing=()
packages=()
for need in "${needs[@]}"; do
  IFS=: read -r name package why <<<"$need"
  if ! command -v "$name" >/dev/null; then
    missing+=("$name: $why")
    packages+=("$package")
  fi
done
if [ "${#missing[@]}" -eq 0 ]; then
  echo "setup: everything is there"
  exit 0
fi

as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo -n)
if command -v apt-get >/dev/null && "${as_root[@]}" true 2>/dev/null; then
  export DEBIAN_FRONTEND=noninteractive
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
  echo "setup: installed ${packages[*]}"
  exit 0
fi

printf 'setup: not here, and not to be installed without root and apt: %s\n' "${missing[@]}" >&2
if [ "${CI:-}" = true ]; then
  exit 1
fi
echo "setup: what needs them is reported as not run" >&2
