// Every allocation fails once, one after the other: what comes of it is an exception or a result that says so, never a crash,
// and under the sanitizers nothing leaks.
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <new>
#include <string>
#include <vector>

#include "new_counter.hpp"
#include "packet_builder.hpp"
#include "pp/explain/log_line.hpp"
#include "pp/inspect/capture.hpp"
#include "pp/net/header_reader.hpp"
#include "pp/packet/flow_packets.hpp"
#include "pp/render/format.hpp"
#include "pp/source/json_headers.hpp"
#include "pp/source/text_input.hpp"

namespace {
using namespace pp;
using namespace pp::test;

struct Tries {
  std::size_t calls = 0;   // that the work makes when none fails
  std::size_t thrown = 0;  // of them, whose failure ended it with bad_alloc
};

/// The work once for each of its allocations, which fails, and once more.
template <class Work>
Tries fail_each(const Work& work) {
  Tries out;
  for (std::size_t n = 1;; ++n) {
    const std::size_t before = new_count();
    bool thrown = false;
    fail_new(n);
    try {
      work();
    } catch (const std::bad_alloc&) {
      thrown = true;
    }
    fail_new(0);
    if (new_count() - before < n) return out;
    ++out.calls;
    out.thrown += thrown ? 1 : 0;
  }
}

TEST(NoMemory, AHeaderReaderSaysSo) {
  std::vector<std::uint8_t> header(16 + 3000, 0);
  std::copy(std::begin(v2_signature), std::end(v2_signature), header.begin());
  header[12] = 0x20;
  store_be16(&header[14], 3000);
  header[17] = 0x0b;  // one TLV over all of it
  header[18] = 0xb5;
  std::size_t refused = 0, done = 0;
  const auto read = [&] {
    HeaderReader reader;
    std::size_t at = 0;
    for (auto space = reader.space(); !space.empty(); space = reader.space()) {
      const std::size_t n = std::min({space.size(), header.size() - at, std::size_t{700}});
      std::copy_n(header.begin() + static_cast<std::ptrdiff_t>(at), n, space.begin());
      at += n;
      reader.commit(static_cast<ssize_t>(n));
    }
    const ReadResult& r = reader.result();
    done += r.status() == ReadStatus::done ? 1U : 0U;
    refused += r.status() == ReadStatus::io && r.error() == ENOMEM ? 1U : 0U;
  };
  const Tries tries = fail_each(read);
  EXPECT_GE(tries.calls, 1U);
  EXPECT_EQ(tries.thrown, 0U) << "noexcept";
  EXPECT_EQ(refused, tries.calls);
  EXPECT_EQ(done, 1U);
}

/// A stream with a header in two segments and an answer, one that is malformed, a fragmented datagram.
std::vector<Frame> frames() {
  std::vector<Frame> out;
  const auto stream = [&](unsigned port, const std::string& a, const std::string& b) {
    const auto add = [&](bool client, unsigned flags, std::uint32_t seq, const std::string& payload) {
      Ipv4Fields ip;
      if (!client) std::swap(ip.source, ip.destination);
      out.push_back(ethernet(0x0800, ipv4(ip, tcp({client ? port : 443, client ? 443 : port, seq, 1, flags, 0}, bytes_of(payload)))));
    };
    add(true, syn, 100, "");
    add(false, syn | ack, 500, "");
    const auto size = static_cast<std::uint32_t>(a.size());
    add(true, ack, 101 + size, b);
    add(true, ack, 101, a);
    add(false, ack, 501, "HTTP/1.1 400 Bad Request\r\n\r\n");
    add(false, ack | fin, 529, "");
  };
  stream(40000, "PROXY TCP4 192.0.2.1 198.51.100.2 56324 ", "443\r\nGET /x HTTP/1.1\r\nHost: a\r\n\r\n");
  stream(40001, "PROXY TCP4 192.0.2.1 198.51.100.2 99999 1\r\n", "x");
  return out;
}

TEST(NoMemory, FromPacketsToTextAndJson) {
  const std::vector<Frame> packets = frames();
  std::string whole;
  const auto work = [&] {
    std::string out;
    stats::Summary counts;
    render::State state;
    inspect::Inspector inspector({}, [&](const inspect::Record& record) {
      render::Style style;
      style.detail = 2;
      render::write_text(out, record, style, state);
      render::write_json(out, record, style, state);
      counts.add(record);
    });
    packet::FlowPackets kept({}, [&](const packet::Packet& p) { out += std::to_string(p.frame) + "\n"; });
    inspect::CaptureOptions options;
    options.packets = &kept;
    inspect::CaptureInspector capture(options, inspector, "a capture");
    for (std::size_t i = 0; i < packets.size(); ++i) capture.feed(packet_of(packets[i], i + 1, static_cast<std::int64_t>(i) * 1000));
    capture.finish();
    render::write_json_summary(out, counts, {});
    whole = out;
  };
  const Tries tries = fail_each(work);
  EXPECT_GT(tries.calls, 50U);
  EXPECT_EQ(tries.thrown, tries.calls) << "no allocation's failure is passed over";
  EXPECT_NE(whole.find("v1-port-range"), std::string::npos);
}

TEST(NoMemory, TextJsonAndLogLines) {
  const auto work = [] {
    source::decode_text(source::InputType::hex, "0d 0a 0d 0a 00 0d 0a 51 55 49 54 0a");
    source::decode_text(source::InputType::base64, "UFJPWFkgVU5LTk9XTg0K");
    explain::read_log_line("broken header: \"GET / HTTP/1.1 and more than fits in place\" while reading PROXY protocol");
  };
  const Tries tries = fail_each(work);
  EXPECT_GT(tries.calls, 3U);
  EXPECT_EQ(tries.thrown, tries.calls);
  const auto json = [] { source::json_records("{\"hex\":\"0d0a0d0a000d0a515549540a20000000\",\"verdict\":\"a verdict of some length\"}"); };
  EXPECT_GT(fail_each(json).thrown, 1U);
}

}  // namespace
