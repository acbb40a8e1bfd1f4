// Law: any text is decoded or refused at a place in it; what is written as hex, xxd or base64 reads back as itself; what a form prints reads back to the same bytes or is refused; a guess that is settled is not changed by what follows; and lines are the same however the file is read.
//
// Input: a byte for the type, then the text.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <string>
#include <vector>

#include "harness.hpp"
#include "pp/base/hex.hpp"
#include "pp/render/bytes_format.hpp"
#include "pp/source/lines.hpp"
#include "pp/source/text_dump.hpp"
#include "pp/source/text_input.hpp"
#include "printers.hpp"

namespace {

using fuzz::require;
using fuzz::text_of;
using pp::Bytes;
using pp::source::InputType;

constexpr InputType types[] = {InputType::automatic, InputType::text,  InputType::hex, InputType::base64,
                               InputType::raw,       InputType::lines, InputType::pcap};

void decodes(InputType type, std::string_view text) {
  const pp::source::TextResult r = pp::source::decode_text(type, text);
  require(r.bytes.size() <= std::max(text.size(), pp::source::max_dumped),
          "a text decodes to no more than its own size, or a dump's limit");
  if (!r.error) return;
  require(r.error->offset <= text.size() && !r.error->text.empty(), "an error has a place and a sentence");
  const std::string_view before = text.substr(0, r.error->offset);
  require(r.error->line == 1 + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')),
          "its line is the one of its offset");
  const std::size_t start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  require(r.error->column == r.error->offset - start + 1, "and so is its column");
}

void reads_back(Bytes bytes) {
  for (const auto& [format, type] : {std::pair{"hex", InputType::hex}, {"xxd", InputType::hex}, {"base64", InputType::base64}}) {
    std::string text;
    pp::render::find_bytes_format(format)->write(text, bytes);
    const auto r = pp::source::decode_text(type, text);
    require(!r.error && r.bytes.size() == bytes.size() && std::equal(bytes.begin(), bytes.end(), r.bytes.begin()),
            "what is written reads back");
  }
  std::string hex = pp::to_hex(bytes);
  const auto back = pp::from_hex(hex);
  require(back && back->size() == bytes.size() && std::equal(bytes.begin(), bytes.end(), back->begin()), "and so do plain digits");
  std::vector<std::uint8_t> buffer;
  pp::source::Line line;
  pp::source::decode_line(hex, buffer, line);
  require(line.error.empty() && line.bytes.size() == bytes.size() && std::equal(bytes.begin(), bytes.end(), line.bytes.begin()),
          "and a line of a batch");
}

/// Never to other bytes.
void forms_read_back(Bytes bytes) {
  const std::vector<std::uint8_t> header = pp::test::header_around(bytes);
  for (const pp::test::Printer& printer : pp::test::printers) {
    require(pp::test::broken_by_reading(printer, header).empty(), "what a form prints of a header reads back, or is refused");
    if (printer.kind == pp::test::Printed::any)
      require(pp::test::broken_by_reading(printer, bytes).empty(), "what it prints of any bytes reads back, or is refused");
  }
}

void detects(Bytes in) {
  const auto whole = pp::source::detect(in);
  for (std::size_t n : {in.size() / 2, in.size() > 0 ? in.size() - 1 : 0, std::size_t{16}, std::size_t{4}}) {
    if (n >= in.size()) continue;
    const auto front = pp::source::detect(in.first(n));
    if (!front.settled) continue;
    require(front.type == whole.type && front.compression == whole.compression && whole.settled, "a settled guess stays");
  }
}

struct Kept {
  std::uint64_t number;
  std::vector<std::uint8_t> bytes;
  std::string error;
  std::size_t column;
  bool operator==(const Kept&) const = default;
};

std::vector<Kept> lines(Bytes in, std::size_t block) {
  std::vector<Kept> out;
  const int fd = memfd_create("lines", MFD_CLOEXEC);
  require(fd >= 0 && write(fd, in.data(), in.size()) == static_cast<ssize_t>(in.size()) && lseek(fd, 0, SEEK_SET) == 0,
          "a file of the text");
  pp::source::InputFile file(fd, "memory");
  pp::source::BlockBuffer buffer(file, pp::source::max_line + 4096, block);
  const pp::source::ReadHooks hooks;
  pp::source::LineReader reader(buffer, hooks);
  for (pp::source::Line line; reader.next(line);)
    out.push_back({line.number, {line.bytes.begin(), line.bytes.end()}, line.error, line.column});
  return out;
}

void reads_lines(Bytes in) {
  const auto all = lines(in, 256 * 1024);
  require(all == lines(in, 4096), "lines are the same in blocks of any size");
  const std::size_t feeds = static_cast<std::size_t>(std::count(in.begin(), in.end(), std::uint8_t{'\n'}));
  require(all.size() == feeds + (!in.empty() && in.back() != '\n' ? 1 : 0), "a line ends at LF or at the end");
  for (std::size_t i = 0; i < all.size(); ++i) {
    require(all[i].number == i + 1, "lines are numbered from 1");
    require(all[i].error.empty() || all[i].bytes.empty(), "a line is bytes or an error");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Choices c(Bytes(data, size));
  const InputType type = types[c.below(std::size(types))];
  const Bytes in = c.rest();
  decodes(type, text_of(in));
  detects(in);
  const std::uint32_t choice = fuzz::hash(in);
  if (choice % 4 == 0) reads_back(in);
  if (choice % 16 == 1) forms_read_back(in.first(std::min<std::size_t>(in.size(), 512)));
  if (choice % 8 == 0 || type == InputType::lines) reads_lines(in);
  return 0;
}
