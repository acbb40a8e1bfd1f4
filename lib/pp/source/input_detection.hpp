// Looking at the front of an input until it is known what it holds.
#pragma once

#include "pp/source/capture_source.hpp"
#include "pp/source/text_input.hpp"

namespace pp::source {

/// Looks at the first bytes, and when they are those of gzip or zstd, `buffer` is onto the content from now on.
void undo_compression(BlockBuffer& buffer, const ReadHooks& hooks);

/// Undoes compression, then reads on until detect() is settled, detect_enough bytes are there, the input ends or a hook says
/// stop. Nothing is consumed. Content that is compressed again stays so. Throws std::system_error when reading fails.
Detection detect_input(BlockBuffer& buffer, const ReadHooks& hooks);

}  // namespace pp::source
