#!/usr/bin/env bash
# All 65,535 TCP ports of a device that resets, drops or rejects at a limited rate: assize against nmap, masscan and
# rustscan, where they are installed. Prints tables for docs/reference/peers-discovery.md.
# usage: benches/peers/discovery.sh [ASSIZE]   the binary; target/release/assize when left out
# environment: RUNS=5 of each peer, OURS=20 of assize, POLICIES="reset drop reject", LIMIT=900 seconds for one run
. "$(dirname "$0")/wire.sh"
ASSIZE="${1:-$(dirname "$0")/../../target/release/assize}"
RUNS="${RUNS:-5}" OURS="${OURS:-20}"
[ -x "$ASSIZE" ] || { echo "build it first: cargo build --release -p assize" >&2; exit 2; }
lay_wire
WANT="$TCP_OPEN"
MAC="$(ip -n "$DEVICE" link show d0 | awk '/ether/{print $2}')"
for policy in ${POLICIES:-reset drop reject}; do
  closed_ports "$policy"
  printf '\n### Closed ports: %s\n\n| program | seconds | MiB | right |\n|---|---|---|---|\n' "$policy"
  FIND='tcp/[0-9]+ is open'
  run "assize" "$OURS" "$ASSIZE" observe $AT4 --only tcp-ports
  run "assize, IPv6" "$RUNS" "$ASSIZE" observe $AT6 --only tcp-ports
  run "assize --syn" "$OURS" "$ASSIZE" observe $AT4 --only tcp-ports --syn
  run "assize --syn, IPv6" "$RUNS" "$ASSIZE" observe $AT6 --only tcp-ports --syn
  FIND='[0-9]+/open'
  if command -v nmap >/dev/null; then
    run "nmap -sS -T4" "$RUNS" nmap -n -Pn -sS -p- -T4 $AT4 -oG -
    run "nmap -sT -T4" "$RUNS" nmap -n -Pn -sT -p- -T4 $AT4 -oG -
  fi
  if command -v masscan >/dev/null; then
    FIND='Ports: [0-9]+'
    run "masscan, 100,000 per second" "$RUNS" masscan $AT4 -p1-65535 --rate 100000 --wait 2 \
      --adapter b0 --adapter-ip 10.79.0.1 --router-mac "$MAC" -oG -
  fi
  if command -v rustscan >/dev/null; then
    FIND='[0-9]+[],]'
    run "rustscan" "$RUNS" rustscan -a $AT4 -r 1-65535 -g --scripts none --no-config
  fi
done
