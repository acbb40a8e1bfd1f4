#include "pp/explain/log_line_rows.hpp"

namespace pp::explain {
namespace {

constexpr LogSide sender = LogSide::sender, receiver = LogSide::receiver, harmless = LogSide::harmless, unknown = LogSide::unknown;

constexpr std::string_view send_one =
    "on the sender: haproxy \"server ... send-proxy-v2\", nginx \"proxy_protocol on\"; or take the option off the receiver's port";
constexpr std::string_view take_or_stop =
    "turn the receiver's option on for this port (nginx \"listen ... proxy_protocol\", haproxy \"bind ... accept-proxy\"), or the header off on the sender";
constexpr std::string_view below_tls =
    "let the receiver read the header before TLS (haproxy \"bind ... accept-proxy ssl\", nginx \"listen ... ssl proxy_protocol\", in Go a listener that takes it below "
    "tls.NewListener), or turn the header off on the sender";
constexpr std::string_view off_on_sender = "turn the header off on the sender, or put a proxy in between that takes it";
constexpr std::string_view postfix_take =
    "Postfix: \"smtpd_upstream_proxy_protocol = haproxy\"; Exim: \"hosts_proxy\"; or turn the header off on the sender";
constexpr std::string_view mysql_take =
    "MariaDB and Percona Server take the header from networks in proxy_protocol_networks; otherwise turn it off on the sender";
constexpr std::string_view trust_it =
    "add the sender's address to the receiver's list of trusted senders; the header itself is not at fault";
constexpr std::string_view correct_it =
    "correct the header that the sender builds: ppinspect -r or -i on this port shows the field that is wrong";
constexpr std::string_view whole_at_once =
    "send the whole header in one write, before anything else and as soon as the connection is open; for a proxy, look for a limit on its size";
constexpr std::string_view nothing = "nothing; a check that sends a header or a longer interval keeps the log quiet";
constexpr std::string_view look = "look at the bytes: ppinspect -i or -r on this port shows whether a header came first";

constexpr std::string_view expected_it = "the receiver expects a PROXY header on this port and got something else";
constexpr std::string_view closed =
    "the connection was closed before a header came: a TCP health check, a port scan or a client that gave up";
constexpr std::string_view too_late =
    "the sender connected and did not send a whole header within the time that the receiver waits: a sender without the option, or a client that waits for the server to speak";
constexpr std::string_view wrong_field = "a PROXY header came, and the receiver refuses one of its fields";
constexpr std::string_view as_data = "the server does not expect a PROXY header on this port and read one as its own protocol";
constexpr std::string_view before_tls =
    "something other than TLS came first on a TLS port: a PROXY header that is not taken below TLS, or plain text from a client";
constexpr std::string_view as_length =
    "the first four bytes of a PROXY header were read as a length: PROX is 1347571544, the signature of v2 begins with 218762506";
constexpr std::string_view not_trusted = "a PROXY header came from an address that the receiver does not trust to send one";

// The most specific first: the first row that fits counts. A row to a line.
// clang-format off
constexpr LogRow rows[] = {
    // nginx and what is built from it
    {"nginx-large", "nginx", {"header is too large while reading proxy protocol"}, unknown,
     "the header is longer than nginx's buffer (4096 bytes since 1.23), or it came in two segments, and nginx reads once", "send fewer or shorter TLVs, and the header in one write"},
    {"nginx-version", "nginx", {"unknown proxy protocol version"}, sender, "the version in byte 12 of a v2 header is not 2", correct_it},
    {"nginx-field", "nginx", {"unknown proxy protocol|unsupported proxy protocol|invalid proxy protocol", "while reading proxy protocol"}, sender, wrong_field, correct_it},
    {"nginx-broken-header", "nginx", {"broken header:"}, sender, expected_it, send_one, LogQuote::any, "broken header"},
    {"nginx-header-timeout", "nginx", {"while reading proxy protocol", "timed out"}, sender, too_late, send_one},
    {"nginx-closed", "nginx", {"while reading proxy protocol", "closed connection|reset by peer|recv() failed"}, harmless, closed, nothing},
    {"nginx-reading-header", "nginx", {"while reading proxy protocol"}, sender, "nginx was reading a PROXY header and got something else", send_one},
    {"nginx-second-header", "nginx", {"while reading client request line", "request: \"proxy tcp|request: \"proxy unknown"}, sender,
     "nginx read a v1 header as a request line: either a second header follows the one that was taken, or this port has no \"proxy_protocol\"",
     "send one header: turn it off on one of the proxies in front; or, if the listen line has no \"proxy_protocol\", add it", LogQuote::header, "request: "},
    {"nginx-v2-request", "nginx", {"while reading client request line", "request: \"\\x00|request: \"\\x0d"}, receiver, as_data, take_or_stop, LogQuote::header, "request: "},
    {"nginx-http-v2", "nginx or Apache", {"\"\\x00\" 400|\"\\x00\\x0d\\x0aquit\\x0a"}, receiver,
     "an HTTP port that does not expect a header got a v2 one: after its first line ends the signature goes on with a NUL byte", take_or_stop},
    // haproxy
    {"haproxy-no-header", "haproxy", {"received something which does not look like a proxy protocol header"}, sender, expected_it, send_one},
    {"haproxy-truncated", "haproxy", {"truncated proxy protocol header received"}, sender, "a header was cut, or came in pieces", whole_at_once},
    {"haproxy-closed", "haproxy", {"connection closed while waiting for proxy protocol header|connection error while waiting for proxy protocol header"}, harmless, closed, nothing},
    {"haproxy-timeout", "haproxy", {"timeout while waiting for proxy protocol header"}, sender, too_late, send_one},
    {"haproxy-field", "haproxy", {"received an invalid proxy protocol header|received an unhandled protocol in the proxy protocol header"}, sender, wrong_field, correct_it},
    {"haproxy-tls", "haproxy", {"ssl handshake failure", "] "}, unknown,
     "TLS failed: a PROXY header on a bind line without \"accept-proxy\" is one cause, a client's versions or certificates are others", look, LogQuote::unread, "", "to upstream|backend"},
    {"haproxy-flags", "haproxy", {" pr-- ", "<badreq>"}, unknown,
     "haproxy itself refused the connection while it read the request: the header that \"accept-proxy\" wants did not come or is wrong, or a header came that it does not expect", look},
    // Apache, lighttpd, Varnish, Squid, hitch, Traffic Server
    {"apache-closed", "Apache mod_remoteip", {"ah10634|remoteipproxyprotocol", "ah10634|connection closed|end of file|no data"}, harmless, closed, nothing},
    {"apache-no-header", "Apache mod_remoteip", {"ah03513|ah10186|ah03510|ah03511|ah03512"}, sender, expected_it, send_one},
    {"apache-field", "Apache mod_remoteip", {"remoteipproxyprotocol:", "unsupported|too short|invalid|unable to parse|bad"}, sender, wrong_field, correct_it},
    {"apache-header", "Apache mod_remoteip", {"remoteipproxyprotocol:"}, sender, expected_it, send_one},
    {"apache-proxy-protocol", "Apache mod_proxy_protocol", {"proxyprotocol:", "no valid header|not a|missing"}, sender, expected_it, send_one},
    {"apache-method", "Apache", {"ah00126|ah00566|ah10244|ah02430", "proxy tcp|proxy unknown|\\r\\n\\r\\n"}, receiver, as_data, take_or_stop},
    {"lighttpd-header", "lighttpd mod_extforward", {"hap-proxy proto", "invalid|unsupported|unexpected|timeout"}, sender, expected_it, send_one},
    {"varnish-chained", "Varnish", {"httpgarbage", "\"proxy%00"}, sender, "a second PROXY header follows the first, which was taken", "send one header: turn it off on one of the proxies in front"},
    {"varnish-data", "Varnish", {"httpgarbage", "\"proxy |\"proxy%|%0d%0a%0d%0a|\"%00%0d%0aquit"}, receiver, as_data, "Varnish: \"-a ADDRESS:PORT,PROXY\"; or turn the header off on the sender"},
    {"varnish-field", "Varnish", {"proxygarbage"}, sender, wrong_field, correct_it},
    {"varnish-junk", "Varnish", {"rx_junk", "sessclose"}, sender, expected_it, send_one},
    {"squid-trust", "Squid", {"proxy client not permitted by acls"}, receiver, not_trusted, "Squid: \"proxy_protocol_access allow\" for the sender's address"},
    {"squid-field", "Squid", {"proxy/2.0 error|proxy/1.0 error"}, sender, wrong_field, correct_it},
    {"squid-header", "Squid", {"proxy protocol error"}, sender, expected_it, send_one},
    // mail
    {"postfix-inet", "Postfix", {"haproxy read:", "protocol type: proxy tcp6"}, receiver,
     "the header is right, but this Postfix does not use IPv6: inet_protocols leaves it out", "Postfix: \"inet_protocols = all\"; or let the sender announce IPv4 addresses alone"},
    {"postfix-unknown", "Postfix", {"haproxy read:", "protocol type: proxy unknown"}, sender, "Postfix takes no PROXY UNKNOWN, which many health checks send", "send TCP4 or TCP6 with addresses; for a check, one without a header on another port, or a v2 LOCAL header"},
    {"postfix-timeout", "Postfix", {"haproxy read:", "time limit exceeded|timeout"}, sender, too_late, send_one},
    {"postfix-closed", "Postfix", {"haproxy read:", "unexpected eof|lost connection"}, sender,
     "the connection ended before a header was complete: a local client or a check that sends none", "let local clients (amavis, fetchmail, checks) use a port without the option, or send a header"},
    {"postfix-no-header", "Postfix", {"haproxy read:", "unrecognized protocol header"}, sender, expected_it, send_one, LogQuote::any, "unrecognized protocol header"},
    {"postfix-field", "Postfix", {"haproxy read:|haproxy parse|haproxy_srvr"}, sender, wrong_field, correct_it},
    {"postfix-data", "Postfix", {"improper command pipelining|non-smtp command|pregreet|command pipelining", "proxy tcp|proxy unknown|\\r\\n\\r\\n\\000"}, receiver, as_data, postfix_take},
    {"exim-data", "Exim", {"protocol synchronization error|unrecognized command|syntax or protocol errors", "proxy tcp|proxy unknown|\\r\\n\\r\\n|\\0\\r\\nquit"}, receiver, as_data, postfix_take},
    {"exim-header", "Exim", {"proxy negotiation|proxy header|proxy session|proxy protocol", "exim|h=[", "failed|failure|invalid|timeout|fatal|syntax"}, sender, expected_it, send_one, LogQuote::unread, "", "not trusted|untrusted|not allowed"},
    {"dovecot-trust", "Dovecot", {"haproxy: client not trusted"}, receiver, not_trusted, "Dovecot: add the sender to \"haproxy_trusted_networks\""},
    {"dovecot-closed", "Dovecot", {"haproxy: client disconnected|haproxy: disconnected"}, harmless, closed, nothing},
    {"dovecot-timeout", "Dovecot", {"haproxy: client timed out|haproxy: timed out|haproxy: timeout", "rip="}, sender, too_late, send_one},
    {"dovecot-field", "Dovecot", {"haproxy(v1)|haproxy(v2)", "rip="}, sender, wrong_field, correct_it},
    {"dovecot-header", "Dovecot", {"haproxy:", "rip="}, sender, expected_it, send_one},
    {"imap-data", "an IMAP server", {"proxy bad"}, receiver, as_data, "Dovecot: \"haproxy = yes\" in the inet_listener; or turn the header off on the sender"},
    {"smtp-v2", "an SMTP server", {"500 5.5.2 error: bad syntax|500 5.5.1 invalid command|invalid command|unrecognized command"}, receiver,
     "three refused commands at once are one v2 header, whose signature holds line ends: the server reads it as commands", postfix_take, LogQuote::unread, "", "", 3},
    {"smtp-v1", "an SMTP server", {"command not recognized|command unrecognized|unrecognized command|unrecognised command", "proxy|500 5.5.2 error|500 5.5.1"}, receiver, "the server read a v1 header as a command", postfix_take},
    {"aiosmtpd-header", "aiosmtpd", {"proxyv1|proxyv2|proxy_data|proxy protocol", "malformed|invalid|not valid|wrong|unrecognized"}, sender, expected_it, send_one},
    {"twisted-header", "Twisted", {"invalidproxyheader|invalidnetworkprotocol|missingaddressdata"}, sender, expected_it, send_one},
    // Go
    {"go-trust", "go-proxyproto", {"upstream connection address not trusted|upstream connection sent proxy header but not allowed"}, receiver, not_trusted, trust_it},
    {"go-header", "go-proxyproto", {"proxyproto: proxy protocol signature not present|proxyproto: can't|proxyproto: invalid|proxyproto: proxy|failed to read proxy prefix|invalid header line: proxy|unhandled address type: "}, sender, expected_it, send_one, LogQuote::unread, "", "not trusted|eof"},
    {"go-closed", "go-proxyproto", {"failed to read proxy prefix: eof|proxyproto: eof"}, harmless, closed, nothing},
    {"caddy-header", "Caddy's proxy_protocol", {"handshake error from", ": invalid signature"}, sender, expected_it, send_one},
    {"traefik-parsed", "Traefik 1", {"header parsed &{"}, sender, "a header was read; the line says which addresses it announced, and nothing is wrong with it", "nothing, unless the addresses are not the client's: then the sender announces its own"},
    {"go-tls-length", "Go's crypto/tls, older versions", {"oversized record received with length 22617"}, receiver,
     "a v1 header where TLS was expected: 22617 is 0x5859, the letters XY of PROXY", below_tls},
    {"go-tls", "Go's crypto/tls", {"first record does not look like a tls handshake"}, receiver, before_tls, below_tls, LogQuote::unread, "", "get \"https|post \"https|dial tcp|x509"},
    {"grpc-go", "grpc-go", {"bogus greeting from client"}, receiver, as_data, off_on_sender, LogQuote::header, "bogus greeting from client"},
    {"go-http", "Go's net/http", {"malformed http request|malformed method|malformed http version"}, receiver, as_data, take_or_stop, LogQuote::header, "malformed"},
    {"teleport", "Teleport", {"failed to detect protocol by prefix"}, receiver, "a header came that this Teleport does not take: old versions know v1 alone", "turn on proxy_protocol in Teleport and use a version that takes v2, or send v1", LogQuote::header, "by prefix: "},
    // Envoy, Netty and the JVM
    {"envoy-header", "Envoy", {"failed to read proxy protocol"}, sender, expected_it, send_one},
    {"envoy-stat", "Envoy", {"downstream_cx_proxy_proto_error|downstream_proxy_proto_error|proxy_proto.versions.v1.error|proxy_proto.not_found_disallowed"}, sender,
     "so many connections came without a valid header since Envoy started", send_one, LogQuote::unread, "", "error: 0|disallowed: 0"},
    {"envoy-chain", "Envoy", {"closing connection: no matching filter chain found"}, unknown,
     "no filter chain fits: the listener filters' order (proxy_protocol comes before tls_inspector), a header that is not taken, or an SNI that no chain names", look},
    {"envoy-data", "Envoy", {"dispatch error: http/1.1 protocol error|http1.codec_error", "hpe_invalid_method|dpe"}, receiver,
     "Envoy read the first bytes as HTTP and they are no method: a PROXY header to a listener without the filter, most often", "Envoy: add the listener filter \"envoy.filters.listener.proxy_protocol\" in front; or turn the header off on the sender"},
    {"netty-header", "Netty", {"haproxyprotocolexception"}, sender, expected_it, send_one},
    {"netty-tls", "Netty", {"not an ssl/tls record"}, receiver, before_tls, below_tls, LogQuote::header, "not an ssl/tls record: "},
    {"netty-http2", "Netty", {"client preface string missing or corrupt"}, receiver, as_data, off_on_sender, LogQuote::header, "received bytes: "},
    {"geyser", "Geyser or Velocity", {"sent malformed proxy header|malformed proxy header"}, sender, expected_it, send_one},
    {"jsse", "Java's TLS (JSSE)", {"unsupported or unrecognized ssl message|unrecognized ssl message, plaintext connection"}, receiver, before_tls, below_tls, LogQuote::unread, "", "httpclient|sslsocketimpl.connect|urlconnection"},
    {"tomcat-v2", "Tomcat", {"invalid character found in method name", "0x000x0d0x0aquit|proxy|0x0d0x0a0x0d"}, receiver, as_data, take_or_stop},
    {"tomcat-v1", "Tomcat", {"invalid character found in the http protocol [|invalid character found in the request target [tcp"}, receiver, "the rest of a v1 header was read as target and version of a request", take_or_stop, LogQuote::unread, "", "[http"},
    {"undertow", "Undertow", {"ut000165|ut005014|ut005001", "proxy tcp|\\x0d|invalid character"}, receiver, as_data, take_or_stop},
    {"elasticsearch", "Elasticsearch", {"invalid internal transport message format, got", "(50,52,4f,58)|(d,a,d,a)"}, receiver, as_data, off_on_sender},
    {"cassandra", "Cassandra", {"invalid or unsupported protocol version", "(80)|(13)"}, receiver, "the first byte of a header was read as a version: 80 is the letter P, 13 begins v2", off_on_sender},
    {"minecraft", "a Minecraft server", {"bad packet id", "decoderexception|io.netty"}, receiver, as_data, "turn on the server's proxy protocol option (Paper: proxies.proxy-protocol), or the header off on the sender"},
    // Erlang
    {"ranch", "ranch, as in RabbitMQ", {"proxy protocol header signature was not recognized"}, sender, expected_it, send_one},
    {"esockd-closed", "esockd, as in EMQX", {"proxy_proto_close"}, harmless, closed, nothing},
    {"esockd-timeout", "esockd, as in EMQX", {"proxy_proto_timeout"}, sender, too_late, send_one},
    {"esockd-header", "esockd, as in EMQX", {"invalid_proxy_info|recv_proxy_info_error|proxy_proto_error|proxy_proto_invalid"}, sender, expected_it, send_one},
    {"rabbitmq-data", "RabbitMQ", {"{bad_header,|{bad_version,"}, receiver, as_data, "RabbitMQ: \"proxy_protocol = true\"; or turn the header off on the sender", LogQuote::header, "{bad_header,"},
    {"mqtt-frame", "an MQTT broker", {"frame_parse_error|malformed_packet|frame_error", "proxy|quit"}, receiver, as_data, "EMQX: \"listeners.tcp.NAME.proxy_protocol = true\"; HiveMQ: \"proxy-protocol\"; others: turn the header off on the sender"},
    {"mosquitto", "Mosquitto", {"<unknown> disconnected due to protocol error|<unknown> disconnected due to malformed packet|(null) disconnected due to protocol error"}, receiver,
     "the first bytes are no MQTT CONNECT: in Mosquitto without the proxy option a PROXY header does this, as other protocols do", "Mosquitto 2.1: \"enable_proxy_protocol\"; earlier ones: turn the header off on the sender"},
    // databases
    {"mongodb-header", "MongoDB", {"error while parsing proxy protocol header|failed to parse proxy protocol"}, sender, expected_it, send_one},
    {"mongodb-data", "MongoDB", {"msglen", "168626701|1481593424", "invalid"}, receiver, "the first bytes of a header were read as a message's length", "MongoDB: \"loadBalancerPort\" or \"proxyPort\"; otherwise turn the header off on the sender"},
    {"mariadb-trust", "MariaDB or Percona Server", {"proxy header is not accepted from"}, receiver, not_trusted, "add the sender to \"proxy-protocol-networks\""},
    {"mariadb-header", "MariaDB or Percona Server", {"failed to parse proxy header"}, sender, wrong_field, correct_it},
    {"mysql-v1", "a MySQL or MariaDB client or server", {"5198416", "packet|bytes|length"}, receiver, "5198416 is the letters PRO read as a packet length: a v1 header", mysql_take},
    {"mysql-v2", "a MySQL or MariaDB client or server", {"854541", "packet|length"}, receiver, "854541 is the first three bytes of a v2 header read as a packet length", mysql_take},
    {"mysql-order", "MySQL or MariaDB", {"got packets out of order"}, receiver,
     "the first bytes are no MySQL packet: a PROXY header to a server that does not take it is the most frequent cause behind a proxy", mysql_take},
    {"postgresql", "PostgreSQL", {"invalid length of startup packet"}, receiver, "the first bytes are no startup packet: PROX read as a length is 1347571544, the signature of v2 218762506", off_on_sender},
    {"pgbouncer", "pgbouncer", {"bad packet header"}, receiver, as_data, off_on_sender, LogQuote::header, "bad packet header"},
    {"redis-v1", "Redis", {"unknown command", "'proxy'|`proxy`|\"proxy\"|proxy tcp"}, receiver, "the server read a v1 header as a command", off_on_sender},
    {"kafka-v1", "Kafka", {"invalid receive", "1347571544"}, receiver, as_length, off_on_sender},
    {"kafka-v2", "Kafka", {"invalid receive", "218762506"}, receiver, as_length, off_on_sender},
    {"length-v1", "a server whose messages begin with a length", {"1347571544", "length|len|size|frame|bytes|message|packet|exceed|max|large"}, receiver, as_length, off_on_sender},
    {"length-v2", "a server whose messages begin with a length", {"218762506", "length|len|size|frame|bytes|message|packet|exceed|max|large"}, receiver, as_length, off_on_sender},
    {"memcached", "memcached", {" quit >| quit\n>", " error", "<"}, receiver, as_data, off_on_sender, LogQuote::unread, "", "<html|get |post "},
    // SSH
    {"ssh-v1", "an SSH server", {"bad protocol version identification"}, receiver, as_data, off_on_sender, LogQuote::header, "bad protocol version identification"},
    {"ssh-v1", "OpenSSH", {"sent invalid protocol identifier"}, receiver, as_data, off_on_sender, LogQuote::header, "sent invalid protocol identifier"},
    {"ssh-v2", "an SSH server", {"invalid ssh identification string"}, receiver, "the first bytes are no SSH greeting: a v2 header is one cause", off_on_sender},
    {"ssh-banner", "OpenSSH", {"banner exchange: connection from", ": invalid format"}, unknown, "the first bytes are no SSH greeting: a PROXY header is one cause, a scanner another", look},
    // DNS
    {"unbound-header", "Unbound", {"proxy_protocol:", "could not|unable|not enough|invalid|failed"}, sender, expected_it, send_one},
    {"powerdns-acl", "PowerDNS or dnsdist", {"proxy protocol|proxy-protocol|proxyprotocol", "not allowed by|not in|acl|denied"}, receiver, not_trusted, "add the sender to \"proxy-protocol-from\" (PowerDNS) or \"setProxyProtocolACL\" (dnsdist)"},
    {"powerdns-header", "PowerDNS or dnsdist", {"proxy protocol|proxy-protocol", "ignoring invalid|unable to consume|error parsing|invalid proxy"}, sender, expected_it, send_one},
    // HTTP applications
    {"gunicorn-trust", "gunicorn", {"proxy request from", "not allowed"}, receiver, not_trusted, "gunicorn: \"--proxy-allow-from\" with the sender's address"},
    {"gunicorn-header", "gunicorn", {"invalid proxy line"}, sender, expected_it, send_one},
    {"gunicorn-data", "gunicorn", {"invalid http version|invalid http method|invalid request line"}, receiver, as_data, "gunicorn: \"--proxy-protocol\"; or turn the header off on the sender", LogQuote::header, "invalid http version"},
    {"uvicorn", "uvicorn", {"invalid http request received"}, receiver, "the first bytes are no HTTP request; behind a proxy that is a PROXY header, which uvicorn cannot read", off_on_sender},
    {"http-method", "Node, aiohttp or another user of llhttp", {"invalid method encountered|hpe_invalid_method"}, receiver, as_data, off_on_sender, LogQuote::header, "rawpacket: "},
    {"python-http", "Python's http.server or Werkzeug", {"bad request version|bad request syntax|bad http/0.9 request type"}, receiver, "the last field of a v1 header was read as HTTP's version", off_on_sender, LogQuote::header, "bad request"},
    {"puma", "Puma", {"http parse error, malformed request", "\"proxy "}, receiver, as_data, "Puma: \"set_remote_address proxy_protocol: :v1\"; or turn the header off on the sender"},
    {"puma-tls", "Puma", {"minissl::sslerror", "http connection|wrong version"}, receiver, before_tls, below_tls},
    {"webrick", "WEBrick", {"error bad request-line"}, receiver, as_data, off_on_sender, LogQuote::header, "bad request-line"},
    {"hyper", "Rust's hyper", {"invalid http method parsed|hyper::error(parse(method"}, receiver, as_data, off_on_sender},
    {"kestrel", "ASP.NET Kestrel", {"invalid request line:"}, receiver, as_data, off_on_sender, LogQuote::header, "invalid request line"},
    {"stalwart", "Stalwart", {"invalid proxy header"}, sender, expected_it, send_one},
    // TLS libraries
    {"rustls", "rustls", {"received corrupt message of type invalidcontenttype|corruptmessagepayload(handshake)|invalidmessage(invalidcontenttype)"}, receiver, before_tls, below_tls},
    {"gnutls", "GnuTLS", {"an unexpected tls packet was received|record packet of unknown type 80|record packet of unknown type 13"}, receiver, before_tls, below_tls},
    {"node-tls", "Node's tls", {"err_ssl_wrong_version_number"}, receiver, before_tls, below_tls, LogQuote::unread, "", "axioserror|fetch failed|connect e"},
    {"openssl-server", "a TLS server with OpenSSL", {"wrong version number|unknown protocol|http request", "handshake failure:|ssl_accept|accept failed|from client"}, receiver, before_tls, below_tls, LogQuote::unread, "", "to upstream"},
    {"openssl-version", "OpenSSL", {"wrong version number"}, unknown,
     "the other side does not begin with TLS: on a server, a PROXY header in front of the ClientHello; on a client, a server that answers in plain text, as one does that takes the ClientHello for a request",
     below_tls, LogQuote::unread, "", "to upstream|curl: (|https://|urllib3|httpsconnectionpool|httpconnectionpool"},
    {"openssl-http", "OpenSSL", {"http request", "ssl"}, unknown,
     "plain text came first on a TLS port: a PROXY header in front of the ClientHello, or an HTTP request without TLS", below_tls, LogQuote::unread, "", "to upstream|https://"},
    // any receiver that names the protocol
    {"jetty-header", "Jetty", {"not proxy protocol"}, sender, expected_it, send_one},
    {"receiver-trust", "a receiver of PROXY headers", {"proxy protocol|proxy header|proxy_protocol|proxy-protocol|proxyprotocol|proxyproto", "not trusted|untrusted|not allowed|not permitted|not in the trusted|not in allow"}, receiver, not_trusted, trust_it, LogQuote::unread, "", "[emerg]|directive"},
    {"receiver-closed", "a receiver of PROXY headers", {"proxy protocol|proxy header|proxy_protocol|proxy-protocol|proxyprotocol|proxyproto", "eof|closed|disconnected|reset by peer", "wait|read|before|header"}, harmless, closed, nothing, LogQuote::unread, "", "[emerg]|directive|upstream"},
    {"receiver-timeout", "a receiver of PROXY headers", {"proxy protocol|proxy header|proxy_protocol|proxy-protocol|proxyprotocol|proxyproto", "timeout|timed out|deadline"}, sender, too_late, send_one, LogQuote::unread, "", "[emerg]|directive|upstream"},
    {"receiver-no-header", "a receiver of PROXY headers", {"proxy protocol|proxy header|proxy_protocol|proxy-protocol|proxyprotocol|proxyproto", "invalid|malformed|missing|unrecogni|not recogni|cannot|could not|couldn't|can't|failed|no valid|unexpected|expected|did not|does not|bad |wrong|unsupported|unknown|not present|without|error"}, sender, expected_it, send_one, LogQuote::unread, "", "[emerg]|directive|upstream|parameter|option|\" 200|\" 304|\" 404|http/1.1 200"},
};
// clang-format on

}  // namespace

std::span<const LogRow> log_rows() noexcept { return rows; }

}  // namespace pp::explain
