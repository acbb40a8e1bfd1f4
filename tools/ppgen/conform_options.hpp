// What ppgen conform is asked to do.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pp/base/ip.hpp"

namespace pp::tool {

/// In the order of the words of --level.
enum class Level : std::uint8_t { must, should, may };

/// In the order of the words of -o.
enum class ConformFormat : std::uint8_t { text, json, markdown, html };

struct ConformOptions {
  std::vector<std::string> operands;  // the address, or with --merge files
  std::string address;
  bool merge = false;
  std::string recipe;
  std::vector<Cidr> targets;  // beside loopback and UNIX paths

  std::string app = "http";
  bool udp = false;
  std::string http_host;
  std::string payload;
  bool greeting = false;

  std::string echo;
  std::string log;
  std::string origin;
  std::string none;

  std::vector<std::string> only, skip;
  std::optional<Level> level;
  bool quick = false;
  bool sweeps = false;
  bool list = false;

  bool strict = false;
  std::string baseline, write_baseline;

  unsigned parallel = 0;
  std::chrono::milliseconds wait{0}, idle{0}, recover{0};

  ConformFormat format = ConformFormat::text;
  bool verbose = false;
  bool quiet = false;
  std::string junit, profile;
  std::string name, version_of;
  std::string user;
};

}  // namespace pp::tool
