#include "pp/source/filter.hpp"

#include <algorithm>
#include <new>

#include "pp/packet/link_types.hpp"
#include "pp/source/bpf.hpp"

namespace pp::source {
namespace {

constexpr std::size_t most_programs = 16;
constexpr std::size_t most_refusals = 8;
constexpr int longest_packet = 262144;

/// libpcap compiles for its own DLT_ values, which differ from the LINKTYPE_ values of files in a few.
int dlt_of(std::uint32_t link_type) noexcept {
  const packet::LinkType* const known = packet::find_link_type(link_type);
  const std::uint32_t dlt = known == nullptr ? link_type : known->dlt;
  return dlt > INT32_MAX ? -1 : static_cast<int>(dlt);
}

}  // namespace

struct Filter::Program {
  std::uint32_t link_type = 0;
  bool compiled = false;
  bool from_ip = false;  // the program looks at the IP packet inside
  BpfProgram bpf;
};

bool have_libpcap() noexcept { return true; }
std::string_view libpcap_version() noexcept { return pcap_lib_version(); }

PcapHandle compiler_for(std::uint32_t link_type) {
  PcapHandle handle(pcap_open_dead(dlt_of(link_type), longest_packet));
  if (handle == nullptr) throw std::bad_alloc();
  return handle;
}

std::optional<FilterFault> check_filter(const std::string& expression) {
  if (const std::string word = first_word(expression); is_name(word)) {
    return FilterFault{"no packet filter begins with '" + word + "'; a host's name follows 'host'", expression.find(word), word.size(),
                       true};
  }
  // Ethernet comes first: its complaint is the one that people know.
  std::string error;
  for (const packet::LinkType& link : packet::link_types()) {
    if (!link.judges_filters) continue;
    BpfProgram program;
    if (program.compile(compiler_for(link.number).get(), expression)) return std::nullopt;
    if (error.empty()) error = program.error();
    if (error == rejects_all) break;
  }
  return locate_fault(expression, packet::link_ethernet, error);
}

Filter::Filter(std::string expression) : expression_(std::move(expression)) {}
Filter::~Filter() = default;

bool Filter::passes(const packet::Packet& packet) {
  if (current_ == nullptr || current_->link_type != packet.link_type) select(packet.link_type);
  if (!current_->compiled) return false;
  if (!current_->from_ip) return run(*current_, packet);
  const std::optional<packet::Packet> ip = packet::from_ip(packet);
  return ip && run(*current_, *ip);
}

bool Filter::run(Program& program, const packet::Packet& packet) {
  pcap_pkthdr header{};
  header.caplen = static_cast<bpf_u_int32>(packet.data.size());
  header.len = std::max(packet.wire_length, header.caplen);
  return pcap_offline_filter(program.bpf.get(), &header, packet.data.data()) != 0;
}

void Filter::select(std::uint32_t link_type) {
  const auto known = std::find_if(programs_.begin(), programs_.end(), [link_type](const auto& p) { return p->link_type == link_type; });
  if (known != programs_.end()) {
    current_ = known->get();
    return;
  }
  auto program = std::make_unique<Program>();
  program->link_type = link_type;
  const packet::LinkType* const link = packet::find_link_type(link_type);
  program->from_ip = link != nullptr && link->filters_inside;
  program->compiled = program->bpf.compile(compiler_for(program->from_ip ? packet::link_raw : link_type).get(), expression_);
  if (!program->compiled && program->bpf.error() != rejects_all && refusals_.size() < most_refusals) {
    const auto same = [link_type](const Refusal& r) { return r.link_type == link_type; };
    if (std::none_of(refusals_.begin(), refusals_.end(), same)) refusals_.push_back({link_type, program->bpf.error()});
  }
  current_ = program.get();
  if (programs_.size() < most_programs) {
    programs_.push_back(std::move(program));
  } else {
    programs_[next_] = std::move(program);
    next_ = (next_ + 1) % most_programs;
  }
}

}  // namespace pp::source
