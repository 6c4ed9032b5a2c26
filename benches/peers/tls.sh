#!/usr/bin/env bash
# What a TLS port accepts, asked by assize, sslscan, nmap (ssl-enum-ciphers), sslyze and testssl.sh: eight loopback servers from SSL 3.0 only
# to TLS 1.3 only, then two of them behind a relay that admits two connections at a time and makes each wait 200 ms.
# Needs: nginx, gnutls-serv, openssl, python3 with venv, sslscan, nmap, testssl; sslyze and tlslite-ng come from PyPI.
# usage: benches/peers/tls.sh [FOLDER]     (ASSIZE=path of the release binary, RUNS=5, TESTSSL_RUNS=1)
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
work="${1:-/tmp/assize-peers-tls}"
assize="${ASSIZE:-$here/../../target/release/assize}"
runs="${RUNS:-5}"
testssl_runs="${TESTSSL_RUNS:-1}"
mkdir -p "$work/out"
cd "$work"
[ -x venv/bin/sslyze ] || { python3 -m venv venv && venv/bin/pip -q install sslyze tlslite-ng; }
venv/bin/python "$here/tls_servers.py" "$work" >servers.log 2>&1 &
servers=$!
trap 'kill $servers 2>/dev/null || true; wait 2>/dev/null || true' EXIT
for _ in $(seq 100); do [ -f ready ] && break; sleep 0.2; done
[ -f ready ] || { cat servers.log; exit 1; }
testssl="$(command -v testssl || command -v testssl.sh)"

# one NAME PEER RUNS command...: seconds of each run, one line each, in times.tsv
one() {
  local name=$1 peer=$2 n=$3; shift 3
  for _ in $(seq "$n"); do
    local start end
    start=$(date +%s.%N)
    timeout 600 "$@" >"out/$name.$peer" 2>"out/$name.$peer.err" || true
    end=$(date +%s.%N)
    printf '%s\t%s\t%s\n' "$name" "$peer" "$(echo "$end - $start" | bc)" >>times.tsv
  done
}

# ask NAME PORT RUNS TESTSSL_RUNS
ask() {
  local name=$1 port=$2 n=$3 m=$4 at=127.89.0.1
  one "$name" assize "$n" "$assize" observe "$at" --only tls --ports "$port" --format json
  one "$name" sslscan "$n" sslscan --no-colour --show-sigs --xml="out/$name.sslscan.xml" "$at:$port"
  one "$name" nmap "$n" nmap -n -Pn -p "$port" --script +ssl-enum-ciphers -oX "out/$name.nmap.xml" "$at"
  one "$name" sslyze "$n" venv/bin/sslyze "--json_out=out/$name.sslyze.json" "$at:$port"
  [ "$m" -eq 0 ] && return
  rm -f "out/$name.testssl.json"
  one "$name" testssl "$m" "$testssl" --warnings batch --color 0 --jsonfile "out/$name.testssl.json" "$at:$port"
}

: >times.tsv
while read -r name port; do ask "$name" "$port" "$runs" "$testssl_runs"; done <ready
while read -r name port; do
  case $name in tls12-13 | tls10-12) ;; *) continue ;; esac
  rm -f out/relay.count
  python3 "$here/tls_relay.py" 127.89.0.1 $((port + 100)) "$port" 0.2 2 out/relay.count &
  relay=$!
  until [ -s out/relay.count ]; do sleep 0.1; done
  for peer in assize sslscan nmap sslyze; do
    start=$(wc -l <times.tsv)
    case $peer in
    assize) one "slow-$name" assize 3 "$assize" observe 127.89.0.1 --only tls --ports $((port + 100)) --format json ;;
    sslscan) one "slow-$name" sslscan 1 sslscan --no-colour "127.89.0.1:$((port + 100))" ;;
    nmap) one "slow-$name" nmap 1 nmap -n -Pn -p $((port + 100)) --script +ssl-enum-ciphers 127.89.0.1 ;;
    sslyze) one "slow-$name" sslyze 1 venv/bin/sslyze "127.89.0.1:$((port + 100))" ;;
    esac
    echo "slow-$name $peer connections so far: $(cat out/relay.count) over $(($(wc -l <times.tsv) - start)) runs"
  done
  kill $relay; wait $relay 2>/dev/null || true
done <ready
python3 "$here/tls_compare.py" "$work" "$here/../../crates/assize-probes/src/tls/suites.txt"
