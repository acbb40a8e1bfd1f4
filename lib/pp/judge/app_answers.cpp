#include "pp/judge/app_answers.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

#include "pp/base/ip.hpp"
#include "pp/inspect/answer.hpp"
#include "pp/inspect/answer_proof.hpp"
#include "pp/text/format.hpp"

namespace pp::judge {
namespace {

using inspect::text_view;

constexpr auto npos = std::string_view::npos;

/// Three digits at the start, or 0.
int code_of(std::string_view text) {
  if (text.size() < 3) return 0;
  int code = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + 3, code);
  return error == std::errc() && end == text.data() + 3 ? code : 0;
}

/// Whole lines, without their ends; what follows the last line end is not one yet.
std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> out;
  for (std::size_t end = text.find('\n'); end != npos; end = text.find('\n')) {
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    out.push_back(line);
    text.remove_prefix(end + 1);
  }
  return out;
}

bool same_word(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; };
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [&](char x, char y) { return lower(x) == lower(y); });
}

/// The value of a header field in a head of lines; empty when it is not there.
std::string_view field(std::string_view head, std::string_view name) {
  for (std::string_view line : lines_of(head)) {
    const std::size_t colon = line.find(':');
    if (colon == npos || !same_word(line.substr(0, colon), name)) continue;
    line.remove_prefix(colon + 1);
    while (line.starts_with(' ')) line.remove_prefix(1);
    return line;
  }
  return {};
}

struct Head {
  std::string_view head, body;
};
std::optional<Head> head_of(std::string_view text) {
  const std::size_t end = text.find("\r\n\r\n");
  if (end == npos) return std::nullopt;
  return Head{text.substr(0, end + 4), text.substr(end + 4)};
}

bool has_announced_length(const Head& h) {
  const std::string_view length = field(h.head, "Content-Length");
  std::size_t n = 0;
  const auto [end, error] = std::from_chars(length.data(), length.data() + length.size(), n);
  return error == std::errc() && !length.empty() && h.body.size() >= n;
}

/// Without the greeting that servers of these protocols send first.
Bytes after_greeting(Bytes answer) { return answer.subspan(std::min(inspect::greeting_size(answer), answer.size())); }

}  // namespace

bool http_complete(Bytes answer, bool) {
  const auto h = head_of(text_view(answer));
  if (!h) return false;
  if (same_word(field(h->head, "Transfer-Encoding"), "chunked")) return h->body.ends_with("0\r\n\r\n");
  return has_announced_length(*h);
}

std::string http_class(Bytes answer, bool) {
  const std::string_view text = text_view(answer);
  if (text.empty()) return {};
  const std::size_t space = text.find(' ');
  const int code = text.starts_with("HTTP/") && space != npos ? code_of(text.substr(space + 1)) : 0;
  return code == 0 ? "data" : text::format("http-{}", code);
}

namespace {

struct Reply {
  int code = 0;
  bool tells = false;  // an address stands in it
};

/// Replies of SMTP, each of one or more lines; the greeting is not one.
std::vector<Reply> replies(Bytes answer) {
  std::vector<Reply> out;
  bool first = true, tells = false;
  for (const std::string_view line : lines_of(text_view(answer))) {
    const int code = code_of(line);
    tells = tells || line.find("src=") != npos;
    if (line.size() > 3 && line[3] == '-') continue;
    if (!(first && code == 220)) out.push_back({code, tells});
    first = tells = false;
  }
  return out;
}

}  // namespace

bool smtp_complete(Bytes answer, bool) {
  const auto all = replies(answer);
  return !all.empty() && (all.back().code == 221 || all.back().code == 421);
}

/// The reply that tells an address, by its code: a server may write it below each of its replies, 421 among them.
std::string smtp_class(Bytes answer, bool) {
  const auto all = replies(answer);
  if (all.empty()) return {};
  const auto told = std::find_if(all.begin(), all.end(), [](const Reply& r) { return r.tells; });
  if (told != all.end()) return text::format("smtp-{}", told->code);
  // Without an address: the refusal of a recipient, or how it ended.
  const auto refusal = std::find_if(all.begin(), all.end(), [](const Reply& r) { return r.code >= 400; });
  return text::format("smtp-{}", refusal != all.end() ? refusal->code : all.back().code);
}

bool imap_complete(Bytes answer, bool) { return text_view(answer).find("\nb OK") != npos || text_view(answer).find("* BYE") != npos; }

std::string imap_class(Bytes answer, bool) {
  for (const std::string_view line : lines_of(text_view(answer))) {
    for (const auto& [start, name] :
         {std::pair<std::string_view, std::string_view>{"a OK", "imap-ok"}, {"a NO", "imap-no"}, {"a BAD", "imap-bad"}}) {
      if (line.starts_with(start)) return std::string(name);
    }
  }
  const Bytes rest = after_greeting(answer);
  if (text_view(rest).starts_with("* BYE")) return "imap-bye";
  return rest.empty() ? "" : "data";
}

namespace {

/// The message, without the length that goes before it on a stream; empty while it is not complete.
Bytes dns_message(Bytes answer, bool datagram) {
  if (datagram) return answer;
  if (answer.size() < 2 || answer.size() < 2U + load_be16(answer.data())) return {};
  return answer.subspan(2, load_be16(answer.data()));
}

}  // namespace

bool dns_complete(Bytes answer, bool datagram) { return dns_message(answer, datagram).size() >= 12; }

std::string dns_class(Bytes answer, bool datagram) {
  const Bytes m = dns_message(answer, datagram);
  if (m.size() < 12) return answer.empty() ? "" : "data";
  return text::format("dns-{}{}", m[3] & 15U, load_be16(&m[6]) != 0 ? "-answer" : "");
}

namespace {

/// How many bytes a name takes, 0 when it does not end.
std::size_t name_size(Bytes m, std::size_t at) {
  for (std::size_t end = at; end < m.size(); end += 1U + m[end]) {
    if (m[end] == 0) return end + 1 - at;
    if ((m[end] & 0xc0U) == 0xc0U) return end + 2 - at;  // a pointer ends it
  }
  return 0;
}

}  // namespace

/// The strings of all TXT records, a line each.
std::string dns_text(Bytes answer, bool datagram) {
  const Bytes m = dns_message(answer, datagram);
  std::string out;
  if (m.size() < 12) return out;
  std::size_t at = 12;
  for (unsigned questions = load_be16(&m[4]); questions > 0; --questions) {
    const std::size_t name = name_size(m, at);
    if (name == 0) return out;
    at += name + 4;
  }
  while (at < m.size()) {
    const std::size_t name = name_size(m, at);
    if (name == 0 || m.size() - at < name + 10) break;
    const std::size_t type = load_be16(&m[at + name]), size = load_be16(&m[at + name + 8]);
    at += name + 10;
    if (size > m.size() - at) break;
    constexpr std::size_t txt = 16;
    for (Bytes data = m.subspan(at, size); type == txt && !data.empty();) {
      const std::size_t length = std::min<std::size_t>(data[0], data.size() - 1);
      text::append(out, "{}\n", text_view(data.subspan(1, length)));
      data = data.subspan(1 + length);
    }
    at += size;
  }
  return out;
}

bool sip_complete(Bytes answer, bool datagram) {
  const auto h = head_of(text_view(answer));
  return h && (datagram || has_announced_length(*h));
}

std::string sip_class(Bytes answer, bool) {
  const std::string_view text = text_view(answer);
  if (text.empty()) return {};
  const int code = text.starts_with("SIP/2.0 ") ? code_of(text.substr(8)) : 0;
  return code == 0 ? "data" : text::format("sip-{}", code);
}

namespace {

/// The value of a parameter of Via.
std::optional<std::string> parameter(std::string_view via, std::string_view name) {
  const std::size_t at = via.find(name);
  if (at == npos) return std::nullopt;
  const std::string_view rest = via.substr(at + name.size());
  return std::string(rest.substr(0, std::min(rest.find_first_of(";, \r\n"), std::size_t{64})));
}

}  // namespace

Told sip_told(Bytes answer, std::string_view mark) {
  Told out;
  const std::string_view text = text_view(answer), via = field(text, "Via");
  out.source = parameter(via, ";received=");
  out.source_port = parameter(via, ";rport=");
  if (field(text, "Call-ID").find(mark) != npos) out.mark = std::string(mark);
  return out;
}

namespace {
constexpr std::size_t stun_head = 20;
}

bool stun_complete(Bytes answer, bool) { return answer.size() >= stun_head && answer.size() >= stun_head + load_be16(&answer[2]); }

std::string stun_class(Bytes answer, bool) {
  if (answer.empty()) return {};
  if (answer.size() < stun_head || (answer[0] & 0xc0U) != 0) return "data";
  return load_be16(answer.data()) == 0x0101 ? "stun-ok" : "stun-error";
}

/// XOR-MAPPED-ADDRESS; the mark is in the transaction id.
Told stun_told(Bytes answer, std::string_view mark) {
  Told out;
  if (answer.size() < stun_head) return out;
  if (text_view(answer.subspan(8, 12)).starts_with(mark)) out.mark = std::string(mark);
  for (Bytes rest = answer.subspan(stun_head); rest.size() >= 4;) {
    const std::size_t size = load_be16(&rest[2]), padded = (size + 3) / 4 * 4;
    if (size > rest.size() - 4) break;
    const Bytes value = rest.subspan(4, size);
    if (load_be16(rest.data()) == 0x0020 && (size == 8 || size == 20)) {
      IpAddress address;
      address.size = static_cast<std::uint8_t>(size - 4);
      for (std::size_t i = 0; i < address.size; ++i) address.bytes[i] = static_cast<std::uint8_t>(value[4 + i] ^ answer[4 + i]);
      out.source = to_string(address);
      out.source_port = text::format("{}", load_be16(&value[2]) ^ load_be16(&answer[4]));
    }
    if (padded > rest.size() - 4) break;
    rest = rest.subspan(4 + padded);
  }
  return out;
}

bool irc_complete(Bytes answer, bool) { return text_view(answer).find("ERROR :") != npos; }

std::string irc_class(Bytes answer, bool) {
  const Bytes rest = after_greeting(answer);
  bool error = false;
  for (const std::string_view line : lines_of(text_view(rest))) {
    if (line.find(" 001 ") != npos) return "irc-welcome";
    error = error || line.starts_with("ERROR ");
  }
  return error ? "irc-error" : "";
}

/// "user@host" in the welcome or in "Closing link: (user@host)".
Told irc_told(Bytes answer, std::string_view mark) {
  Told out;
  const std::string_view text = text_view(answer);
  const std::size_t at = text.find(text::format("{}@", mark));
  if (at == npos) return out;
  const std::string_view rest = text.substr(at + mark.size() + 1);
  out.mark = std::string(mark);
  out.source = std::string(rest.substr(0, std::min(rest.find_first_of(") \r\n]"), std::size_t{64})));
  return out;
}

bool mysql_complete(Bytes answer, bool) {
  const Bytes rest = after_greeting(answer);
  return rest.size() >= 5 && rest.size() >= 4U + (rest[0] | std::size_t{rest[1]} << 8U | std::size_t{rest[2]} << 16U);
}

std::string mysql_class(Bytes answer, bool) {
  const Bytes rest = after_greeting(answer);
  if (rest.size() < 7) return rest.empty() ? "" : "data";
  if (rest[4] == 0) return "mysql-ok";
  if (rest[4] != 0xff) return "data";
  const unsigned code = rest[5] | unsigned{rest[6]} << 8U;
  constexpr unsigned access_denied = 1045;
  return code == access_denied ? "mysql-denied" : text::format("mysql-error-{}", code);
}

/// "Access denied for user 'MARK'@'ADDRESS'".
Told mysql_told(Bytes answer, std::string_view mark) {
  Told out;
  const std::string_view text = text_view(answer);
  const std::string before = text::format("'{}'@'", mark);
  const std::size_t at = text.find(before);
  if (at == npos) return out;
  const std::string_view rest = text.substr(at + before.size());
  out.mark = std::string(mark);
  out.source = std::string(rest.substr(0, std::min(rest.find('\''), std::size_t{64})));
  return out;
}

bool tls_complete(Bytes answer, bool) { return answer.size() >= 5; }

std::string tls_class(Bytes answer, bool) {
  if (answer.empty()) return {};
  return answer[0] == 0x16 ? "tls-handshake" : answer[0] == 0x15 ? "tls-alert" : "data";
}

bool never_complete(Bytes, bool) { return false; }

bool text_complete(Bytes answer, bool) {
  const std::string_view rest = text_view(after_greeting(answer));
  return rest.find('\n') != npos;
}

bool some_complete(Bytes answer, bool) { return !answer.empty(); }

std::string any_class(Bytes answer, bool) {
  const Bytes rest = after_greeting(answer);
  if (rest.empty()) return {};
  inspect::Reaction reaction;
  inspect::classify_answer(rest, reaction);
  return inspect::class_name(reaction);
}

}  // namespace pp::judge
