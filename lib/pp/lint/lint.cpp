#include "pp/lint/lint.hpp"

#include <algorithm>

#include "pp/lint/checks.hpp"
#include "pp/lint/sentences.hpp"
#include "pp/wire/tlv_layout.hpp"

namespace pp::lint {
namespace {

using namespace argument;

std::uint32_t u32(std::size_t n) { return static_cast<std::uint32_t>(n); }

void check_v1(const Header& h, std::vector<Finding>& out) {
  if (h.is_unknown()) {
    const Bytes text = h.unknown_text();
    if (!text.empty()) {
      out.push_back(make_finding(Rule::v1_unknown_text, 13, u32(text.size()), {number(text.size())}));
    }
    return;
  }
  if (!is_ipv4_mapped(h.source) && !is_ipv4_mapped(h.destination)) return;
  const Bytes line = h.bytes;
  const auto space = std::find(line.begin() + 11, line.end(), static_cast<std::uint8_t>(' '));
  const auto second = u32(static_cast<std::size_t>(space - line.begin()) + 1);
  const bool source = is_ipv4_mapped(h.source);
  const auto end = std::find(line.begin() + second, line.end(), static_cast<std::uint8_t>(' '));
  const std::uint32_t offset = source ? 11 : second;
  const std::uint32_t length = source ? second - 12 : u32(static_cast<std::size_t>(end - line.begin())) - second;
  out.push_back(make_finding(Rule::v1_ipv4_mapped, offset, length, source ? says::source_mapped : says::destination_mapped,
                             {range(Argument::Kind::address, offset, length)}));
}

void check_unix(const Header& h, std::vector<Finding>& out) {
  for (const std::size_t at : {v2_fixed_bytes, v2_fixed_bytes + unix_path_bytes}) {
    const Bytes path = h.bytes.subspan(at, unix_path_bytes);
    if (path[0] == 0) continue;  // empty, or an abstract name, in which NUL is a byte like any other
    const auto nul = std::find(path.begin(), path.end(), std::uint8_t{0});
    const auto stray = std::find_if(nul, path.end(), [](std::uint8_t b) { return b != 0; });
    if (stray == path.end()) continue;
    out.push_back(make_finding(Rule::v2_unix_padding, u32(at + static_cast<std::size_t>(stray - path.begin())), 1));
  }
}

void check_without_addresses(const Header& h, const TlvArea& area, std::vector<Finding>& out) {
  const bool local = h.is_local();
  const std::uint32_t body = area.end - u32(v2_fixed_bytes);
  if (h.family() > 3 || h.transport() > 2) {  // only LOCAL may
    out.push_back(make_finding(Rule::v2_local_family, 13, 1, {number(h.family()), number(h.transport())}));
  }
  if (!local) out.push_back(make_finding(Rule::v2_unspec, 13, 1, h.family() == 0 ? says::family_unspec : says::transport_unspec));
  if (area.layout == TlvLayout::tlvs) return;
  if (area.layout == TlvLayout::no_block && address_block_bytes(h.family()) == 0) return;
  const std::uint8_t sentence = area.layout == TlvLayout::no_block ? says::tlvs_without_block
                                : area.layout == TlvLayout::block  ? says::tlvs_after_block
                                : area.layout == TlvLayout::both   ? says::either
                                                                   : says::opaque;
  out.push_back(make_finding(local ? Rule::v2_local_block : Rule::v2_unspec_block, u32(v2_fixed_bytes), body, sentence,
                             {number(body), number(area.offset)}));
}

}  // namespace

void lint(const Parsed& parsed, Bytes seen, const JudgedTlvs& tlvs, std::vector<Finding>& out) {
  if (parsed.verdict.status == Status::need_more) return;
  if (parsed.verdict.status != Status::done) {
    out.push_back(describe(parsed, seen));
    return;
  }
  const Header& h = parsed.header;
  if (h.version == 1) return check_v1(h, out);

  const std::size_t first = out.size();
  const TlvArea& area = tlvs.area;
  if (h.addresses == Addresses::none) check_without_addresses(h, area, out);
  if (h.addresses == Addresses::unix_socket) check_unix(h, out);
  if (h.bytes.size() > smallest_segment) {
    out.push_back(make_finding(Rule::v2_header_long, 14, 2, {number(h.bytes.size()), number(smallest_segment)}));
  }
  if (area.offset < area.end) check_tlvs(h, tlvs, out);
  if (out.size() - first < 2) return;
  std::stable_sort(out.begin() + static_cast<std::ptrdiff_t>(first), out.end(),
                   [](const Finding& a, const Finding& b) { return a.offset < b.offset; });
}

}  // namespace pp::lint
