#include "pp/judge/outcome.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <optional>

#include "pp/wire/parse.hpp"

namespace pp::judge {
namespace {

IpAddress without_mapping(const IpAddress& address) {
  if (!is_ipv4_mapped(address)) return address;
  IpAddress out;
  out.size = 4;
  std::copy_n(address.bytes.begin() + 12, 4, out.bytes.begin());
  return out;
}

std::optional<IpAddress> address_in(std::string_view text) {
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  const auto address = parse_ip(text);
  return address ? std::optional(without_mapping(*address)) : std::nullopt;
}

bool is_port(const std::optional<std::string>& told, std::uint16_t port) {
  if (!told) return false;
  unsigned value = 0;
  const auto [end, error] = std::from_chars(told->data(), told->data() + told->size(), value);
  return error == std::errc() && end == told->data() + told->size() && value == port;
}

std::string path_in(Bytes padded) {
  const auto end = std::find(padded.begin(), padded.end(), std::uint8_t{0});
  return {padded.begin(), end};
}

bool is_none(std::string_view text, const Oracle& oracle) {
  return std::find(oracle.none.begin(), oracle.none.end(), text) != oracle.none.end();
}

bool is_announced(const Told& told, const Announced& announced, const Oracle& oracle) {
  if (announced.kind == Announced::Kind::unix_path) {
    std::string_view text = *told.source;
    if (text.starts_with("unix:")) text.remove_prefix(5);
    return !announced.path.empty() && text == announced.path;
  }
  if (announced.kind != Announced::Kind::ip || !is_address(*told.source, announced.source.address)) return false;
  if (!oracle.port || is_port(told.source_port, announced.source.port)) return true;
  // Receivers write no port for port 0.
  return announced.source.port == 0 && told.source_port && is_none(*told.source_port, oracle);
}

Code address_code(const Observed& observed, const Announced& announced, const Oracle& oracle) {
  const Told& told = observed.told;
  if (!oracle.address || !told.source || *told.source == "other") return Code::took;
  if (is_none(*told.source, oracle)) return Code::no_address;
  if (is_announced(told, announced, oracle)) return Code::announced;
  if (observed.real.address.size != 0 && is_address(*told.source, observed.real.address)) return Code::real;
  return Code::other_address;
}

}  // namespace

std::string_view words(Code code) noexcept {
  constexpr std::string_view texts[] = {"took it, header's address",
                                        "took it, real address",
                                        "took it, no address told",
                                        "took it",
                                        "took it, another address",
                                        "took it, payload damaged",
                                        "error answer",
                                        "refused",
                                        "waits",
                                        "not observed: the plan resets the connection",
                                        "unreachable"};
  static_assert(std::size(texts) == code_count);
  return texts[static_cast<std::size_t>(code)];
}

std::string_view name(End end) noexcept {
  constexpr std::string_view names[] = {"fin", "rst", "open", "answered", "left", "unreachable", "failed"};
  return names[static_cast<std::size_t>(end)];
}

std::vector<std::string> usual_none() { return {"", "-", "None", "null", "nil", "unknown"}; }

Announced announced_by(Bytes sent) {
  const Parsed parsed = parse(sent);
  Announced out;
  if (parsed.verdict.status != Status::done) return out;
  const Header& header = parsed.header;
  if (header.addresses == Addresses::unix_socket) {
    out.kind = Announced::Kind::unix_path;
    out.path = path_in(header.unix_source());
  } else if (header.addresses != Addresses::none) {
    out.kind = Announced::Kind::ip;
    out.source = {header.source, header.source_port};
    out.destination = {header.destination, header.destination_port};
  }
  return out;
}

bool is_address(std::string_view told, const IpAddress& address) { return address_in(told) == without_mapping(address); }

Code outcome(const Observed& observed, const Announced& announced, std::string_view mark, const Oracle& oracle) {
  if (observed.end == End::unreachable) return Code::unreachable;
  if (observed.end == End::left) return Code::left;
  if (observed.answer_class.empty()) {
    const bool ended = observed.end == End::fin || observed.end == End::rst || (observed.datagram && observed.end == End::silence);
    return ended ? Code::refused : observed.end == End::failed ? Code::unreachable : Code::waits;
  }
  if (observed.answer_class != oracle.answer_class) return Code::error;
  if (observed.payload_damaged) return Code::damaged;
  if (oracle.mark && (!observed.told.mark || observed.told.mark->find(mark) == std::string::npos)) return Code::damaged;
  return address_code(observed, announced, oracle);
}

}  // namespace pp::judge
