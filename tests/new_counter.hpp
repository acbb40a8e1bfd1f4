// Counts every kind of operator new in a program that links new_counter.cpp.
#pragma once

#include <cstddef>

std::size_t new_count() noexcept;
