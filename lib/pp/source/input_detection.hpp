// Looking at the front of an input until it is known what it holds.
#pragma once

#include "pp/source/capture_source.hpp"
#include "pp/source/text_input.hpp"

namespace pp::source {

/// Reads on until detect() is settled, detect_enough bytes are there, the input ends or a hook says stop. Nothing is
/// consumed. Throws std::system_error when reading fails.
Detection detect_input(BlockBuffer& buffer, const ReadHooks& hooks);

}  // namespace pp::source
