// Counts every operator new of a program that links allocation_count.cpp.
#pragma once

#include <cstddef>

std::size_t allocation_count() noexcept;
