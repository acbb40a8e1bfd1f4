// rapidcheck generators for the protocol's values: addresses that look like addresses, TLV lists, drafts, damaged bytes.
#pragma once

#include <rapidcheck.h>

#include <string>
#include <utility>
#include <vector>

#include "pp/base/hex.hpp"
#include "pp/wire/draft.hpp"
#include "pp/wire/encode.hpp"

namespace generate {

inline rc::Gen<pp::IpAddress> ipv4_address() {
  return rc::gen::map(rc::gen::container<std::array<std::uint8_t, 4>>(rc::gen::arbitrary<std::uint8_t>()), [](const auto& bytes) {
    pp::IpAddress a;
    a.size = 4;
    std::copy(bytes.begin(), bytes.end(), a.bytes.begin());
    return a;
  });
}

/// Groups are zero more often than not, so that runs of zeros of every place and length come up; some are mapped.
inline rc::Gen<pp::IpAddress> ipv6_address() {
  const auto group = rc::gen::weightedOneOf<std::uint16_t>({{3, rc::gen::just<std::uint16_t>(0)},
                                                            {2, rc::gen::inRange<std::uint16_t>(0, 0x200)},
                                                            {2, rc::gen::arbitrary<std::uint16_t>()},
                                                            {1, rc::gen::just<std::uint16_t>(0xffff)}});
  return rc::gen::map(rc::gen::pair(rc::gen::container<std::vector<std::uint16_t>>(8, group), rc::gen::inRange(0, 8)), [](const auto& p) {
    pp::IpAddress a;
    a.size = 16;
    for (std::size_t i = 0; i < 8; ++i)
      pp::store_be16(&a.bytes[i * 2], p.second == 0 ? (i < 5 ? 0 : i == 5 ? 0xffff : p.first[i]) : p.first[i]);
    return a;
  });
}

inline rc::Gen<std::uint16_t> port() {
  return rc::gen::oneOf(rc::gen::arbitrary<std::uint16_t>(), rc::gen::inRange<std::uint16_t>(0, 1100),
                        rc::gen::element<std::uint16_t>(0, 9, 10, 99, 100, 999, 1000, 9999, 10000, 65535));
}

inline rc::Gen<pp::Endpoint> endpoint(const rc::Gen<pp::IpAddress>& address) {
  return rc::gen::map(rc::gen::pair(address, port()), [](const auto& p) { return pp::Endpoint{p.first, p.second}; });
}

/// Source and destination of one family.
inline rc::Gen<std::pair<pp::Endpoint, pp::Endpoint>> endpoints() {
  return rc::gen::oneOf(rc::gen::pair(endpoint(ipv4_address()), endpoint(ipv4_address())),
                        rc::gen::pair(endpoint(ipv6_address()), endpoint(ipv6_address())));
}

inline rc::Gen<std::vector<pp::DraftTlv>> tlv_list_of(const rc::Gen<std::uint8_t>& type) {
  const auto value = rc::gen::oneOf(rc::gen::arbitrary<std::vector<std::uint8_t>>(), rc::gen::just(std::vector<std::uint8_t>(300, 0x41)));
  return rc::gen::container<std::vector<pp::DraftTlv>>(rc::gen::map(rc::gen::pair(type, value), [](const auto& p) {
    return pp::DraftTlv{p.first, p.second, std::nullopt};
  }));
}
inline rc::Gen<std::vector<pp::DraftTlv>> tlv_list() {
  return tlv_list_of(rc::gen::oneOf(rc::gen::arbitrary<std::uint8_t>(), rc::gen::element<std::uint8_t>(1, 2, 3, 4, 5, 0x20, 0x30, 0xea)));
}
inline rc::Gen<std::vector<pp::DraftTlv>> tlv_list_without_crc() {
  return tlv_list_of(rc::gen::distinctFrom(rc::gen::arbitrary<std::uint8_t>(), std::uint8_t{3}));
}

inline std::vector<std::uint8_t> encoded(const std::vector<pp::DraftTlv>& list) {
  std::vector<std::uint8_t> out;
  for (const auto& tlv : list) {
    const std::size_t start = out.size();
    out.resize(start + 3 + tlv.value.size());
    pp::encode_tlv(tlv.type, tlv.value, std::span(out).subspan(start));
  }
  return out;
}

/// Without overrides: whatever it says is valid.
inline rc::Gen<pp::Draft> draft() {
  return rc::gen::exec([] {
    pp::Draft d;
    d.version = *rc::gen::element(1, 2, 2);
    d.command = *rc::gen::element(pp::Command::proxy, pp::Command::proxy, pp::Command::local);
    d.family = *rc::gen::element(pp::Family::unspec, pp::Family::inet, pp::Family::inet6, pp::Family::inet, pp::Family::inet6,
                                 pp::Family::unix_socket);
    d.transport = *rc::gen::element(pp::Transport::unspec, pp::Transport::stream, pp::Transport::stream, pp::Transport::dgram);
    const bool v4 = d.family == pp::Family::inet;
    d.source = *endpoint(v4 ? ipv4_address() : ipv6_address());
    d.destination = *endpoint(v4 ? ipv4_address() : ipv6_address());
    d.unix_source = std::string(*rc::gen::inRange<std::size_t>(0, 109), 's');
    d.unix_destination = std::string(*rc::gen::inRange<std::size_t>(0, 109), 'd');
    d.tlvs = *tlv_list_without_crc();
    d.crc = *rc::gen::element(pp::DraftCrc::none, pp::DraftCrc::good, pp::DraftCrc::bad);
    return d;
  });
}

/// A valid header of either version, nothing behind it.
inline rc::Gen<std::vector<std::uint8_t>> header_bytes() {
  return rc::gen::map(draft(), [](const pp::Draft& d) { return pp::encode(d); });
}

/// One to three bytes replaced, inserted or cut out, at the front more often than at the back.
inline rc::Gen<std::vector<std::uint8_t>> damaged(const rc::Gen<std::vector<std::uint8_t>>& whole) {
  return rc::gen::exec([whole] {
    auto bytes = *whole;
    const auto byte =
        rc::gen::oneOf(rc::gen::arbitrary<std::uint8_t>(),
                       rc::gen::elementOf(std::vector<std::uint8_t>{'\r', '\n', ' ', '.', ':', '0', '1', '9', 'f', 'P', 0, 0x20, 0x21}));
    for (int n = *rc::gen::inRange(1, 4); n > 0 && !bytes.empty(); --n) {
      const std::size_t end = *rc::gen::arbitrary<bool>() ? bytes.size() : std::min<std::size_t>(bytes.size(), 120);
      const auto at = static_cast<std::ptrdiff_t>(*rc::gen::inRange<std::size_t>(0, end));
      switch (*rc::gen::inRange(0, 4)) {
        case 0: bytes[static_cast<std::size_t>(at)] = *byte; break;
        case 1: bytes.insert(bytes.begin() + at, *byte); break;
        case 2: bytes.erase(bytes.begin() + at); break;
        default: bytes.resize(static_cast<std::size_t>(at)); break;
      }
    }
    return bytes;
  });
}

}  // namespace generate
