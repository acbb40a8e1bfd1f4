// Stands in for filter.cpp in a build without libpcap: says what does the same.
#include "pp/source/filter.hpp"

namespace pp::source {

struct Filter::Program {};

bool have_libpcap() noexcept { return false; }

std::optional<FilterFault> check_filter(const std::string&) {
  return FilterFault{"this build has no packet filters (libpcap): tcpdump -r FILE -w - FILTER | ppinspect", 0, 0};
}

Filter::Filter(std::string expression) : expression_(std::move(expression)) {}
Filter::~Filter() = default;
bool Filter::passes(const packet::Packet&) { return false; }

}  // namespace pp::source
