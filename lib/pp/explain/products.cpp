#include "pp/explain/products.hpp"

#include <iterator>

namespace pp::explain {
namespace {

// A row to a line. In quotation marks stands what is written into the product's configuration.
// clang-format off
constexpr Product rows[] = {
    // Web servers and proxies that read the header
    {"nginx", Group::web, "nginx \"listen ... proxy_protocol\"", "\"set_real_ip_from\"",
     "\"proxy_protocol on\" in stream and mail (version 1)", "1,024 bytes in http, 4,096 in stream and behind TLS; not in pieces",
     "nginx.org, ngx_http_core_module and ngx_stream_proxy_module; limits measured on 1.22"},
    {"haproxy", Group::web, "haproxy \"bind ... accept-proxy\"", "\"tcp-request connection expect-proxy layer4 if { src ... }\"",
     "\"server ... send-proxy-v2\", for checks \"check-send-proxy\"", "a buffer, 16,384 bytes; not in pieces",
     "haproxy configuration manual, 5.1 and 5.2; limits measured on 2.6"},
    {"Apache", Group::web, "Apache \"RemoteIPProxyProtocol On\" (mod_remoteip)", "",
     "", "232 bytes; it waits for a header from everyone but the hosts in \"RemoteIPProxyProtocolExceptions\"", "httpd.apache.org, mod_remoteip; limit measured on 2.4"},
    {"lighttpd", Group::web, "lighttpd \"extforward.hap-PROXY = \"enable\"\" (mod_extforward)", "\"extforward.forwarder\"",
     "", "256 bytes; not in pieces", "wiki of lighttpd, mod_extforward; limit measured on 1.4.69"},
    {"Varnish", Group::web, "Varnish \"-a ADDRESS:PORT,PROXY\"", "", "\".proxy_header = 2\" of a backend", "412 bytes with the default workspace_session",
     "varnishd(1) and vcl-backend(7); limit measured on 7.1"},
    {"hitch", Group::web, "hitch \"proxy-proxy = on\"", "", "\"write-proxy-v2 = on\"", "", "hitch.conf(5)"},
    {"Squid", Group::web, "Squid \"http_port ... require-proxy-header\"", "\"proxy_protocol_access allow\"", "", "", "squid-cache.org, http_port and proxy_protocol_access"},
    {"h2o", Group::web, "h2o \"proxy-protocol: ON\" in listen", "", "\"proxy.proxy-protocol: ON\"", "", "h2o.examp1e.net, base and proxy directives"},
    {"Traffic Server", Group::web, "Traffic Server \"proxy.config.http.server_ports: PORT:pp\"", "\"proxy.config.http.proxy_protocol_allowlist\"",
     "\"proxy.config.http.proxy_protocol_out\"", "109 bytes", "docs.trafficserver.apache.org, Proxy Protocol; limit read in the source of 9.2"},
    {"Envoy", Group::web, "Envoy's listener filter \"envoy.filters.listener.proxy_protocol\"", "", "transport socket \"envoy.transport_sockets.upstream_proxy_protocol\"", "",
     "envoyproxy.io, listener filters and upstream proxy protocol"},
    {"Caddy", Group::web, "Caddy \"listener_wrappers { proxy_protocol }\"", "\"allow\"", "\"proxy_protocol v2\" in transport http", "", "caddyserver.com, global options and reverse_proxy"},
    {"Traefik", Group::web, "Traefik \"entryPoints.NAME.proxyProtocol.trustedIPs\"", "\"entryPoints.NAME.proxyProtocol.trustedIPs\"", "\"proxyProtocol.version\" of a TCP service", "", "doc.traefik.io, EntryPoints and TCP services"},
    // Kubernetes
    {"ingress-nginx", Group::kubernetes, "ingress-nginx \"use-proxy-protocol: \"true\"\" in its ConfigMap", "\"proxy-real-ip-cidr\"", "", "", "kubernetes.github.io/ingress-nginx, ConfigMap"},
    {"HAProxy ingress", Group::kubernetes, "HAProxy ingress \"use-proxy-protocol: \"true\"\"", "", "\"proxy-protocol: v2\" on a Service", "", "haproxy-ingress.github.io, configuration keys"},
    {"Istio", Group::kubernetes, "Istio's listener filter \"envoy.filters.listener.proxy_protocol\"", "", "", "",
     "istio.io, Configuring Gateway Network Topology"},
    {"Contour", Group::kubernetes, "Contour \"contour serve --use-proxy-protocol\"", "", "", "", "projectcontour.io, PROXY protocol support"},
    {"Envoy Gateway", Group::kubernetes, "Envoy Gateway \"enableProxyProtocol: true\" in a ClientTrafficPolicy", "", "\"proxyProtocol\" in a BackendTrafficPolicy", "", "gateway.envoyproxy.io, API reference"},
    // Mail
    {"Postfix", Group::mail, "Postfix \"smtpd_upstream_proxy_protocol = haproxy\" (or postscreen_...)", "", "", "536 bytes; refuses UNKNOWN", "postconf(5); limit measured on 3.7"},
    {"Exim", Group::mail, "Exim \"hosts_proxy\"", "\"hosts_proxy\"", "", "232 bytes; the first 14 in one piece", "exim.org, chapter Proxies; limits measured on 4.96"},
    {"Dovecot", Group::mail, "Dovecot \"haproxy = yes\" in inet_listener", "\"haproxy_trusted_networks\"", "", "1,500 bytes", "doc.dovecot.org, HAProxy; limit read in the source"},
    {"Haraka", Group::mail, "Haraka's file \"haproxy_hosts\" (version 1 alone)", "\"haproxy_hosts\"", "", "", "haraka.github.io/core/HAProxy"},
    // Databases, queues, names
    {"MariaDB", Group::data, "MariaDB \"proxy-protocol-networks\"", "\"proxy-protocol-networks\"", "", "", "mariadb.com, Proxy Protocol Support"},
    {"MySQL", Group::data, "MariaDB or Percona \"proxy-protocol-networks\"; Oracle's MySQL cannot read the header", "", "", "", "docs.percona.com, PROXY protocol"},
    {"RabbitMQ", Group::data, "RabbitMQ \"proxy_protocol = true\"", "", "", "", "rabbitmq.com, Networking"},
    {"EMQX", Group::data, "EMQX \"listeners.tcp.NAME.proxy_protocol = true\"", "", "", "", "docs.emqx.com, listeners"},
    {"ActiveMQ Artemis", Group::data, "Artemis \"proxyProtocolEnabled=true\" on an acceptor", "", "", "", "activemq.apache.org, Artemis, Proxy Protocol"},
    {"HiveMQ", Group::data, "HiveMQ \"<proxy-protocol>true</proxy-protocol>\" in a listener; it takes connections without a header too", "", "", "", "docs.hivemq.com, PROXY protocol"},
    {"PowerDNS", Group::data, "PowerDNS \"proxy-protocol-from\"", "\"proxy-protocol-from\"", "", "", "doc.powerdns.com, settings"},
    {"dnsdist", Group::data, "dnsdist \"setProxyProtocolACL\"", "\"setProxyProtocolACL\"", "\"newServer({..., useProxyProtocol=true})\"", "512 bytes", "dnsdist.org, Proxy Protocol; limit measured on 1.7"},
    {"Unbound", Group::data, "Unbound \"proxy-protocol-port\"", "", "", "", "unbound.conf(5)"},
    {"Knot", Group::data, "Knot DNS \"proxy-allowlist\"", "\"proxy-allowlist\"", "", "", "knot-dns.cz, server section"},
    {"NATS", Group::data, "nats-server \"proxy_protocol: true\" (2.12 and newer; older ones cannot read one)", "", "", "", "docs.nats.io/reference/config/proxy_protocol"},
    {"OpenLDAP", Group::data, "OpenLDAP \"slapd -h pldap:///\" (2.5 and newer)", "", "", "", "ltb-project.org, HAProxy and the proxy protocol in OpenLDAP 2.5"},
    {"an IRC server", Group::data, "InspIRCd's module \"haproxy\", with hook=\"haproxy\" in a <bind> (version 2 alone)", "", "", "", "docs.inspircd.org, module haproxy"},
    // Libraries and application servers
    {"go-proxyproto", Group::library, "go-proxyproto \"&proxyproto.Listener{Listener: l}\"", "\"Policy\" function", "\"HeaderProxyFromAddrs(...).WriteTo(conn)\"", "4,096 bytes", "pkg.go.dev/github.com/pires/go-proxyproto; limit measured on 0.6"},
    {"Netty", Group::library, "Netty \"HAProxyMessageDecoder\" first in the pipeline", "", "\"HAProxyMessageEncoder\"", "", "netty.io, package haproxy"},
    {"Jetty", Group::library, "Jetty's module \"proxy-protocol\"", "", "\"ProxyProtocolClientConnectionFactory\"", "", "jetty.org, modules"},
    {"gunicorn", Group::library, "gunicorn \"--proxy-protocol\"", "\"--proxy-allow-from\"", "", "", "docs.gunicorn.org, settings"},
    {"ProFTPD", Group::library, "ProFTPD \"ProxyProtocol\" of mod_proxy_protocol", "", "", "", "github.com/Castaglia/proftpd-mod_proxy_protocol"},
    // Load balancers as a service: what makes them send
    {"AWS NLB", Group::cloud, "", "", "target group attribute \"proxy_protocol_v2.enabled\"; annotation \"service.beta.kubernetes.io/aws-load-balancer-proxy-protocol: \"*\"\"", "sends with the first payload of the client", "docs.aws.amazon.com, target group attributes"},
    {"Azure Private Link", Group::cloud, "", "", "\"enableProxyProtocol\" of the private link service", "its probes carry a header too", "learn.microsoft.com, Private Link service"},
    {"GCP Private Service Connect", Group::cloud, "", "", "\"enableProxyProtocol\" of the service attachment", "", "cloud.google.com, Publish services"},
    {"Cloudflare Spectrum", Group::cloud, "", "", "\"proxy_protocol: v1, v2 or simple\" of the application", "UDP: version 2 in the first datagram alone, or Simple Proxy Protocol in each", "developers.cloudflare.com, Spectrum"},
    {"DigitalOcean", Group::cloud, "", "", "annotation \"service.beta.kubernetes.io/do-loadbalancer-enable-proxy-protocol: \"true\"\"", "", "docs.digitalocean.com, Load Balancer annotations"},
    {"Hetzner", Group::cloud, "", "", "annotation \"load-balancer.hetzner.cloud/uses-proxyprotocol: \"true\"\"", "", "github.com/hetznercloud/hcloud-cloud-controller-manager, annotations"},
    {"OVH", Group::cloud, "", "", "annotation \"loadbalancer.openstack.org/proxy-protocol: \"true\"\"", "", "github.com/kubernetes/cloud-provider-openstack, Service annotations"},
    {"Scaleway", Group::cloud, "", "", "annotation \"service.beta.kubernetes.io/scw-loadbalancer-proxy-protocol-v2: \"true\"\"", "", "scaleway.com, Load Balancer annotations"},
    // Servers that cannot read one: the sender has to leave it off
    {"OpenSSH", Group::cannot, "", "", "", "", "sshd_config(5): no option for it"},
    {"dropbear", Group::cannot, "", "", "", "", "dropbear(8): no option for it"},
    {"PostgreSQL", Group::cannot, "", "", "", "", "postgresql.org, Connections and Authentication: no option for it"},
    {"Redis", Group::cannot, "", "", "", "", "redis.conf: no option for it"},
    {"memcached", Group::cannot, "", "", "", "", "memcached(1): no option for TCP"},
    {"mosquitto", Group::cannot, "", "", "", "", "mosquitto.conf(5) of 2.0: no option for it"},
    {"vsftpd", Group::cannot, "", "", "", "", "vsftpd.conf(5): no option for it"},
    {"Pure-FTPd", Group::cannot, "", "", "", "", "pure-ftpd(8): no option for it"},
    {"an FTP server", Group::cannot, "", "", "", "", "its control connection has no place for it"},
    {"INN", Group::cannot, "", "", "", "", "inn.conf(5): no option for it"},
    {"uvicorn", Group::cannot, "", "", "", "", "uvicorn.org, settings: no option for it"},
    {"Tomcat", Group::cannot, "", "", "", "", "tomcat.apache.org: its connectors have no option for it"},
    {"Node", Group::cannot, "", "", "", "", "nodejs.org, net: no option for it; a package or a proxy in front reads it"},
};
// clang-format on

}  // namespace

std::string_view name(Group group) noexcept {
  constexpr std::string_view names[] = {"web server or proxy", "Kubernetes", "mail server", "database, queue, directory or name server",
                                        "library or application server", "load balancer as a service", "cannot read a header"};
  static_assert(std::size(names) == group_count);
  return names[static_cast<std::size_t>(group)];
}

std::span<const Product> products() noexcept { return rows; }

const Product* find_product(std::string_view name) noexcept {
  for (const Product& row : rows) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

}  // namespace pp::explain
