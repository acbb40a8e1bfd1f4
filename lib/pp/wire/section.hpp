// The sections of the specification that rules may cite; citing any other does not compile.
#pragma once

#include <array>
#include <string_view>

namespace pp {

inline constexpr std::array<std::string_view, 11> spec_sections = {"2",     "2.1",   "2.2",   "2.2.1", "2.2.2", "2.2.3",
                                                                   "2.2.4", "2.2.5", "2.2.6", "2.2.7", "2.2.8"};

/// A cited section of the specification dated 2026/04/27.
class Section {
 public:
  consteval Section(const char* number) : number_(number) {  // NOLINT(google-explicit-constructor)
    bool known = false;
    for (std::string_view s : spec_sections) known = known || s == number_;
    if (!known) throw "no such section in the specification";
  }
  constexpr std::string_view number() const noexcept { return number_; }

 private:
  std::string_view number_;
};

}  // namespace pp
