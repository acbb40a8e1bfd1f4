#include "pp/explain/fixes.hpp"

#include "pp/text/format.hpp"

namespace pp::explain {
namespace {

struct ProductFix {
  std::string_view product;
  std::string_view receive;  // turns receiving on; empty: it cannot read the header
  std::string_view trust;    // names the senders that may send one; empty: everyone may
};
// A row to a line.
// clang-format off
constexpr ProductFix products[] = {
    {"nginx", "nginx \"listen ... proxy_protocol\"", "\"set_real_ip_from\""},
    {"haproxy", "haproxy \"bind ... accept-proxy\"", "\"tcp-request connection expect-proxy layer4 if { src ... }\""},
    {"Apache", "Apache \"RemoteIPProxyProtocol On\" (mod_remoteip)", "\"RemoteIPInternalProxy\""},
    {"lighttpd", "lighttpd \"extforward.hap-PROXY = \"enable\"\" (mod_extforward)", "\"extforward.forwarder\""},
    {"Varnish", "Varnish \"-a ADDRESS:PORT,PROXY\"", ""},
    {"Squid", "Squid \"http_port ... require-proxy-header\"", "\"proxy_protocol_access allow\""},
    {"h2o", "h2o \"proxy-protocol: ON\" in listen", ""},
    {"Traffic Server", "Traffic Server \"proxy.config.http.server_ports: PORT:pp\"", "\"proxy.config.http.proxy_protocol_allowlist\""},
    {"Envoy", "Envoy's listener filter \"envoy.filters.listener.proxy_protocol\"", ""},
    {"Istio", "Istio's listener filter \"envoy.filters.listener.proxy_protocol\"", ""},
    {"Caddy", "Caddy \"listener_wrappers { proxy_protocol }\"", "\"allow\""},
    {"Jetty", "Jetty's module \"proxy-protocol\"", ""},
    {"gunicorn", "gunicorn \"--proxy-protocol\"", "\"--proxy-allow-from\""},
    {"Postfix", "Postfix \"smtpd_upstream_proxy_protocol = haproxy\" (or postscreen_...)", ""},
    {"Exim", "Exim \"hosts_proxy\"", "\"hosts_proxy\""},
    {"Dovecot", "Dovecot \"haproxy = yes\" in inet_listener", "\"haproxy_trusted_networks\""},
    {"MariaDB", "MariaDB \"proxy-protocol-networks\"", "\"proxy-protocol-networks\""},
    {"MySQL", "MariaDB or Percona \"proxy-protocol-networks\"; Oracle's MySQL cannot read the header", ""},
    {"RabbitMQ", "RabbitMQ \"proxy_protocol = true\"", ""},
    {"ProFTPD", "ProFTPD \"ProxyProtocol\" of mod_proxy_protocol", ""},
    {"OpenSSH", "", ""},
    {"dropbear", "", ""},
    {"PostgreSQL", "", ""},
    {"Redis", "", ""},
    {"memcached", "", ""},
    {"NATS", "", ""},
    {"OpenLDAP", "", ""},
    {"vsftpd", "", ""},
    {"Pure-FTPd", "", ""},
    {"an FTP server", "", ""},
    {"INN", "", ""},
    {"an IRC server", "", ""},
    {"uvicorn", "", ""},
};
// clang-format on

const ProductFix* row_of(std::string_view product) {
  for (const ProductFix& row : products) {
    if (row.product == product) return &row;
  }
  return nullptr;
}

std::string known(const ProductFix& row, const std::string& sender) {
  if (row.receive.empty()) {
    return text::format("turn the header off on the sender: {} cannot read one", row.product);
  }
  std::string out = text::format("on the receiver: {}", row.receive);
  if (!row.trust.empty() && row.receive.find(row.trust) == row.receive.npos) text::append(out, ", with {} in {}", sender, row.trust);
  if (!row.trust.empty() && row.receive.find(row.trust) != row.receive.npos) text::append(out, ", with {} in it", sender);
  return out + "; or turn the header off on the sender";
}

}  // namespace

std::string receiving_fix(std::string_view product, const std::string& sender) {
  if (const ProductFix* row = row_of(product); row != nullptr) return known(*row, sender);
  return text::format("on the receiver: {}, {}, and trust {}; or turn the header off on the sender", row_of("nginx")->receive,
                      row_of("haproxy")->receive, sender);
}

std::string mail_receiving_fix(std::string_view product, const std::string& sender) {
  if (const ProductFix* row = row_of(product); row != nullptr) return known(*row, sender);
  return text::format("on the receiver: {}, {}; or turn the header off on the sender", row_of("Postfix")->receive, row_of("Exim")->receive);
}

std::string trusting_fix(std::string_view product, const std::string& sender) {
  const ProductFix* row = row_of(product);
  if (row == nullptr || row->trust.empty()) return text::format("on the receiver: list {} among the trusted senders", sender);
  return text::format("on the receiver: add {} to {}'s {}", sender, row->product, row->trust);
}

std::string sending_fix() {
  return "on the sender: haproxy \"server ... send-proxy-v2\", nginx \"proxy_protocol on\"; or take the option off the receiver's port";
}

std::string datagram_sending_fix() {
  return "on the sender: dnsdist \"useProxyProtocol=true\", nginx stream \"proxy_protocol on\"; few receivers of datagrams read a header, "
         "and none of QUIC that is widely used";
}

}  // namespace pp::explain
