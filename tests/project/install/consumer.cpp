// A program outside this project: reads a version 1 line and writes the same connection as a version 2 header.
#include <array>
#include <cstdint>
#include <cstdio>
#include <string>

#include "pp/base/bytes.hpp"
#include "pp/base/hex.hpp"
#include "pp/base/ip.hpp"
#include "pp/wire/encode.hpp"
#include "pp/wire/parse.hpp"

int main() {
  constexpr pp::ByteLiteral line("PROXY TCP4 192.0.2.10 198.51.100.20 56324 443\r\nGET /");
  const auto [verdict, header] = pp::parse(line);
  if (verdict.status != pp::Status::done) return 1;
  std::printf("%s > %s, %zu bytes\n", pp::endpoint_text(header.source, header.source_port).c_str(),
              pp::endpoint_text(header.destination, header.destination_port).c_str(), header.bytes.size());

  std::array<std::uint8_t, 64> out;
  pp::V2Options options;
  options.crc32c = true;
  const auto size = pp::encode_v2({header.source, header.source_port}, {header.destination, header.destination_port}, options, out);
  std::printf("%s\n", pp::to_hex(pp::Bytes(out).first(size)).c_str());
}
