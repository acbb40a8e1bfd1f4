// Law: a header read from a connection is the one that parsing its bytes at once gives, however they arrive: exactly its bytes are taken, the next byte read is the application's first, and limits and accepted versions are kept.
//
// Input: 4 bytes that choose the options and the arrival, then what the peer sends.
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <vector>

#include "harness.hpp"
#include "pp/inspect/inspect.hpp"
#include "pp/net/header_reader.hpp"
#include "pp/wire/parse.hpp"

namespace {

using fuzz::Choices;
using fuzz::require;
using pp::Bytes;
using pp::ReadStatus;
using pp::Status;

struct Expected {
  ReadStatus status = ReadStatus::need_more;
  std::size_t taken = 0;  // done only
};

/// From parsing alone: what a reader with these options must say of `in` once the peer has closed.
Expected expect(Bytes in, const pp::ReadOptions& o) {
  if (in.empty()) return {ReadStatus::closed, 0};
  const bool v1 = in[0] == 'P', v2 = in[0] == pp::v2_signature[0];
  if ((o.version == pp::VersionPolicy::v1 && v2) || (o.version == pp::VersionPolicy::v2 && v1)) return {ReadStatus::missing, 0};
  const pp::Verdict v = pp::parse(in).verdict;
  const std::size_t limit = std::clamp(o.max_header, pp::v1_max_bytes, pp::max_header_bytes);
  if (v.status == Status::done) return v.size > limit ? Expected{ReadStatus::too_long, 0} : Expected{ReadStatus::done, v.size};
  if (v.status == Status::malformed) return {ReadStatus::malformed, 0};
  if (v.status == Status::missing) return {ReadStatus::missing, 0};
  return {v.size + in.size() > limit ? ReadStatus::too_long : ReadStatus::truncated, 0};
}

void agrees(const pp::ReadResult& r, const Expected& e, Bytes in, const char* law) {
  require(r.status() == e.status, law);
  require(r.bytes().size() <= in.size() && std::equal(r.bytes().begin(), r.bytes().end(), in.begin()),
          "what was taken is the front of what was sent");
  if (e.status != ReadStatus::done) return require(!r.message().empty(), "a result that is no header says why");
  require(r.bytes().size() == e.taken, "exactly the header is taken");
  const pp::Header h = pp::parse(in).header;
  require(r.version() == h.version && r.is_local() == h.is_local(), "the header is the one that was sent");
  const bool inet = h.addresses == pp::Addresses::inet || h.addresses == pp::Addresses::inet6;
  require(r.source().has_value() == inet, "addresses are there when they count");
  if (inet) require(r.source()->address == h.source && r.source()->port == h.source_port, "and are those that were sent");
  std::size_t tlvs = 0;
  for (const pp::Tlv& tlv : r.tlvs()) {
    require(tlv.value.data() >= r.bytes().data() && tlv.value.data() + tlv.value.size() <= r.bytes().data() + r.bytes().size(),
            "TLVs lie in the result's own bytes");
    ++tlvs;
  }
  require(tlvs <= r.bytes().size() / 3, "and are no more than fit");
  sockaddr_storage address{};
  require((r.to_sockaddr(pp::Side::source, address) != 0) == (h.addresses != pp::Addresses::none),
          "a sockaddr is there when an address is");
  require(!r.to_string().empty(), "a header has a line for the log");
}

/// Filled by hand, in pieces that the input chooses; EINTR and EAGAIN between them change nothing.
void by_hand(Choices choices, Bytes in, const pp::ReadOptions& o, const Expected& e) {
  pp::HeaderReader reader(o);
  std::size_t at = 0;
  for (auto space = reader.space(); !space.empty(); space = reader.space()) {
    if (choices.one_in(5)) reader.commit(choices.one_in(2) ? -EINTR : -EAGAIN);
    const std::size_t n = std::min({space.size(), in.size() - at, std::size_t{1} + choices.byte()});
    require(at + space.size() <= pp::max_header_bytes, "no more is asked for than a header holds");
    std::copy_n(in.begin() + static_cast<std::ptrdiff_t>(at), n, space.begin());
    at += n;
    reader.commit(static_cast<ssize_t>(n));
  }
  agrees(reader.result(), e, in, "filled in pieces the result is the parser's");
  if (e.status == ReadStatus::done) require(at == e.taken, "no payload is asked for");
}

/// Over a socket pair, the peer writing in pieces; what was not taken is still there to be read.
void by_socket(Choices choices, Bytes in, const pp::ReadOptions& o, const Expected& e) {
  int fd[2];
  require(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fd) == 0, "a socket pair");
  pp::HeaderReader reader(o);
  std::size_t sent = 0;
  ReadStatus status = ReadStatus::need_more;
  while (status == ReadStatus::need_more) {
    const std::size_t n = std::min(in.size() - sent, std::size_t{1} + (choices.one_in(2) ? 4096U : choices.byte()));
    if (n > 0) {
      require(write(fd[1], in.data() + sent, n) == static_cast<ssize_t>(n), "the pair takes what is written");
      sent += n;
    } else {
      shutdown(fd[1], SHUT_WR);
    }
    status = reader.on_readable(fd[0]);
    require(n > 0 || status != ReadStatus::need_more, "the end settles it");
  }
  agrees(reader.result(), e, in, "over a socket the result is the parser's");
  const std::size_t taken = reader.result().bytes().size();
  std::uint8_t next = 0;
  if (sent > taken) require(read(fd[0], &next, 1) == 1 && next == in[taken], "the next byte read is the first that was not taken");
  close(fd[0]);
  close(fd[1]);
}

/// What the listener shows of it: records whose first is whole when the parser says so.
void as_record(Bytes in) {
  pp::inspect::Chunk chunk;
  chunk.bytes = in;
  chunk.flow.captured = chunk.flow.listened = chunk.flow.expected = true;
  const pp::Verdict v = pp::parse(in).verdict;
  std::size_t records = 0;
  pp::inspect::Inspector inspector({}, [&](const pp::inspect::Record& r) {
    if (records++ > 0) return;
    require(r.complete == (v.status == Status::done), "a record is whole when its header is");
    if (r.complete) require(r.bytes.size() == v.size, "and then it is exactly the header");
  });
  inspector.flow(chunk);
  require(records >= 1, "a connection is a record");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Choices c(Bytes(data, size));
  pp::ReadOptions o;
  const unsigned bits = c.byte();
  o.version = static_cast<pp::VersionPolicy>(bits % 3);
  o.max_header = (bits & 4U) != 0 ? 4096 : (bits & 8U) != 0 ? pp::max_header_bytes : 107U + c.u16() % 600U;
  const Bytes pieces = c.take(12);
  const Bytes in = c.rest();
  const Expected e = expect(in, o);
  by_hand(Choices(pieces), in, o, e);
  if ((bits & 16U) != 0 && in.size() < 60000) by_socket(Choices(pieces), in, o, e);
  as_record(in);
  return 0;
}
