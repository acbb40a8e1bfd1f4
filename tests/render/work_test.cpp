// What a hostile header costs: TLVs visited, bytes fed to CRC32C and its multiplications are counted (wire/work_count.hpp),
// not timed, and stay within a multiple of the header's size on every path.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "pp/inspect/inspect.hpp"
#include "pp/lint/lint.hpp"
#include "pp/net/header_reader.hpp"
#include "pp/render/format.hpp"
#include "pp/stats/summary.hpp"
#include "pp/wire/parse.hpp"
#include "pp/wire/tlv_types.hpp"
#include "pp/wire/work_count.hpp"

namespace {
using namespace pp;
using Buffer = std::vector<std::uint8_t>;

struct Produced {
  std::size_t text = 0;
  std::size_t findings = 0;
};

Produced library(const Buffer& bytes) {
  ReadOptions options;
  options.max_header = max_header_bytes;
  HeaderReader reader(options);
  std::size_t at = 0;
  while (reader.status() == ReadStatus::need_more) {
    const auto room = reader.space();
    const std::size_t n = std::min(room.size(), bytes.size() - at);
    std::memcpy(room.data(), &bytes[at], n);
    at += n;
    reader.commit(static_cast<ssize_t>(n));
  }
  const ReadResult& r = reader.result();
  std::size_t seen = r.crc() == Crc::right ? 1 : 0;
  for (const Tlv& tlv : r.tlvs()) seen += tlv.value.size();
  for (const Tlv& tlv : r.ssl_tlvs()) seen += tlv.value.size();
  if (r.find(0xef)) ++seen;
  return {seen == bytes.size() ? 1U : 0U, 0};
}

Produced linter(const Buffer& bytes) {
  std::vector<lint::Finding> findings;
  lint::lint(parse(bytes), bytes, findings);
  return {0, findings.size()};
}

template <class Write>
Produced inspected(const Buffer& bytes, const Write& write) {
  Produced out;
  inspect::Chunk chunk;
  chunk.bytes = bytes;
  inspect::Inspector inspector({}, [&](const inspect::Record& r) {
    out.findings = std::max(out.findings, r.findings.size());
    out.text += write(r);
  });
  inspector.flow(chunk);
  return out;
}

template <unsigned detail, bool redacted>
Produced text(const Buffer& bytes) {
  return inspected(bytes, [](const inspect::Record& r) {
    render::Style style;
    style.detail = detail;
    style.redacted = redacted;
    render::State state;
    std::string out;
    render::write_text(out, r, style, state);
    return out.size();
  });
}

Produced json(const Buffer& bytes) {
  return inspected(bytes, [](const inspect::Record& r) {
    render::State state;
    std::string out;
    render::write_json(out, r, {}, state);
    return out.size();
  });
}

Produced summary(const Buffer& bytes) {
  stats::Summary counts;
  return inspected(bytes, [&counts](const inspect::Record& r) {
    counts.add(r);
    return std::size_t{0};
  });
}

struct Path {
  const char* name;
  Produced (*run)(const Buffer& bytes);
};
constexpr Path paths[] = {{"the library", library},
                          {"lint", linter},
                          {"text", text<0, false>},
                          {"text -v", text<1, false>},
                          {"text -vv", text<2, false>},
                          {"text -v --redact", text<1, true>},
                          {"json", json},
                          {"-S", summary}};

/// One TLV of a hostile header.
Buffer tlv(std::uint8_t type, const Buffer& value) {
  Buffer out = {type, static_cast<std::uint8_t>(value.size() >> 8), static_cast<std::uint8_t>(value.size())};
  out.insert(out.end(), value.begin(), value.end());
  return out;
}

struct Kind {
  const char* name;
  Buffer tlvs;
};
std::vector<Kind> kinds() {
  return {{"checksums", tlv(tlv_type::crc32c, {1, 2, 3, 4})},
          {"empty checksums", tlv(tlv_type::crc32c, {})},
          {"checksums of 3 bytes", tlv(tlv_type::crc32c, {1, 2, 3})},
          {"hidden checksums", tlv(0x83, {1, 2, 3, 4})},
          {"ALPN one bit from a checksum", tlv(0x01, {1, 2, 3, 4})},
          {"empty TLVs", tlv(tlv_type::noop, {})},
          {"unassigned TLVs", tlv(0x06, {})},
          {"SSL", tlv(tlv_type::ssl, {1, 0, 0, 0, 0})},
          {"short SSL", tlv(tlv_type::ssl, {1})},
          {"SSL in SSL", tlv(tlv_type::ssl, {1, 0, 0, 0, 0, tlv_type::ssl, 0, 0, tlv_type::ssl, 0, 0})},
          {"text", tlv(tlv_type::authority, {0xff, 0x00, 0x07})},
          {"bytes that break the walk", {0x02, 0xff, 0xff}}};
}

/// A header of 16 + `length` bytes: its block, a first TLV as long as that block, so that both readings of LOCAL fit, then
/// the kinds over and over, to the end of the room.
Buffer hostile(std::uint8_t command, std::uint8_t family, std::size_t length, bool both, const std::vector<std::size_t>& chosen) {
  Buffer out(v2_signature, v2_signature + sizeof v2_signature);
  out.insert(out.end(), {command, family, static_cast<std::uint8_t>(length >> 8), static_cast<std::uint8_t>(length)});
  const std::size_t block = address_block_bytes(family >> 4);
  const std::size_t end = v2_fixed_bytes + length;
  if (command == 0x21) out.insert(out.end(), block, 0);
  if (both && block > 3 && out.size() + block <= end) {
    const Buffer first = tlv(tlv_type::noop, Buffer(block - 3));
    out.insert(out.end(), first.begin(), first.end());
  }
  const std::vector<Kind> all = kinds();
  for (std::size_t i = 0;; ++i) {
    const Buffer& next = all[chosen[i % chosen.size()]].tlvs;
    if (out.size() + next.size() > end) break;
    out.insert(out.end(), next.begin(), next.end());
  }
  if (end - out.size() >= 3) {
    const Buffer last = tlv(tlv_type::noop, Buffer(end - out.size() - 3));
    out.insert(out.end(), last.begin(), last.end());
  }
  out.resize(end);
  return out;
}

/// Empty, or what a path does too much of. The library is asked four questions, each of which starts anew.
std::string excess(const Path& path, const Buffer& bytes) {
  work_count = {};
  const Produced produced = path.run(bytes);
  std::string out;
  const auto within = [&](const char* what, std::uint64_t n, std::uint64_t most) {
    if (n > most) out += std::string(path.name) + ": " + std::to_string(n) + " " + what + ", more than " + std::to_string(most) + "\n";
  };
  const std::size_t size = bytes.size();
  within("TLVs visited", work_count.tlvs, 24 * (size / 3 + 1));
  within("bytes fed to CRC32C", work_count.crc_bytes, 24 * size);
  within("multiplications", work_count.crc_products, 24 * (size / 7 + 1));
  within("findings", produced.findings, 200);
  within("characters", produced.text, 64 * size + 512 * produced.findings + 4096);
  return out;
}

RC_GTEST_PROP(Work, IsLinearInTheHeadersSize, ()) {
  const bool local = *rc::gen::arbitrary<bool>();
  const auto family =
      local ? *rc::gen::element<std::uint8_t>(0x00, 0x11, 0x21, 0x31, 0x44) : *rc::gen::element<std::uint8_t>(0x00, 0x11, 0x21, 0x31);
  const auto length = *rc::gen::element<std::size_t>(300, 4080, 65535);
  const auto chosen = *rc::gen::nonEmpty(rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(0, kinds().size())));
  const Buffer bytes = hostile(local ? 0x20 : 0x21, family, length, *rc::gen::arbitrary<bool>(), chosen);
  for (const Path& path : paths) {
    const std::string found = excess(path, bytes);
    if (!found.empty()) RC_FAIL(found);
  }
}

TEST(Work, IsLinearForEachKindAlone) {
  for (std::size_t i = 0; i < kinds().size(); ++i) {
    for (const std::uint8_t command : {std::uint8_t{0x20}, std::uint8_t{0x21}}) {
      const Buffer bytes = hostile(command, 0x11, 65535, true, {i});
      for (const Path& path : paths) EXPECT_EQ(excess(path, bytes), "") << kinds()[i].name << ", command byte " << int{command};
    }
  }
}

TEST(Work, IsCounted) {
  const Buffer bytes = hostile(0x21, 0x11, 12 + 7 + 3, false, {0});
  work_count = {};
  linter(bytes);
  EXPECT_EQ(work_count.crc_bytes, bytes.size() + 1) << "one pass, and a byte that may be the damaged one";
  EXPECT_EQ(work_count.crc_products, 2U);
  EXPECT_EQ(work_count.tlvs, 4U) << "two TLVs, judged and then checked";
}

}  // namespace
