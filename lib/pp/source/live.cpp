#include "pp/source/live.hpp"

#include <net/if.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <exception>
#include <stdexcept>
#include <string_view>
#include <system_error>

#include "pp/packet/link_types.hpp"
#include "pp/source/bpf.hpp"
#include "pp/text/format.hpp"

namespace pp::source {
namespace {

/// The kernel hands over what has come together after this time.
constexpr int batch_ms = 20;
/// Packets between two turns of a busy interface.
constexpr int batch_packets = 10000;

std::string names_of_interfaces() {
  std::string out;
  for (const Interface& i : interfaces()) out += (out.empty() ? "" : ", ") + i.name;
  return out;
}

[[noreturn]] void refuse_permission(const std::string& name) {
  std::array<char, 4096> path{};
  const ssize_t size = readlink("/proc/self/exe", path.data(), path.size() - 1);
  throw std::runtime_error("no permission to capture on " + name + ": run as root, or once as root: setcap cap_net_raw+ep " +
                           (size > 0 ? std::string(path.data(), static_cast<std::size_t>(size)) : std::string("ppinspect")));
}

[[noreturn]] void refuse(pcap_t* handle, const std::string& name, int status) {
  const std::string said = pcap_geterr(handle);
  switch (status) {
    case PCAP_ERROR_PERM_DENIED:
    case PCAP_ERROR_PROMISC_PERM_DENIED:
      // Asked for first, so that a wrong name is not taken for a lack of rights.
      if (name == "any" || if_nametoindex(name.c_str()) != 0) refuse_permission(name);
      [[fallthrough]];
    case PCAP_ERROR_NO_SUCH_DEVICE: {
      throw std::runtime_error("no interface " + name + "; there is " + names_of_interfaces());
    }
    case PCAP_ERROR_IFACE_NOT_UP: throw std::runtime_error("interface " + name + " is down");
    default: break;
  }
  throw std::runtime_error("cannot capture on " + name + ": " + (said.empty() ? std::string(pcap_statustostr(status)) : said));
}

/// Of a container: its interfaces are not the machine's.
bool own_network_namespace() {
  std::array<char, 64> self{};
  std::array<char, 64> first{};
  const ssize_t a = readlink("/proc/self/ns/net", self.data(), self.size());
  const ssize_t b = readlink("/proc/1/ns/net", first.data(), first.size());
  return a > 0 && b > 0 &&
         std::string_view(self.data(), static_cast<std::size_t>(a)) != std::string_view(first.data(), static_cast<std::size_t>(b));
}

}  // namespace

struct LiveSource::Capture {
  PcapHandle handle;
  packet::Packet packet;
  const Sink* sink = nullptr;
  std::exception_ptr thrown;

  /// libpcap's frames must not be unwound through.
  static void take(u_char* self, const pcap_pkthdr* header, const u_char* data) {
    auto& c = *reinterpret_cast<Capture*>(self);
    if (c.thrown) return;
    c.packet.time_ns = std::int64_t{header->ts.tv_sec} * 1'000'000'000 + std::int64_t{header->ts.tv_usec} * 1000;
    c.packet.wire_length = header->len;
    c.packet.data = Bytes(data, header->caplen);
    ++c.packet.frame;
    try {
      (*c.sink)(c.packet);
    } catch (...) {
      c.thrown = std::current_exception();
      pcap_breakloop(c.handle.get());
    }
  }
};

LiveSource::LiveSource(const LiveOptions& options) : name_(options.interface), capture_(std::make_unique<Capture>()) {
  std::array<char, PCAP_ERRBUF_SIZE> error{};
  capture_->handle.reset(pcap_create(name_.c_str(), error.data()));
  pcap_t* handle = capture_->handle.get();
  if (handle == nullptr) throw std::runtime_error("cannot capture on " + name_ + ": " + error.data());
  pcap_set_snaplen(handle, static_cast<int>(options.snaplen));
  pcap_set_promisc(handle, options.promiscuous && name_ != "any" ? 1 : 0);
  pcap_set_timeout(handle, batch_ms);
  pcap_set_immediate_mode(handle, options.immediate ? 1 : 0);
  pcap_set_buffer_size(handle, static_cast<int>(options.buffer_kib * 1024));
  // A warning (above 0) is about promiscuous mode alone, which some interfaces don't have.
  if (const int status = pcap_activate(handle); status < 0) refuse(handle, name_, status);
  if (name_ == "any") pcap_set_datalink(handle, DLT_LINUX_SLL2);  // where libpcap has it: it names the interface
  capture_->packet.link_type = static_cast<std::uint32_t>(pcap_datalink(handle));
  if (!packet::is_supported_link(capture_->packet.link_type)) {
    throw std::runtime_error("cannot capture on " + name_ + ": link type " + packet::link_type_text(capture_->packet.link_type) +
                             " is not decoded");
  }
  if (options.direction != Direction::both) {
    const pcap_direction_t direction = options.direction == Direction::in ? PCAP_D_IN : PCAP_D_OUT;
    if (pcap_setdirection(handle, direction) != 0) throw std::runtime_error("-Q on " + name_ + ": " + pcap_geterr(handle));
  }
  if (pcap_setnonblock(handle, 1, error.data()) != 0) throw std::runtime_error("cannot capture on " + name_ + ": " + error.data());
}

LiveSource::~LiveSource() = default;

std::optional<FilterFault> LiveSource::filter(const std::string& expression) {
  pcap_t* handle = capture_->handle.get();
  bpf_u_int32 network = 0;
  bpf_u_int32 netmask = PCAP_NETMASK_UNKNOWN;
  std::array<char, PCAP_ERRBUF_SIZE> error{};
  if (pcap_lookupnet(name_.c_str(), &network, &netmask, error.data()) != 0) netmask = PCAP_NETMASK_UNKNOWN;
  BpfProgram program;
  if (!program.compile(handle, expression, netmask)) return locate_fault(expression, capture_->packet.link_type, program.error());
  if (pcap_setfilter(handle, program.get()) != 0) throw std::runtime_error("filter on " + name_ + ": " + pcap_geterr(handle));
  return std::nullopt;
}

std::string LiveSource::about() const {
  const char* words = pcap_datalink_val_to_description(pcap_datalink(capture_->handle.get()));
  std::string out = words != nullptr ? words : text::format("link type {}", capture_->packet.link_type);
  if (own_network_namespace()) out += ", in a network namespace of its own";
  return out;
}

LiveLosses LiveSource::losses() {
  pcap_stat stat{};
  if (pcap_stats(capture_->handle.get(), &stat) != 0) return {};
  return {stat.ps_drop, stat.ps_ifdrop};
}

void LiveSource::run(const Sink& sink, const Turn& turn) {
  Capture& c = *capture_;
  pcap_t* handle = c.handle.get();
  c.sink = &sink;
  pollfd ready{pcap_get_selectable_fd(handle), POLLIN, 0};
  for (int wait = turn(); wait >= 0; wait = turn()) {
    const int n = poll(&ready, 1, wait);
    if (n < 0 && errno != EINTR) throw std::system_error(errno, std::generic_category(), name_);
    if (n <= 0) continue;
    const int got = pcap_dispatch(handle, batch_packets, &Capture::take, reinterpret_cast<u_char*>(&c));
    if (c.thrown) std::rethrow_exception(c.thrown);
    if (got == PCAP_ERROR) throw std::runtime_error(name_ + ": " + pcap_geterr(handle));
  }
}

}  // namespace pp::source
