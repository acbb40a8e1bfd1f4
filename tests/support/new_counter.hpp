// Counts every kind of operator new in a program that links new_counter.cpp, and makes one call fail.
#pragma once

#include <cstddef>

std::size_t new_count() noexcept;

/// The `calls`th from now finds no memory, once; 0: none does.
void fail_new(std::size_t calls) noexcept;
