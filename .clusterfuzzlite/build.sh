#!/bin/bash
set -euo pipefail
exec "$SRC/proxyproto/fuzz/build.sh"
