// Where bytes come from: files, pipes and FIFOs, captures that come in pieces, batches of lines.
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <vector>

#include "pp/packet/capture_write.hpp"
#include "pp/source/capture_source.hpp"
#include "pp/source/lines.hpp"

namespace {
using namespace pp;
using namespace pp::source;
using namespace std::string_literals;
using packet::CaptureBuffer;
using packet::Packet;

Bytes bytes_of(std::string_view s) { return {reinterpret_cast<const std::uint8_t*>(s.data()), s.size()}; }
std::string string_of(Bytes b) { return {b.begin(), b.end()}; }

/// A directory that goes away with everything in it.
struct Scratch {
  std::string path = "/tmp/pp-source-test-XXXXXX";
  std::vector<std::string> files;
  Scratch() {
    if (::mkdtemp(path.data()) == nullptr) throw std::system_error(errno, std::generic_category(), path);
  }
  ~Scratch() {
    for (const auto& f : files) ::unlink(f.c_str());
    ::rmdir(path.c_str());
  }
  std::string name(const std::string& leaf) { return files.emplace_back(path + "/" + leaf); }
  std::string file(const std::string& leaf, Bytes content) {
    auto full = name(leaf);
    std::ofstream(full, std::ios::binary) << string_of(content);
    return full;
  }
};

struct Pipe {
  int fds[2]{-1, -1};
  Pipe() {
    if (::pipe2(fds, O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
  }
  ~Pipe() { close(); }
  InputFile reader() { return {fds[0], "pipe"}; }
  void write(Bytes b) const { ASSERT_EQ(::write(fds[1], b.data(), b.size()), static_cast<ssize_t>(b.size())); }
  void close() {
    if (fds[1] >= 0) ::close(fds[1]);
    fds[1] = -1;
  }
};

Packet packet_of(Bytes data, std::int64_t time_ns = 1'000'000'000) {
  Packet p;
  p.time_ns = time_ns;
  p.data = data;
  p.wire_length = static_cast<std::uint32_t>(data.size());
  return p;
}

CaptureBuffer capture(std::initializer_list<std::string_view> packets) {
  CaptureBuffer out;
  packet::append_pcap_header(out, {}, 1);
  for (const auto& text : packets) packet::append_pcap_record(out, {}, packet_of(bytes_of(text)));
  return out;
}

TEST(InputFile, RefusesWithTheNameAndTheReason) {
  const auto refusal = [](const std::string& name) {
    try {
      const InputFile file(name);
    } catch (const std::system_error& e) {
      return std::pair{e.code().value(), std::string(e.what())};
    }
    return std::pair{0, ""s};
  };
  EXPECT_EQ(refusal("/nonexistent/file.pcap"), (std::pair{ENOENT, "/nonexistent/file.pcap: No such file or directory"s}));
  EXPECT_EQ(refusal("/tmp"), (std::pair{EISDIR, "/tmp: Is a directory"s}));
}

TEST(InputFile, KnowsWhatItOpened) {
  Scratch scratch;
  const InputFile file(scratch.file("a", bytes_of("12345")));
  EXPECT_TRUE(file.regular());
  EXPECT_EQ(file.size(), 5U);
  EXPECT_NE(::fcntl(file.fd(), F_GETFD) & FD_CLOEXEC, 0);
  const InputFile null("/dev/null");
  EXPECT_FALSE(null.regular());
  EXPECT_EQ(InputFile("-").name(), "stdin");
}

TEST(BlockBuffer, KeepsWhatWasNotConsumedAcrossBlocks) {
  Scratch scratch;
  std::string content;
  for (int i = 0; content.size() < 50'000; ++i) content += std::to_string(i) + ",";
  for (const std::size_t step : {1U, 7U, 4096U, 6000U, 8192U}) {
    InputFile file(scratch.file("b", bytes_of(content)));
    BlockBuffer buffer(file, 8192, 4096);
    std::string got;
    while (true) {
      EXPECT_EQ(buffer.offset(), got.size());
      if (buffer.available().size() >= step) {
        got += string_of(buffer.available().first(step));
        buffer.consume(step);
      } else if (buffer.fill(step) == BlockBuffer::Fill::end) {
        got += string_of(buffer.available());
        EXPECT_EQ(buffer.bytes_read(), content.size());
        EXPECT_EQ(buffer.fill(8192), BlockBuffer::Fill::end);
        break;
      }
    }
    EXPECT_EQ(got, content) << step;
  }
  InputFile file(scratch.files[0]);
  BlockBuffer buffer(file, 8192, 4096);
  EXPECT_THROW(buffer.fill(8193), std::length_error) << "never beyond the limit";
}

TEST(BlockBuffer, LargeFilesFromWhereTheDescriptorStands) {
  Scratch scratch;
  std::string content;
  for (int i = 0; content.size() < 300'000; ++i) content += std::to_string(i) + ",";
  const std::string path = scratch.file("b", bytes_of(content));
  for (const std::size_t start : {0U, 1U, 5000U, 299'990U}) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    ASSERT_EQ(::lseek(fd, static_cast<off_t>(start), SEEK_SET), static_cast<off_t>(start));
    InputFile file(fd, "b");
    BlockBuffer buffer(file, 8192, 4096);
    std::string got;
    for (std::size_t step = 1; buffer.fill(step % 8192 + 1) != BlockBuffer::Fill::end; step += 97) {
      const std::size_t n = std::min(buffer.available().size(), step % 8192);
      got += string_of(buffer.available().first(n));
      buffer.consume(n);
      while (buffer.available().size() > step % 8192) {
        got += string_of(buffer.available().first(1));
        buffer.consume(1);
      }
    }
    got += string_of(buffer.available());
    EXPECT_EQ(got, content.substr(start));
  }
}

TEST(BlockBuffer, AFileThatIsCutWhileItIsReadIsAnErrorAndNoCrash) {
  Scratch scratch;
  const std::string path = scratch.file("b", std::vector<std::uint8_t>(1 << 20, 'x'));
  InputFile file(path);
  BlockBuffer buffer(file, 65536, 4096);
  ASSERT_EQ(buffer.fill(1), BlockBuffer::Fill::got);
  ASSERT_EQ(::truncate(path.c_str(), 5000), 0);
  const Bytes there = buffer.available();
  EXPECT_EQ(there[4095], 'x');
  EXPECT_EQ(there[65535], 0) << "what is gone reads as zeros";
  EXPECT_EQ(there[8192], 0);
  buffer.consume(there.size());
  EXPECT_THROW(
      {
        while (buffer.fill(1) != BlockBuffer::Fill::end) buffer.consume(buffer.available().size());
      },
      std::runtime_error);
}

TEST(BlockBuffer, ReadRest) {
  Scratch scratch;
  const std::string content(600'000, 'x');
  InputFile file(scratch.file("c", bytes_of(content)));
  BlockBuffer buffer(file, 4096);
  ASSERT_EQ(buffer.fill(1), BlockBuffer::Fill::got);
  EXPECT_EQ(string_of(read_rest(buffer, 600'000)), content);
  InputFile again(scratch.files[0]);
  BlockBuffer other(again, 4096);
  EXPECT_THROW(read_rest(other, 599'999), std::runtime_error);
}

TEST(CaptureSource, EmptyFileAndCutFile) {
  Scratch scratch;
  InputFile empty(scratch.file("empty", {}));
  auto result = read_capture(empty, [](const Packet&) {});
  ASSERT_TRUE(result.error);
  EXPECT_EQ(result.error->text, "file is empty: 0 of the 24 bytes that a capture begins with");

  auto bytes = capture({"first", "second"});
  bytes.pop_back();
  InputFile cut(scratch.file("cut", bytes));
  std::vector<std::string> seen;
  result = read_capture(cut, [&](const Packet& p) { seen.push_back(string_of(p.data)); });
  EXPECT_EQ(seen, (std::vector<std::string>{"first"}));
  ASSERT_TRUE(result.error);
  EXPECT_EQ(result.error->offset, 45U);
  EXPECT_EQ(result.error->text, "file ends inside a packet record at offset 45: 21 of 22 bytes");
  EXPECT_EQ(result.packets, 1U);
  EXPECT_EQ(result.bytes, bytes.size());
}

TEST(CaptureSource, FirstPacketOfAPipeComesBeforeTheSecondIsWritten) {
  Pipe pipe;
  const auto bytes = capture({"first"});
  pipe.write(bytes);
  CaptureBuffer second;
  packet::append_pcap_record(second, {}, packet_of(bytes_of("second")));
  auto file = pipe.reader();
  std::vector<std::string> seen;
  const auto result = read_capture(file, [&](const Packet& p) {
    seen.push_back(string_of(p.data));
    // Were this packet held back for more, nothing would ever be written and the read would never end.
    if (p.frame == 1) pipe.write(second);
    if (p.frame == 2) pipe.close();
  });
  EXPECT_EQ(seen, (std::vector<std::string>{"first", "second"}));
  EXPECT_FALSE(result.error);
  EXPECT_EQ(result.packets, 2U);
}

TEST(CaptureSource, EveryByteOnItsOwn) {
  CaptureBuffer bytes;
  packet::append_section(bytes, true);
  const packet::PcapngInterface interface { 1, 0, 9, 0 };
  packet::append_interface(bytes, true, interface);
  packet::append_enhanced_packet(bytes, true, 0, interface, packet_of(bytes_of("hello"), 77));
  Pipe pipe;
  auto file = pipe.reader();
  std::size_t written = 0;
  ReadHooks hooks;
  hooks.idle_ms = 0;
  hooks.idle = [&] {
    if (written == bytes.size()) {
      pipe.close();
    } else {
      pipe.write(Bytes(bytes).subspan(written++, 1));
    }
    return true;
  };
  int packets = 0;
  const auto result = read_capture(
      file,
      [&](const Packet& p) {
        ++packets;
        EXPECT_EQ(written, bytes.size());
        EXPECT_EQ(string_of(p.data), "hello");
        EXPECT_EQ(p.time_ns, 77);
      },
      hooks);
  EXPECT_FALSE(result.error);
  EXPECT_EQ(packets, 1);
}

TEST(CaptureSource, IdleIsNoticedAndMayStop) {
  Pipe pipe;
  pipe.write(capture({"one"}));
  auto file = pipe.reader();
  ReadHooks hooks;
  hooks.idle_ms = 1;
  int idle = 0;
  int packets = 0;
  hooks.idle = [&] {
    EXPECT_EQ(packets, 1);
    return ++idle < 3;
  };
  const auto result = read_capture(
      file, [&](const Packet&) { ++packets; }, hooks);
  EXPECT_EQ(idle, 3);
  EXPECT_TRUE(result.stopped);
  EXPECT_FALSE(result.error);
}

TEST(CaptureSource, SinkMayStop) {
  Scratch scratch;
  InputFile file(scratch.file("d", capture({"a", "b", "c"})));
  int packets = 0;
  const auto result = read_capture(file, [&](const Packet&) { return ++packets < 2; });
  EXPECT_EQ(packets, 2);
  EXPECT_TRUE(result.stopped);
  EXPECT_FALSE(result.error);
}

TEST(CaptureSource, FifoWaitsForItsWriter) {
  Scratch scratch;
  const auto name = scratch.name("fifo");
  ASSERT_EQ(::mkfifo(name.c_str(), 0600), 0);
  const auto bytes = capture({"through a fifo"});
  std::thread writer([&] {
    const int fd = ::open(name.c_str(), O_WRONLY | O_CLOEXEC);
    EXPECT_EQ(::write(fd, bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
    ::close(fd);
  });
  InputFile file(name);
  std::string seen;
  const auto result = read_capture(file, [&](const Packet& p) { seen = string_of(p.data); });
  writer.join();
  EXPECT_EQ(seen, "through a fifo");
  EXPECT_FALSE(result.error);
}

TEST(CaptureSource, LargeBlocksAndProgress) {
  CaptureBuffer bytes;
  packet::append_section(bytes, false);
  const packet::PcapngInterface interface;
  packet::append_interface(bytes, false, interface);
  const std::size_t large = 80U << 20;
  const auto put32 = [&](std::size_t v) {
    for (unsigned i = 0; i < 4; ++i) bytes.push_back(static_cast<std::uint8_t>(v >> (8 * i)));
  };
  put32(0x0bad);
  put32(large);
  bytes.resize(bytes.size() + large - 12);
  put32(large);
  packet::append_enhanced_packet(bytes, false, 0, interface, packet_of(bytes_of("behind"), 5'000));
  Scratch scratch;
  InputFile file(scratch.file("e", bytes));
  std::vector<std::uint64_t> progress;
  ReadHooks hooks;
  hooks.progress = [&](std::uint64_t n) {
    progress.push_back(n);
    return true;
  };
  std::string seen;
  const auto result = read_capture(
      file, [&](const Packet& p) { seen = string_of(p.data); }, hooks);
  EXPECT_EQ(seen, "behind");
  EXPECT_FALSE(result.error);
  EXPECT_EQ(result.bytes, bytes.size());
  EXPECT_GE(progress.size(), 1U);
  EXPECT_TRUE(std::is_sorted(progress.begin(), progress.end()));
}

struct Expected {
  std::string bytes;
  std::string error;
  std::size_t column = 0;
  bool operator==(const Expected&) const = default;
};

std::vector<Expected> lines_of(const std::string& text) {
  Scratch scratch;
  InputFile file(scratch.file("lines", bytes_of(text)));
  BlockBuffer buffer = line_buffer(file);
  const ReadHooks hooks;
  LineReader reader(buffer, hooks);
  std::vector<Expected> out;
  Line line;
  while (reader.next(line)) {
    EXPECT_EQ(line.number, out.size() + 1);
    out.push_back({string_of(line.bytes), line.error, line.column});
  }
  EXPECT_FALSE(reader.next(line));
  return out;
}

TEST(Lines, Grammar) {
  struct Row {
    std::string text;
    Expected expected;
  };
  const Row rows[] = {
      {"50524f58", {"PROX", ""}},
      {"50 52\t4F 58 ", {"PROX", ""}},
      {"5 0 5 2", {"PR", ""}},
      {"", {"", ""}},
      {"  ", {"", ""}},
      {"50524f5", {"", "7 hexadecimal digits, a byte has two"}},
      {"PROXY UNKNOWN\\r\\n", {"PROXY UNKNOWN\r\n", ""}},
      {"\\r\\n\\r\\n\\0\\r\\nQUIT\\n\\x21\\x11", {"\r\n\r\n\0\r\nQUIT\n\x21\x11"s, ""}},
      {"a\\tb\\\\c", {"a\tb\\c", ""}},
      {"PROXY TCP4", {"PROXY TCP4", ""}},
      {"PROXY \\q", {"", "escape 'q' is none of \\r \\n \\t \\0 \\\\ \\xNN", 7}},
      {"PROXY \\x4", {"", "\\x without two hexadecimal digits", 7}},
      {"PROXY \\x4g", {"", "\\x without two hexadecimal digits", 7}},
      {"PROXY \\", {"", "backslash at the end of the line", 7}},
      {"0x50", {"0x50", ""}},
      {"\xff\xfe\x80", {"\xff\xfe\x80", ""}},
      {"50\r52", {"50\r52", ""}},
  };
  std::string all;
  std::vector<Expected> expected;
  for (const auto& row : rows) {
    SCOPED_TRACE(row.text);
    if (!row.text.empty()) {
      EXPECT_EQ(lines_of(row.text), std::vector{row.expected});
    }
    EXPECT_EQ(lines_of(row.text + "\n"), std::vector{row.expected});
    EXPECT_EQ(lines_of(row.text + "\r\n"), std::vector{row.expected});
    all += row.text + "\n";
    expected.push_back(row.expected);
  }
  EXPECT_EQ(lines_of(all), expected);
  EXPECT_EQ(lines_of(""), std::vector<Expected>{});
  EXPECT_EQ(lines_of("\n\n"), std::vector<Expected>(2));
  EXPECT_EQ(lines_of("50\r\r\n"), (std::vector<Expected>{{"50\r", ""}})) << "one CR is dropped, not two";
}

TEST(Lines, Limits) {
  const std::string fits(262144, 'x');
  for (const std::size_t over : {1U, 2U, 1000U, 1'000'000U}) {
    const auto got = lines_of("50\n" + fits + "\r\n" + fits + std::string(over, 'x') + "\n51\n" + fits + std::string(over, 'x'));
    ASSERT_EQ(got.size(), 5U);
    const std::string complaint = "line of " + std::to_string(262144 + over) + " bytes is above the limit of 262144";
    EXPECT_EQ(got[0].bytes, "P");
    EXPECT_EQ(got[1].bytes, fits);
    EXPECT_EQ(got[2], (Expected{"", complaint}));
    EXPECT_EQ(got[3].bytes, "Q");
    EXPECT_EQ(got[4], (Expected{"", complaint}));
  }
}

TEST(Lines, APipesFirstLineComesBeforeTheSecondIsWritten) {
  Pipe pipe;
  pipe.write(bytes_of("50\n5"));
  auto file = pipe.reader();
  BlockBuffer buffer = line_buffer(file);
  const ReadHooks hooks;
  LineReader reader(buffer, hooks);
  Line line;
  ASSERT_TRUE(reader.next(line));
  EXPECT_EQ(string_of(line.bytes), "P");
  pipe.write(bytes_of("1"));
  pipe.close();
  ASSERT_TRUE(reader.next(line));
  EXPECT_EQ(string_of(line.bytes), "Q");
  EXPECT_FALSE(reader.next(line));
}

}  // namespace
