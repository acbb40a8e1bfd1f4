// Stands in for filter.cpp, live.cpp and interfaces.cpp in a build without libpcap: says what does the same.
#include <stdexcept>

#include "pp/source/filter.hpp"
#include "pp/source/live.hpp"

namespace pp::source {

struct Filter::Program {};
struct LiveSource::Capture {};

bool have_libpcap() noexcept { return false; }
std::string_view libpcap_version() noexcept { return {}; }

std::optional<FilterFault> check_filter(const std::string&) {
  return FilterFault{"this build has no packet filters (libpcap): tcpdump -r FILE -w - FILTER | ppinspect", 0, 0};
}

Filter::Filter(std::string expression) : expression_(std::move(expression)) {}
Filter::~Filter() = default;
bool Filter::passes(const packet::Packet&) { return false; }

LiveSource::LiveSource(const LiveOptions& options) {
  throw std::runtime_error("this build captures nothing itself (libpcap): tcpdump -i " + options.interface + " -U -w - | ppinspect");
}
LiveSource::~LiveSource() = default;
std::optional<FilterFault> LiveSource::filter(const std::string& expression) { return check_filter(expression); }
std::string LiveSource::about() const { return {}; }
LiveLosses LiveSource::losses() { return {}; }
void LiveSource::run(const Sink&, const Turn&) {}

std::vector<Interface> interfaces() { throw std::runtime_error("this build captures nothing itself (libpcap): tcpdump -D"); }

}  // namespace pp::source
