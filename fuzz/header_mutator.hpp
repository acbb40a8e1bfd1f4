// A mutator that knows what a header is: damage and repairs that a byte mutator finds by chance alone, such as a TLV more
// with the length and the checksum right again. Built on forge's mutations and random headers.
#pragma once

#include <cstddef>
#include <cstdint>

namespace fuzz {

/// A mutator without knowledge, for values and for one mutation in four: LLVMFuzzerMutate, or a test's own.
using ByteMutator = std::size_t (*)(std::uint8_t* data, std::size_t size, std::size_t max_size);

/// Changes the header at `data`, which holds `size` bytes and has room for `max_size`. Returns the new size, never above
/// `max_size`, and never 0 when max_size is not. Depends on bytes, sizes and seed alone, as far as `mutate_bytes` does.
std::size_t mutate_header(std::uint8_t* data, std::size_t size, std::size_t max_size, std::uint64_t seed, ByteMutator mutate_bytes);

/// The first header with some of the second one's TLVs among its own; its fixed part and addresses stay.
std::size_t cross_headers(const std::uint8_t* first, std::size_t first_size, const std::uint8_t* second, std::size_t second_size,
                          std::uint8_t* out, std::size_t max_size, std::uint64_t seed);

}  // namespace fuzz
