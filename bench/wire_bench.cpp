// ns per header for parsing, walking, checksums and encoding, beside three yardsticks of the same run: an empty call, a
// copy of the header, and the textbook parser. Compare ratios; absolute times are the machine's.
#include <benchmark/benchmark.h>

#include <cstring>
#include <functional>

#include "inputs.hpp"
#include "pp/wire/crc32c.hpp"
#include "pp/wire/encode.hpp"
#include "pp/wire/parse.hpp"
#include "pp/wire/tlv.hpp"
#include "pp/wire/tlv_types.hpp"
#include "textbook.hpp"

namespace {
using namespace pp;
using bench::Inputs;

// Not inlined, so that nothing of a header that the loop does not look at is left out.
[[gnu::noinline]] Parsed call_parse(Bytes in) { return parse(in); }
[[gnu::noinline]] textbook::Result call_textbook(Bytes in) { return textbook::parse(in); }
[[gnu::noinline]] std::size_t call_empty(Bytes in) { return in.size(); }
[[gnu::noinline]] std::size_t call_memcpy(Bytes in) {
  static std::uint8_t to[256];
  std::memcpy(to, in.data(), in.size());
  benchmark::DoNotOptimize(to);
  return in.size();
}

/// Every TLV by type, those inside SSL too: what a receiver keeps of them.
struct Typed {
  Bytes alpn, authority, unique_id, netns, ssl_version, ssl_cn, ssl_cipher, ssl_sig_alg, ssl_key_alg;
  std::uint32_t crc_offset = 0, crc = 0, verify = 0, client = 0, others = 0;
};

[[gnu::noinline]] Typed call_walk(Bytes in) {
  const Parsed p = parse(in);
  Typed t;
  auto cursor = tlvs(p.header);
  Tlv tlv;
  while (cursor.next(tlv)) {
    switch (tlv.type) {
      case 0x01: t.alpn = tlv.value; break;
      case 0x02: t.authority = tlv.value; break;
      case 0x03:
        if (tlv.value.size() != 4) break;
        t.crc_offset = tlv.value_offset();
        t.crc = load_be32(tlv.value.data());
        break;
      case 0x05: t.unique_id = tlv.value; break;
      case 0x30: t.netns = tlv.value; break;
      case 0x20: {
        const Ssl s = ssl(tlv);
        t.client = s.client;
        t.verify = s.verify;
        auto sub = sub_tlvs(p.header.bytes, s);
        Tlv inner;
        while (sub.next(inner)) {
          switch (inner.type) {
            case 0x21: t.ssl_version = inner.value; break;
            case 0x22: t.ssl_cn = inner.value; break;
            case 0x23: t.ssl_cipher = inner.value; break;
            case 0x24: t.ssl_sig_alg = inner.value; break;
            case 0x25: t.ssl_key_alg = inner.value; break;
            default: ++t.others;
          }
        }
        break;
      }
      default: ++t.others;
    }
  }
  return t;
}

[[gnu::noinline]] bool call_walk_and_check(Bytes in) {
  const Typed t = call_walk(in);
  return t.crc_offset != 0 && header_crc32c(in, t.crc_offset) == t.crc;
}

template <class Call>
void run(benchmark::State& state, const Inputs& inputs, const Call& call) {
  for (auto _ : state) {
    for (Bytes header : inputs.headers()) benchmark::DoNotOptimize(call(header));
  }
  state.counters["per_header"] =
      benchmark::Counter(static_cast<double>(Inputs::count), benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

/// Encoding calls are given the parsed header; the output stays in one buffer.
template <class Call>
void add_encode(const char* name, std::vector<std::uint8_t> (*make)(bench::Generator&), const Call& call) {
  benchmark::RegisterBenchmark(name, [make, call](benchmark::State& state) {
    const Inputs inputs = Inputs::of(make);
    std::vector<std::pair<Endpoint, Endpoint>> ends;
    for (Bytes b : inputs.headers()) {
      const Header h = parse(b).header;
      ends.push_back({{h.source, h.source_port}, {h.destination, h.destination_port}});
    }
    std::uint8_t out[512];
    for (auto _ : state) {
      for (const auto& e : ends) {
        benchmark::DoNotOptimize(call(e.first, e.second, std::span<std::uint8_t>(out)));
        benchmark::ClobberMemory();
      }
    }
    state.counters["per_header"] =
        benchmark::Counter(static_cast<double>(Inputs::count), benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * static_cast<std::int64_t>(Inputs::count));
  });
}

struct Kind {
  const char* name;
  std::vector<std::uint8_t> (*make)(bench::Generator&);
};

std::vector<std::uint8_t> with_request(std::vector<std::uint8_t> bytes) {
  const auto rest = bench::text("GET / HTTP/1.1\r\nHost: www.example.com\r\n\r\n");
  bytes.insert(bytes.end(), rest.begin(), rest.end());
  return bytes;
}

constexpr Kind kinds[] = {
    {"v1/tcp4/min", bench::v1_tcp4_min},
    {"v1/tcp4/typical", bench::v1_tcp4_typical},
    {"v1/tcp4/max", bench::v1_tcp4_max},
    {"v1/tcp4/typical+payload", [](bench::Generator& g) { return with_request(bench::v1_tcp4_typical(g)); }},
    {"v1/tcp6/min", bench::v1_tcp6_min},
    {"v1/tcp6/typical", bench::v1_tcp6_typical},
    {"v1/tcp6/max", bench::v1_tcp6_max},
    {"v1/unknown/short", bench::v1_unknown_short},
    {"v1/unknown/107", bench::v1_unknown_107},
    {"v2/tcp4", bench::v2_tcp4},
    {"v2/tcp6", bench::v2_tcp6},
    {"v2/tcp6+crc (59 bytes)", bench::v2_tcp6_crc},
    {"v2/unix", bench::v2_unix},
    {"v2/local", bench::v2_local},
    {"v2/232 bytes, framing only", bench::v2_232},
    {"reject/http", [](bench::Generator&) { return bench::text("GET / HTTP/1.1\r\nHost: www.example.com\r\n\r\n"); }},
    {"reject/tls",
     [](bench::Generator& g) {
       auto hello = bench::text(std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11));
       for (int i = 0; i < 64; ++i) hello.push_back(static_cast<std::uint8_t>(g()));
       return hello;
     }},
    {"reject/v2 version 3",
     [](bench::Generator& g) {
       auto b = bench::v2_tcp4(g);
       b[12] = 0x31;
       return b;
     }},
    {"reject/v2 short length",
     [](bench::Generator& g) {
       auto b = bench::v2_tcp4(g);
       b[15] = 11;
       return b;
     }},
    {"reject/v1 protocol",
     [](bench::Generator& g) {
       auto b = bench::v1_tcp4_typical(g);
       b[9] = '5';
       return b;
     }},
    {"reject/v1 source address",
     [](bench::Generator& g) {
       auto b = bench::v1_tcp4_typical(g);
       b[14] = 'x';
       return b;
     }},
    {"reject/v1 last byte",
     [](bench::Generator& g) {
       auto b = bench::v1_tcp4_typical(g);
       b.back() = 'x';
       return b;
     }},
};

void add_benchmarks() {
  for (const Kind& kind : kinds) {
    const auto add = [&kind](const std::string& what, auto* call) {
      benchmark::RegisterBenchmark((what + " " + kind.name).c_str(),
                                   [&kind, call](benchmark::State& state) { run(state, Inputs::of(kind.make), call); });
    };
    add("parse", call_parse);
    add("textbook", call_textbook);
  }
  const auto yardstick = [](const char* name, auto* call) {
    benchmark::RegisterBenchmark(name, [call](benchmark::State& s) { run(s, Inputs::of(bench::v1_tcp4_typical), call); });
  };
  yardstick("yardstick empty call", call_empty);
  yardstick("yardstick memcpy 45 bytes", call_memcpy);
  benchmark::RegisterBenchmark("walk 232 bytes, 11 TLVs and 5 in SSL",
                               [](benchmark::State& s) { run(s, Inputs::of(bench::v2_232), call_walk); });
  benchmark::RegisterBenchmark("walk 232 bytes and check CRC32C",
                               [](benchmark::State& s) { run(s, Inputs::of(bench::v2_232), call_walk_and_check); });
  const auto crc = [](crc32c_internal::Update update) { return [update](Bytes in) { return update(0xffffffffU, in.data(), in.size()); }; };
  benchmark::RegisterBenchmark("crc32c 232 bytes portable",
                               [crc](benchmark::State& s) { run(s, Inputs::of(bench::v2_232), crc(crc32c_internal::portable)); });
  if (const auto hardware = crc32c_internal::hardware()) {
    benchmark::RegisterBenchmark("crc32c 232 bytes instruction",
                                 [crc, hardware](benchmark::State& s) { run(s, Inputs::of(bench::v2_232), crc(hardware)); });
  }

  const auto v1 = [](const Endpoint& a, const Endpoint& b, std::span<std::uint8_t> out) { return encode_v1(a, b, out); };
  const auto v2 = [](const Endpoint& a, const Endpoint& b, std::span<std::uint8_t> out) { return encode_v2(a, b, {}, out); };
  static std::vector<std::uint8_t> area(173, 'x');
  area[0] = 0x05;
  store_be16(&area[1], 170);
  const auto v2_crc = [](const Endpoint& a, const Endpoint& b, std::span<std::uint8_t> out) {
    return encode_v2(a, b, {Transport::stream, area, true}, out);
  };
  add_encode("encode v1/tcp4", bench::v1_tcp4_typical, v1);
  add_encode("encode v1/tcp6", bench::v1_tcp6_typical, v1);
  add_encode("encode v2/tcp4", bench::v2_tcp4, v2);
  add_encode("encode v2/tcp6", bench::v2_tcp6, v2);
  add_encode("encode v2/tcp4 + 173 bytes of TLV + CRC32C", bench::v2_tcp4, v2_crc);
}

}  // namespace

int main(int argc, char** argv) {
  add_benchmarks();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
