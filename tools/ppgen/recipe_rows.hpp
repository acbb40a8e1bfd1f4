// Configurations with which receivers tell whom they believe. Each was run on Debian 12; ports are examples.
#pragma once

#include <array>
#include <string_view>

namespace pp::tool {

struct Recipe {
  std::string_view name;
  std::string_view text;  // files, commands, and how conform is called; {d} is a folder of its own
};

// clang-format off
inline constexpr std::array recipes = {
    Recipe{"haproxy", R"recipe(--- {d}/h.cfg
global
  maxconn 2000
defaults
  mode http
  timeout client 8s
  timeout connect 5s
  timeout server 8s
frontend f
  bind 127.0.0.1:19001 accept-proxy
  http-request return status 200 content-type text/plain lf-string "src=%[src] sport=%[src_port] dst=%[dst] dport=%[dst_port] mark=%[path]\n"
$ haproxy -db -f {d}/h.cfg
$ ppgen conform 19001 --app http
)recipe"},
    Recipe{"haproxy-tcp", R"recipe(--- {d}/h.cfg
global
  maxconn 2000
defaults
  mode tcp
  timeout client 8s
  timeout connect 5s
  timeout server 8s
listen f
  bind 127.0.0.1:19002 accept-proxy
  server s 127.0.0.1:19901 send-proxy
$ haproxy -db -f {d}/h.cfg
$ ppgen conform 19002 --app http --origin 19901
)recipe"},
    Recipe{"nginx-http", R"recipe(--- {d}/n.conf
daemon off; master_process off; user root; pid {d}/pid; error_log {d}/error.log;
events { worker_connections 1024; }
http { access_log off; client_body_temp_path {d}/b; proxy_temp_path {d}/p; fastcgi_temp_path {d}/f; uwsgi_temp_path {d}/u; scgi_temp_path {d}/s; client_header_timeout 8s;
 server { listen 127.0.0.1:19003 proxy_protocol backlog=1024; set_real_ip_from 127.0.0.1; real_ip_header proxy_protocol;
  location / { default_type text/plain; return 200 "src=$remote_addr sport=$remote_port dst=$proxy_protocol_server_addr dport=$proxy_protocol_server_port mark=$request_uri\n"; } } }
$ nginx -p {d} -e {d}/error.log -c {d}/n.conf
$ ppgen conform 19003 --app http
)recipe"},
    Recipe{"nginx-stream", R"recipe(--- {d}/n.conf
load_module /usr/lib/nginx/modules/ngx_stream_module.so;
daemon off; master_process off; user root; pid {d}/pid; error_log {d}/error.log;
events { worker_connections 1024; }
stream { server { listen 127.0.0.1:19004 proxy_protocol backlog=1024; proxy_protocol_timeout 8s; set_real_ip_from 127.0.0.1; proxy_pass 127.0.0.1:19902; proxy_protocol on; } }
$ nginx -p {d} -e {d}/error.log -c {d}/n.conf
$ ppgen conform 19004 --app http --origin 19902
)recipe"},
    Recipe{"apache", R"recipe(--- {d}/a.conf
ServerRoot {d}
LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
LoadModule remoteip_module /usr/lib/apache2/modules/mod_remoteip.so
LoadModule headers_module /usr/lib/apache2/modules/mod_headers.so
LoadModule reqtimeout_module /usr/lib/apache2/modules/mod_reqtimeout.so
User nobody
Group nogroup
ServerName localhost
PidFile {d}/pid
ErrorLog {d}/error
DocumentRoot {d}/www
DefaultRuntimeDir {d}
Mutex pthread
StartServers 1
ThreadsPerChild 25
Timeout 8
RequestReadTimeout header=8 body=8
Listen 127.0.0.1:19005
RemoteIPProxyProtocol On
RemoteIPHeader X-Nothing
Header always set X-PP "expr=src=%{REMOTE_ADDR} mark=%{REQUEST_URI}"
--- {d}/www/index.html
x
$ apache2 -X -f {d}/a.conf
$ ppgen conform 19005 --app http
)recipe"},
    Recipe{"lighttpd", R"recipe(--- {d}/l.conf
server.modules = ("mod_extforward", "mod_ssi", "mod_rewrite")
server.document-root = "{d}"
server.errorlog = "{d}/error"
server.bind = "127.0.0.1"
server.port = 19006
server.max-read-idle = 8
index-file.names = ("index.shtml")
ssi.extension = (".shtml")
url.rewrite-once = ("^/.*" => "/index.shtml")
extforward.hap-PROXY = "enable"
extforward.forwarder = ("127.0.0.1" => "trust")
--- {d}/index.shtml
src=<!--#echo var="REMOTE_ADDR" --> sport=<!--#echo var="REMOTE_PORT" --> mark=<!--#echo var="REQUEST_URI" -->
$ lighttpd -D -f {d}/l.conf
$ ppgen conform 19006 --app http
)recipe"},
    Recipe{"varnish", R"recipe(--- {d}/v.vcl
vcl 4.1;
import std;
backend none none;
sub vcl_recv { return (synth(200)); }
sub vcl_synth {
  set resp.body = "src=" + client.ip + " sport=" + std.port(client.ip) + " dst=" + server.ip + " dport=" + std.port(server.ip) + " mark=" + req.url + {"
"};
  return (deliver);
}
$ varnishd -F -j none -n {d}/w -f {d}/v.vcl -a 127.0.0.1:19007,PROXY -s malloc,16m -p thread_pools=1 -p timeout_idle=8
$ ppgen conform 19007 --app http
)recipe"},
    Recipe{"hitch", R"recipe(--- {d}/h.conf
frontend = "[127.0.0.1]:19008"
backend = "[127.0.0.1]:19903"
pem-file = "{d}/x.pem"
proxy-proxy = on
workers = 1
backlog = 512
user = "root"
$ openssl req -x509 -newkey rsa:2048 -nodes -keyout {d}/k -out {d}/c -days 9 -subj /CN=x 2>/dev/null; cat {d}/k {d}/c > {d}/x.pem
$ hitch --config={d}/h.conf
$ ppgen conform 19008 --app tls --origin 19903
)recipe"},
    Recipe{"squid", R"recipe(--- {d}/s.conf
http_port 127.0.0.1:19009 accel vhost require-proxy-header
cache_peer 127.0.0.1 parent 19999 0 originserver
acl pp src 127.0.0.1
proxy_protocol_access allow pp
acl all_m method GET
http_access deny all
deny_info ERR_PP all
error_directory {d}/err
cache_log {d}/cache.log
access_log none
pid_filename {d}/pid
coredump_dir {d}
cache_effective_user proxy
shutdown_lifetime 0 seconds
request_start_timeout 8 seconds
visible_hostname x
netdb_filename none
memory_cache_shared off
collapsed_forwarding off
cache_mem 8 MB
pipeline_prefetch 0
--- {d}/err/ERR_PP
src=%i mark=%U
$ cp -n /usr/share/squid/errors/templates/* {d}/err/ ; cp -n /usr/share/squid-langpack/templates/* {d}/err/ 2>/dev/null; chown -R proxy {d}
$ squid -N -d1 -f {d}/s.conf
$ ppgen conform 19009 --app http
)recipe"},
    Recipe{"postfix", R"recipe(--- {d}/main.cf
compatibility_level = 3.6
queue_directory = {d}/q
data_directory = {d}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
inet_protocols = all
myhostname = x.example
maillog_file = {d}/log
mynetworks =
smtpd_relay_restrictions = reject
smtpd_recipient_restrictions = reject
smtpd_reject_footer = \c src=$client_address sport=$client_port dst=$server_address dport=$server_port mark=$helo_name
smtpd_upstream_proxy_protocol = haproxy
smtpd_upstream_proxy_timeout = 5s
smtpd_timeout = 8s
smtpd_peername_lookup = no
smtpd_client_connection_count_limit = 0
smtpd_client_connection_rate_limit = 0
maillog_file_prefixes = {d}
alias_maps =
alias_database =
local_recipient_maps =
--- {d}/master.cf
127.0.0.1:19010 inet n - n - 60 smtpd
cleanup unix n - n - 0 cleanup
rewrite unix - - n - - trivial-rewrite
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
error unix - - n - - error
defer unix - - n - 0 bounce
bounce unix - - n - 0 bounce
qmgr unix n - n 300 1 qmgr
proxymap unix - - n - - proxymap
$ mkdir -p {d}/q {d}/data; chown postfix {d}/data; chown root {d}/q; postfix -c {d} check
$ /usr/lib/postfix/sbin/master -d -c {d}
$ ppgen conform 19010 --app smtp
)recipe"},
    Recipe{"exim", R"recipe(--- {d}/e.conf
primary_hostname = x.example
spool_directory = {d}/spool
log_file_path = {d}/spool/%slog
pid_file_path = {d}/pid
exim_user = nobody
exim_group = nogroup
daemon_smtp_ports = 19011
local_interfaces = <; 127.0.0.1
hosts_proxy = 127.0.0.1
smtp_enforce_sync = false
smtp_receive_timeout = 8s
host_lookup =
rfc1413_query_timeout = 0s
smtp_accept_max = 200
acl_smtp_helo = h
acl_smtp_rcpt = r
begin acl
h:
 accept
r:
 deny message = src=$sender_host_address sport=$sender_host_port mark=$sender_helo_name
begin routers
begin transports
begin retry
begin rewrite
begin authenticators
$ mkdir -p {d}/spool; chown -R nobody:nogroup {d}/spool; touch /etc/mailname
$ /usr/sbin/exim4 -bdf -q24h -C {d}/e.conf
$ ppgen conform 19011 --app smtp
)recipe"},
    Recipe{"dovecot", R"recipe(--- {d}/d.conf
protocols = imap
base_dir = {d}/run
log_path = {d}/log
auth_verbose = yes
ssl = no
disable_plaintext_auth = no
default_internal_user = dovecot
default_login_user = dovenull
haproxy_trusted_networks = 127.0.0.1
haproxy_timeout = 8s
login_log_format_elements = pp src=%r sport=%b dst=%l dport=%a mark=%{orig_user}
mail_location = maildir:/tmp/m/%u
auth_failure_delay = 0
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service imap-login {
  inet_listener imap {
    address = 127.0.0.1
    port = 19012
    haproxy = yes
  }
  inet_listener imaps {
    port = 0
  }
  service_count = 0
  client_limit = 500
}
passdb {
  driver = static
  args = password=right
}
userdb {
  driver = static
  args = uid=65534 gid=65534 home=/tmp/m
}
$ dovecot -F -c {d}/d.conf
$ ppgen conform 19012 --app imap --log {d}/log
)recipe"},
    Recipe{"dnsdist", R"recipe(--- {d}/d.lua
setLocal("127.0.0.1:19013")
setACL({"0.0.0.0/0","::/0"})
setProxyProtocolACL({"127.0.0.1/32"})
newServer({address="127.0.0.1:19999",healthCheckMode="up"})
setTCPRecvTimeout(8)
setMaxTCPConnectionDuration(20)
addAction(AllRule(), LuaAction(function(dq)
  local s="src="..dq.remoteaddr:toString().." sport="..dq.remoteaddr:getPort().." dst="..dq.localaddr:toString().." mark="..dq.qname:toString()
  return DNSAction.SpoofRaw, string.char(#s)..s
end))
$ dnsdist --supervised -C {d}/d.lua -u root -g root
$ ppgen conform 19013 --app dns
)recipe"},
    Recipe{"pdns-recursor", R"recipe(--- {d}/r.conf
local-address=127.0.0.1
local-port=19014
config-dir={d}
socket-dir={d}
daemon=no
proxy-protocol-from=127.0.0.1
allow-from=0.0.0.0/0, ::/0
lua-dns-script={d}/s.lua
security-poll-suffix=
client-tcp-timeout=8
max-tcp-clients=256
loglevel=3
threads=1
--- {d}/s.lua
function preresolve(dq)
  dq:addAnswer(pdns.TXT, '"src='..dq.remoteaddr:toString()..' sport='..dq.remoteaddr:getPort()..' dst='..dq.localaddr:toString()..' mark='..dq.qname:toString()..'"', 0)
  return true
end
$ cp {d}/r.conf {d}/recursor.conf
$ pdns_recursor --config-dir={d} --config-name=
$ ppgen conform 19014 --app dns
)recipe"},
    Recipe{"pdns-auth", R"recipe(--- {d}/pdns.conf
local-address=127.0.0.1
local-port=19015
config-dir={d}
socket-dir={d}
daemon=no
guardian=no
launch=bind
bind-config={d}/named.conf
proxy-protocol-from=127.0.0.1
enable-lua-records=yes
max-tcp-connections=200
max-tcp-connections-per-client=0
security-poll-suffix=
cache-ttl=0
query-cache-ttl=0
negquery-cache-ttl=0
tcp-idle-timeout=8
--- {d}/named.conf
zone "test" { type master; file "{d}/z"; };
--- {d}/z
$TTL 0
@ IN SOA a. b. 1 1 1 1 1
@ IN NS ns.test.
ns IN A 127.0.0.1
* IN LUA TXT ";return 'src='..who:toString()..' mark='..qname:toString()"
$ pdns_server --config-dir={d}
$ ppgen conform 19015 --app dns
)recipe"},
    Recipe{"syslog-ng", R"recipe(--- {d}/s.conf
@version: 3.38
options { keep-hostname(yes); stats-freq(0); use-dns(no); };
source s { network(ip("127.0.0.1") port(19016) transport("proxied-tcp") flags(no-parse) max-connections(300)); };
destination d { file("{d}/out" template("src=${PROXIED_SRCIP} sport=${PROXIED_SRCPORT} dst=${PROXIED_DSTIP} dport=${PROXIED_DSTPORT} real=${SOURCEIP} $MSG\n") create-dirs(yes) flush-lines(1)); };
log { source(s); destination(d); };
$ syslog-ng -F --no-caps -f {d}/s.conf -R {d}/persist -c {d}/ctl -p {d}/pid
$ ppgen conform 19016 --app line --log {d}/out
)recipe"},
    Recipe{"aiosmtpd", R"recipe(--- {d}/s.py
import asyncio
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP
class H:
    async def handle_PROXY(self,server,session,envelope,pd): return True
    async def handle_RCPT(self,server,session,envelope,address,opts):
        pd=session.proxy_data
        return '550 src=%s sport=%s dst=%s dport=%s mark=%s'%(pd.src_addr,pd.src_port,pd.dst_addr,pd.dst_port,session.host_name)
async def main():
    loop=asyncio.get_running_loop()
    s=await loop.create_server(lambda: SMTP(H(),proxy_protocol_timeout=8,hostname='x'),'127.0.0.1',19017,backlog=512)
    await s.serve_forever()
asyncio.run(main())
$ python3 {d}/s.py
$ ppgen conform 19017 --app smtp
)recipe"},
    Recipe{"twisted", R"recipe(--- {d}/s.py
from twisted.internet import reactor,protocol,endpoints
from twisted.web import server,resource
class R(resource.Resource):
    isLeaf=True
    def render(self,req):
        a=req.transport.getPeer(); h=req.transport.getHost()
        return ('src=%s sport=%s dst=%s dport=%s mark=%s\n'%(getattr(a,'host','-'),getattr(a,'port','-'),getattr(h,'host','-'),getattr(h,'port','-'),req.uri.decode('latin1'))).encode()
endpoints.serverFromString(reactor,'haproxy:tcp:19018:interface=127.0.0.1:backlog=512').listen(server.Site(R(),timeout=8))
reactor.run()
$ python3 {d}/s.py
$ ppgen conform 19018 --app http
)recipe"},
    Recipe{"gunicorn", R"recipe(--- {d}/app.py
def app(env,start):
    b=('src=%s sport=%s mark=%s\n'%(env.get('REMOTE_ADDR'),env.get('REMOTE_PORT'),env.get('RAW_URI'))).encode()
    start('200 OK',[('Content-Length',str(len(b)))]); return [b]
$ gunicorn --proxy-protocol --proxy-allow-from "*" -b 127.0.0.1:19019 -k gthread --threads 16 -t 8 --chdir {d} app:app
$ ppgen conform 19019 --app http
)recipe"},
    Recipe{"uwsgi", R"recipe(--- {d}/app.py
def application(env,start):
    b=('src=%s sport=%s mark=%s\n'%(env.get('REMOTE_ADDR'),env.get('REMOTE_PORT'),env.get('REQUEST_URI'))).encode()
    start('200 OK',[('Content-Length',str(len(b)))]); return [b]
$ uwsgi --plugin python3 --http-socket 127.0.0.1:19020 --enable-proxy-protocol --wsgi-file {d}/app.py --disable-logging --threads 8 --socket-timeout 8 -l 100
$ ppgen conform 19020 --app http
)recipe"},
    Recipe{"trafficserver", R"recipe(--- {d}/etc/records.config
CONFIG proxy.config.http.server_ports STRING 19030:pp:ip-in=127.0.0.1
CONFIG proxy.config.url_remap.remap_required INT 1
CONFIG proxy.config.http.insert_squid_x_forwarded_for INT 1
CONFIG proxy.config.http.proxy_protocol_allowlist STRING 127.0.0.1
CONFIG proxy.config.admin.user_id STRING trafficserver
CONFIG proxy.config.http.cache.http INT 0
CONFIG proxy.config.http.transaction_no_activity_timeout_in INT 8
CONFIG proxy.config.http.keep_alive_no_activity_timeout_in INT 8
CONFIG proxy.config.net.default_inactivity_timeout INT 8
CONFIG proxy.config.diags.debug.enabled INT 0
CONFIG proxy.config.exec_thread.autoconfig INT 0
CONFIG proxy.config.exec_thread.limit INT 1
CONFIG proxy.config.plugin.plugin_dir STRING /usr/lib/trafficserver/modules
--- {d}/etc/remap.config
map / http://127.0.0.1:19904/ @plugin=header_rewrite.so @pparam={d}/etc/h.conf
--- {d}/etc/h.conf
cond %{SEND_REQUEST_HDR_HOOK}
  set-header X-PP %{CLIENT-IP}
--- {d}/etc/ip_allow.yaml
ip_allow:
  - apply: in
    ip_addrs: 0/0
    action: allow
    methods: ALL
  - apply: in
    ip_addrs: ::/0
    action: allow
    methods: ALL
--- {d}/etc/storage.config
{d}/cache 16M
$ mkdir -p {d}/cache {d}/var/log/trafficserver {d}/var/run/trafficserver /var/run/trafficserver /var/log/trafficserver; chmod -R 777 {d} ; chown -R trafficserver {d}
$ traffic_server --bind_stdout {d}/o --bind_stderr {d}/e
$ ppgen conform 19030 --app http --origin 19904
)recipe"},
    Recipe{"h2o", R"recipe(--- {d}/h.conf
listen:
  host: 127.0.0.1
  port: 19031
  proxy-protocol: ON
user: root
handshake-timeout: 8
http1-request-timeout: 8
pid-file: {d}/pid
error-log: {d}/error
num-threads: 1
hosts:
  default:
    paths:
      "/":
        proxy.reverse.url: "http://127.0.0.1:19905/"
        proxy.preserve-host: OFF
$ h2o -c {d}/h.conf
$ ppgen conform 19031 --app http --origin 19905
)recipe"},
    Recipe{"nghttpx", R"recipe($ nghttpx --conf=/dev/null -f "127.0.0.1,19032;no-tls;proxyproto" -b 127.0.0.1,19906 --add-x-forwarded-for --strip-incoming-x-forwarded-for --workers=1 --frontend-read-timeout=8 --no-ocsp --errorlog-file={d}/err --pid-file={d}/pid
$ ppgen conform 19032 --app http --origin 19906
)recipe"},
    Recipe{"mariadb", R"recipe(--- {d}/my.cnf
[mysqld]
datadir={d}/data
socket={d}/s
port=19033
bind-address=127.0.0.1
proxy-protocol-networks=127.0.0.1
skip-name-resolve
pid-file={d}/pid
user=mysql
connect_timeout=8
max_connect_errors=1000000
max_connections=300
init-file={d}/init.sql
--- {d}/init.sql
CREATE USER IF NOT EXISTS ''@'%' IDENTIFIED BY 'zz';
$ chown mysql {d}; test -d {d}/data || mariadb-install-db --no-defaults --datadir={d}/data --user=mysql --skip-test-db >/dev/null 2>&1
$ mariadbd --defaults-file={d}/my.cnf
$ ppgen conform 19033 --app mysql
)recipe"},
    Recipe{"knot-udp", R"recipe(--- {d}/k.conf
server:
    rundir: "{d}"
    listen: 127.0.0.1@19034
    proxy-allowlist: 127.0.0.1
    user: root
    tcp-io-timeout: 8000
database:
    storage: {d}
template:
  - id: default
    storage: {d}
zone:
  - domain: test
    file: z
    module: mod-whoami
--- {d}/z
test. 0 SOA a. b. 1 1 1 1 0
test. 0 NS ns.test.
ns.test. 0 A 127.0.0.1
$ knotd -c {d}/k.conf
$ ppgen conform 19034 --app dns --udp
)recipe"},
    Recipe{"unbound", R"recipe(--- {d}/u.conf
server:
  interface: 127.0.0.1@19035
  proxy-protocol-port: 19035
  do-daemonize: no
  chroot: ""
  username: ""
  directory: "{d}"
  pidfile: "{d}/pid"
  use-syslog: no
  logfile: "{d}/log"
  access-control: 0.0.0.0/0 allow
  access-control: ::0/0 allow
  tcp-idle-timeout: 8000
  incoming-num-tcp: 100
  access-control-view: 192.0.2.10/32 ann
  access-control-view: 2001:db8::10/128 ann6
  access-control-view: 127.0.0.1/32 real
  access-control-view: 0.0.0.0/0 other
  access-control-view: ::0/0 other
  local-zone: "test." static
view:
  name: "ann"
  local-zone: "test." redirect
  local-data: 'test. 0 TXT "src=192.0.2.10"'
view:
  name: "ann6"
  local-zone: "test." redirect
  local-data: 'test. 0 TXT "src=2001:db8::10"'
view:
  name: "real"
  local-zone: "test." redirect
  local-data: 'test. 0 TXT "src=127.0.0.1"'
view:
  name: "other"
  local-zone: "test." redirect
  local-data: 'test. 0 TXT "src=other"'
remote-control:
  control-enable: no
$ unbound -d -c {d}/u.conf
$ ppgen conform 19035 --app dns
)recipe"},
    Recipe{"kamailio", R"recipe(--- {d}/k.cfg
#!KAMAILIO
debug=0
log_stderror=yes
fork=yes
children=1
tcp_children=2
listen=tcp:127.0.0.1:19036
disable_tcp=no
auto_aliases=no
tcp_accept_haproxy=yes
tcp_connection_lifetime=15
tcp_max_connections=600
loadmodule "sl.so"
request_route { force_rport(); sl_send_reply("200","OK"); exit; }
$ kamailio -DD -E -f {d}/k.cfg -m 32 -M 8 -Y {d} -P {d}/pid
$ ppgen conform 19036 --app sip
)recipe"},
    Recipe{"coturn", R"recipe($ turnserver -n --listening-port 19038 --tcp-proxy-port 19037 -L 127.0.0.1 --no-cli --no-auth --no-tls --no-dtls --allow-loopback-peers --pidfile {d}/pid -l stdout --simple-log
$ ppgen conform 19037 --app stun
)recipe"},
    Recipe{"inspircd", R"recipe(--- {d}/i.conf
<server name="x.example" description="x" network="x">
<admin name="a" nick="a" email="a@x.example">
<module name="haproxy">
<bind address="127.0.0.1" port="19039" type="clients" hook="haproxy">
<connect name="m" allow="*" timeout="8" hardsendq="1M" softsendq="8192" recvq="64K" localmax="9999" globalmax="9999" maxconnwarn="no" resolvehostnames="no" useident="no" limit="5000" fakelag="no" threshold="500" commandrate="100000" pingfreq="60">
<dns server="127.0.0.1" timeout="1">
<cidr ipv4clone="32" ipv6clone="128">
<performance softlimit="12800" somaxconn="512" quietbursts="yes">
<options syntaxhints="no" defaultmodes="" splitwhois="no">
<files motd="{d}/motd">
<execfiles>
<path configdir="{d}" datadir="{d}" logdir="{d}" runtimedir="{d}">
<log method="file" type="*" level="default" target="{d}/log">
<class name="x" commands="x" privs="x" usermodes="*" chanmodes="*">
--- {d}/motd
x
$ inspircd --nofork --nopid --runasroot --config {d}/i.conf
$ ppgen conform 19039 --app irc
)recipe"},
    Recipe{"puma", R"recipe(--- {d}/c.rb
bind "tcp://127.0.0.1:19044"
threads 16,16
set_remote_address proxy_protocol: :v1
persistent_timeout 8
first_data_timeout 8
app do |env|
  [200, {"Content-Type"=>"text/plain"}, ["src=#{env["REMOTE_ADDR"]} mark=#{env["REQUEST_PATH"]}\n"]]
end
$ puma -C {d}/c.rb
$ ppgen conform 19044 --app http
)recipe"},
};
// clang-format on

}  // namespace pp::tool
