#include "pp/source/capture_file.hpp"

#include <string_view>

#include "pp/source/private_file.hpp"

namespace pp::source {
namespace {

constexpr std::size_t block = 64U << 10;

}  // namespace

CaptureFile::CaptureFile(const std::string& path, std::span<const InputFile> inputs)
    : path_(path), fd_(create_private_file(path, inputs)), pcapng_(path.ends_with(".pcapng") || path.ends_with(".ntar")) {}

void CaptureFile::begin(const packet::Packet& first) {
  begun_ = true;
  link_type_ = first.link_type;
  style_.nanoseconds = first.nanoseconds;
  if (pcapng_) {
    packet::append_section(buffer_, false);
  } else {
    packet::append_pcap_header(buffer_, style_, link_type_);
  }
}

std::uint32_t CaptureFile::interface_of(const packet::Packet& packet) {
  packet::PcapngInterface wanted;
  wanted.link_type = packet.link_type;
  wanted.resolution = packet.nanoseconds ? 9 : 6;
  for (std::uint32_t i = 0; i < interfaces_.size(); ++i) {
    if (interfaces_[i].link_type == wanted.link_type && interfaces_[i].resolution == wanted.resolution) return i;
  }
  packet::append_interface(buffer_, false, wanted);
  interfaces_.push_back(wanted);
  return static_cast<std::uint32_t>(interfaces_.size() - 1);
}

void CaptureFile::write(const packet::Packet& packet) {
  if (!begun_) begin(packet);
  if (pcapng_) {
    const std::uint32_t id = interface_of(packet);
    packet::append_enhanced_packet(buffer_, false, id, interfaces_[id], packet);
  } else if (packet.link_type == link_type_) {
    packet::append_pcap_record(buffer_, style_, packet);
  } else {
    ++left_out_;
    return;
  }
  ++packets_;
  if (buffer_.size() >= block) flush();
}

void CaptureFile::flush() {
  if (buffer_.empty()) return;
  const packet::CaptureBuffer bytes = std::exchange(buffer_, {});
  write_all(fd_.get(), {reinterpret_cast<const char*>(bytes.data()), bytes.size()}, path_);
}

void CaptureFile::close() {
  if (!begun_) {
    packet::Packet none;
    none.link_type = 1;
    begin(none);
    if (pcapng_) interface_of(none);
  }
  flush();
}

}  // namespace pp::source
