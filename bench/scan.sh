#!/usr/bin/env bash
# What scanning a capture costs, beside programs that do less: bench/scan.sh [SIZE] [BIN]
#   SIZE  of the captures, 1 as in the goals (1.5 GB and 0.9 GB in the temporary directory); default 0.25
#   BIN   where ppinspect, pcap_loop and make_capture are; default build/release/bin
# Five rounds, in each every program once, so that a busy machine is busy for all of them. Medians of CPU time (user and
# system), since the clock on the wall counts what others do too; the page cache is warm. Compare the ratios.
set -euo pipefail

size=${1:-0.25}
bin=${2:-build/release/bin}
rounds=5
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

packets() { awk -v size="$size" -v n="$1" 'BEGIN { printf "%d", n * size }'; }
"$bin/make_capture" real "$(packets 2200000)" "$folder/real.pcap"
"$bin/make_capture" small "$(packets 10000000)" "$folder/small.pcap"

programs=(cat)
if [ -x "$bin/pcap_loop" ]; then programs+=(pcap_loop); fi
if command -v tcpdump >/dev/null; then programs+=(tcpdump); fi
programs+=(ppinspect ppinspect-no-reaction)

run() {
  case $1 in
    cat) cat "$2" ;;
    pcap_loop) "$bin/pcap_loop" "$2" ;;
    tcpdump) tcpdump -r "$2" -w /dev/null ;;
    ppinspect) "$bin/ppinspect" -S "$2" ;;
    ppinspect-no-reaction) "$bin/ppinspect" -S --no-reaction "$2" ;;
  esac
}

TIMEFORMAT='%U %S'
for shape in real small; do
  cat "$folder/$shape.pcap" >/dev/null
  for ((i = 0; i < rounds; ++i)); do
    for program in "${programs[@]}"; do
      { time run "$program" "$folder/$shape.pcap" >/dev/null 2>"$folder/messages"; } 2>>"$folder/$shape.$program"
    done
  done
done

# median FILE: the third of five sums of user and system time
median() { awk '{ print $1 + $2 }' "$1" | sort -n | sed -n $(((rounds + 1) / 2))p; }
# goal SHAPE PROGRAM PEER FACTOR: how many times the peer's time goes into the program's
goal() {
  [ -f "$folder/$1.$3" ] || return 0
  awk -v shape="$1" -v program="$2" -v peer="$3" -v want="$4" -v a="$(median "$folder/$1.$2")" -v b="$(median "$folder/$1.$3")" 'BEGIN {
    if (a == 0) exit
    printf "%-6s %-22s %5.2f times as fast as %-10s goal %s %s\n", shape, program, b / a, peer, want, (b / a >= want ? "reached" : "missed") }'
}

for shape in real small; do
  bytes=$(stat -c %s "$folder/$shape.pcap")
  echo "$shape: $bytes bytes"
  for program in "${programs[@]}"; do
    awk -v program="$program" -v t="$(median "$folder/$shape.$program")" -v bytes="$bytes" 'BEGIN {
      printf "  %-22s %6.2f s  %6.2f GB/s\n", program, t, (t > 0 ? bytes / t / 1e9 : 0) }'
  done
done
goal real ppinspect pcap_loop 2
goal real ppinspect tcpdump 3
goal real ppinspect cat 0.5
goal real ppinspect-no-reaction cat 0.625
goal small ppinspect pcap_loop 1.25
goal small ppinspect tcpdump 2
