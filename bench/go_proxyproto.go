// What Debian's golang-github-pires-go-proxyproto takes for the headers of wire_bench: nanoseconds for each, one a line.
package main

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"testing"

	proxyproto "github.com/pires/go-proxyproto"
)

var signature = []byte("\r\n\r\n\x00\r\nQUIT\n")

func v2(familyTransport byte, block int) []byte {
	header := append(append([]byte{}, signature...), 0x21, familyTransport, 0, byte(block))
	for i := 0; i < block; i++ {
		header = append(header, byte(i+1))
	}
	return header
}

func main() {
	rows := []struct {
		name   string
		header []byte
	}{
		{"v1/tcp4/typical", []byte("PROXY TCP4 192.0.2.10 198.51.100.20 56324 443\r\n")},
		{"v1/tcp6/max", []byte("PROXY TCP6 2001:0db8:aaaa:bbbb:cccc:dddd:eeee:ffff 2001:0db8:aaaa:bbbb:cccc:dddd:eeee:fffe 65535 65535\r\n")},
		{"v2/tcp4", v2(0x11, 12)},
		{"v2/tcp6", v2(0x21, 36)},
	}
	for _, row := range rows {
		source := bytes.NewReader(row.header)
		reader := bufio.NewReader(source)
		result := testing.Benchmark(func(b *testing.B) {
			for i := 0; i < b.N; i++ {
				source.Reset(row.header)
				reader.Reset(source)
				if _, err := proxyproto.Read(reader); err != nil {
					fmt.Fprintln(os.Stderr, row.name, err)
					os.Exit(1)
				}
			}
		})
		fmt.Printf("%s %d\n", row.name, result.NsPerOp())
	}
}
