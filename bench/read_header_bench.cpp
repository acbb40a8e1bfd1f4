// read_header as a server calls it, on the nine inputs of mailgun/proxyproto's own benchmark: over memory, like for like,
// and over a socket, where the system calls are counted. Counters beside the time:
//   published_ns  what mailgun/proxyproto's README gives for the same input
//   faster        published_ns over our time; the goal is 5
//   reads         calls of the reader (memory) or of recv, poll and read (socket); the goal on a socket is 2
//   allocations   calls of operator new; the goal is 0
// All per header. "distinct" are 4096 headers of a kind, so that no branch is learnt by heart.
#include <benchmark/benchmark.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "../tests/support/new_counter.hpp"
#include "inputs.hpp"
#include "pp/net/fd.hpp"
#include "pp/net/read_header.hpp"

namespace {
std::uint64_t system_calls = 0;
}  // namespace

// Those of this program that read_header makes: counted and passed on.
extern "C" ssize_t recv(int fd, void* buffer, std::size_t size, int flags) {
  ++system_calls;
  return ::syscall(SYS_recvfrom, fd, buffer, size, flags, nullptr, nullptr);
}
extern "C" int poll(pollfd* fds, nfds_t n, int timeout) {
  ++system_calls;
  return static_cast<int>(::syscall(SYS_poll, fds, n, timeout));
}

namespace {
using namespace pp;

std::vector<std::uint8_t> v2(unsigned family_transport, const std::string& block, const std::string& tlvs = {}) {
  std::vector<std::uint8_t> out(std::begin(v2_signature), std::end(v2_signature));
  const std::size_t length = block.size() + tlvs.size();
  for (const std::size_t b : {std::size_t{0x21}, std::size_t{family_transport}, length >> 8, length & 0xff})
    out.push_back(static_cast<std::uint8_t>(b));
  out.insert(out.end(), block.begin(), block.end());
  out.insert(out.end(), tlvs.begin(), tlvs.end());
  return out;
}

std::string bytes(const std::string& hex) {
  std::string out;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) out += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  return out;
}

struct Row {
  const char* name;
  double published_ns;
  std::vector<std::uint8_t> header;
};

const std::string mapped = bytes("00000000000000000000ffff7f000001");
const std::string loopback = bytes("00000000000000000000000000000001");

const Row rows[] = {
    {"v1/tcp4/min", 519, bench::text("PROXY TCP4 1.1.1.5 1.1.1.6 2 3\r\n")},
    {"v1/tcp4/typical", 929, bench::text("PROXY TCP4 67.11.173.63 67.11.173.63 65535 65535\r\n")},
    {"v1/tcp4/max", 1042, bench::text("PROXY TCP4 255.255.255.255 255.255.255.254 65535 65535\r\n")},
    {"v1/tcp6/min", 501, bench::text("PROXY TCP6 ::1 ::2 3 4\r\n")},
    {"v1/tcp6/max", 2164,
     bench::text("PROXY TCP6 0000:0000:0000:0000:0000:0000:0000:0002 0000:0000:0000:0000:0000:0000:0000:0001 65535 65535\r\n")},
    {"v2/tcp4", 396, v2(0x11, bytes("7f0000017f000001ca2b0401"))},
    {"v2/tcp6/min", 345, v2(0x21, mapped + mapped + bytes("cc4c0401"))},
    {"v2/tcp6/max", 340, v2(0x21, std::string(36, '\xff'))},
    {"v2/tcp6+tlv", 342, v2(0x21, loopback + loopback + bytes("cf8f0401"), bytes("030004fd16ee60"))},
};

/// What Go's strings.Reader is there.
struct Memory {
  const std::uint8_t* at;
  const std::uint8_t* end;
  std::uint64_t reads = 0;

  ssize_t operator()(std::span<std::uint8_t> room) noexcept {
    ++reads;
    const std::size_t n = std::min(room.size(), static_cast<std::size_t>(end - at));
    std::memcpy(room.data(), at, n);
    at += n;
    return static_cast<ssize_t>(n);
  }
};

/// What a server does with it: both addresses, the version, the TLVs' place.
[[gnu::noinline]] bool use(const ReadResult& r) {
  const auto source = r.source();
  const auto destination = r.destination();
  benchmark::DoNotOptimize(source);
  benchmark::DoNotOptimize(destination);
  benchmark::DoNotOptimize(r.raw_tlvs());
  return static_cast<bool>(r);
}

using benchmark::Counter;

void report(benchmark::State& state, std::uint64_t headers, std::uint64_t reads, std::size_t allocations, double published_ns) {
  const auto n = static_cast<double>(headers);
  state.counters["per_header"] = Counter(n, Counter::kIsRate | Counter::kInvert);
  state.counters["reads"] = static_cast<double>(reads) / n;
  state.counters["allocations"] = static_cast<double>(allocations) / n;
  if (published_ns == 0) return;
  state.counters["published_ns"] = published_ns;
  state.counters["faster"] = Counter(n * published_ns * 1e-9, Counter::kIsRate);
}

void memory(benchmark::State& state, const std::vector<Bytes>& headers, double published_ns) {
  std::uint64_t reads = 0;
  std::uint64_t count = 0;
  bool done = true;
  const std::size_t before = new_count();
  for (auto _ : state) {
    for (const Bytes header : headers) {
      Memory source{header.data(), header.data() + header.size()};
      const ReadResult r = read_header(source);
      done = use(r) && done;
      reads += source.reads;
    }
    count += headers.size();
  }
  const std::size_t allocations = new_count() - before;
  if (!done) state.SkipWithError("a header was not read");
  report(state, count, reads, allocations, published_ns);
}

/// Only read_header is timed: a write puts the next headers, each with a request behind it, into the socket's buffer.
void socket(benchmark::State& state, const std::vector<Bytes>& headers, double published_ns) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) return state.SkipWithError("socketpair");
  const Fd client(ends[0]);
  const Fd server(ends[1]);
  constexpr char request[] = "GET / HTTP/1.1\r\n";
  constexpr std::size_t batch = 512;
  std::uint64_t calls = 0;
  std::uint64_t count = 0;
  std::size_t allocations = 0;
  std::size_t next = 0;
  bool done = true;
  for (auto _ : state) {
    state.PauseTiming();
    // One connection each would measure the kernel; one socket in turn gives the same calls.
    std::vector<std::uint8_t> wire;
    for (std::size_t i = 0; i < batch; ++i) {
      const Bytes header = headers[(next + i) % headers.size()];
      wire.insert(wire.end(), header.begin(), header.end());
    }
    wire.insert(wire.end(), request, request + sizeof request - 1);
    done = ::write(client.get(), wire.data(), wire.size()) == static_cast<ssize_t>(wire.size()) && done;
    next = (next + batch) % headers.size();
    const std::uint64_t calls_before = system_calls;
    const std::size_t before = new_count();
    state.ResumeTiming();
    for (std::size_t i = 0; i < batch; ++i) done = use(read_header(server.get())) && done;
    state.PauseTiming();
    calls += system_calls - calls_before;
    allocations += new_count() - before;
    count += batch;
    char rest[sizeof request - 1];
    done = ::read(server.get(), rest, sizeof rest) == static_cast<ssize_t>(sizeof rest) && done;
    state.ResumeTiming();
  }
  if (!done) state.SkipWithError("a header was not read");
  report(state, count, calls, allocations, published_ns);
}

struct Kind {
  const char* name;
  std::vector<std::uint8_t> (*make)(bench::Generator&);
};
constexpr Kind kinds[] = {
    {"v1/tcp4/min", bench::v1_tcp4_min},
    {"v1/tcp4/typical", bench::v1_tcp4_typical},
    {"v1/tcp4/max", bench::v1_tcp4_max},
    {"v1/tcp6/min", bench::v1_tcp6_min},
    {"v1/tcp6/typical", bench::v1_tcp6_typical},
    {"v1/tcp6/max", bench::v1_tcp6_max},
    {"v1/unknown/107", bench::v1_unknown_107},
    {"v2/tcp4", bench::v2_tcp4},
    {"v2/tcp6", bench::v2_tcp6},
    {"v2/232 bytes", bench::v2_232},
};

void add_benchmarks() {
  const auto add = [](const std::string& what, auto* run, const Row& row) {
    benchmark::RegisterBenchmark((what + row.name).c_str(),
                                 [run, &row](benchmark::State& state) { run(state, {Bytes(row.header)}, row.published_ns); });
  };
  for (const Row& row : rows) add("memory ", memory, row);
  for (const Row& row : rows) add("socket ", socket, row);
  for (const Kind& kind : kinds) {
    benchmark::RegisterBenchmark((std::string("memory distinct ") + kind.name).c_str(),
                                 [&kind](benchmark::State& state) { memory(state, bench::Inputs::of(kind.make).headers(), 0); });
  }
}

}  // namespace

int main(int argc, char** argv) {
  add_benchmarks();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
