// libpcap's compiler, for the files of this layer that use it.
#pragma once

#include <pcap/pcap.h>

#include <cstdint>
#include <memory>
#include <string>

namespace pp::source {

struct PcapClose {
  void operator()(pcap_t* handle) const noexcept { pcap_close(handle); }
};
using PcapHandle = std::unique_ptr<pcap_t, PcapClose>;

/// A compiled filter, or libpcap's words for why there is none.
class BpfProgram {
 public:
  BpfProgram() = default;
  ~BpfProgram() { pcap_freecode(&program_); }
  BpfProgram(const BpfProgram&) = delete;
  BpfProgram& operator=(const BpfProgram&) = delete;

  bool compile(pcap_t* handle, const std::string& expression, std::uint32_t netmask = PCAP_NETMASK_UNKNOWN) {
    pcap_freecode(&program_);
    constexpr int optimize = 1;
    if (pcap_compile(handle, &program_, expression.c_str(), optimize, netmask) == 0) return true;
    error_ = pcap_geterr(handle);
    program_ = {};
    return false;
  }
  bpf_program* get() noexcept { return &program_; }
  const std::string& error() const noexcept { return error_; }

 private:
  bpf_program program_{};
  std::string error_;
};

/// A handle that compiles for a link type and captures nothing. Throws std::bad_alloc.
PcapHandle compiler_for(std::uint32_t link_type);

/// libpcap refuses filters that no packet of the link type can pass; the words are its own.
inline constexpr const char* rejects_all = "expression rejects all packets";

struct FilterFault;
/// Where in the expression libpcap's refusal comes from. Asks no resolver.
FilterFault locate_fault(const std::string& expression, std::uint32_t link_type, const std::string& error);
/// A name by its looks, of a host or a port; false for all words of the filter language.
bool is_name(const std::string& word);
/// Of the expression's first word; empty when there is none.
std::string first_word(const std::string& expression);

}  // namespace pp::source
