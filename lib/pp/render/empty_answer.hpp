// The answer when no header was found: what was read, and what there was in its place.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "pp/inspect/header_ports.hpp"
#include "pp/render/format.hpp"

namespace pp::render {

inline constexpr std::size_t most_ports = 5;

/// Of one capture, or of several.
struct Seen {
  std::string_view input;   // the last; the source outlives it
  std::string_view filter;  // that nothing passed; empty when there was none or something did
  std::uint64_t inputs = 0;
  std::uint64_t packets = 0;
  std::uint64_t rejected = 0;  // of them by the filter
  std::uint64_t connections = 0;
  std::uint64_t conversations = 0;       // of UDP
  std::uint64_t without_start = 0;       // of the connections
  std::uint64_t with_bytes = 0;          // their directions that carried a byte
  std::vector<inspect::PortSeen> ports;  // at most most_ports

  void add(const Seen& one);
};

/// "No PROXY header in this capture: 1 connection, 8 packets read".
std::string empty_line(const Seen& seen, const Style& style);
/// What follows it, a line each: the ports and what came to them, and how to ask for more.
std::vector<std::string> empty_details(const Seen& seen, const Style& style);
/// "none of 6 headers is selected".
std::string none_selected(std::uint64_t headers);

}  // namespace pp::render
