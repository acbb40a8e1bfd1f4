// Reads a PROXY header from standard input through libproxyproto and prints what it says.
//
//	go run . < header
package main

// #cgo LDFLAGS: -lproxyproto
// #include <stdlib.h>
// #include <pp/proxyproto.h>
import "C"

import (
	"fmt"
	"io"
	"net/netip"
	"os"
	"unsafe"
)

func endpoint(a C.pp_address) string {
	bytes := C.GoBytes(unsafe.Pointer(&a.bytes[0]), C.int(a.size))
	address, ok := netip.AddrFromSlice(bytes)
	if !ok {
		return "the connection's own endpoint"
	}
	return netip.AddrPortFrom(address, uint16(a.port)).String()
}

func main() {
	data, err := io.ReadAll(io.LimitReader(os.Stdin, C.PP_MAX_HEADER))
	if err != nil || len(data) == 0 {
		fmt.Fprintln(os.Stderr, "no bytes:", err)
		os.Exit(3)
	}
	bytes := C.CBytes(data)
	defer C.free(bytes)
	var header C.pp_header
	if C.pp_parse(bytes, C.size_t(len(data)), &header) != C.PP_DONE {
		fmt.Printf("no header: %s at byte %d\n", C.GoString(C.pp_fault_code(header.fault)), header.offset)
		os.Exit(1)
	}
	fmt.Printf("v%d, %d bytes: %s -> %s\n", header.version, header.size, endpoint(header.source), endpoint(header.destination))
	var walk C.pp_tlv_walk
	var tlv C.pp_tlv
	C.pp_tlvs(&header, bytes, &walk)
	for C.pp_tlv_next(&walk, &tlv) > 0 {
		fmt.Printf("TLV 0x%02x, %d bytes\n", tlv._type, tlv.length)
	}
}
