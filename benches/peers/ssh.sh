#!/usr/bin/env bash
# SSH posture against ssh-audit on three real servers of a network namespace: Dropbear, OpenSSH as installed, and an
# OpenSSH with old algorithms. Compares the algorithms found, and the time. Needs root and a release build.
# Packages: dropbear-bin openssh-server python3-venv; ssh-audit comes from PyPI into a folder of its own.
#   RUNS=5 benches/peers/ssh.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
runs=${RUNS:-5}
assize=${ASSIZE:-target/release/assize}
venv=${VENV:-target/tools/ssh-audit}
space=assize-ssh-$$
folder=$(mktemp -d)
here() { ip netns exec "$space" "$@"; }
finish() {
  ip netns pids "$space" 2>/dev/null | xargs -r kill 2>/dev/null || true
  sleep 0.3
  ip netns del "$space" 2>/dev/null || true
  rm -rf "$folder"
}
trap finish EXIT
if [ ! -x "$venv/bin/ssh-audit" ]; then
  python3 -m venv "$venv"
  "$venv/bin/pip" install -q ssh-audit
fi
ip netns add "$space"
here ip link set lo up
mkdir -p /run/sshd
ssh-keygen -q -t ed25519 -N '' -f "$folder/ed25519"
ssh-keygen -q -t rsa -b 3072 -N '' -f "$folder/rsa"
ssh-keygen -q -t rsa -b 1024 -N '' -f "$folder/short"
dropbearkey -t rsa -s 2048 -f "$folder/dropbear" >/dev/null 2>&1
here dropbear -F -E -r "$folder/dropbear" -p 2201 -P "$folder/dropbear.pid" >/dev/null 2>&1 &
sshd() { here /usr/sbin/sshd -D -f /dev/null -o MaxStartups=200 -o PidFile="$folder/pid.$1" -p "$@" >/dev/null 2>&1 & }
sshd 2202 -h "$folder/ed25519" -h "$folder/rsa"
sshd 2203 -h "$folder/short" -o RequiredRSASize=1024 -o HostKeyAlgorithms=ssh-rsa \
  -o KexAlgorithms=diffie-hellman-group1-sha1,diffie-hellman-group14-sha1,diffie-hellman-group-exchange-sha1 \
  -o Ciphers=3des-cbc,aes128-cbc,aes128-ctr -o MACs=hmac-md5,hmac-sha1-96,hmac-sha1
sleep 1.5
median() { sort -n | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'; }
times() {
  local from
  for _ in $(seq "$runs"); do
    from=$(date +%s%N)
    "$@" >/dev/null 2>&1 || true
    echo $((($(date +%s%N) - from) / 100000))
  done | median
}
for one in dropbear:2201 openssh:2202 weak:2203; do
  port=${one#*:}
  ours=(ip netns exec "$space" "$assize" observe 127.0.0.1 --only ssh --ports "$port" --format json)
  theirs=(ip netns exec "$space" "$venv/bin/ssh-audit" -j -p "$port" 127.0.0.1)
  "${ours[@]}" >"$folder/ours.json"
  "${theirs[@]}" >"$folder/theirs.json" || true
  python3 - "$folder" "${one%:*}" <<'END'
import json, sys
folder, name = sys.argv[1:]
fact = next(f for f in json.load(open(f"{folder}/ours.json"))["facts"] if f["kind"] == "ssh-posture")
audit = json.load(open(f"{folder}/theirs.json"))
offer, marks = fact["offer"], {"ext-info-s", "kex-strict-s-v00@openssh.com"}
kinds = {"kex": "kex", "key": "host_keys", "enc": "ciphers_out", "mac": "macs_out"}
for theirs, ours in kinds.items():
    a = {e["algorithm"] for e in audit[theirs]} - marks
    b = set(offer[ours])
    print(f"{name}: {ours}: {'same' if a == b else f'differ: only ssh-audit {a - b}, only assize {b - a}'} ({len(b)})")
prints = {p["hash"] for p in audit["fingerprints"] if p["hash_alg"] == "SHA256"}
keys = {k["sha256"] for k in fact["host_keys"]}
print(f"{name}: host keys: {'same' if prints == keys else f'differ: {prints ^ keys}'};",
      [f"{k['kind']} {k['bits']}" for k in fact["host_keys"]], "methods", fact.get("methods"), "groups", fact["groups"])
END
  a=$(times "${ours[@]}")
  n=$(times "${theirs[@]}")
  s=$(times "${theirs[@]}" --skip-rate-test)
  awk "BEGIN { printf \"${one%:*}: median of $runs: assize %.1f ms, ssh-audit %.1f ms, ratio %.1f; without its rate test %.1f ms, ratio %.1f\n\", $a / 10, $n / 10, $n / $a, $s / 10, $s / $a }"
done
