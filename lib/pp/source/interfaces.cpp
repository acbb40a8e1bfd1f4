#include <net/if.h>
#include <netinet/in.h>

#include <array>
#include <cstring>
#include <memory>
#include <stdexcept>

#include "pp/base/ip.hpp"
#include "pp/net/sockaddr.hpp"
#include "pp/source/bpf.hpp"
#include "pp/source/live.hpp"

namespace pp::source {

std::vector<Interface> interfaces() {
  std::array<char, PCAP_ERRBUF_SIZE> error{};
  pcap_if_t* list = nullptr;
  if (pcap_findalldevs(&list, error.data()) != 0) throw std::runtime_error("cannot list the interfaces: " + std::string(error.data()));
  const std::unique_ptr<pcap_if_t, decltype(&pcap_freealldevs)> owner(list, &pcap_freealldevs);
  std::vector<Interface> out;
  for (const pcap_if_t* i = list; i != nullptr; i = i->next) {
    // Bluetooth, USB and the netfilter queues carry no IP that this program could decode.
    const std::string name = i->name;
    if (name != "any" && if_nametoindex(i->name) == 0) continue;
    Interface entry;
    entry.name = name;
    if (i->description != nullptr) entry.description = i->description;
    entry.up = (i->flags & PCAP_IF_UP) != 0;
    entry.running = (i->flags & PCAP_IF_RUNNING) != 0;
    entry.loopback = (i->flags & PCAP_IF_LOOPBACK) != 0;
    for (const pcap_addr_t* a = i->addresses; a != nullptr; a = a->next) {
      if (a->addr == nullptr) continue;
      sockaddr_storage whole{};
      if (a->addr->sa_family == AF_INET) std::memcpy(&whole, a->addr, sizeof(sockaddr_in));
      if (a->addr->sa_family == AF_INET6) std::memcpy(&whole, a->addr, sizeof(sockaddr_in6));
      if (const auto endpoint = from_sockaddr(whole)) entry.addresses.push_back(to_string(endpoint->address));
    }
    out.push_back(std::move(entry));
  }
  return out;
}

}  // namespace pp::source
