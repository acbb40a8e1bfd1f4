// ppgen probe: the forms that are sent, and what the answers to them together say of a port.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pp/net/target.hpp"
#include "pp/wire/draft.hpp"
#include "ppgen/outcome.hpp"

namespace pp::tool {

/// In the order of the words of --want, then the case that cannot be wanted.
enum class Speaks : std::uint8_t { required, optional, none, unknown };
std::string_view name(Speaks speaks) noexcept;

/// What a form is there to find out.
enum class FormKind : std::uint8_t {
  bare,       // no header
  plain,      // v1 and v2 as everyone sends them
  local,      // LOCAL and UNKNOWN
  pieces,     // in several segments
  size,       // many bytes of TLVs
  tlv,        // one TLV type
  wrong_crc,  // a checksum that is wrong
  damaged,    // no header: the third byte of its signature is wrong
};

struct Form {
  std::string_view name;
  int version;  // 0: none
  FormKind kind;
  void (*shape)(Draft& draft);  // nullptr: no header
  std::string_view section;     // where the specification says what a receiver does with it
};
/// In the order in which they are sent, one connection each; the damaged one is the last.
std::span<const Form> probe_forms() noexcept;

struct ProbeRow {
  const Form* form = nullptr;
  Exchange exchange;
  Outcome outcome;
  std::size_t header_bytes = 0;
};

struct ProbeVerdict {
  Speaks speaks = Speaks::unknown;
  bool v1 = false;  // taken
  bool v2 = false;
  bool behind_fails = false;  // headers are read, and what is behind answers them with an error
  std::string why;            // unknown only
};

/// `bare` is the row without a header, `v1` and `v2` the plain forms, `damaged` the form that no receiver may accept as a
/// header; it decides where needs_control() says so.
ProbeVerdict judge_probe(const Outcome& bare, const Outcome& v1, const Outcome& v2, const Outcome& damaged);
bool needs_control(const Outcome& bare, const Outcome& v1, const Outcome& v2);

/// Whether a row's form was taken, in the light of the verdict: "answered" (the row without a header), "taken",
/// "different", "refused", "no answer", or empty when that is unknown.
std::string_view row_word(const ProbeVerdict& verdict, const Outcome& bare, const Outcome& row);

/// What the specification says of that: "right", "allowed", "wrong", "not checked", or empty when it is not known.
std::string_view row_mark(const ProbeVerdict& verdict, const Outcome& bare, const ProbeRow& row);

struct ProbeResult {
  const Target* target = nullptr;
  Speaks wanted = Speaks::required;
  ProbeVerdict verdict;
  std::vector<ProbeRow> rows;  // the first is the one without a header
};

/// What an operator has to know, a sentence or two each.
std::vector<std::string> what_this_means(const ProbeResult& result);

void append_probe_text(std::string& out, const ProbeResult& result, std::size_t width);
void append_probe_json(std::string& out, const ProbeResult& result);

}  // namespace pp::tool
