// A server behind a load balancer: ./server ADDRESS CONNECTIONS TRUSTED-NETWORK...
// Tells each client who it is, as the load balancer says, and believes only the load balancers on its list.
#include <poll.h>
#include <sys/socket.h>
#include <pp/base/ip.hpp>
#include <pp/net/listen.hpp>
#include <pp/net/read_header.hpp>
#include <pp/net/sockaddr.hpp>

#include <cstdio>
#include <exception>
#include <string>
#include <vector>

static bool trusted(const std::vector<pp::Cidr>& networks, const pp::Endpoint& peer) {
  for (const pp::Cidr& network : networks) {
    if (network.contains(peer.address)) return true;
  }
  return false;
}

static std::string text(const pp::Endpoint& endpoint) { return pp::endpoint_text(endpoint.address, endpoint.port); }

static void serve(int fd, const std::vector<pp::Cidr>& networks) {
  // A header is a claim, and anyone can send one: the sender's own address decides first whether to listen to it.
  const auto peer = pp::peer_endpoint(fd);
  if (!peer || !trusted(networks, *peer)) {
    std::fprintf(stderr, "refused: the peer is not on the trusted list\n");
    return;
  }
  const pp::ReadResult header = pp::read_header(fd);
  if (header.status() == pp::ReadStatus::closed) return;  // a probe
  if (!header || header.crc() == pp::Crc::wrong) {
    std::fprintf(stderr, "%s: %s\n", text(*peer).c_str(), header ? "wrong CRC32C" : header.message().c_str());
    return;
  }
  // The next byte in the socket is the client's own. Health checks (LOCAL) and the like speak for the connection itself.
  const pp::Endpoint source = header.source().value_or(*peer);
  const pp::Endpoint destination = header.destination().value_or(pp::local_endpoint(fd).value_or(pp::Endpoint{}));
  const std::string answer = "src=" + text(source) + " dst=" + text(destination) + "\n";
  ::send(fd, answer.data(), answer.size(), MSG_NOSIGNAL);
}

int main(int argc, char** argv) try {
  if (argc < 4) {
    std::fprintf(stderr, "usage: %s ADDRESS CONNECTIONS TRUSTED-NETWORK...\n", argv[0]);
    return 2;
  }
  std::vector<pp::Cidr> networks;
  for (int i = 3; i < argc; ++i) networks.push_back(pp::parse_cidr(argv[i]).value());
  const std::vector<pp::Fd> listeners = pp::listen_on(pp::parse_listen_address(argv[1]));
  std::printf("%u\n", unsigned{pp::listen_port(listeners.front().get())});
  std::fflush(stdout);

  std::vector<pollfd> ready;
  for (const pp::Fd& listener : listeners) ready.push_back({listener.get(), POLLIN, 0});
  for (int left = std::stoi(argv[2]); left > 0;) {
    ::poll(ready.data(), ready.size(), -1);
    for (const pollfd& listener : ready) {
      const pp::Fd connection(::accept4(listener.fd, nullptr, nullptr, SOCK_CLOEXEC));
      if (!connection) continue;
      serve(connection.get(), networks);
      --left;
    }
  }
} catch (const std::exception& e) {
  std::fprintf(stderr, "%s\n", e.what());
  return 1;
}
