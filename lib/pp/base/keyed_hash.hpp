// A fast hash with a secret, so that nobody who writes the input can choose which slots its entries get. Not a MAC: it keeps
// tables from being flooded and says nothing about who wrote the bytes.
#pragma once

#include <cstddef>
#include <cstdint>

#include "pp/base/bytes.hpp"
#include "pp/base/ip.hpp"

namespace pp {

/// The secret. The default is for tests and for input that is trusted.
struct HashKey {
  std::uint64_t first = 0x9e3779b97f4a7c15;
  std::uint64_t second = 0xd1b54a32d192ed03;
};

__extension__ typedef unsigned __int128 WideProduct;

/// The halves of the 128-bit product, xored. Mix a part of the key into each factor.
inline std::uint64_t hash_mix(std::uint64_t a, std::uint64_t b) noexcept {
  const WideProduct product = static_cast<WideProduct>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

inline std::uint64_t hash_bytes(Bytes bytes, std::uint64_t seed, const HashKey& key) noexcept {
  std::uint64_t h = seed ^ bytes.size();
  for (std::size_t i = 0; i < bytes.size(); i += 8) {
    std::uint64_t word = 0;
    for (std::size_t k = i; k < bytes.size() && k < i + 8; ++k) word = word << 8U | bytes[k];
    h = hash_mix(h ^ key.first, word ^ key.second);
  }
  return h;
}

/// Of an address and a number that belongs to it (a port, a kind), at most 56 bits.
inline std::uint64_t hash_address(const IpAddress& a, std::uint64_t with, const HashKey& key) noexcept {
  const std::uint64_t high = load_be64(a.bytes.data());
  const std::uint64_t low = load_be64(a.bytes.data() + 8);
  return hash_mix(hash_mix(high ^ key.first, low ^ key.second) ^ key.first, (with << 8U | a.size) ^ key.second);
}

}  // namespace pp
