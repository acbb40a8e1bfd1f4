// The parser that a careful reader of the specification writes first: memcmp, inet_pton, strtoul. The yardstick of the
// parse benchmarks, since absolute times say more about the machine.
#pragma once

#include <arpa/inet.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "pp/base/bytes.hpp"

namespace textbook {

struct Result {
  int size = 0;  // bytes of the header, 0 when more are needed, -1 when it is none
  int family = 0;
  std::uint8_t source[16], destination[16];
  std::uint16_t source_port = 0, destination_port = 0;
};

inline bool port(const char* text, std::uint16_t& out) {
  char* end = nullptr;
  const unsigned long value = std::strtoul(text, &end, 10);
  out = static_cast<std::uint16_t>(value);
  return end != text && *end == '\0' && value <= 65535;
}

inline Result v1(pp::Bytes in) {
  Result r;
  char line[108];
  const std::size_t n = in.size() < 107 ? in.size() : 107;
  std::memcpy(line, in.data(), n);
  const auto* const cr = static_cast<char*>(std::memchr(line, '\r', n));
  r.size = -1;
  if (cr == nullptr || cr + 1 == line + n || cr[1] != '\n') return r;
  const auto length = static_cast<std::size_t>(cr - line);
  line[length] = '\0';
  char* rest = line;
  char* field[7] = {};
  int fields = 0;
  for (char* f = strsep(&rest, " "); f != nullptr && fields < 7; f = strsep(&rest, " ")) field[fields++] = f;
  if (fields < 2 || std::strcmp(field[0], "PROXY") != 0) return r;
  if (std::strcmp(field[1], "UNKNOWN") == 0) {
    r.size = static_cast<int>(length + 2);
    return r;
  }
  if (fields != 6) return r;
  r.family = std::strcmp(field[1], "TCP4") == 0 ? AF_INET : std::strcmp(field[1], "TCP6") == 0 ? AF_INET6 : 0;
  if (r.family == 0) return r;
  if (inet_pton(r.family, field[2], r.source) != 1 || inet_pton(r.family, field[3], r.destination) != 1) return r;
  if (!port(field[4], r.source_port) || !port(field[5], r.destination_port)) return r;
  r.size = static_cast<int>(length + 2);
  return r;
}

inline Result v2(pp::Bytes in) {
  Result r;
  r.size = -1;
  if (in.size() < 16 || std::memcmp(in.data(), "\r\n\r\n\0\r\nQUIT\n", 12) != 0) return r;
  if ((in[12] & 0xf0) != 0x20) return r;
  std::uint16_t length;
  std::memcpy(&length, &in[14], 2);
  length = ntohs(length);
  if (in.size() < 16U + length) {
    r.size = 0;
    return r;
  }
  switch (in[12] & 0xf) {
    case 0: break;
    case 1:
      if (in[13] == 0x11 && length >= 12) {
        r.family = AF_INET;
        std::memcpy(r.source, &in[16], 4);
        std::memcpy(r.destination, &in[20], 4);
        std::memcpy(&r.source_port, &in[24], 2);
        std::memcpy(&r.destination_port, &in[26], 2);
      } else if (in[13] == 0x21 && length >= 36) {
        r.family = AF_INET6;
        std::memcpy(r.source, &in[16], 16);
        std::memcpy(r.destination, &in[32], 16);
        std::memcpy(&r.source_port, &in[48], 2);
        std::memcpy(&r.destination_port, &in[50], 2);
      }
      r.source_port = ntohs(r.source_port);
      r.destination_port = ntohs(r.destination_port);
      break;
    default: return r;
  }
  r.size = 16 + length;
  return r;
}

inline Result parse(pp::Bytes in) {
  if (in.size() >= 16 && std::memcmp(in.data(), "\r\n\r\n\0\r\nQUIT\n", 12) == 0) return v2(in);
  if (in.size() >= 8 && std::memcmp(in.data(), "PROXY", 5) == 0) return v1(in);
  Result r;
  r.size = -1;
  return r;
}

}  // namespace textbook
