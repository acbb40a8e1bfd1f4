// A capture that is written: pcap or pcapng, by the name's suffix.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pp/net/fd.hpp"
#include "pp/packet/capture_write.hpp"
#include "pp/packet/packet.hpp"
#include "pp/sink/private_file.hpp"

namespace pp::sink {

class CaptureFile {
 public:
  /// Opens as create_private_file does, and refuses to be one of the inputs. pcapng for .pcapng and .ntar, else pcap: in
  /// microseconds until there is a packet with nanoseconds, with which all of the file changes to those.
  CaptureFile(const std::string& path, std::span<const OpenInput> inputs);

  /// Appends. A pcap file has one link type: packets of another are left out and counted; it has no room for comments either.
  /// Throws std::system_error.
  void write(const packet::Packet& packet, std::string_view comment = {});
  /// Comments are written.
  bool has_comments() const noexcept { return pcapng_; }
  /// What is there so far is in the file. Throws std::system_error.
  void flush();
  /// Ends the file; one without packets is a capture too.
  void close();

  const std::string& path() const noexcept PP_LIFETIMEBOUND { return path_; }
  std::uint64_t packets() const noexcept { return packets_; }
  /// Packets that have another link type than the pcap file.
  std::uint64_t left_out() const noexcept { return left_out_; }
  std::uint32_t link_type() const noexcept { return link_type_; }

 private:
  void begin(const packet::Packet& first);
  void change_to_nanoseconds();
  std::uint32_t interface_of(const packet::Packet& packet);

  std::string path_;
  Fd fd_;
  bool pcapng_;
  bool begun_ = false;
  packet::PcapStyle style_;
  std::uint32_t link_type_ = 1;
  std::vector<packet::PcapngInterface> interfaces_;
  packet::CaptureBuffer buffer_;
  std::uint64_t packets_ = 0;
  std::uint64_t left_out_ = 0;
};

}  // namespace pp::sink
