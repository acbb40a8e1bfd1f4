module example/proxyproto

go 1.19
