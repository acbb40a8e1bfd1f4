// ppinspect's command line as values. Defaults that the option table names are stored from there.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/port_set.hpp"
#include "pp/inspect/select.hpp"
#include "pp/render/format.hpp"
#include "pp/source/filter.hpp"
#include "pp/source/live.hpp"
#include "pp/source/text_input.hpp"

namespace pp::tool {

/// The answer to a listener's senders, in the order of the words of --reply.
enum class ReplyForm : std::uint8_t { none, close, ok, json, http, echo };

/// -e: which connections must carry a header. automatic: those to a receiver that gets headers on others.
enum class Expect : std::uint8_t { automatic, ports, none };

/// In the order of the words of --fail-on.
enum class FailOn : std::uint8_t { error, warning, none };

struct InspectOptions {
  std::vector<std::string> files;
  std::vector<std::string> hex;
  std::vector<std::string> listen;
  bool once = false;
  source::LiveOptions live;               // its interface is empty without -i
  std::uint64_t count = 0;                // -c: headers to show; 0: all
  std::chrono::milliseconds duration{0};  // 0: without end
  ReplyForm reply = ReplyForm::close;
  std::chrono::milliseconds wait{0};
  std::optional<std::size_t> max_connections;
  source::InputType input_type = source::InputType::automatic;
  std::string filter;  // of packets, checked; empty: all
  bool follow = false;
  std::string write;  // -w; empty: none
  std::uint64_t flow_bytes = 0;
  std::string extract;  // --extract; empty: none
  std::string user;     // -Z; empty: nobody

  inspect::Selection selection;
  Expect expect = Expect::automatic;
  PortSet expected;  // with Expect::ports

  bool strict = false;
  FailOn fail_on = FailOn::error;
  bool allow_empty = false;
  unsigned max_chain = 0;
  bool reactions = true;
  std::size_t max_flows = 0;

  const render::Format* format = nullptr;
  render::Style style;
  bool summary = false;
  std::optional<stats::GroupBy> group;  // --group
  std::chrono::milliseconds interval{0};
  bool merge = false;
  bool by_client = false;
  bool redact = false;
  bool line_buffered = false;

  std::vector<std::string> logs;           // --explain - and --explain @FILE: whole logs, printed instead of everything else
  std::vector<std::string> log_texts;      // --explain TEXT where the groups are wanted: with -o json, and with --redact
  std::optional<std::string> information;  // printed instead of everything else
};

/// Parses argv. Returns the options, or exit status 2 after a usage error, which it has said on stderr.
struct ParsedOptions {
  InspectOptions options;
  std::optional<int> exit_status;
};
ParsedOptions parse_inspect_options(int argc, const char* const* argv);

}  // namespace pp::tool
