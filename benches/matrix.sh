#!/usr/bin/env bash
# The flaw matrix again and again: whether each flaw fails exactly the cases it names, run after run, and how long a run
# takes. Builds it optimised, so that 36 devices are assessed at once. Ends with 1 when a run failed; what it said stands
# in target/matrix.
#   RUNS=20 benches/matrix.sh
set -euo pipefail
cd "$(dirname "$0")/.."
runs=${RUNS:-20}
logs=target/matrix
mkdir -p "$logs"
cargo test --release --locked -p assize --test flaw_matrix --no-run
failed=0
for run in $(seq "$runs"); do
  began=$(date +%s)
  if cargo test --release --locked -q -p assize --test flaw_matrix -- each_flaw > "$logs/$run.log" 2>&1; then
    came=passed
  else
    came=FAILED
    failed=$((failed + 1))
  fi
  echo "run $run: $came after $(($(date +%s) - began)) s, load $(cut -d' ' -f1 /proc/loadavg)"
done
echo "$((runs - failed)) of $runs passed"
[ "$failed" -eq 0 ]
