#include "pp/judge/client_hello.hpp"

#include "pp/base/bytes.hpp"
#include "pp/base/ip.hpp"

namespace pp::judge {
namespace {

using Buffer = std::vector<std::uint8_t>;

void put16(Buffer& out, std::size_t v) {
  out.push_back(static_cast<std::uint8_t>(v >> 8));
  out.push_back(static_cast<std::uint8_t>(v));
}
void put(Buffer& out, Bytes bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); }
void put_extension(Buffer& out, std::uint16_t type, Bytes body) {
  put16(out, type);
  put16(out, body.size());
  put(out, body);
}

Buffer hello_extensions(const std::string& name) {
  Buffer out;
  if (!name.empty() && !parse_ip(name)) {
    Buffer names;
    put16(names, name.size() + 3);
    names.push_back(0);
    put16(names, name.size());
    names.insert(names.end(), name.begin(), name.end());
    put_extension(out, 0, names);
  }
  constexpr std::uint8_t groups[] = {0, 6, 0, 0x1d, 0, 0x17, 0, 0x18};
  constexpr std::uint8_t points[] = {1, 0};
  constexpr std::uint8_t signatures[] = {0, 16, 4, 3, 5, 3, 6, 3, 8, 4, 8, 5, 8, 6, 4, 1, 5, 1};
  constexpr std::uint8_t versions[] = {4, 3, 4, 3, 3};
  put_extension(out, 10, groups);
  put_extension(out, 11, points);
  put_extension(out, 13, signatures);
  put_extension(out, 43, versions);
  // X25519: any 32 bytes are a point, and the handshake ends before the secret is needed.
  Buffer share{0, 36, 0, 0x1d, 0, 32};
  for (std::uint8_t i = 1; i <= 32; ++i) share.push_back(i);
  put_extension(out, 51, share);
  return out;
}

}  // namespace

std::vector<std::uint8_t> client_hello(const std::string& name) {
  constexpr std::uint8_t suites[] = {0x13, 1,    0x13, 2,    0x13, 3,    0xc0, 0x2b, 0xc0, 0x2f, 0xc0, 0x2c, 0xc0, 0x30,
                                     0xcc, 0xa9, 0xcc, 0xa8, 0xc0, 0x13, 0xc0, 0x14, 0,    0x9c, 0,    0x2f, 0,    0x35};
  Buffer body{3, 3};
  body.insert(body.end(), 32, 0x5a);  // random: nobody's secret
  body.push_back(32);
  body.insert(body.end(), 32, 0xa5);  // session, for middleboxes
  put16(body, sizeof suites);
  put(body, suites);
  body.push_back(1);
  body.push_back(0);
  const Buffer extensions = hello_extensions(name);
  put16(body, extensions.size());
  put(body, extensions);
  Buffer out{0x16, 3, 1};
  put16(out, body.size() + 4);
  out.push_back(1);
  out.push_back(0);
  put16(out, body.size());
  put(out, body);
  return out;
}

}  // namespace pp::judge
