// The benchmarks' inputs: 4096 distinct headers of each kind, made with a fixed seed, end to end in one block.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "pp/wire/draft.hpp"
#include "pp/wire/encode.hpp"

namespace bench {

class Inputs {
 public:
  static constexpr std::size_t count = 4096;

  /// make(generator) gives the bytes of one header.
  template <class Make>
  static Inputs of(const Make& make) {
    Inputs inputs;
    std::mt19937 generator(20261123);
    std::vector<std::size_t> sizes;
    for (std::size_t i = 0; i < count; ++i) {
      const auto bytes = make(generator);
      inputs.block_.insert(inputs.block_.end(), bytes.begin(), bytes.end());
      sizes.push_back(bytes.size());
    }
    const std::uint8_t* at = inputs.block_.data();
    for (std::size_t size : sizes) {
      inputs.headers_.emplace_back(at, size);
      at += size;
    }
    return inputs;
  }

  const std::vector<pp::Bytes>& headers() const { return headers_; }

 private:
  std::vector<std::uint8_t> block_;
  std::vector<pp::Bytes> headers_;
};

using Generator = std::mt19937;

inline unsigned below(Generator& g, unsigned n) { return static_cast<unsigned>(g() % n); }

inline std::vector<std::uint8_t> text(const std::string& t) { return {t.begin(), t.end()}; }

/// Octets of one, two or three digits in the proportion in which 0..255 has them.
inline pp::IpAddress any_v4(Generator& g) {
  pp::IpAddress a;
  a.size = 4;
  for (std::size_t i = 0; i < 4; ++i) a.bytes[i] = static_cast<std::uint8_t>(g());
  return a;
}

/// 2001:db8:, a network, "::", one or two groups.
inline pp::IpAddress typical_v6(Generator& g) {
  pp::IpAddress a;
  a.size = 16;
  pp::store_be32(&a.bytes[0], 0x20010db8);
  pp::store_be16(&a.bytes[4], static_cast<std::uint16_t>(g()));
  if (g() % 2 == 0) pp::store_be16(&a.bytes[12], static_cast<std::uint16_t>(g()));
  pp::store_be16(&a.bytes[14], static_cast<std::uint16_t>(g() % 0x1000 + 1));
  return a;
}

inline std::uint16_t client_port(Generator& g) { return static_cast<std::uint16_t>(32768 + below(g, 28232)); }
inline std::uint16_t service_port(Generator& g) {
  constexpr std::uint16_t ports[] = {443, 80, 8443, 8080, 25, 993};
  return ports[below(g, 6)];
}

inline std::vector<std::uint8_t> v1_line(const pp::Endpoint& source, const pp::Endpoint& destination) {
  std::vector<std::uint8_t> out(pp::v1_max_bytes);
  out.resize(pp::encode_v1(source, destination, out));
  return out;
}

inline std::vector<std::uint8_t> v1_tcp4_typical(Generator& g) {
  return v1_line({any_v4(g), client_port(g)}, {any_v4(g), service_port(g)});
}
inline std::vector<std::uint8_t> v1_tcp4_min(Generator& g) {
  const auto digit = [&g] { return std::to_string(below(g, 10)); };
  const auto address = [&] { return digit() + "." + digit() + "." + digit() + "." + digit(); };
  return text("PROXY TCP4 " + address() + " " + address() + " " + digit() + " " + digit() + "\r\n");
}
inline std::vector<std::uint8_t> v1_tcp4_max(Generator& g) {
  const auto octet = [&g] { return std::to_string(100 + below(g, 156)); };
  const auto address = [&] { return octet() + "." + octet() + "." + octet() + "." + octet(); };
  const auto port = [&g] { return std::to_string(10000 + below(g, 55536)); };
  return text("PROXY TCP4 " + address() + " " + address() + " " + port() + " " + port() + "\r\n");
}
inline std::vector<std::uint8_t> v1_tcp6_typical(Generator& g) {
  return v1_line({typical_v6(g), client_port(g)}, {typical_v6(g), service_port(g)});
}
inline std::vector<std::uint8_t> v1_tcp6_min(Generator& g) {
  return text("PROXY TCP6 ::" + std::to_string(below(g, 10)) + " ::" + std::to_string(below(g, 10)) + " 1 2\r\n");
}
inline std::vector<std::uint8_t> v1_tcp6_max(Generator& g) {
  const auto address = [&g] {
    std::string out;
    for (int i = 0; i < 32; ++i) {
      if (i > 0 && i % 4 == 0) out += ':';
      out += "0123456789abcdef"[i % 4 == 0 ? 1 + below(g, 15) : below(g, 16)];
    }
    return out;
  };
  const auto port = [&g] { return std::to_string(10000 + below(g, 55536)); };
  return text("PROXY TCP6 " + address() + " " + address() + " " + port() + " " + port() + "\r\n");
}
inline std::vector<std::uint8_t> v1_unknown_short(Generator&) { return text("PROXY UNKNOWN\r\n"); }
inline std::vector<std::uint8_t> v1_unknown_107(Generator& g) {
  auto line = v1_tcp6_max(g);
  return text("PROXY UNKNOWN" + std::string(line.begin() + 10, line.end()));
}

inline pp::Draft v2_draft(Generator& g, bool v6) {
  pp::Draft d;
  d.family = v6 ? pp::Family::inet6 : pp::Family::inet;
  d.source = {v6 ? typical_v6(g) : any_v4(g), client_port(g)};
  d.destination = {v6 ? typical_v6(g) : any_v4(g), service_port(g)};
  return d;
}
inline std::vector<std::uint8_t> v2_tcp4(Generator& g) { return pp::encode(v2_draft(g, false)); }
inline std::vector<std::uint8_t> v2_tcp6(Generator& g) { return pp::encode(v2_draft(g, true)); }
inline std::vector<std::uint8_t> v2_tcp6_crc(Generator& g) {
  auto d = v2_draft(g, true);
  d.crc = pp::DraftCrc::good;
  return pp::encode(d);
}
inline std::vector<std::uint8_t> v2_unix(Generator& g) {
  pp::Draft d;
  d.family = pp::Family::unix_socket;
  d.unix_source = "/run/client." + std::to_string(g());
  d.unix_destination = "/run/server.sock";
  return pp::encode(d);
}
inline std::vector<std::uint8_t> v2_local(Generator&) {
  pp::Draft d;
  d.command = pp::Command::local;
  d.family = pp::Family::unspec;
  d.transport = pp::Transport::unspec;
  return pp::encode(d);
}

/// 232 bytes: 11 TLVs, five more inside SSL, the checksum last.
inline std::vector<std::uint8_t> v2_232(Generator& g) {
  const auto tlv = [](int type, const std::string& value) {
    return pp::DraftTlv{static_cast<std::uint8_t>(type), {value.begin(), value.end()}, std::nullopt};
  };
  auto d = v2_draft(g, false);
  d.tlvs = {tlv(0x01, "h2"),
            tlv(0x02, "www.example.com"),
            tlv(0x05, "unique-" + std::to_string(100000 + below(g, 900000))),
            pp::DraftTlv{0x20,
                         pp::ssl_value(7, 0,
                                       {tlv(0x21, "TLSv1.3"), tlv(0x22, "alice"), tlv(0x23, "TLS_AES_128_GCM_SHA256"), tlv(0x24, "SHA256"),
                                        tlv(0x25, "RSA2048")}),
                         std::nullopt},
            tlv(0x30, "blue"),
            tlv(0xea, std::string("\x01") + "vpce-08d2bf15fac5001c9"),
            tlv(0xee, std::string("\x01\x45\x00\x00\x10", 5)),
            tlv(0xe0, std::string("\0\0\0\1\2\3\4\5", 8)),
            tlv(0xe5, "custom")};
  d.crc = pp::DraftCrc::good;
  const std::size_t so_far = pp::encode(d).size();
  d.tlvs.push_back(tlv(0x04, std::string(232 - 3 - so_far, '\0')));
  return pp::encode(d);
}

}  // namespace bench
