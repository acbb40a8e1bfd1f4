#include "pp/explain/log_line_rows.hpp"

#include <iterator>

#include "pp/explain/log_words.hpp"

namespace pp::explain {
namespace {

constexpr LogSide sender = LogSide::sender, receiver = LogSide::receiver, harmless = LogSide::harmless, unknown = LogSide::unknown;

constexpr LogFix send_one{LogFix::Kind::send, {}};
constexpr LogFix take_or_stop{LogFix::Kind::take, {}};
constexpr LogFix mail_take{LogFix::Kind::take_mail, {}};
constexpr LogFix trust_it{LogFix::Kind::trust, {}};
constexpr LogFix take(std::string_view product) { return {LogFix::Kind::take, product}; }
constexpr LogFix trust(std::string_view product) { return {LogFix::Kind::trust, product}; }
constexpr LogFix off_on_sender = "turn the header off on the sender, or put a proxy in between that takes it";
constexpr LogFix below_tls =
    "let the receiver read the header before TLS (haproxy \"bind ... accept-proxy ssl\", nginx \"listen ... ssl proxy_protocol\", in Go a listener that takes it below "
    "tls.NewListener), or turn the header off on the sender";
constexpr LogFix correct_it = "correct the header that the sender builds: ppinspect -r or -i on this port shows the field that is wrong";
constexpr LogFix whole_at_once =
    "send the whole header in one write, before anything else and as soon as the connection is open; for a proxy, look for a limit on its size";
constexpr LogFix nothing = "nothing; a check that sends a header or a longer interval keeps the log quiet";
constexpr LogFix look = "look at the bytes: ppinspect -i or -r on this port shows whether a header came first";

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
    {"nginx-large", "nginx", "made with 1.22.1", {"header is too large while reading proxy protocol"}, unknown,
     "the header is longer than nginx's buffer (4096 bytes since 1.23), or it came in two segments, and nginx reads once", "send fewer or shorter TLVs, and the header in one write"},
    {"nginx-version", "nginx", "made with 1.22.1", {"unknown proxy protocol version"}, sender, "the version in byte 12 of a v2 header is not 2", correct_it},
    {"nginx-field", "nginx", "made with 1.22.1", {"unknown proxy protocol|unsupported proxy protocol|invalid proxy protocol", "while reading proxy protocol"}, sender, wrong_field, correct_it},
    {"nginx-broken-header", "nginx", "made with 1.22.1", {"broken header:"}, sender, expected_it, send_one, LogQuote::any, "broken header"},
    {"nginx-header-timeout", "nginx", "made with 1.22.1", {"while reading proxy protocol", "timed out"}, sender, too_late, send_one},
    {"nginx-closed", "nginx", "made with 1.22.1", {"while reading proxy protocol", "closed connection|reset by peer|recv() failed"}, harmless, closed, nothing},
    {"nginx-reading-header", "nginx", "made with 1.22.1", {"while reading proxy protocol"}, sender, "nginx was reading a PROXY header and got something else", send_one},
    {"nginx-second-header", "nginx", "made with 1.22.1", {"while reading client request line", "request: \"proxy tcp|request: \"proxy unknown"}, sender,
     "nginx read a v1 header as a request line: either a second header follows the one that was taken, or this port has no \"proxy_protocol\"",
     "send one header: turn it off on one of the proxies in front; or, if the listen line has no \"proxy_protocol\", add it", LogQuote::header, "request: "},
    {"nginx-v2-request", "nginx", "made with 1.22.1", {"while reading client request line", "request: \"\\x00|request: \"\\x0d"}, receiver, as_data, take_or_stop, LogQuote::header, "request: "},
    {"nginx-http-v2", "nginx or Apache", "made with 1.22.1", {"\"\\x00\" 400|\"\\x00\\x0d\\x0aquit\\x0a"}, receiver,
     "an HTTP port that does not expect a header got a v2 one: after its first line ends the signature goes on with a NUL byte", take_or_stop},
    // haproxy
    {"haproxy-family", "haproxy", "made with 2.6.12", {"received an unhandled protocol in the proxy protocol header"}, sender, "a header came whose family or protocol is none that haproxy takes", correct_it},
    {"haproxy-no-header", "haproxy", "made with 2.6.12", {"received something which does not look like a proxy protocol header"}, sender, expected_it, send_one},
    {"haproxy-truncated", "haproxy", "made with 2.6.12", {"truncated proxy protocol header received"}, sender, "a header was cut, or came in pieces", whole_at_once},
    {"haproxy-closed", "haproxy", "made with 2.6.12", {"connection closed while waiting for proxy protocol header|connection error while waiting for proxy protocol header"}, harmless, closed, nothing},
    {"haproxy-timeout", "haproxy", "made with 2.6.12", {"timeout while waiting for proxy protocol header"}, sender, too_late, send_one},
    {"haproxy-field", "haproxy", "made with 2.6.12", {"received an invalid proxy protocol header"}, sender, wrong_field, correct_it},
    {"haproxy-tls-version", "haproxy", "made with 2.6.12, reported for 2.8", {"ssl handshake failure", "wrong version number|http request", "] "}, receiver, before_tls, below_tls, LogQuote::unread, "", "to upstream|backend"},
    {"haproxy-tls", "haproxy", "made with 2.6.12", {"ssl handshake failure", "] "}, unknown,
     "TLS failed: a PROXY header on a bind line without \"accept-proxy\" is one cause, a client's versions or certificates are others", look, LogQuote::unread, "", "to upstream|backend"},
    {"haproxy-flags", "haproxy", "made with 2.6.12", {" pr-- ", "<badreq>"}, unknown,
     "haproxy itself refused the connection while it read the request: the header that \"accept-proxy\" wants did not come or is wrong, or a header came that it does not expect", look},
    // Apache, lighttpd, Varnish, Squid, hitch, Traffic Server
    {"apache-closed", "Apache mod_remoteip", "made with 2.4.71", {"ah10634|remoteipproxyprotocol", "ah10634|connection closed|end of file|no data"}, harmless, closed, nothing},
    {"apache-no-header", "Apache mod_remoteip", "made with 2.4.71", {"ah03513|ah03510"}, sender, expected_it, send_one, LogQuote::unread, "", "received valid|enabled on"},
    {"apache-large", "Apache mod_remoteip", "made with 2.4.71", {"remoteipproxyprotocol", "header too long|header length too long|length too long|ah10185|ah10186"}, sender, "the header is longer than Apache takes (232 bytes of version 2, 107 of version 1), or it is no header at all", "send fewer or shorter TLVs; or let the sender send a header, if it sends none"},
    {"apache-field", "Apache mod_remoteip", "made with 2.4.71", {"remoteipproxyprotocol:", "unsupported|too short|invalid|unable to parse|bad|unknown|error converting|missing|expected|ah03502|ah03499|ah03498|ah03500|ah03501|ah03506|ah03507"}, sender, wrong_field, correct_it, LogQuote::unread, "", "received valid|enabled on"},
    {"apache-header", "Apache mod_remoteip", "made with 2.4.71", {"remoteipproxyprotocol:"}, sender, expected_it, send_one, LogQuote::unread, "", "received valid|enabled on|disabled"},
    {"apache-proxy-protocol", "Apache mod_proxy_protocol", "roadrunner2/mod-proxy-protocol, issue 3", {"proxyprotocol:", "no valid header|not a|missing|bad|invalid|unknown|unsupported|error|too long"}, sender, expected_it, send_one},
    {"apache-tls", "Apache mod_ssl", "made with 2.4.71", {"ah02008|ssl library error", "wrong version number|http request"}, receiver, before_tls, below_tls},
    {"apache-spaces", "Apache", "made with 2.4.71", {"ah03448", "excess whitespace"}, unknown, "a request line has more words than three: a v1 header that Apache reads as a request is one cause", look},
    {"apache-method", "Apache", "made with 2.4.71", {"ah00126|ah00566|ah10244|ah02430", "proxy tcp|proxy unknown|\\r\\n\\r\\n"}, receiver, as_data, take_or_stop},
    {"lighttpd-data", "lighttpd", "made with 1.4.69", {"unknown http-method|invalid request-line|http-version missing|missing or invalid protocol|no uri in request-line|overlong or invalid http-method|incomplete request line|unknown protocol", "-> 400|sending status 400"}, receiver, as_data, take("lighttpd")},
    {"lighttpd-header", "lighttpd mod_extforward", "made with 1.4.69", {"hap-proxy proto", "invalid|unsupported|unexpected|timeout"}, sender, expected_it, send_one},
    {"varnish-chained", "Varnish", "made with 7.1.1", {"httpgarbage", "\"proxy%00"}, sender, "a second PROXY header follows the first, which was taken", "send one header: turn it off on one of the proxies in front"},
    {"varnish-data", "Varnish", "made with 7.1.1", {"httpgarbage", "\"proxy |\"proxy%|%0d%0a%0d%0a|\"%00%0d%0aquit"}, receiver, as_data, take("Varnish")},
    {"varnish-field", "Varnish", "made with 7.1.1", {"proxygarbage"}, sender, wrong_field, correct_it},
    {"varnish-overflow", "Varnish", "made with 7.1.1", {"rx_overflow", "sessclose"}, sender, "more bytes came than a header may have, and none was complete: no header, or one with more TLVs than workspace_session holds", "let the sender send a header, or fewer TLVs; or raise Varnish's workspace_session"},
    {"varnish-junk", "Varnish", "made with 7.1.1", {"rx_junk", "sessclose"}, sender, expected_it, send_one},
    {"squid-data", "Squid", "made with 5.7", {"none_none/400|taglessness/400|none/400", "proxy error:invalid-request"}, receiver, "Squid read a v1 header as a request: \"PROXY\" stands where the method is", take("Squid")},
    {"ats-trust", "Traffic Server", "documentation, Proxy Protocol", {"configured allowlist of trusted ips|not in the configured allowlist|proxy_protocol_allowlist", "proxy|pp"}, receiver, not_trusted, trust("Traffic Server"), LogQuote::unread, "", "config proxy"},
    {"hitch-closed", "hitch", "made with 1.7.2", {"read error in proxy-proxy"}, harmless, closed, nothing},
    {"hitch-header", "hitch", "made with 1.7.2", {"received invalid proxy/proxyv2 header"}, sender, expected_it, send_one},
    {"squid-trust", "Squid", "made with 5.7", {"proxy client not permitted by"}, receiver, not_trusted, trust("Squid")},
    {"squid-field", "Squid", "made with 5.7", {"proxy/2.0 error|proxy/1.0 error"}, sender, wrong_field, correct_it},
    {"squid-header", "Squid, or Node's proxywrap", "made with 5.7", {"proxy protocol error"}, sender, expected_it, send_one},
    // mail
    {"postfix-inet", "Postfix", "made with 3.7.11", {"haproxy read:", "protocol type: proxy tcp6"}, receiver,
     "the header is right, but this Postfix does not use IPv6: inet_protocols leaves it out", "Postfix: \"inet_protocols = all\"; or let the sender announce IPv4 addresses alone"},
    {"postfix-unknown", "Postfix", "made with 3.7.11", {"haproxy read:", "protocol type: proxy unknown"}, sender, "Postfix takes no PROXY UNKNOWN, which many health checks send", "send TCP4 or TCP6 with addresses; for a check, one without a header on another port, or a v2 LOCAL header"},
    {"postfix-timeout", "Postfix", "made with 3.7.11", {"haproxy read:", "time limit exceeded|timeout"}, sender, too_late, send_one},
    {"postfix-closed", "Postfix", "made with 3.7.11", {"haproxy read:", "unexpected eof|lost connection|read: eof|connection reset|read error"}, sender,
     "the connection ended before a header was complete: a local client or a check that sends none", "let local clients (amavis, fetchmail, checks) use a port without the option, or send a header"},
    {"postfix-no-header", "Postfix", "made with 3.7.11", {"haproxy read:", "unrecognized protocol header"}, sender, expected_it, send_one, LogQuote::any, "unrecognized protocol header"},
    {"postfix-field", "Postfix", "made with 3.7.11", {"haproxy read:|haproxy parse|haproxy_srvr"}, sender, wrong_field, correct_it},
    {"postfix-data", "Postfix", "made with 3.7.11", {"improper command pipelining|non-smtp command|pregreet|command pipelining", "proxy tcp|proxy unknown|\\r\\n\\r\\n\\000"}, receiver, as_data, mail_take},
    {"exim-refused", "Exim", "exim.org, chapter Proxies", {"required proxy negotiation failed"}, sender, expected_it, send_one},
    {"exim-data", "Exim", "exim.org, chapter Proxies, and reported lines", {"protocol synchronization error|unrecognized command|syntax or protocol errors", "proxy tcp|proxy unknown|\\r\\n\\r\\n|\\0\\r\\nquit"}, receiver, as_data, mail_take},
    {"exim-header", "Exim", "exim.org, chapter Proxies, and reported lines", {"proxy negotiation|proxy header|proxy session|proxy protocol", "exim|h=[", "failed|failure|invalid|timeout|fatal|syntax"}, sender, expected_it, send_one, LogQuote::unread, "", "not trusted|untrusted|not allowed"},
    {"dovecot-trust", "Dovecot", "made with 2.3.19", {"haproxy: client not trusted"}, receiver, not_trusted, trust("Dovecot")},
    {"dovecot-no-header", "Dovecot", "made with 2.3.19", {"failed to read valid haproxy data"}, sender, expected_it, send_one},
    {"dovecot-part", "Dovecot", "made with 2.3.19", {"haproxy:", "failed to read full header|header is incomplete"}, sender, "only a part of a header came before the connection ended", whole_at_once},
    {"dovecot-version", "Dovecot", "made with 2.3.19", {"haproxy:|haproxy(v2):", "unsupported protocol version|too long header|invalid header|unknown|invalid|unsupported|incomplete|too short"}, sender, wrong_field, correct_it},
    {"dovecot-closed", "Dovecot", "made with 2.3.19", {"haproxy: client disconnected (|haproxy: disconnected|haproxy: client disconnected:"}, harmless, closed, nothing},
    {"dovecot-timeout", "Dovecot", "made with 2.3.19", {"haproxy: client timed out|haproxy: timed out|haproxy: timeout", "rip="}, sender, too_late, send_one},
    {"dovecot-field", "Dovecot", "made with 2.3.19", {"haproxy(v1)|haproxy(v2)", "rip="}, sender, wrong_field, correct_it},
    {"dovecot-header", "Dovecot", "made with 2.3.19", {"haproxy:", "rip="}, sender, expected_it, send_one},
    {"imap-data", "an IMAP server", "made with 2.3.19", {"proxy bad"}, receiver, as_data, take("Dovecot")},
    {"haraka-trust", "Haraka", "haraka.github.io/core/HAProxy", {"proxy not allowed from"}, receiver, not_trusted, trust("Haraka")},
    {"haraka-field", "Haraka", "haraka.github.io/core/HAProxy", {"invalid proxy format|proxy timed out"}, sender, wrong_field, correct_it},
    {"irc-data", "an IRC server", "answers of RFC 2812", {"421 * proxy :|421 proxy :|451 proxy :|451 * proxy :|proxy :unknown command|proxy :you have not registered|quit :unknown command"}, receiver, as_data, off_on_sender},
    {"ftp-data", "an FTP server", "answers of proftpd 1.3 and vsftpd 3", {"500 proxy not understood|proxy not understood|command proxy not recognized|500 'proxy"}, receiver, as_data, take("an FTP server")},
    {"sendmail-data", "Sendmail", "format strings", {"command unrecognized: \"proxy|pre-greeting traffic: proxy"}, receiver, as_data, off_on_sender},
    {"smtp-v2", "an SMTP server", "made with Postfix 3.7.11", {"500 5.5.2 error: bad syntax|500 5.5.1 invalid command|invalid command|unrecognized command"}, receiver,
     "three refused commands at once are one v2 header, whose signature holds line ends: the server reads it as commands", mail_take, LogQuote::unread, "", "", 3},
    {"smtp-v1", "an SMTP server", "made with Postfix 3.7.11", {"command not recognized|command unrecognized|unrecognized command|unrecognised command", "proxy|500 5.5.2 error|500 5.5.1"}, receiver, "the server read a v1 header as a command", mail_take},
    {"aiosmtpd-header", "aiosmtpd", "made with 1.4.3", {"proxyv1|proxyv2|proxy_data|proxydata|proxy error: proxy|proxy handshake", "malformed|invalid|not valid|wrong|unrecognized|out of bounds|illegal|unsupported|too long"}, sender, expected_it, send_one},
    {"twisted-header", "Twisted", "documentation of twisted.protocols.haproxy", {"invalidproxyheader|invalidnetworkprotocol|missingaddressdata"}, sender, expected_it, send_one},
    // Go
    {"inspircd-header", "InspIRCd", "made with 3.15", {"haproxy proxy", "invalid|unsupported|unknown|mismatch|truncated"}, sender, "the receiver expects a header of version 2 (InspIRCd takes no other) and got something else", "on the sender: haproxy \"server ... send-proxy-v2\"; nginx sends version 1 alone", LogQuote::found},
    {"gitea-header", "Gitea or Forgejo", "go-gitea/gitea, modules/proxyprotocol", {"unexpected proxy header:"}, sender, expected_it, send_one, LogQuote::found},
    {"gitea-field", "Gitea or Forgejo", "go-gitea/gitea, modules/proxyprotocol", {"unexpected proxy header address type|unexpected proxy header remote|unexpected proxy header local"}, sender, wrong_field, correct_it},
    {"go-trust", "go-proxyproto", "made with pires/go-proxyproto 0.6", {"upstream connection address not trusted|upstream connection sent proxy header but not allowed"}, receiver, not_trusted, trust_it},
    {"go-field", "go-proxyproto", "made with pires/go-proxyproto 0.6 and armon/go-proxyproto", {"proxyproto: invalid port|proxyproto: invalid address|proxyproto: can't read address family|proxyproto: version 1 header must|proxyproto: unsupported proxy protocol version|proxyproto: invalid length|proxyproto: can't read version|unhandled address type: |invalid header line: proxy"}, sender, wrong_field, correct_it},
    {"go-address", "go-proxyproto", "made with armon/go-proxyproto", {"invalid source ip: |invalid destination ip: ", "proxy"}, sender, wrong_field, correct_it},
    {"go-header", "go-proxyproto", "made with pires/go-proxyproto 0.6", {"proxyproto: proxy protocol signature not present|proxyproto: can't|proxyproto: invalid|proxyproto: proxy|failed to read proxy prefix|invalid header line: proxy|unhandled address type: "}, sender, expected_it, send_one, LogQuote::unread, "", "not trusted|eof"},
    {"go-peek", "Traefik", "traefik/traefik, reported lines", {"error while peeking first byte"}, harmless, "the connection ended before its first byte: a TCP health check or a port scan", nothing, LogQuote::unread, "", "proxyproto"},
    {"go-closed", "go-proxyproto", "made with pires/go-proxyproto 0.6", {"failed to read proxy prefix: eof|proxyproto: eof"}, harmless, closed, nothing},
    {"caddy-header", "Caddy's proxy_protocol", "reported lines", {"handshake error from", ": invalid signature"}, sender, expected_it, send_one},
    {"traefik-taken", "Traefik", "traefik/traefik, issue 5697", {"use header remote addr", "entrypoint"}, sender, "a header was read and its address is used: nothing is wrong with it", "nothing, unless the addresses are not the client's: then the sender announces its own"},
    {"traefik-parsed", "Traefik 1", "traefik/traefik, issue 5697", {"header parsed &{"}, sender, "a header was read; the line says which addresses it announced, and nothing is wrong with it", "nothing, unless the addresses are not the client's: then the sender announces its own"},
    {"go-tls-length", "Go's crypto/tls, older versions", "made with Go 1.19", {"oversized record received with length 22617"}, receiver,
     "a v1 header where TLS was expected: 22617 is 0x5859, the letters XY of PROXY", below_tls},
    {"go-tls", "Go's crypto/tls", "made with Go 1.19", {"first record does not look like a tls handshake"}, receiver, before_tls, below_tls, LogQuote::unread, "", "get \"https|post \"https|dial tcp|x509"},
    {"grpc-go", "grpc-go", "made with Go 1.19", {"bogus greeting from client"}, receiver, as_data, off_on_sender, LogQuote::header, "bogus greeting from client"},
    {"go-http", "Go's net/http", "made with Go 1.19", {"malformed http request|malformed method|malformed http version"}, receiver, as_data, take_or_stop, LogQuote::header, "malformed"},
    {"receiver-off", "a receiver whose option is off", "gravitational/teleport, neondatabase/neon", {"proxy protocol|proxy header|proxy line|proxy_protocol|proxy-protocol|proxyprotocol", "header not supported|protocol is disabled|support is disabled|received unexpected|unexpected proxy protocol line|not enabled|is not supported on|not expected|was not expected"}, receiver, "a PROXY header came to a port whose option for it is off", take_or_stop, LogQuote::unread, "", "[emerg]|directive|build"},
    {"teleport", "Teleport", "gravitational/teleport, lib/multiplexer", {"failed to detect protocol by prefix"}, receiver, "a header came that this Teleport does not take: old versions know v1 alone", "turn on proxy_protocol in Teleport and use a version that takes v2, or send v1", LogQuote::header, "by prefix: "},
    // Envoy, Netty and the JVM
    {"envoy-closed", "Envoy", "source of 1.27", {"failed to read proxy protocol", "remote closed|no bytes read|connection reset"}, harmless, closed, nothing},
    {"envoy-field", "Envoy", "source of 1.27", {"unsupported v2 proxy protocol|proxy protocol version not|failed to read proxy protocol (invalid|invalid v1 header|error parsing v2"}, sender, wrong_field, correct_it},
    {"envoy-version", "Envoy", "envoyproxy.io, listener filter proxy_protocol", {"proxy_proto.versions.v1.disallowed|proxy_proto.versions.v2.disallowed|filter is not allow", "disallowed|allow"}, sender, "headers of a version came that the listener filter's disallowed_versions names", "let the sender use the other version, or take this one out of \"disallowed_versions\"", LogQuote::unread, "", "disallowed: 0"},
    {"envoy-accept", "Envoy", "envoyproxy.io, access log", {"downstream_listener_filter_error|downstream_listener_filter_remote_close|listener_filter_error"}, sender, "a listener filter ended the connection: where proxy_protocol is one, a header did not come or is wrong", send_one},
    {"envoy-header", "Envoy", "envoyproxy.io, listener filter proxy_protocol, and its source of 1.27", {"failed to read proxy protocol"}, sender, expected_it, send_one},
    {"envoy-stat", "Envoy", "envoyproxy.io, listener filter proxy_protocol, and its source of 1.27", {"downstream_cx_proxy_proto_error|downstream_proxy_proto_error|proxy_proto.versions.v1.error|proxy_proto.not_found_disallowed"}, sender,
     "so many connections came without a valid header since Envoy started", send_one, LogQuote::unread, "", "error: 0|disallowed: 0"},
    {"envoy-timeout", "Envoy", "envoyproxy.io, listener statistics", {"downstream_pre_cx_timeout"}, unknown, "so many connections ended while a listener filter waited: where proxy_protocol is one, no header came in time, and health checks are a frequent cause", look, LogQuote::unread, "", "timeout: 0"},
    {"envoy-chain", "Envoy", "envoyproxy.io, listener filter proxy_protocol, and its source of 1.27", {"closing connection: no matching filter chain found|filter_chain_not_found"}, unknown,
     "no filter chain fits: the listener filters' order (proxy_protocol comes before tls_inspector), a header that is not taken, or an SNI that no chain names", look},
    {"envoy-data", "Envoy", "envoyproxy.io, listener filter proxy_protocol, and its source of 1.27", {"dispatch error: http/1.1 protocol error|http1.codec_error", "hpe_invalid_method|dpe"}, receiver,
     "Envoy read the first bytes as HTTP and they are no method: a PROXY header to a listener without the filter, most often", take("Envoy")},
    {"netty-field", "Netty", "made with 4.1.48", {"haproxyprotocolexception", "invalid port|invalid ipv4|invalid ipv6|unknown version|unknown command|unknown transport|no enum constant|address information|invalid address"}, sender, wrong_field, correct_it},
    {"netty-header", "Netty", "made with 4.1.48", {"haproxyprotocolexception"}, sender, expected_it, send_one},
    {"netty-tls", "Netty", "made with 4.1.48", {"not an ssl/tls record"}, receiver, before_tls, below_tls, LogQuote::header, "not an ssl/tls record: "},
    {"netty-http2", "Netty", "made with 4.1.48", {"client preface string missing or corrupt"}, receiver, as_data, off_on_sender, LogQuote::header, "received bytes: "},
    {"geyser", "Geyser or Velocity", "reported lines", {"sent malformed proxy header|malformed proxy header"}, sender, expected_it, send_one},
    {"jsse", "Java's TLS (JSSE)", "made with OpenJDK 17", {"unsupported or unrecognized ssl message|unrecognized ssl message, plaintext connection"}, receiver, before_tls, below_tls, LogQuote::unread, "", "httpclient|sslsocketimpl.connect|urlconnection"},
    {"jetty-data", "Jetty", "made with 9.4", {"illegal character cntl=0x0|illegal character cntl=0xd|unknown version for httpchannel|badmessage: 400 unknown version|badmessageexception: 400: unknown version|bad http parsed: 400 unknown version|badmessage: 400 illegal character|badmessageexception: 400: illegal character"}, receiver, "the first bytes are no HTTP request: a PROXY header that Jetty does not expect, most often", take("Jetty")},
    {"hazelcast", "Hazelcast", "reported lines", {"unknown protocol: pro"}, receiver, "PRO are the first letters of a v1 header, which Hazelcast read as the name of a protocol", off_on_sender},
    {"beats", "Logstash's or Graylog's Beats input", "reported lines", {"invalid version of beats protocol", "80|13"}, receiver, "the first byte of a header was read as a version: 80 is the letter P, 13 begins v2", off_on_sender},
    {"activemq-size", "ActiveMQ", "computed from the header's bytes", {"frame size of 1285 mb|frame size of 208 mb|frame size of 1 gb", "larger than max"}, receiver, as_length, "ActiveMQ Artemis: \"proxyProtocolEnabled=true\" on the acceptor; ActiveMQ Classic: turn the header off on the sender"},
    {"grpc-core", "gRPC's C core", "reported lines", {"connect string mismatch", "(79) at byte 2|(13) at byte 0|'o' (79)"}, receiver, as_data, off_on_sender},
    {"http2-preface", "an HTTP/2 server", "made with Node 20, reported for h2 and nghttp2", {"invalid connection preface|invalid http/2 connection preface|bad client magic byte string|bad client connection preface|received bad client magic|client preface string missing|err_http2_error: protocol error|nghttp2_err_bad_client_magic|bad connection preface"}, receiver, "the first bytes are no HTTP/2 preface; behind a proxy that is a PROXY header, most often", take_or_stop},
    {"tomcat-v2", "Tomcat", "made with 10.1", {"invalid character found in method name", "0x000x0d0x0aquit|proxy|0x0d0x0a0x0d"}, receiver, as_data, take_or_stop},
    {"tomcat-v1", "Tomcat", "made with 10.1", {"invalid character found in the http protocol [|invalid character found in the request target [tcp"}, receiver, "the rest of a v1 header was read as target and version of a request", take_or_stop, LogQuote::unread, "", "[http"},
    {"undertow", "Undertow", "reported lines", {"ut000165|ut005014|ut005001", "proxy tcp|\\x0d|invalid character"}, receiver, as_data, take_or_stop},
    {"elasticsearch", "Elasticsearch", "reported lines", {"invalid internal transport message format, got", "(50,52,4f,58)|(d,a,d,a)"}, receiver, as_data, off_on_sender},
    {"cassandra", "Cassandra", "reported lines", {"invalid or unsupported protocol version", "(80)|(13)"}, receiver, "the first byte of a header was read as a version: 80 is the letter P, 13 begins v2", off_on_sender},
    {"minecraft-proxy", "Velocity or BungeeCord", "reported lines", {"did not decode successfully|bad packet length|fastdecoderexception", "initial connection|initialhandler|corruptedframeexception"}, unknown, "the first bytes are no Minecraft handshake: a PROXY header that the option does not expect is one cause, a scanner another", look},
    {"minecraft", "a Minecraft server", "reported for Velocity and Paper", {"bad packet id", "decoderexception|io.netty|initialhandler|disconnect"}, receiver, as_data, "turn on the server's proxy protocol option (Paper: proxies.proxy-protocol), or the header off on the sender"},
    // Erlang
    {"ranch-field", "ranch, as in RabbitMQ", "made with RabbitMQ 3.10.8", {"in the proxy protocol header line|inet protocol and family string was not recognized"}, sender, wrong_field, correct_it},
    {"ranch", "ranch, as in RabbitMQ", "made with RabbitMQ 3.10.8", {"proxy protocol header signature was not recognized"}, sender, expected_it, send_one},
    {"esockd-closed", "esockd, as in EMQX", "reported lines", {"proxy_proto_close"}, harmless, closed, nothing},
    {"esockd-timeout", "esockd, as in EMQX", "reported lines", {"proxy_proto_timeout"}, sender, too_late, send_one},
    {"esockd-header", "esockd, as in EMQX", "reported lines", {"invalid_proxy_info|recv_proxy_info_error|proxy_proto_error|proxy_proto_invalid"}, sender, expected_it, send_one},
    {"rabbitmq-data", "RabbitMQ", "made with RabbitMQ 3.10.8", {"{bad_header,|{bad_version,"}, receiver, as_data, take("RabbitMQ"), LogQuote::header, "{bad_header,"},
    {"mqtt-frame", "an MQTT broker", "reported lines", {"frame_parse_error|malformed_packet|frame_error", "proxy|quit"}, receiver, as_data, "EMQX: \"listeners.tcp.NAME.proxy_protocol = true\"; HiveMQ: \"proxy-protocol\"; others: turn the header off on the sender"},
    {"mosquitto-header", "Mosquitto", "mosquitto.conf(5) of 2.1", {"proxy v1|proxy v2|proxy_v1|proxy_v2", "connection rejected|invalid|corrupt|unsupported|disconnected", "client|connection|from"}, sender, expected_it, send_one, LogQuote::unread, "", "api proxy"},
    {"mosquitto", "Mosquitto", "reported lines", {"<unknown> disconnected due to protocol error|<unknown> disconnected due to malformed packet|(null) disconnected due to protocol error"}, receiver,
     "the first bytes are no MQTT CONNECT: in Mosquitto without the proxy option a PROXY header does this, as other protocols do", "Mosquitto 2.1: \"enable_proxy_protocol\"; earlier ones: turn the header off on the sender"},
    // databases
    {"mongodb-header", "MongoDB", "reported lines", {"error while parsing proxy protocol header|failed to parse proxy protocol"}, sender, expected_it, send_one},
    {"mongodb-data", "MongoDB", "reported lines", {"msglen", "168626701|1481593424", "invalid"}, receiver, "the first bytes of a header were read as a message's length", "MongoDB: \"loadBalancerPort\" or \"proxyPort\"; otherwise turn the header off on the sender"},
    {"mariadb-trust", "MariaDB or Percona Server", "made with MariaDB 10.11.19", {"proxy header is not accepted from"}, receiver, not_trusted, trust("MariaDB")},
    {"mariadb-header", "MariaDB or Percona Server", "made with MariaDB 10.11.19", {"failed to parse proxy header"}, sender, wrong_field, correct_it},
    {"mysql-v1", "a MySQL or MariaDB client or server", "made with MariaDB 10.11.19", {"5198416", "packet|bytes|length"}, receiver, "5198416 is the letters PRO read as a packet length: a v1 header", take("MySQL")},
    {"mysql-v2", "a MySQL or MariaDB client or server", "made with MariaDB 10.11.19", {"854541", "packet|length"}, receiver, "854541 is the first three bytes of a v2 header read as a packet length", take("MySQL")},
    {"mysql-order", "MySQL or MariaDB", "made with MariaDB 10.11.19", {"got packets out of order"}, receiver,
     "the first bytes are no MySQL packet: a PROXY header to a server that does not take it is the most frequent cause behind a proxy", take("MySQL")},
    {"tidb-header", "TiDB or another user of blacktear23/go-proxyprotocol", "blacktear23/go-proxyprotocol, error strings", {"proxy protocol header not valid|proxy protocol header read timeout"}, sender, expected_it, send_one},
    {"postgresql", "PostgreSQL", "made with 15.18", {"invalid length of startup packet"}, receiver, "the first bytes are no startup packet: PROX read as a length is 1347571544, the signature of v2 218762506", take("PostgreSQL")},
    {"pgbouncer-part", "pgbouncer", "made with 1.18.0", {"client sent partial pkt in startup phase"}, receiver, "the first bytes are no startup packet; behind a proxy that is a PROXY header", off_on_sender},
    {"pgbouncer", "pgbouncer", "made with 1.18.0", {"bad packet header"}, receiver, as_data, off_on_sender, LogQuote::header, "bad packet header"},
    {"redis-v1", "Redis", "made with 7.0", {"unknown command", "'proxy'|`proxy`|\"proxy\"|proxy tcp"}, receiver, "the server read a v1 header as a command", take("Redis")},
    {"openvpn-v1", "OpenVPN", "computed from the header's bytes", {"bad encapsulated packet length", "20562"}, receiver, "20562 is the letters PR read as a packet's length: a v1 header", off_on_sender},
    {"openvpn-v2", "OpenVPN", "computed from the header's bytes", {"bad encapsulated packet length", "3338"}, receiver, "3338 is CR LF read as a packet's length: a v2 header", off_on_sender},
    {"git-daemon", "git's daemon", "reported lines", {"bad line length character: prox|bad line length character: ^m"}, receiver, "the first four bytes of a header were read as the length of a line", off_on_sender},
    {"kafka-v1", "Kafka", "computed from the header's bytes", {"invalid receive", "1347571544"}, receiver, as_length, off_on_sender},
    {"kafka-v2", "Kafka", "computed from the header's bytes", {"invalid receive", "218762506"}, receiver, as_length, off_on_sender},
    {"length-v1", "a server whose messages begin with a length", "computed from the header's bytes", {"1347571544", "length|len|size|frame|bytes|message|packet|exceed|max|large"}, receiver, as_length, off_on_sender},
    {"length-v2", "a server whose messages begin with a length", "computed from the header's bytes", {"218762506", "length|len|size|frame|bytes|message|packet|exceed|max|large"}, receiver, as_length, off_on_sender},
    {"memcached", "memcached", "made with 1.6.18", {" quit >| quit\n>", " error", "<"}, receiver, as_data, take("memcached"), LogQuote::unread, "", "<html|get |post "},
    // SSH
    {"ssh-v1", "an SSH server", "made with OpenSSH 9.2", {"bad protocol version identification"}, receiver, as_data, off_on_sender, LogQuote::header, "bad protocol version identification"},
    {"ssh-v1", "OpenSSH", "made with OpenSSH 9.2", {"sent invalid protocol identifier"}, receiver, as_data, off_on_sender, LogQuote::header, "sent invalid protocol identifier"},
    {"ssh-v2", "an SSH server", "made with OpenSSH 9.2", {"invalid ssh identification string"}, receiver, "the first bytes are no SSH greeting: a v2 header is one cause", take("OpenSSH")},
    {"ssh-banner", "OpenSSH", "made with OpenSSH 9.2", {"banner exchange: connection from", ": invalid format"}, unknown, "the first bytes are no SSH greeting: a PROXY header is one cause, a scanner another", look},
    // DNS
    {"unbound-header", "Unbound", "made with 1.17.1", {"proxy_protocol:", "could not|unable|not enough|invalid|failed|unsupported|malformed|wrong|not able"}, sender, expected_it, send_one},
    {"bind-header", "BIND", "bind9 9.20, reference of listen-on proxy", {"proxyv2", "named|client @|not allowed|bad header|malformed|invalid|unexpected"}, sender, expected_it, send_one, LogQuote::unread, "", "not allowed|denied|proxy_protocol:|could not match"},
    {"bind-trust", "BIND", "bind9 9.20, reference of allow-proxy", {"allow-proxy|proxyv2", "denied|not allowed"}, receiver, not_trusted, "on the receiver: add the sender's address to \"allow-proxy\""},
    {"powerdns-acl", "PowerDNS or dnsdist", "made with Recursor 4.8 and dnsdist 1.7", {"proxy protocol|proxy-protocol|proxyprotocol", "not allowed by|not in|acl|denied"}, receiver, not_trusted, "on the receiver: add the sender's address to \"proxy-protocol-from\" (PowerDNS) or \"setProxyProtocolACL\" (dnsdist)"},
    {"powerdns-header", "PowerDNS or dnsdist", "made with Recursor 4.8 and dnsdist 1.7", {"proxy protocol|proxy-protocol", "ignoring invalid|unable to consume|error parsing|invalid proxy"}, sender, expected_it, send_one},
    // HTTP applications
    {"http-method-name", "an HTTP server", "a method that no client sends", {"method \"proxy\"|method 'proxy'|method `proxy`|method [proxy]|method <proxy>|method: \"proxy\"|method: 'proxy'|method: proxy |method=\"proxy\"|method=proxy |\"method\":\"proxy\"|\"method\": \"proxy\"|verb \"proxy\"|command \"proxy\"|command 'proxy'|command: \"proxy\""}, receiver, "the first word of a v1 header was read as the method of a request", take_or_stop, LogQuote::unread, "", "[emerg]|config|settings|connect method"},
    {"http-v1-version", "an HTTP server", "made with Werkzeug and Python 3.11", {"bad request version ('|unsupported http version|invalid http version|malformed http version", "443')|80')|25')|tcp4|tcp6|56324"}, receiver, "the last field of a v1 header was read as HTTP's version", take_or_stop, LogQuote::unread, "", "http/1|http/2"},
    {"gunicorn-trust", "gunicorn", "made with 20.1.0", {"proxy request from", "not allowed"}, receiver, not_trusted, trust("gunicorn")},
    {"gunicorn-header", "gunicorn", "made with 20.1.0", {"invalid proxy line"}, sender, expected_it, send_one},
    {"gunicorn-line", "gunicorn", "made with 20.1.0", {"invalid http request line:"}, receiver, as_data, take("gunicorn"), LogQuote::header, "invalid http request line"},
    {"gunicorn-data", "gunicorn", "made with 20.1.0", {"invalid http version|invalid http method|invalid request line"}, receiver, as_data, take("gunicorn"), LogQuote::header, "invalid http version"},
    {"tornado", "Tornado", "made with 6.2", {"malformed http message from|malformed http request line"}, receiver, "the first bytes are no HTTP request; behind a proxy that is a PROXY header, which Tornado cannot read", off_on_sender},
    {"uwsgi-header", "uWSGI", "documentation, --http-enable-proxy-protocol", {"proxy1|invalid proxy", "[uwsgi"}, sender, expected_it, send_one},
    {"werkzeug-data", "an HTTP server", "made with Python 3.11", {"bad request syntax ('proxy|bad request syntax ('\\r|bad request syntax ('\\x00|bad request syntax ('\\x0d"}, receiver, as_data, off_on_sender},
    {"uvicorn", "uvicorn", "made with 0.17", {"invalid http request received"}, receiver, "the first bytes are no HTTP request; behind a proxy that is a PROXY header, which uvicorn cannot read", off_on_sender},
    {"http-method", "Node, aiohttp or another user of llhttp", "made with Node 18", {"invalid method encountered|hpe_invalid_method"}, receiver, as_data, off_on_sender, LogQuote::header, "rawpacket: "},
    {"python-http", "Python's http.server or Werkzeug", "made with Python 3.11", {"bad request version|bad request syntax|bad http/0.9 request type"}, receiver, "the last field of a v1 header was read as HTTP's version", off_on_sender, LogQuote::header, "bad request"},
    {"puma", "Puma", "made with 5.6.5", {"http parse error, malformed request", "\"proxy "}, receiver, as_data, "Puma: \"set_remote_address proxy_protocol: :v1\"; or turn the header off on the sender"},
    {"puma-tls", "Puma", "made with 5.6.5", {"minissl::sslerror", "http connection|wrong version"}, receiver, before_tls, below_tls},
    {"webrick", "WEBrick", "made with 1.8.1", {"error bad request-line"}, receiver, as_data, off_on_sender, LogQuote::header, "bad request-line"},
    {"hyper", "Rust's hyper", "reported lines", {"invalid http method parsed|hyper::error(parse(method"}, receiver, as_data, off_on_sender},
    {"kestrel", "ASP.NET Kestrel", "reported lines", {"invalid request line:"}, receiver, as_data, off_on_sender, LogQuote::header, "invalid request line"},
    {"stalwart", "Stalwart", "reported lines", {"invalid proxy header"}, sender, expected_it, send_one},
    // TLS libraries
    {"rustls", "rustls", "made with the library's server of Debian 12", {"received corrupt message of type invalidcontenttype|corruptmessagepayload(handshake)|invalidmessage(invalidcontenttype)"}, receiver, before_tls, below_tls},
    {"erlang-tls", "Erlang's TLS, as in RabbitMQ and EMQX", "made with RabbitMQ 3.10.8", {"unsupported_record_type,80|unsupported_record_type,13"}, receiver, before_tls, below_tls},
    {"elastic-tls", "Elasticsearch", "reported lines", {"received plaintext traffic on|received plaintext http traffic on"}, unknown, "plain text came first on a TLS port: a PROXY header in front of the ClientHello, or a client without TLS", below_tls},
    {"gnutls", "GnuTLS", "made with the library's server of Debian 12", {"an unexpected tls packet was received|a packet with illegal or unsupported version was received|record packet of unknown type 80|record packet of unknown type 13"}, receiver, before_tls, below_tls},
    {"node-tls", "Node's tls", "made with the library's server of Debian 12", {"err_ssl_wrong_version_number"}, receiver, before_tls, below_tls, LogQuote::unread, "", "axioserror|fetch failed|connect e"},
    {"dotnet-tls", ".NET's SslStream, as in Kestrel", "reported lines", {"cannot determine the frame size or a corrupted frame was received|handshake failed due to an unexpected packet format"}, receiver, before_tls, below_tls, LogQuote::unread, "", "httpclient|httprequestexception|sqlclient"},
    {"boringssl", "Envoy or another user of BoringSSL", "reported lines", {"wrong_version_number|http_request", "ssl routines|tls_error|tls error|[ssl:"}, unknown, "the other side does not begin with TLS: towards clients, a PROXY header in front of the ClientHello; towards a server, one that answers in plain text", below_tls, LogQuote::unread, "", "to upstream|curl: (|https://|urllib3|httpsconnectionpool|httpconnectionpool|upstream"},
    {"mbedtls", "Mbed TLS", "reported lines", {"an invalid ssl record was received|ssl_handshake returned -0x7200"}, receiver, before_tls, below_tls},
    {"openssl-server", "a TLS server with OpenSSL", "made with the library's server of Debian 12", {"wrong version number|unknown protocol|http request", "handshake failure:|ssl_accept|accept failed|from client|tlsclienterror|while accepting"}, receiver, before_tls, below_tls, LogQuote::unread, "", "to upstream"},
    {"openssl-version", "OpenSSL", "made with the library's server of Debian 12", {"wrong version number"}, unknown,
     "the other side does not begin with TLS: on a server, a PROXY header in front of the ClientHello; on a client, a server that answers in plain text, as one does that takes the ClientHello for a request",
     below_tls, LogQuote::unread, "", "to upstream|curl: (|https://|urllib3|httpsconnectionpool|httpconnectionpool"},
    {"openssl-http", "OpenSSL", "made with the library's server of Debian 12", {"http request|err_ssl_http_request", "ssl"}, unknown,
     "plain text came first on a TLS port: a PROXY header in front of the ClientHello, or an HTTP request without TLS", below_tls, LogQuote::unread, "", "to upstream|https://"},
    // any receiver that names the protocol
    {"rust-ppp", "a user of the Rust crate ppp", "docs.rs/ppp, ParseError", {"must start with 'proxy'|does not begin with 'proxy'|expected header to the protocol prefix|header must end in '\\r\\n'|must end in \"\\r\\n\""}, sender, expected_it, send_one, LogQuote::found},
    {"logstash-header", "Logstash's tcp input", "logstash-plugins/logstash-input-tcp, log messages", {"invalid proxy protocol header label"}, sender, expected_it, send_one},
    {"openldap-header", "OpenLDAP", "reported lines", {"proxyp("}, sender, expected_it, send_one},
    {"proxy-line", "a receiver of PROXY headers", "any program", {"invalid proxy line|bad proxy line|malformed proxy line|expected proxy line|missing proxy line|no proxy line|not a proxy line"}, sender, expected_it, send_one, LogQuote::found},
    {"jetty-header", "Jetty", "reported lines", {"not proxy protocol"}, sender, expected_it, send_one},
    {"receiver-trust", "a receiver of PROXY headers", "any program", {"proxy protocol|proxy header|proxy_protocol|proxy-protocol|proxyprotocol|proxyproto|proxy v1 header|proxy v2 header|haproxy header", "not trusted|untrusted|not allowed|not permitted|not in the trusted|not in allow|not in the configured|is not in|denied|unauthorized|no trusted"}, receiver, not_trusted, trust_it, LogQuote::unread, "", "[emerg]|directive|x-forwarded|x-real-ip|authenti|authoriz"},
    {"receiver-closed", "a receiver of PROXY headers", "any program", {"proxy protocol|proxy header|proxy_protocol|proxy-protocol|proxyprotocol|proxyproto|proxy v1 header|proxy v2 header|haproxy header", "eof|closed|disconnected|reset by peer|hung up|end of stream", "wait|read|before|header|without"}, harmless, closed, nothing, LogQuote::unread, "", "[emerg]|directive|upstream|x-forwarded|x-real-ip|authenti|authoriz"},
    {"receiver-timeout", "a receiver of PROXY headers", "any program", {"proxy protocol|proxy header|proxy_protocol|proxy-protocol|proxyprotocol|proxyproto|proxy v1 header|proxy v2 header|haproxy header", "timeout|timed out|deadline"}, sender, too_late, send_one, LogQuote::unread, "", "[emerg]|directive|upstream|x-forwarded|x-real-ip|authenti|authoriz"},
    {"receiver-size", "a receiver of PROXY headers", "any program", {"proxy protocol|proxy header|proxy_protocol|proxy-protocol|proxyprotocol|proxyproto|proxy v1 header|proxy v2 header|haproxy header", "exceed|too large|too long|too big|oversized"}, unknown, "the header is longer than the receiver takes, or what came is no header and has no end", "send fewer or shorter TLVs, and the header in one write; or let the sender send a header, if it sends none", LogQuote::found, "", "[emerg]|directive|upstream|x-forwarded|authenti|authoriz"},
    {"receiver-no-header", "a receiver of PROXY headers", "any program", {"proxy protocol|proxy header|proxy_protocol|proxy-protocol|proxyprotocol|proxyproto|proxy v1 header|proxy v2 header|haproxy header", "invalid|malformed|missing|unrecogni|not recogni|cannot|could not|couldn't|can't|failed|no valid|not valid|incomplete|not found|mismatch|unexpected|expected|did not|does not|bad |wrong|unsupported|unknown|not present|without|error"}, sender, expected_it, send_one, LogQuote::found, "", "[emerg]|directive|x-forwarded|x-real-ip|authenti|authoriz|proxy header set|proxy url|upstream|parameter|option|\" 200|\" 304|\" 404|http/1.1 200"},
};
// clang-format on

static_assert(std::size(rows) < most_log_rows, "a bit for each row");

}  // namespace

std::span<const LogRow> log_rows() noexcept { return rows; }

}  // namespace pp::explain
