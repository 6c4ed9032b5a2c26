#!/usr/bin/env bash
# The UDP services that assize asks for, on a device with ten of them: assize against nmap -sU on the same ports.
# usage: benches/peers/udp.sh [ASSIZE]   the binary; target/release/assize when left out
# environment: RUNS=5 of nmap, OURS=20 of assize
. "$(dirname "$0")/wire.sh"
ASSIZE="${1:-$(dirname "$0")/../../target/release/assize}"
RUNS="${RUNS:-5}" OURS="${OURS:-20}"
[ -x "$ASSIZE" ] || { echo "build it first: cargo build --release -p assize" >&2; exit 2; }
lay_wire
WANT="$UDP_OPEN"
PORTS="$(awk '!/^#/{print $1}' "$(dirname "$0")/../../crates/assize-probes/src/udp/services.txt" | sort -nu | paste -sd,)"
printf '\n| program | seconds | MiB | right |\n|---|---|---|---|\n'
FIND='udp/[0-9]+ is open'
run "assize" "$OURS" "$ASSIZE" observe $AT4 --only udp-services
sleep 10
run "assize, IPv6" "$RUNS" "$ASSIZE" observe $AT6 --only udp-services
sleep 10
FIND='[0-9]+/open'
command -v nmap >/dev/null || exit 0
run "nmap -sU" "$RUNS" nmap -n -Pn -sU -p "$PORTS" $AT4 -oG -
run "nmap -sU -T4" "$RUNS" nmap -n -Pn -sU -T4 -p "$PORTS" $AT4 -oG -
