#!/bin/bash
# Builds the fuzz targets under the contract of OSS-Fuzz and ClusterFuzzLite: honours CC, CXX, CFLAGS, CXXFLAGS,
# LIB_FUZZING_ENGINE and SANITIZER, builds in WORK, and leaves in OUT for each target its binary, NAME_seed_corpus.zip,
# NAME.dict and NAME.options. With names as arguments, only those targets.
#
# What it needs beside the compiler: cmake, ninja, zip, and the libraries of the group "build" in scripts/packages.
set -euo pipefail
: "${OUT:?}" "${WORK:?}" "${CXX:?}" "${LIB_FUZZING_ENGINE:?}"
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export LIB_FUZZING_ENGINE

# What runs the binaries has base libraries alone: compression is linked in, live capture left out.
archives=(-DPP_LIBPCAP=OFF -DZLIB_USE_STATIC_LIBS=ON)
zstd=$("$CXX" -print-file-name=libzstd.a)
if [[ $zstd == /* ]]; then archives+=("-Dpkgcfg_lib_ZSTD_zstd=$zstd"); fi

# All flags come from CXXFLAGS, sanitizers included.
cmake -S "$root" -B "$WORK/build" -G Ninja -DCMAKE_BUILD_TYPE=None -DCMAKE_CXX_COMPILER="$CXX" \
  -DPP_FUZZERS=ON -DPP_TOOLS=OFF -DPP_TESTS=OFF -DPP_SANITIZE= "${archives[@]}"

# The list is CMake's own, so that no harness is forgotten: target, seed directory, longest input.
targets=$WORK/build/fuzz/targets
wanted=("$@")
if [[ ${#wanted[@]} -eq 0 ]]; then mapfile -t wanted < <(cut -d ' ' -f 1 "$targets"); fi
cmake --build "$WORK/build" --target "${wanted[@]}"

while read -r name seeds longest; do
  if [[ " ${wanted[*]} " != *" $name "* ]]; then continue; fi
  cp "$WORK/build/bin/$name" "$OUT/"
  rm -f "$OUT/${name}_seed_corpus.zip"
  (cd "$root/corpus" && find "$seeds" regressions -type f ! -name '.*' | LC_ALL=C sort | TZ=UTC zip -q -X -@ "$OUT/${name}_seed_corpus.zip")
  cp "$root/fuzz/pp.dict" "$OUT/$name.dict"
  printf '[libfuzzer]\nmax_len = %s\ntimeout = 10\nrss_limit_mb = 1024\n' "$longest" >"$OUT/$name.options"
done <"$targets"
