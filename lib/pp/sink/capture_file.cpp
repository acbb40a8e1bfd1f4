#include "pp/sink/capture_file.hpp"

#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <system_error>

#include "pp/sink/private_file.hpp"

namespace pp::sink {
namespace {

constexpr std::size_t block = 64U << 10;
constexpr std::size_t file_header = 24;
constexpr std::size_t record_header = 16;

/// pread or pwrite of all of it; the file is a regular one.
template <class Call>
void transfer(Call call, int fd, std::span<std::uint8_t> bytes, std::size_t at, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t n = call(fd, bytes.data(), bytes.size(), static_cast<off_t>(at));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) throw std::system_error(n < 0 ? errno : EIO, std::generic_category(), path);
    bytes = bytes.subspan(static_cast<std::size_t>(n));
    at += static_cast<std::size_t>(n);
  }
}

}  // namespace

CaptureFile::CaptureFile(const std::string& path, std::span<const OpenInput> inputs)
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

/// What is written so far was in microseconds, and the file has one resolution for all.
void CaptureFile::change_to_nanoseconds() {
  flush();
  style_.nanoseconds = true;
  packet::CaptureBuffer header;
  packet::append_pcap_header(header, style_, link_type_);
  transfer(pwrite, fd_.get(), std::span(header), 0, path_);
  std::size_t at = file_header;
  for (std::uint64_t i = 0; i < packets_; ++i) {
    std::uint8_t record[record_header];  // seconds, their fraction, bytes captured, bytes on the wire: little endian
    transfer(pread, fd_.get(), std::span(record), at, path_);
    const auto field = [&record](unsigned k) {
      return record[k] | std::uint32_t{record[k + 1]} << 8U | std::uint32_t{record[k + 2]} << 16U | std::uint32_t{record[k + 3]} << 24U;
    };
    const std::uint32_t nanoseconds = field(4) * 1000;
    for (unsigned k = 0; k < 4; ++k) record[4 + k] = static_cast<std::uint8_t>(nanoseconds >> (8 * k));
    transfer(pwrite, fd_.get(), std::span(record).subspan(4, 4), at + 4, path_);
    at += record_header + field(8);
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

void CaptureFile::write(const packet::Packet& packet, std::string_view comment) {
  if (!begun_) begin(packet);
  if (pcapng_) {
    const std::uint32_t id = interface_of(packet);
    packet::append_enhanced_packet(buffer_, false, id, interfaces_[id], packet, comment);
  } else if (packet.link_type == link_type_) {
    if (packet.nanoseconds && !style_.nanoseconds) change_to_nanoseconds();
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

}  // namespace pp::sink
