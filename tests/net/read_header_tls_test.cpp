// TLS begins right after the header on the same descriptor: header and ClientHello arrive together, and the handshake
// sees all of the second and none of the first. Python's ssl module plays both ends of TLS.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "connection.hpp"
#include "pp/base/hex.hpp"
#include "pp/net/read_header.hpp"

namespace {
using namespace pp;
using namespace pp::test;

constexpr const char* client_script = R"(
import socket, ssl, sys
tcp = socket.socket(fileno=int(sys.argv[1]))
tcp.settimeout(60)
context = ssl.create_default_context(cafile=sys.argv[2] + "/cert.pem")
incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
tls = context.wrap_bio(incoming, outgoing, server_hostname="example.test")
header = bytes.fromhex(sys.argv[3])
def step(call):
    global header
    while True:
        try:
            result = call()
        except ssl.SSLWantReadError:
            result = None
        # One send for the header and the ClientHello behind it.
        tcp.sendall(header + outgoing.read())
        header = b""
        if result is not None:
            return result
        data = tcp.recv(65536)
        assert data, "the server closed"
        incoming.write(data)
step(lambda: tls.do_handshake() or True)
step(lambda: tls.write(b"ping"))
assert step(lambda: tls.read(4)) == b"pong"
)";

constexpr const char* server_script = R"(
import socket, ssl, sys
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[2] + "/cert.pem", sys.argv[2] + "/key.pem")
tcp = socket.socket(fileno=int(sys.argv[1]))
tcp.settimeout(60)
tls = context.wrap_socket(tcp, server_side=True)
assert tls.recv(4) == b"ping"
tls.sendall(b"pong")
tls.recv(1)
)";

pid_t run_python(const char* script, int fd, const std::string& directory, const std::string& header) {
  const std::string number = std::to_string(fd);
  const pid_t child = ::fork();
  if (child == 0) {
    ::fcntl(fd, F_SETFD, 0);
    ::execlp("python3", "python3", "-c", script, number.c_str(), directory.c_str(), header.c_str(), nullptr);
    ::_exit(127);
  }
  return child;
}

int exit_status(pid_t child) {
  int status = -1;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/// A self-signed certificate for example.test; false when openssl or python3 is not installed.
bool prepare(const std::string& directory) {
  const std::string make_certificate =
      "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=example.test "
      "-addext subjectAltName=DNS:example.test -keyout '" +
      directory + "/key.pem' -out '" + directory + "/cert.pem' 2>/dev/null";
  return std::system("python3 -c 'import ssl' 2>/dev/null") == 0 && std::system(make_certificate.c_str()) == 0;
}

TEST(ReadHeaderTls, HandshakeFollowsOnTheSameDescriptor) {
  char name[] = "/tmp/read_header_tls.XXXXXX";
  ASSERT_NE(::mkdtemp(name), nullptr);
  const std::string directory = name;
  if (!prepare(directory)) {
    std::filesystem::remove_all(directory);
    GTEST_SKIP() << "needs openssl and python3 with ssl";
  }
  for (const std::string& header : {golden_headers()[0], golden_headers()[5], padded_header(2000)}) {
    Connection c = tcp_pair();
    std::string hex;
    append_hex(hex, bytes_of(header));
    const pid_t client = run_python(client_script, c.client.get(), directory, hex);
    c.client.reset();
    ReadOptions options;
    options.deadline = std::chrono::seconds(30);
    const ReadResult r = read_header(c.server.get(), options);
    EXPECT_EQ(r.status(), ReadStatus::done) << r.message();
    const pid_t server = run_python(server_script, c.server.get(), directory, hex);
    c.server.reset();
    EXPECT_EQ(exit_status(client), 0);
    EXPECT_EQ(exit_status(server), 0);
  }
  std::filesystem::remove_all(directory);
}

}  // namespace
