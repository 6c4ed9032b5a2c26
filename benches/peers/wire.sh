# Two network namespaces joined by a wire, a device with eight TCP and ten UDP services in one of them. Sourced by
# discovery.sh and udp.sh; everything it makes is removed when they end. Needs root, ip, nft, python3.
set -euo pipefail

BENCH="abench$$" DEVICE="adevice$$"
AT4=10.79.0.2 AT6=fd79::2
TCP_OPEN=22,23,80,443,554,1883,8080,49152
UDP_OPEN=53,69,123,161,1900,3478,5353,5683,9999,56700
WORK="$(mktemp -d)"

tear_down() {
  [ -z "${DEVICE_PID:-}" ] || kill "$DEVICE_PID" 2>/dev/null || true
  ip netns del "$BENCH" 2>/dev/null || true
  ip netns del "$DEVICE" 2>/dev/null || true
  rm -rf "$WORK"
}
trap tear_down EXIT

lay_wire() {
  for need in ip nft python3; do
    command -v "$need" >/dev/null || { echo "NOT RUN: $need is not installed" >&2; exit 1; }
  done
  ip netns add "$BENCH"
  ip netns add "$DEVICE"
  ip link add b0 netns "$BENCH" type veth peer name d0 netns "$DEVICE"
  ip -n "$BENCH" addr add 10.79.0.1/24 dev b0
  ip -n "$BENCH" addr add fd79::1/64 dev b0 nodad
  ip -n "$DEVICE" addr add $AT4/24 dev d0
  ip -n "$DEVICE" addr add $AT6/64 dev d0 nodad
  for end in "$BENCH b0" "$DEVICE d0"; do
    set -- $end
    ip -n "$1" link set lo up
    ip -n "$1" link set "$2" up
  done
  ip netns exec "$DEVICE" python3 "$(dirname "${BASH_SOURCE[0]}")/device.py" "$TCP_OPEN" "$UDP_OPEN" &
  DEVICE_PID=$!
  sleep 1.5
}

# What happens at ports that are not open: reset, drop, or reject (ICMP, at the kernel's limited rate).
closed_ports() {
  local rule=""
  case "$1" in
    drop) rule="meta l4proto tcp drop" ;;
    reject) rule="meta l4proto tcp reject" ;;
  esac
  ip netns exec "$DEVICE" nft "flush ruleset"
  [ -z "$rule" ] || ip netns exec "$DEVICE" nft -f - <<RULES
table inet f {
  chain i {
    type filter hook input priority 0; policy accept;
    tcp dport { $TCP_OPEN } accept
    $rule
  }
}
RULES
}

in_bench() { ip netns exec "$BENCH" "$@"; }

# run NAME TIMES COMMAND...: runs a command so often in the bench's namespace, and prints the median of the wall times,
# the largest peak of memory, and how many runs named exactly the ports in WANT (with the pattern of FIND).
run() {
  local name="$1" times="$2" n=0 right=0 found
  shift 2
  : >"$WORK/times"
  while [ "$n" -lt "$times" ]; do
    n=$((n + 1))
    python3 - "$WORK/one" "$WORK/out" "${LIMIT:-900}" ip netns exec "$BENCH" "$@" <<'PY' || true
import resource, subprocess, sys, time
one, out, limit, *command = sys.argv[1:]
start = time.monotonic()
with open(out, "wb") as file:
    try:
        subprocess.run(command, stdout=file, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, timeout=float(limit))
    except subprocess.TimeoutExpired:
        pass
wall = time.monotonic() - start
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
open(one, "w").write(f"{wall:.3f} {peak}\n")
PY
    cat "$WORK/one" >>"$WORK/times"
    found="$(grep -oE "$FIND" "$WORK/out" | grep -oE '[0-9]+' | sort -nu | paste -sd, || true)"
    [ "$found" != "$WANT" ] || right=$((right + 1))
  done
  python3 - "$name" "$right" "$times" "$WORK/times" "$WORK/medians" <<'PY'
import statistics, sys
name, right, times, path, medians = sys.argv[1:]
rows = [line.split() for line in open(path)]
wall = statistics.median(float(row[0]) for row in rows)
peak = max(int(row[1]) for row in rows) / 1024
open(medians, "a").write(f"{name}\t{wall}\n")
print(f"| {name} | {wall:.2f} | {peak:.0f} | {right} of {times} |", flush=True)
PY
}
