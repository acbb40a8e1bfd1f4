// What a receiver speaks after the header, one row a protocol: the request, and how its answer is read.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pp/base/bytes.hpp"
#include "pp/judge/told.hpp"

namespace pp::judge {

/// What a request is made of.
struct Request {
  std::string_view mark;  // appears in the request where the receiver repeats it
  std::string_view host = "x";
  std::string_view text = {};  // custom: the payload; {mark} stands for the mark
  bool large = false;          // about 3 KB
  bool datagram = false;
};

struct App {
  std::string_view name;
  std::string_view what;  // for --help and messages
  bool server_first;      // the server greets before it reads
  bool datagrams;         // also spoken over UDP
  bool answers;           // false: a one-way protocol, only a log tells that the request arrived
  std::vector<std::uint8_t> (*payload)(const Request& request);
  /// The answer is complete: nothing more will come that matters.
  bool (*complete)(Bytes answer, bool datagram);
  /// "http-200"; empty while there is nothing but a greeting. Answers of one class are alike.
  std::string (*answer_class)(Bytes answer, bool datagram);
  /// Addresses where the protocol has a place for them, in addition to keys; nullptr when it has none.
  Told (*told)(Bytes answer, std::string_view mark);
  /// The text in which keys and templates are looked for; nullptr: the answer as it is.
  std::string (*text)(Bytes answer, bool datagram) = nullptr;
};

std::span<const App> apps() noexcept;
const App* find_app(std::string_view name) noexcept;
/// "http|smtp|...", for option tables.
std::vector<std::string> app_names();

/// Whether this class is one by which a receiver says that it refuses: "http-400", "smtp-550", "tls-alert".
bool is_error_class(std::string_view answer_class) noexcept;

/// "q" and 7 hexadecimal digits.
std::string mark_of(std::uint32_t number);

}  // namespace pp::judge
