// Writes captures of load-balanced traffic for the benchmarks: many interleaved TCP connections, each with a PROXY header
// first, then data packets both ways. make_capture SHAPE PACKETS FILE [option...]
//   real     10 to 40 data packets a connection, mostly full-sized: about 680 bytes a packet
//   small    4 to 16 data packets of up to 60 bytes: about 83 bytes a packet
//   pending  connections that send the first 20 bytes of a header and then nothing
// Prints how many headers were written to their end.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "pp/base/bytes.hpp"
#include "pp/wire/encode.hpp"

namespace {

using namespace pp;

struct Shape {
  const char* name;
  bool whole;  // headers are sent to their end
  unsigned least_packets;
  unsigned most_packets;
  unsigned large;        // bytes of a full packet's payload
  unsigned large_of_10;  // how many of ten data packets are full
  unsigned small;
};

struct Connection {
  Endpoint client;
  Endpoint server;
  std::uint32_t seq[2];
  unsigned left;   // data packets
  unsigned phase;  // 0..2 handshake, 3 header, 4 data, 5..6 close
};

struct Options {
  bool vlan = false;
  bool ipv6 = false;
  unsigned loss_per_1000 = 0;
  unsigned reorder_per_1000 = 0;
  unsigned connections = 2000;  // at a time
  unsigned snaplen = 262144;
};

constexpr Shape shapes[] = {
    {"real", true, 10, 40, 1200, 6, 400},
    {"small", true, 4, 16, 60, 3, 30},
    {"pending", false, 0, 0, 0, 0, 0},
};

class Writer {
 public:
  Writer(const char* path, const Options& options) : file_(std::fopen(path, "wb")), options_(options), random_(20261123) {
    if (file_ == nullptr) {
      std::perror(path);
      std::exit(3);
    }
    const std::uint32_t header[] = {0xa1b2c3d4, 0x00040002, 0, 0, options.snaplen, 1};
    std::fwrite(header, sizeof header, 1, file_);
  }
  ~Writer() {
    flush_held();
    std::fclose(file_);
  }

  /// Whether the packet is in the capture; the others are lost.
  bool segment(Connection& c, unsigned side, std::uint8_t flags, Bytes payload, std::size_t zeros = 0) {
    ++packets_;
    time_us_ += 1 + random_() % 12;
    if (options_.loss_per_1000 != 0 && random_() % 1000 < options_.loss_per_1000) {
      advance(c, side, flags, payload.size() + zeros);
      return false;
    }
    std::uint8_t frame[16 + 18 + 40 + 20];
    std::uint8_t* p = frame + 16;
    std::memset(p, 0, 12);
    p += 12;
    if (options_.vlan) {
      store_be16(p, 0x8100);
      store_be16(p + 2, 100);
      p += 4;
    }
    const Endpoint& from = side == 0 ? c.client : c.server;
    const Endpoint& to = side == 0 ? c.server : c.client;
    const std::size_t size = payload.size() + zeros;
    if (options_.ipv6) {
      store_be16(p, 0x86dd);
      p += 2;
      std::memset(p, 0, 40);
      p[0] = 0x60;
      store_be16(p + 4, static_cast<std::uint16_t>(20 + size));
      p[6] = 6;
      p[7] = 64;
      std::memcpy(p + 8, from.address.bytes.data(), 16);
      std::memcpy(p + 24, to.address.bytes.data(), 16);
      p += 40;
    } else {
      store_be16(p, 0x0800);
      p += 2;
      std::memset(p, 0, 20);
      p[0] = 0x45;
      store_be16(p + 2, static_cast<std::uint16_t>(40 + size));
      p[8] = 64;
      p[9] = 6;
      std::memcpy(p + 12, from.address.bytes.data(), 4);
      std::memcpy(p + 16, to.address.bytes.data(), 4);
      p += 20;
    }
    std::memset(p, 0, 20);
    store_be16(p, from.port);
    store_be16(p + 2, to.port);
    store_be32(p + 4, c.seq[side]);
    store_be32(p + 8, c.seq[1 - side]);
    p[12] = 0x50;
    p[13] = flags;
    store_be16(p + 14, 65535);
    p += 20;
    const auto head = static_cast<std::uint32_t>(p - frame - 16);
    const auto wire = static_cast<std::uint32_t>(head + size);
    const std::uint32_t captured = std::min(wire, options_.snaplen);
    const std::uint32_t record[] = {static_cast<std::uint32_t>(time_us_ / 1000000), static_cast<std::uint32_t>(time_us_ % 1000000),
                                    captured, wire};
    std::memcpy(frame, record, sizeof record);
    std::vector<std::uint8_t>& out = scratch_;
    out.assign(frame, p);
    out.insert(out.end(), payload.begin(), payload.end());
    out.insert(out.end(), zeros, 'x');
    out.resize(sizeof record + captured);
    advance(c, side, flags, size);
    put();
    return true;
  }

  std::uint64_t packets() const { return packets_; }
  std::uint64_t headers() const { return headers_; }
  void count_header() { ++headers_; }
  std::mt19937_64& random() { return random_; }

 private:
  static void advance(Connection& c, unsigned side, std::uint8_t flags, std::size_t size) {
    c.seq[side] += static_cast<std::uint32_t>(size) + ((flags & 3U) != 0 ? 1U : 0U);
  }
  void flush_held() {
    if (!held_.empty()) std::fwrite(held_.data(), held_.size(), 1, file_);
    held_.clear();
  }
  void put() {
    const bool hold = options_.reorder_per_1000 != 0 && held_.empty() && random_() % 1000 < options_.reorder_per_1000;
    if (hold) {
      held_ = scratch_;
      return;
    }
    std::fwrite(scratch_.data(), scratch_.size(), 1, file_);
    flush_held();
  }

  std::FILE* file_;
  Options options_;
  std::mt19937_64 random_;
  std::uint64_t packets_ = 0;
  std::uint64_t headers_ = 0;  // written to their end
  std::uint64_t time_us_ = 1795600000000000;
  std::vector<std::uint8_t> scratch_;
  std::vector<std::uint8_t> held_;
};

IpAddress address(bool v6, std::uint32_t host) {
  IpAddress a;
  a.size = v6 ? 16 : 4;
  if (v6) {
    a.bytes[0] = 0x20;
    a.bytes[1] = 0x01;
    a.bytes[2] = 0x0d;
    a.bytes[3] = 0xb8;
    store_be32(&a.bytes[12], host);
  } else {
    store_be32(a.bytes.data(), 0x0a000000U | (host & 0xffffffU));
  }
  return a;
}

void open(Connection& c, Writer& w, const Shape& shape, bool v6) {
  auto& random = w.random();
  c.client = {address(v6, 1 + static_cast<std::uint32_t>(random() % 200)), static_cast<std::uint16_t>(1024 + random() % 64000)};
  c.server = {address(v6, 0x10000 + static_cast<std::uint32_t>(random() % 16)), static_cast<std::uint16_t>(8000 + random() % 8)};
  c.seq[0] = static_cast<std::uint32_t>(random());
  c.seq[1] = static_cast<std::uint32_t>(random());
  c.left = shape.least_packets + static_cast<unsigned>(random() % (shape.most_packets - shape.least_packets + 1));
  c.phase = 0;
}

std::size_t header(Connection& c, Writer& w, std::span<std::uint8_t> out) {
  auto& random = w.random();
  const Endpoint source{address(false, static_cast<std::uint32_t>(random())), static_cast<std::uint16_t>(random())};
  const Endpoint destination{address(false, 7), 443};
  std::uint8_t tlvs[64];
  static constexpr ByteLiteral authority("www.example.com");
  const std::size_t size = encode_tlv(2, authority, tlvs);
  (void)c;
  switch (random() % 4) {
    case 0: return encode_v1(source, destination, out);
    case 1: return encode_v2(source, destination, {Transport::stream, Bytes(tlvs, size), true}, out);
    default: return encode_v2(source, destination, {}, out);
  }
}

constexpr std::uint8_t fin = 1, syn = 2, push = 8, ack = 16;

void step(Connection& c, Writer& w, const Shape& shape, bool v6) {
  auto& random = w.random();
  switch (c.phase) {
    case 0: w.segment(c, 0, syn, {}); break;
    case 1: w.segment(c, 1, syn | ack, {}); break;
    case 2: w.segment(c, 0, ack, {}); break;
    case 3: {
      std::uint8_t buffer[256];
      std::size_t n = header(c, w, buffer);
      static constexpr std::string_view request = "GET /index.html HTTP/1.1\r\nHost: www.example.com\r\n\r\n";
      std::memcpy(buffer + n, request.data(), request.size());
      n += request.size();
      if (!shape.whole) n = 20;
      if (w.segment(c, 0, push | ack, Bytes(buffer, n)) && shape.whole) w.count_header();
      if (!shape.whole) {
        open(c, w, shape, v6);
        return;
      }
      break;
    }
    case 4: {
      if (c.left == 0) break;
      --c.left;
      const bool large = random() % 10 < shape.large_of_10;
      const std::size_t size = large ? shape.large : shape.small == 0 ? 0 : random() % shape.small;
      static constexpr ByteLiteral answer("HTTP/1.1 200 OK\r\n");
      // The server's side first: an answer, then data both ways and bare acknowledgements.
      if (size > 20 && random() % 10 < 8) {
        w.segment(c, 1, push | ack, answer, size);
      } else {
        w.segment(c, random() % 2, ack, {}, random() % 3 == 0 ? 0 : size);
      }
      if (c.left > 0) return;
      break;
    }
    case 5: w.segment(c, 0, fin | ack, {}); break;
    case 6: w.segment(c, 1, fin | ack, {}); break;
    default:
      w.segment(c, 0, ack, {});
      open(c, w, shape, v6);
      return;
  }
  ++c.phase;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fputs(
        "usage: make_capture real|small|pending PACKETS FILE [--vlan] [--ipv6] [--loss PER-1000] [--reorder PER-1000]\n"
        "                    [--connections AT-A-TIME] [--snaplen BYTES]\n",
        stderr);
    return 2;
  }
  Options options;
  for (int i = 4; i < argc; ++i) {
    const std::string word = argv[i];
    const auto value = [&] { return i + 1 < argc ? static_cast<unsigned>(std::atoi(argv[++i])) : 0U; };
    if (word == "--vlan") options.vlan = true;
    if (word == "--ipv6") options.ipv6 = true;
    if (word == "--loss") options.loss_per_1000 = value();
    if (word == "--reorder") options.reorder_per_1000 = value();
    if (word == "--connections") options.connections = std::max(1U, value());
    if (word == "--snaplen") options.snaplen = std::max(1U, value());
  }
  const Shape* const found =
      std::find_if(std::begin(shapes), std::end(shapes), [&](const Shape& s) { return std::string_view(s.name) == argv[1]; });
  if (found == std::end(shapes)) {
    std::fprintf(stderr, "make_capture: no shape '%s'\n", argv[1]);
    return 2;
  }
  const Shape& shape = *found;
  const auto packets = static_cast<std::uint64_t>(std::atoll(argv[2]));
  Writer writer(argv[3], options);
  std::vector<Connection> connections(options.connections);
  for (Connection& c : connections) open(c, writer, shape, options.ipv6);
  while (writer.packets() < packets) step(connections[writer.random()() % connections.size()], writer, shape, options.ipv6);
  std::printf("%llu\n", static_cast<unsigned long long>(writer.headers()));
  return 0;
}
