// A receiver that is strict, and one switch away from each deviation that ppgen conform has to find.
//
// receiver [SWITCH...]    prints its port; answers HTTP with "src=ADDRESS sport=PORT mark=PATH"
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "pp/forge/catalogue.hpp"
#include "pp/lint/lint.hpp"
#include "pp/net/fd.hpp"
#include "pp/net/listen.hpp"
#include "pp/net/sockaddr.hpp"
#include "pp/wire/parse.hpp"

namespace {

using namespace pp;
using Buffer = std::vector<std::uint8_t>;

std::map<std::string, std::string, std::less<>> switches;
std::atomic<unsigned> good_connections{0};

bool on(std::string_view name) { return switches.find(name) != switches.end(); }
std::string value(std::string_view name) { return on(name) ? switches.find(name)->second : ""; }

struct Taken {
  std::size_t size = 0;
  std::string source;  // empty: the connection's own
  std::uint16_t port = 0;
};
enum class Answer { wait, refuse, take };
struct Decision {
  Answer answer = Answer::wait;
  Taken taken{};
};

/// Findings that the specification tells receivers to refuse.
bool has_bad_tlvs(const Parsed& parsed, Bytes bytes) {
  std::vector<lint::Finding> findings;
  lint::lint(parsed, bytes, findings);
  return std::any_of(findings.begin(), findings.end(), [](const lint::Finding& f) {
    const bool crc = f.code == "v2-crc32c" || f.code == "v2-crc32c-length" || f.code == "v2-crc32c-duplicate";
    const bool tlv = f.code == "v2-tlv-overrun" || f.code == "v2-tlv-stray" || f.code == "v2-ssl-short" || f.code == "v2-ssl-tlv-overrun" ||
                     f.code == "v2-ssl-stray";
    return (crc && !on("crc-unchecked")) || (tlv && !on("tlv-unchecked"));
  });
}

Taken taken_from(const Header& h, std::size_t size) {
  Taken out{size, {}, 0};
  const bool local = h.is_local();
  if (on("local-address-used") && local && h.family_transport == 0x11 && h.bytes.size() >= 28) {
    IpAddress address;
    address.size = 4;
    std::copy_n(h.bytes.begin() + 16, 4, address.bytes.begin());
    out.source = to_string(address);
    return out;
  }
  if (h.addresses == Addresses::inet || h.addresses == Addresses::inet6) {
    out.source = to_string(h.source);
    out.port = h.source_port;
  } else if (h.addresses == Addresses::unix_socket) {
    const Bytes path = h.unix_source();
    out.source.assign(path.begin(), std::find(path.begin(), path.end(), std::uint8_t{0}));
  }
  if (on("real-for-all")) out.source.clear();
  return out;
}

/// The line with its deviations put right, as a lenient reader understands it.
std::string lenient_line(std::string_view line) {
  std::vector<std::string> words(1);
  for (const char c : line) {
    if (c != ' ') {
      words.back() += c;
    } else if (!words.back().empty() || !on("spaces")) {
      words.emplace_back();
    }
  }
  if (on("extra-field") && words.size() > 6) words.resize(6);
  if (on("octal") && words.size() > 2 && words[1] == "TCP4") {
    std::string octal;
    for (std::size_t at = 0; at <= words[2].size();) {
      const std::size_t dot = std::min(words[2].find('.', at), words[2].size());
      const std::string octet = words[2].substr(at, dot - at);
      octal += (octal.empty() ? "" : ".") +
               (octet.size() > 1 && octet[0] == '0' ? std::to_string(std::strtoul(octet.c_str(), nullptr, 8)) : octet);
      at = dot + 1;
    }
    words[2] = octal;
  }
  if (on("port-range") && words.size() > 4 && words[4].find_first_not_of("0123456789") == std::string::npos)
    words[4] = std::to_string(std::strtoull(words[4].c_str(), nullptr, 10) & 0xffffU);
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
  return out + "\r\n";
}

std::optional<Taken> repaired_v1(std::string_view text) {
  std::size_t end = text.find("\r\n"), size = end == std::string_view::npos ? 0 : end + 2;
  if (on("lf") && text.find('\n') < end) size = (end = text.find('\n')) + 1;
  if (size == 0) return std::nullopt;
  const std::string line = lenient_line(text.substr(0, end));
  const Parsed parsed = parse(Bytes(reinterpret_cast<const std::uint8_t*>(line.data()), line.size()));
  if (parsed.verdict.status != Status::done) return std::nullopt;
  return taken_from(parsed.header, size);
}

std::optional<Decision> repaired_v2(Bytes in, Fault fault) {
  Buffer copy(in.begin(), in.end());
  const std::size_t size = 16U + load_be16(&in[14]);
  if (on("command-unchecked") && fault == Fault::v2_command) {
    copy[12] = 0x20;
  } else if (on("family-unchecked") && (fault == Fault::v2_family || fault == Fault::v2_transport)) {
    copy[13] = 0;
  } else if (on("length-unchecked") && fault == Fault::v2_length_short) {
    const std::size_t block = 16U + ((in[13] >> 4) == 2 ? 36U : 12U);
    if (in.size() < block) return Decision{};
    copy[14] = 0;
    copy[15] = static_cast<std::uint8_t>(block - 16);
  } else {
    return std::nullopt;
  }
  const Parsed parsed = parse(copy);
  if (parsed.verdict.status == Status::need_more) return Decision{};
  if (parsed.verdict.status != Status::done) return std::nullopt;
  return Decision{Answer::take, taken_from(parsed.header, size)};
}

Decision decide(Bytes in) {
  const Parsed parsed = parse(in);
  const Verdict& v = parsed.verdict;
  if (v.status == Status::need_more) return on("one-read") && !in.empty() ? Decision{Answer::refuse} : Decision{};
  if (v.status == Status::done) {
    const Header& h = parsed.header;
    if (on("v1-only") && h.version == 2) return {Answer::refuse};
    if (on("v2-only") && h.version == 1) return {Answer::refuse};
    if (on("local-refused") && h.version == 2 && h.is_local()) return {Answer::refuse};
    if (on("unknown-refused") && h.is_unknown()) return {Answer::refuse};
    if (on("limit") && v.size > std::stoul(value("limit"))) return {Answer::refuse};
    if (h.version == 2 && has_bad_tlvs(parsed, in)) return {Answer::refuse};
    return {Answer::take, taken_from(h, v.size)};
  }
  const std::string_view text(reinterpret_cast<const char*>(in.data()), in.size());
  if (v.status == Status::missing) return on("optional") ? Decision{Answer::take} : Decision{Answer::refuse};
  if (text.starts_with("PROXY")) {
    if (const auto taken = repaired_v1(text)) return {Answer::take, *taken};
    if (on("eats-line") && text.find('\n') != std::string_view::npos) return {Answer::take, {text.find('\n') + 1, {}, 0}};
  } else if (in.size() >= 16) {
    if (const auto decision = repaired_v2(in, v.fault)) return *decision;
  }
  return {Answer::refuse};
}

/// These bytes begin with the header of the case that the switch names.
bool is_case(std::string_view name, const Buffer& bytes) {
  if (!on(name)) return false;
  const auto found = forge::find_case(value(name));
  if (!found) return false;
  const Buffer header = encode(found->draft);
  // The whole first write: a good header is the beginning of others.
  return bytes.size() >= header.size() && std::equal(header.begin(), header.end(), bytes.begin());
}

void say(int fd, const std::string& text) { static_cast<void>(::send(fd, text.data(), text.size(), MSG_NOSIGNAL)); }

void answer(int fd, const Buffer& bytes, const Taken& taken, const Endpoint& peer) {
  std::string request(bytes.begin() + static_cast<std::ptrdiff_t>(taken.size), bytes.end());
  // Servers of HTTP skip an empty line before a request.
  if (request.starts_with("\r\n")) request.erase(0, 2);
  if (!request.starts_with("GET ")) return say(fd, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  const std::string path = request.substr(4, request.find(' ', 4) - 4);
  const bool real = taken.source.empty();
  std::string body = "src=" + (real ? to_string(peer.address) : taken.source) + " sport=" + std::to_string(real ? peer.port : taken.port);
  if (on("told-none") && real) body = "src=None sport=None";
  if (on("told-nothing")) body = "hello";
  body += " mark=" + path + "\n";
  say(fd, "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n" + body);
}

void serve(Fd fd, Endpoint peer) {
  if (on("banner")) say(fd.get(), "220 receiver\r\n");
  Buffer bytes;
  std::optional<Taken> taken;
  std::array<std::uint8_t, 65536> room;
  for (;;) {
    const ssize_t n = ::recv(fd.get(), room.data(), room.size(), 0);
    if (n <= 0) return;
    if (on("echo")) {
      static_cast<void>(::send(fd.get(), room.data(), static_cast<std::size_t>(n), MSG_NOSIGNAL));
      continue;
    }
    bytes.insert(bytes.end(), room.begin(), room.begin() + n);
    if (on("http-400")) return say(fd.get(), "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
    if (on("closes")) return;
    if (on("silent")) continue;
    if (is_case("dies-on", bytes)) std::_Exit(1);
    if (is_case("hangs-on", bytes)) switches.emplace("silent", "");
    if (!taken) {
      const Decision decision = decide(bytes);
      if (decision.answer == Answer::refuse) return;
      if (decision.answer == Answer::wait) continue;
      taken = decision.taken;
      const bool drops = on("drops") && good_connections++ % std::stoul(value("drops")) == 2;
      if (drops) return;
      if (on("slow")) std::this_thread::sleep_for(std::chrono::milliseconds(std::stoul(value("slow"))));
    }
    if (on("second-believed")) {
      const Parsed second = parse(Bytes(bytes).subspan(std::min(taken->size, bytes.size())));
      if (second.verdict.status == Status::done) {
        const std::size_t first = taken->size;
        taken = taken_from(second.header, first + second.verdict.size);
      }
    }
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    if (bytes.size() > taken->size + 4 && text.find("\r\n\r\n", taken->size + 2) != std::string_view::npos)
      return answer(fd.get(), bytes, *taken, peer);
  }
}

[[noreturn]] void accept_for_ever(int listener) {
  for (;;) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    Fd fd(::accept4(listener, static_cast<sockaddr*>(static_cast<void*>(&address)), &size, SOCK_CLOEXEC));
    if (!fd) continue;
    // Nobody waits longer than a test does.
    const timeval idle{on("idle") ? std::stol(value("idle")) : 4, 0};
    ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &idle, sizeof idle);
    std::thread(serve, std::move(fd), from_sockaddr(address).value_or(Endpoint{})).detach();
  }
}

}  // namespace

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const std::size_t equals = word.find('=');
    switches.emplace(word.substr(0, equals), equals == std::string::npos ? "" : word.substr(equals + 1));
  }
  std::signal(SIGPIPE, SIG_IGN);
  const auto sockets = listen_on(parse_listen_address("127.0.0.1:0"));
  const int listener = sockets.front().get();
  // accept() waits.
  ::fcntl(listener, F_SETFL, ::fcntl(listener, F_GETFL) & ~O_NONBLOCK);
  std::printf("%u\n", listen_port(listener));
  std::fflush(stdout);
  if (!on("restart")) accept_for_ever(listener);
  // A supervisor that starts it again at once.
  for (;;) {
    const pid_t child = ::fork();
    if (child == 0) accept_for_ever(listener);
    int status = 0;
    ::waitpid(child, &status, 0);
  }
}
