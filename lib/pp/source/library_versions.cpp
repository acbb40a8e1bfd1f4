#include "pp/source/library_versions.hpp"

#include <zlib.h>
#include <zstd.h>

#include "pp/source/filter.hpp"
#include "pp/text/format.hpp"

namespace pp::source {

std::vector<std::string> library_versions() {
  std::vector<std::string> out;
  // "libpcap version 1.10.3 (with TPACKET_V3)"
  std::string_view pcap = libpcap_version();
  constexpr std::string_view before = "libpcap version ";
  if (pcap.starts_with(before)) pcap.remove_prefix(before.size());
  if (!pcap.empty()) out.push_back(text::format("libpcap {}", pcap.substr(0, pcap.find(' '))));
  out.push_back(text::format("zlib {}", zlibVersion()));
  out.push_back(text::format("libzstd {}", ZSTD_versionString()));
  return out;
}

}  // namespace pp::source
