#!/usr/bin/env bash
# Installs what the tests use beyond cargo: a C and C++ compiler, openssl, tar, mount, setpriv, ip, nft, a browser
# with its driver, axe-core, which looks for barriers in pages, and the services that trials/real looks at. The services are
# neither started nor left to start with the system. Does nothing when all is there. Without the rights to install it
# says which tests will not run; with CI=true that is an error.
set -euo pipefail
# Servers live in folders that a user does not always search.
export PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"

if ! command -v cargo >/dev/null; then
  echo "setup: cargo is missing; install Rust 1.95 or later (https://rustup.rs)" >&2
  exit 1
fi

# axe-core (MPL-2.0) is used by the tests and no part of Assize; it comes from the package registry, in one version.
axe_version=4.14.1
axe_sum=29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c
axe_dir="$(cd "$(dirname "$0")/.." && pwd)/target/tools/axe"
fetch_axe() {
  [ -f "$axe_dir/axe.min.js" ] && [ "$(sha256sum "$axe_dir/axe.min.js" | cut -d' ' -f1)" = "$axe_sum" ] && return 0
  command -v npm >/dev/null || return 1
  local folder
  folder="$(mktemp -d)"
  (cd "$folder" && npm pack --silent "axe-core@$axe_version" >/dev/null && tar -xzf "axe-core-$axe_version.tgz") || return 1
  mkdir -p "$axe_dir"
  cp "$folder/package/axe.min.js" "$folder/package/LICENSE" "$axe_dir/"
  rm -r "$folder"
  [ "$(sha256sum "$axe_dir/axe.min.js" | cut -d' ' -f1)" = "$axe_sum" ]
}

# command or file:package:what it is for
needs=(
  "cc:gcc:nothing builds without a C compiler (ring)"
  "g++:g++:the fuzz targets (libFuzzer)"
  "openssl:openssl:keys and seals held against openssl"
  "tar:tar:bundles unpacked by tar"
  "mount:mount:the full disk"
  "setpriv:util-linux:the read-only folder, when run as root"
  "ip:iproute2:discovery in network namespaces of its own"
  "nft:nftables:discovery in network namespaces of its own"
  "chromium:chromium:the pages in a browser"
  "chromedriver:chromium-driver:the pages in a browser"
  "avahi-daemon:avahi-daemon:trials/real/avahi"
  "busybox:busybox:trials/real/busybox-httpd"
  "coap-server-notls:libcoap3-bin:trials/real/coap-server"
  "dropbear:dropbear-bin:trials/real/dropbear"
  "inetd:openbsd-inetd:trials/real/telnetd"
  "lighttpd:lighttpd:trials/real/lighttpd-digest"
  "minidlnad:minidlna:trials/real/minidlna"
  "mosquitto:mosquitto:trials/real/mosquitto-*"
  "nginx:nginx-light:trials/real/nginx-*"
  "rtsp-server-perl:rtsp-server-perl:trials/real/rtsp-server"
  "smbd:samba:trials/real/samba*"
  "smbpasswd:samba-common-bin:trials/real/samba*"
  "pdbedit:samba:trials/real/samba-lockout"
  "snmpd:snmpd:trials/real/snmpd"
  "sshd:openssh-server:trials/real/openssh"
  "ssh-keygen:openssh-client:trials/real/openssh"
  "telnetd:inetutils-telnetd:trials/real/telnetd"
  "Xtightvnc:tightvncserver:trials/real/tightvnc*"
  "/usr/share/fonts/X11/misc/fonts.dir:xfonts-base:trials/real/tightvnc*"
  "unshare:util-linux:trials/real/openssh, trials/real/dropbear-default, trials/real/samba*"
  "vsftpd:vsftpd:trials/real/vsftpd"
)

# package:unit, for what a package would start by itself
units=(
  "avahi-daemon:avahi-daemon.socket" "avahi-daemon:avahi-daemon.service" "openbsd-inetd:inetd.service"
  "lighttpd:lighttpd.service" "minidlna:minidlna.service" "mosquitto:mosquitto.service" "nginx-light:nginx.service"
  "rtsp-server-perl:rtsp-server-perl.service" "samba:nmbd.service" "samba:smbd.service"
  "samba:samba-ad-dc.service" "snmpd:snmpd.service" "openssh-server:ssh.service" "vsftpd:vsftpd.service"
)

# While this file is there, packages do not start what they install.
policy=/usr/sbin/policy-rc.d
keep_quiet() {
  [ ! -e "$policy" ] || return 0
  printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
  "${as_root[@]}" chmod 755 "$policy"
  trap '"${as_root[@]}" rm -f "$policy"' EXIT
}

# Services that were installed now stay off when the system starts again.
switch_off() {
  command -v systemctl >/dev/null || return 0
  local pair
  for pair in "${units[@]}"; do
    [[ " ${packages[*]} " == *" ${pair%%:*} "* ]] || continue
    "${as_root[@]}" systemctl disable --quiet "${pair#*:}" 2>/dev/null || true
  done
}

missing=()
packages=()
for need in "${needs[@]}"; do
  IFS=: read -r name package why <<<"$need"
  if ! command -v "$name" >/dev/null && [ ! -f "$name" ]; then
    missing+=("$name: $why")
    packages+=("$package")
  fi
done
if ! fetch_axe; then
  missing+=("axe-core $axe_version from npm: barriers in pages")
  command -v npm >/dev/null || packages+=("npm")
fi
if [ "${#missing[@]}" -eq 0 ]; then
  echo "setup: everything is there"
  exit 0
fi

as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo -n)
if command -v apt-get >/dev/null && "${as_root[@]}" true 2>/dev/null; then
  export DEBIAN_FRONTEND=noninteractive
  if [ "${#packages[@]}" -gt 0 ]; then
    keep_quiet
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
    switch_off
    echo "setup: installed ${packages[*]}"
  fi
  if fetch_axe; then
    exit 0
  fi
  missing=("axe-core $axe_version from npm: barriers in pages")
fi

printf 'setup: not here, and not to be installed without root and apt: %s\n' "${missing[@]}" >&2
if [ "${CI:-}" = true ]; then
  exit 1
fi
echo "setup: what needs them is reported as not run" >&2
