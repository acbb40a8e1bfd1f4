// The options of a header as the command line says them, in the words of the user.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/command_line.hpp"
#include "pp/forge/case.hpp"
#include "pp/forge/mutate.hpp"
#include "pp/forge/series.hpp"
#include "pp/wire/draft.hpp"

namespace pp::tool {

struct HeaderArguments {
  bool v1 = false, v2 = false;
  bool local = false, unknown = false, unspec = false, dgram = false, simple = false;
  std::string source, destination, unix_paths;
  std::vector<DraftTlv> tlvs;  // --tlv and --ssl in the order given
  std::string crc;             // "good", "bad" or digits
  std::string pad_to;
  std::vector<std::string> sets, patches;
  std::string truncate, append;
  int chain = 0;  // repetitions
  std::shared_ptr<const forge::Case> known_case;
  std::string from_json;
  std::optional<std::uint64_t> seed;
  const forge::Series* series = &forge::newest_series();
  std::uint64_t index = 0;
  std::vector<const forge::Mutation*> mutations;
  std::optional<std::uint64_t> count;
};

/// Binds the table's rows to `arguments`, which must live until the command line is parsed. `noted` is called at each use.
void add_header_options(CommandLine& line, HeaderArguments& arguments, const std::function<void()>& noted);

}  // namespace pp::tool
