#include "pp/source/foreign_formats.hpp"

#include <algorithm>
#include <string_view>

namespace pp::source {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view by_editcap = "convert it with: editcap -F pcapng FILE converted.pcapng";

/// CommView's records have no magic; the date of the first packet is where it should be.
bool has_date(Bytes head, std::size_t at) noexcept {
  if (head.size() < at + 11) return false;
  const std::uint8_t* const p = head.data() + at;
  const unsigned year = load_le16(p);
  return year >= 1995 && year < 2100 && p[2] >= 1 && p[2] <= 12 && p[3] >= 1 && p[3] <= 31 && p[4] < 24 && p[5] < 60 && p[6] < 60 &&
         load_le32(p + 7) < 1'000'000;
}
bool is_commview(Bytes head) noexcept {
  return has_date(head, 5) && head[4] == 0 && load_le16(head.data()) > 0 && load_le16(head.data()) <= load_le16(head.data() + 2);
}
bool is_commview_extended(Bytes head) noexcept {
  return has_date(head, 4) && load_le32(head.data()) > 0 && load_le32(head.data()) <= 65535;
}

/// Event Tracing for Windows: the header of a buffer of whole KiB, then a system event of 32 or 64 bits.
bool is_etl(Bytes head) noexcept {
  constexpr std::size_t buffer_header = 72;
  if (head.size() < buffer_header + 4) return false;
  const std::uint32_t buffer = load_le32(head.data());
  const std::uint8_t* const event = head.data() + buffer_header;
  return buffer >= 1024 && buffer % 1024 == 0 && load_le16(event) == 2 && (event[2] == 1 || event[2] == 2) && event[3] == 0xc0;
}

/// A trace of a NetScaler says what it is in its first record.
bool is_nstrace(Bytes head) noexcept {
  constexpr std::size_t within = 64;
  const Bytes front = head.first(std::min(head.size(), within));
  const std::string_view text(static_cast<const char*>(static_cast<const void*>(front.data())), front.size());
  return text.find("NetScaler") != std::string_view::npos && text.find("Performance") != std::string_view::npos;
}

bool is_bzip2(Bytes head) noexcept {
  constexpr ByteLiteral block("1AY&SY");
  return head.size() >= 10 && head[0] == 'B' && head[1] == 'Z' && head[2] == 'h' && head[3] >= '1' && head[3] <= '9' &&
         std::equal(block.view().begin(), block.view().end(), head.begin() + 4);
}

struct Row {
  ForeignFormat format;
  std::string_view magic;
  std::size_t at = 0;
  bool (*fits)(Bytes head) noexcept = nullptr;  // where there is no magic
};

constexpr Row rows[] = {
    {{"xz data", "read it with: xz -dc FILE | ppinspect"},
     "\xfd"
     "7zXZ\0"sv},
    {{"bzip2 data", "read it with: bzip2 -dc FILE | ppinspect"}, {}, 0, is_bzip2},
    {{"lz4 data", "read it with: lz4 -dc FILE | ppinspect"}, "\x04\x22\x4d\x18"sv},
    {{"lz4 data", "read it with: lz4 -dc FILE | ppinspect"}, "\x02\x21\x4c\x18"sv},
    {{"lzip data", "read it with: lzip -dc FILE | ppinspect"}, "LZIP"sv},
    {{"lzop data", "read it with: lzop -dc FILE | ppinspect"}, "\x89LZO\0\x0d\x0a\x1a\x0a"sv},
    {{"lzma data", "read it with: xz --format=lzma -dc FILE | ppinspect"}, "\x5d\0\0\x80\0"sv},
    {{"data of compress", "read it with: gzip -dc FILE | ppinspect"}, "\x1f\x9d"sv},
    {{"snappy data", "decompress it first"}, "\xff\x06\0\0sNaPpY"sv},
    {{"a zip archive", "read it with: unzip -p FILE | ppinspect"}, "PK\x03\x04"sv},
    {{"an empty zip archive", "there is nothing in it"}, "PK\x05\x06"sv},
    {{"a 7z archive", "read it with: 7z x -so FILE | ppinspect"}, "7z\xbc\xaf\x27\x1c"sv},
    {{"a RAR archive", "read it with: unrar p -inul FILE | ppinspect"}, "Rar!\x1a\x07"sv},
    {{"a cabinet file", "unpack it with: cabextract FILE"}, "MSCF\0\0\0\0"sv},
    {{"a tar archive", "read what is in it: tar -xOf FILE NAME | ppinspect"}, "ustar"sv, 257},
    {{"a Network Monitor 1 capture", by_editcap}, "RTSS"sv},
    {{"a Network Monitor 2 capture", by_editcap}, "GMBU"sv},
    {{"a Sniffer capture", by_editcap}, "TRSNIFF data    \x1a"sv},
    {{"a NetXray capture", by_editcap}, "XCP\0"sv},
    {{"an old NetXray capture", by_editcap}, "VL\0\0"sv},
    {{"a LANalyzer capture", by_editcap}, "\x01\x10\x4c\0\x01\x05"sv},
    {{"a LANalyzer capture", by_editcap}, "\x07\x10\x4c\0\x01\x05"sv},
    {{"an nettl trace of HP-UX", by_editcap}, "TR\0d\0"sv},
    {{"an nettl trace of HP-UX 9", by_editcap}, "\0\0\0\x01\0\0\0\0\0\x07\xd0\0"sv},
    {{"an Observer capture", by_editcap}, "ObserverPktBufferVersion="sv},
    {{"a 5Views capture", by_editcap}, "\xaa\xaa\xaa\xaa"sv},
    {{"a K12 text capture", by_editcap}, "+---------+---------------+----------+"sv},
    {{"a Tektronix K12 capture", by_editcap}, "\0\0\x02\0\x12\x05\0\x10"sv},
    {{"an iptrace capture of AIX", by_editcap}, "iptrace 1.0"sv},
    {{"an iptrace capture of AIX", by_editcap}, "iptrace 2.0"sv},
    {{"a RADCOM capture", by_editcap}, "\x42\xd2\0\x34\x12\x66\x22\x88"sv},
    {{"a Visual Networks capture", by_editcap}, "\x05VNF"sv},
    {{"a tagged Peek capture", by_editcap}, "\177ver"sv},
    {{"an EyeSDN trace", by_editcap}, "EyeSDN"sv},
    {{"a Capsa capture", by_editcap}, "cpse"sv},
    {{"a Catapult DCT2000 log", by_editcap}, "Session Transcript"sv},
    {{"a Bluetooth log", "there is no IP in it"}, "btsnoop\0"sv},
    {{"a NetScaler trace", by_editcap}, {}, 0, is_nstrace},
    {{"a Windows event trace (ETL)", "convert it with: etl2pcapng FILE converted.pcapng, or on Windows: pktmon etl2pcap FILE"},
     {},
     0,
     is_etl},
    {{"a CommView capture", by_editcap}, {}, 0, is_commview},
    {{"a CommView capture", by_editcap}, {}, 0, is_commview_extended},
};

bool agrees(Bytes head, std::string_view magic, std::size_t at) noexcept {
  for (std::size_t i = 0; i < magic.size() && at + i < head.size(); ++i) {
    if (head[at + i] != static_cast<std::uint8_t>(magic[i])) return false;
  }
  return true;
}

}  // namespace

ForeignLook look_for_foreign_format(Bytes head) noexcept {
  ForeignLook look;
  if (head.empty()) return look;
  for (const Row& row : rows) {
    if (row.fits != nullptr) {
      if (row.fits(head)) return {&row.format, false};
    } else if (agrees(head, row.magic, row.at)) {
      if (head.size() >= row.at + row.magic.size()) return {&row.format, false};
      look.need_more |= row.at == 0;
    }
  }
  return look;
}

}  // namespace pp::source
