#!/bin/bash -eu
exec "$SRC/proxyproto/fuzz/build.sh"
