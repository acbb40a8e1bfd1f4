#include "ppgen/conform_origin.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "pp/net/listen.hpp"
#include "pp/text/format.hpp"
#include "pp/wire/parse.hpp"

namespace pp::tool {
namespace {

constexpr auto npos = std::string_view::npos;
constexpr std::size_t most_kept = 262144;
constexpr std::size_t most_connections = 256;
constexpr std::size_t mark_bytes = 8;

/// The value of a header field, by its name in lower case.
std::string_view field(std::string_view head, std::string_view name) {
  while (!head.empty()) {
    const std::size_t end = std::min(head.find("\r\n"), head.size());
    const std::string_view line = head.substr(0, end);
    head.remove_prefix(std::min(end + 2, head.size()));
    if (line.size() <= name.size() || line[name.size()] != ':') continue;
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; };
    if (!std::equal(name.begin(), name.end(), line.begin(), [&](char a, char b) { return a == lower(b); })) continue;
    std::string_view value = line.substr(name.size() + 1);
    while (value.starts_with(' ')) value.remove_prefix(1);
    return value;
  }
  return {};
}

/// The client of "for=192.0.2.1", "for=\"[2001:db8::1]:4711\"" or of the first address in a list.
std::string_view first_address(std::string_view list) {
  if (const std::size_t at = list.find("for="); at != npos) list = list.substr(at + 4);
  if (list.starts_with('"')) list.remove_prefix(1);
  return list.substr(0, list.find_first_of(",;\" "));
}

/// The receiver's own header. Some write lines that mix families, which are not headers but tell what they believe.
struct OwnHeader {
  std::size_t size = 0;
  std::string told;
  bool complete = true;
};

OwnHeader lenient_line(std::string_view bytes) {
  const std::size_t end = bytes.find("\r\n");
  if (!bytes.starts_with("PROXY TCP") || end == npos || end > v1_max_bytes) return {};
  std::string_view words[6];
  std::string_view rest = bytes.substr(0, end);
  for (std::string_view& word : words) {
    const std::size_t space = std::min(rest.find(' '), rest.size());
    word = rest.substr(0, space);
    rest.remove_prefix(std::min(space + 1, rest.size()));
  }
  return {end + 2, text::format("src={} sport={} dst={} dport={}", text::Shown{words[2]}, text::Shown{words[4]}, text::Shown{words[3]},
                                text::Shown{words[5]})};
}

OwnHeader own_header(std::string_view bytes) {
  const Parsed parsed = parse(Bytes(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()));
  if (parsed.verdict.status == Status::need_more) return {0, {}, false};
  if (parsed.verdict.status != Status::done) return lenient_line(bytes);
  const Header& h = parsed.header;
  if (h.addresses != Addresses::inet && h.addresses != Addresses::inet6) return {parsed.verdict.size, "src=-"};
  return {parsed.verdict.size, text::format("src={} sport={} dst={} dport={}", h.source, h.source_port, h.destination, h.destination_port)};
}

/// What HTTP proxies write.
std::string told_by_fields(std::string_view request) {
  for (const std::string_view name : {"x-forwarded-for", "forwarded", "x-real-ip"}) {
    const std::string_view value = field(request, name);
    if (!value.empty()) return text::format("src={}", text::Shown{first_address(value)});
  }
  return {};
}

}  // namespace

struct Origin::Connection : Watch {
  Connection(Origin& owner, Fd socket)
      : Watch(this,
              [](void* context, Watch&, std::uint32_t) {
                auto& c = *static_cast<Connection*>(context);
                c.origin.serve(c);
              }),
        origin(owner),
        fd(std::move(socket)) {}
  ~Connection() { origin.loop_.forget(*this); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  Origin& origin;
  Fd fd;
  std::string bytes;
  bool answered = false;
};

Origin::Origin(EventLoop& loop, const std::string& address)
    : loop_(loop), sockets_(listen_on(parse_listen_address(address))), acceptor_(loop, [this](Fd fd, const sockaddr_storage&, std::size_t) {
        accept(std::move(fd));
        return true;
      }) {
  for (const Fd& fd : sockets_) acceptor_.add(fd.get(), address);
  acceptor_.enable(true);
}

Origin::~Origin() = default;

void Origin::accept(Fd fd) {
  if (connections_.size() >= most_connections) connections_.pop_front();
  Connection& added = connections_.emplace_back(*this, std::move(fd));
  loop_.watch(added, added.fd.get(), EPOLLIN);
}

void Origin::serve(Connection& c) {
  std::array<char, 65536> block;
  const ssize_t n = ::recv(c.fd.get(), block.data(), block.size(), MSG_DONTWAIT);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (n > 0 && c.bytes.size() < most_kept) {
    c.bytes.append(block.data(), static_cast<std::size_t>(n));
    if (!c.answered) answer(c);
    return;
  }
  connections_.remove_if([&](const Connection& other) { return &other == &c; });
}

void Origin::answer(Connection& c) {
  const OwnHeader own = own_header(c.bytes);
  if (!own.complete) return;
  const std::string_view request = std::string_view(c.bytes).substr(own.size);
  constexpr std::string_view method = "GET /";
  const bool http = method.starts_with(request.substr(0, method.size())) || request.starts_with(method);
  if (http && request.find("\r\n\r\n") == npos) return;
  c.answered = true;
  if (!http) return reply(c, "400 Bad Request", "");
  const std::string_view path = request.substr(method.size() - 1, request.find_first_of(" \r\n", method.size()) - method.size() + 1);
  if (path.size() == mark_bytes + 1) received_.try_emplace(std::string(path.substr(1)), request);
  // The head of the request comes back as well, for templates that look for a header of their own.
  const std::string_view head = request.substr(0, std::min(request.find("\r\n\r\n"), std::size_t{8192}));
  const std::string told = own.told.empty() ? told_by_fields(head) : own.told;
  reply(c, "200 OK", text::format("{} mark={}\n\n{}\n", told, text::Shown{path.substr(0, 64)}, head));
}

void Origin::reply(Connection& c, std::string_view status, std::string_view body) {
  const std::string out = text::format("HTTP/1.1 {}\r\nContent-Type: text/plain\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{}",
                                       status, body.size(), body);
  // A few hundred bytes into an empty socket buffer.
  static_cast<void>(::send(c.fd.get(), out.data(), out.size(), MSG_NOSIGNAL | MSG_DONTWAIT));
  ::shutdown(c.fd.get(), SHUT_WR);
}

const std::string* Origin::received(std::string_view mark) const {
  const auto found = received_.find(mark);
  return found == received_.end() ? nullptr : &found->second;
}

}  // namespace pp::tool
