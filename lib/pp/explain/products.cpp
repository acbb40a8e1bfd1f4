#include "pp/explain/products.hpp"

#include <iterator>

namespace pp::explain {
namespace {

// A row to a line. In quotation marks stands what is written into the product's configuration.
// clang-format off
constexpr Product rows[] = {
    // Web servers and proxies that read the header
    {"nginx", Group::web, "nginx \"listen ... proxy_protocol\"", "\"set_real_ip_from\"",
     "\"proxy_protocol on\" in stream and mail (version 1)", 1024, "4,096 in stream and behind TLS; not in pieces",
     "nginx.org, ngx_http_core_module and ngx_stream_proxy_module; limits measured on 1.22"},
    {"haproxy", Group::web, "haproxy \"bind ... accept-proxy\"", "\"tcp-request connection expect-proxy layer4 if { src ... }\"",
     "\"server ... send-proxy-v2\", for checks \"check-send-proxy\"", 16384, "not in pieces",
     "haproxy configuration manual, 5.1 and 5.2; limits measured on 2.6"},
    {"Apache", Group::web, "Apache \"RemoteIPProxyProtocol On\" (mod_remoteip)", "",
     "", 232, "it waits for a header from everyone but the hosts in \"RemoteIPProxyProtocolExceptions\"", "httpd.apache.org, mod_remoteip; limit measured on 2.4"},
    {"lighttpd", Group::web, "lighttpd \"extforward.hap-PROXY = \"enable\"\" (mod_extforward)", "\"extforward.forwarder\"",
     "", 256, "not in pieces", "wiki of lighttpd, mod_extforward; limit measured on 1.4.69"},
    {"Varnish", Group::web, "Varnish \"-a ADDRESS:PORT,PROXY\"", "", "\".proxy_header = 2\" of a backend", 412, "with the default workspace_session",
     "varnishd(1) and vcl-backend(7); limit measured on 7.1"},
    {"hitch", Group::web, "hitch \"proxy-proxy = on\"", "", "\"write-proxy-v2 = on\"", 0, "", "hitch.conf(5)"},
    {"Squid", Group::web, "Squid \"http_port ... require-proxy-header\"", "\"proxy_protocol_access allow\"", "", 0, "", "squid-cache.org, http_port and proxy_protocol_access"},
    {"h2o", Group::web, "h2o \"proxy-protocol: ON\" in listen", "", "\"proxy.proxy-protocol: ON\"", 0, "", "h2o.examp1e.net, base and proxy directives"},
    {"Traffic Server", Group::web, "Traffic Server \"proxy.config.http.server_ports: PORT:pp\"", "\"proxy.config.http.proxy_protocol_allowlist\"",
     "\"proxy.config.http.proxy_protocol_out\"", 109, "", "docs.trafficserver.apache.org, Proxy Protocol; limit read in the source of 9.2"},
    {"Envoy", Group::web, "Envoy's listener filter \"envoy.filters.listener.proxy_protocol\"", "", "transport socket \"envoy.transport_sockets.upstream_proxy_protocol\"", 0, "",
     "envoyproxy.io, listener filters and upstream proxy protocol"},
    {"Caddy", Group::web, "Caddy \"listener_wrappers { proxy_protocol }\"", "\"allow\"", "\"proxy_protocol v2\" in transport http", 0, "", "caddyserver.com, global options and reverse_proxy"},
    {"Traefik", Group::web, "Traefik \"entryPoints.NAME.proxyProtocol.trustedIPs\"", "\"entryPoints.NAME.proxyProtocol.trustedIPs\"", "\"proxyProtocol.version\" of a TCP service", 0, "", "doc.traefik.io, EntryPoints and TCP services"},
    // Kubernetes
    {"ingress-nginx", Group::kubernetes, "ingress-nginx \"use-proxy-protocol: \"true\"\" in its ConfigMap", "\"proxy-real-ip-cidr\"", "", 0, "", "kubernetes.github.io/ingress-nginx, ConfigMap"},
    {"HAProxy ingress", Group::kubernetes, "HAProxy ingress \"use-proxy-protocol: \"true\"\"", "", "\"proxy-protocol: v2\" on a Service", 0, "", "haproxy-ingress.github.io, configuration keys"},
    {"Istio", Group::kubernetes, "Istio's listener filter \"envoy.filters.listener.proxy_protocol\"", "", "", 0, "",
     "istio.io, Configuring Gateway Network Topology"},
    {"Contour", Group::kubernetes, "Contour \"contour serve --use-proxy-protocol\"", "", "", 0, "", "projectcontour.io, PROXY protocol support"},
    {"Envoy Gateway", Group::kubernetes, "Envoy Gateway \"enableProxyProtocol: true\" in a ClientTrafficPolicy", "", "\"proxyProtocol\" in a BackendTrafficPolicy", 0, "", "gateway.envoyproxy.io, API reference"},
    // Mail
    {"Postfix", Group::mail, "Postfix \"smtpd_upstream_proxy_protocol = haproxy\" (or postscreen_...)", "", "", 536, "refuses UNKNOWN", "postconf(5); limit measured on 3.7"},
    {"Exim", Group::mail, "Exim \"hosts_proxy\"", "\"hosts_proxy\"", "", 232, "the first 14 in one piece", "exim.org, chapter Proxies; limits measured on 4.96"},
    {"Dovecot", Group::mail, "Dovecot \"haproxy = yes\" in inet_listener", "\"haproxy_trusted_networks\"", "", 1500, "", "doc.dovecot.org, HAProxy; limit read in the source"},
    {"Haraka", Group::mail, "Haraka's file \"haproxy_hosts\" (version 1 alone)", "\"haproxy_hosts\"", "", 0, "", "haraka.github.io/core/HAProxy"},
    // Databases, queues, names
    {"MariaDB", Group::data, "MariaDB \"proxy-protocol-networks\"", "\"proxy-protocol-networks\"", "", 0, "", "mariadb.com, Proxy Protocol Support"},
    {"MySQL", Group::data, "MariaDB or Percona \"proxy-protocol-networks\"; Oracle's MySQL cannot read the header", "", "", 0, "", "docs.percona.com, PROXY protocol"},
    {"RabbitMQ", Group::data, "RabbitMQ \"proxy_protocol = true\"", "", "", 0, "", "rabbitmq.com, Networking"},
    {"EMQX", Group::data, "EMQX \"listeners.tcp.NAME.proxy_protocol = true\"", "", "", 0, "", "docs.emqx.com, listeners"},
    {"ActiveMQ Artemis", Group::data, "Artemis \"proxyProtocolEnabled=true\" on an acceptor", "", "", 0, "", "activemq.apache.org, Artemis, Proxy Protocol"},
    {"HiveMQ", Group::data, "HiveMQ \"<proxy-protocol>true</proxy-protocol>\" in a listener; it takes connections without a header too", "", "", 0, "", "docs.hivemq.com, PROXY protocol"},
    {"PowerDNS", Group::data, "PowerDNS \"proxy-protocol-from\"", "\"proxy-protocol-from\"", "", 0, "", "doc.powerdns.com, settings"},
    {"dnsdist", Group::data, "dnsdist \"setProxyProtocolACL\"", "\"setProxyProtocolACL\"", "\"newServer({..., useProxyProtocol=true})\"", 512, "", "dnsdist.org, Proxy Protocol; limit measured on 1.7"},
    {"Unbound", Group::data, "Unbound \"proxy-protocol-port\"", "", "", 0, "", "unbound.conf(5)"},
    {"Knot", Group::data, "Knot DNS \"proxy-allowlist\"", "\"proxy-allowlist\"", "", 0, "", "knot-dns.cz, server section"},
    {"rsync", Group::data, "rsync \"proxy protocol = true\" in rsyncd.conf", "", "", 0, "", "rsyncd.conf(5)"},
    {"an XMPP server", Group::data, "ejabberd \"use_proxy_protocol: true\" in listen, Prosody's mod_net_proxy", "", "", 0, "", "docs.ejabberd.im, Listen Options; modules.prosody.im, mod_net_proxy"},
    {"NATS", Group::data, "nats-server \"proxy_protocol: true\" (2.12 and newer; older ones cannot read one)", "", "", 0, "", "docs.nats.io/reference/config/proxy_protocol"},
    {"OpenLDAP", Group::data, "OpenLDAP \"slapd -h pldap:///\" (2.5 and newer)", "", "", 0, "", "ltb-project.org, HAProxy and the proxy protocol in OpenLDAP 2.5"},
    {"an IRC server", Group::data, "InspIRCd's module \"haproxy\", with hook=\"haproxy\" in a <bind> (version 2 alone)", "", "", 0, "", "docs.inspircd.org, module haproxy"},
    // Libraries and application servers
    {"go-proxyproto", Group::library, "go-proxyproto \"&proxyproto.Listener{Listener: l}\"", "\"Policy\" function", "\"HeaderProxyFromAddrs(...).WriteTo(conn)\"", 4096, "", "pkg.go.dev/github.com/pires/go-proxyproto; limit measured on 0.6"},
    {"Netty", Group::library, "Netty \"HAProxyMessageDecoder\" first in the pipeline", "", "\"HAProxyMessageEncoder\"", 0, "", "netty.io, package haproxy"},
    {"Jetty", Group::library, "Jetty's module \"proxy-protocol\"", "", "\"ProxyProtocolClientConnectionFactory\"", 0, "", "jetty.org, modules"},
    {"gunicorn", Group::library, "gunicorn \"--proxy-protocol\"", "\"--proxy-allow-from\"", "", 0, "", "docs.gunicorn.org, settings"},
    {"ProFTPD", Group::library, "ProFTPD \"ProxyProtocol\" of mod_proxy_protocol", "", "", 0, "", "github.com/Castaglia/proftpd-mod_proxy_protocol"},
    // Load balancers as a service: what makes them send
    {"AWS NLB", Group::cloud, "", "", "target group attribute \"proxy_protocol_v2.enabled\"; annotation \"service.beta.kubernetes.io/aws-load-balancer-proxy-protocol: \"*\"\"", 0, "sends with the first payload of the client", "docs.aws.amazon.com, target group attributes"},
    {"Azure Private Link", Group::cloud, "", "", "\"enableProxyProtocol\" of the private link service", 0, "its probes carry a header too", "learn.microsoft.com, Private Link service"},
    {"GCP Private Service Connect", Group::cloud, "", "", "\"enableProxyProtocol\" of the service attachment", 0, "", "cloud.google.com, Publish services"},
    {"Cloudflare Spectrum", Group::cloud, "", "", "\"proxy_protocol: v1, v2 or simple\" of the application", 0, "UDP: version 2 in the first datagram alone, or Simple Proxy Protocol in each", "developers.cloudflare.com, Spectrum"},
    {"DigitalOcean", Group::cloud, "", "", "annotation \"service.beta.kubernetes.io/do-loadbalancer-enable-proxy-protocol: \"true\"\"", 0, "", "docs.digitalocean.com, Load Balancer annotations"},
    {"Hetzner", Group::cloud, "", "", "annotation \"load-balancer.hetzner.cloud/uses-proxyprotocol: \"true\"\"", 0, "", "github.com/hetznercloud/hcloud-cloud-controller-manager, annotations"},
    {"OVH", Group::cloud, "", "", "annotation \"loadbalancer.openstack.org/proxy-protocol: \"true\"\"", 0, "", "github.com/kubernetes/cloud-provider-openstack, Service annotations"},
    {"Scaleway", Group::cloud, "", "", "annotation \"service.beta.kubernetes.io/scw-loadbalancer-proxy-protocol-v2: \"true\"\"", 0, "", "scaleway.com, Load Balancer annotations"},
    // Servers that cannot read one: the sender has to leave it off
    {"OpenSSH", Group::cannot, "", "", "", 0, "", "sshd_config(5): no option for it"},
    {"dropbear", Group::cannot, "", "", "", 0, "", "dropbear(8): no option for it"},
    {"PostgreSQL", Group::cannot, "", "", "", 0, "", "postgresql.org, Connections and Authentication: no option for it"},
    {"MPD", Group::cannot, "", "", "", 0, "", "mpd.conf(5): no option for it"},
    {"beanstalkd", Group::cannot, "", "", "", 0, "", "beanstalkd(1): no option for it"},
    {"Redis", Group::cannot, "", "", "", 0, "", "redis.conf: no option for it"},
    {"memcached", Group::cannot, "", "", "", 0, "", "memcached(1): no option for TCP"},
    {"mosquitto", Group::cannot, "", "", "", 0, "", "mosquitto.conf(5) of 2.0: no option for it"},
    {"vsftpd", Group::cannot, "", "", "", 0, "", "vsftpd.conf(5): no option for it"},
    {"Pure-FTPd", Group::cannot, "", "", "", 0, "", "pure-ftpd(8): no option for it"},
    {"an FTP server", Group::cannot, "", "", "", 0, "", "its control connection has no place for it"},
    {"INN", Group::cannot, "", "", "", 0, "", "inn.conf(5): no option for it"},
    {"uvicorn", Group::cannot, "", "", "", 0, "", "uvicorn.org, settings: no option for it"},
    {"Tomcat", Group::cannot, "", "", "", 0, "", "tomcat.apache.org: its connectors have no option for it"},
    {"Node", Group::cannot, "", "", "", 0, "", "nodejs.org, net: no option for it; a package or a proxy in front reads it"},
};
// clang-format on

}  // namespace

std::string_view name(Group group) noexcept {
  constexpr std::string_view names[] = {"web server or proxy",
                                        "Kubernetes",
                                        "mail server",
                                        "database, queue, directory or name server",
                                        "library or application server",
                                        "load balancer as a service",
                                        "cannot read a header"};
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
