#include "pp/render/text_words.hpp"

#include <algorithm>

#include "pp/base/hex.hpp"
#include "pp/render/time_text.hpp"

namespace pp::render {

using inspect::PayloadKind;
using inspect::Record;

void append_place(std::string& out, const Record& r, const Style& style, State& state) {
  if (r.flow.captured) {
    append_time(out, r.flow.time_ns, r.flow.nanoseconds, style, state);
    if (r.flow.unix_socket) {
      out += "pid " + std::to_string(r.flow.peer_pid) + " uid " + std::to_string(r.flow.peer_uid) + " > " + shown(r.input, charset(style)) +
             "  ";
      return;
    }
    append_endpoint(out, r.flow.source, r.flow.source_port);
    out += " > ";
    append_endpoint(out, r.flow.destination, r.flow.destination_port);
    out += "  ";
  } else if (r.line > 0) {
    out += shown(r.input, charset(style)) + ":" + std::to_string(r.line) + "  ";
  }
}

std::string header_words(const Header& h, const Record& r) {
  if (r.simple) return !r.complete ? "simple" : h.family() == 2 ? "simple UDP6" : "simple UDP4";
  if (h.version == 0) return "header";
  if (h.version == 1) {
    if (h.version_command == 0) return "v1";
    return h.is_unknown() ? "v1 UNKNOWN" : h.family() == 2 ? "v1 TCP6" : "v1 TCP4";
  }
  if (r.bytes.size() <= 12 || h.version_command >> 4 != 2 || (h.version_command & 15U) > 1) return "v2";
  if (h.is_local()) return "v2 LOCAL";
  std::string out = "v2 PROXY";
  if (r.bytes.size() <= 13) return out;
  constexpr std::string_view names[3][4] = {
      {"UNSPEC", "IPv4", "IPv6", "UNIX"}, {"UNSPEC", "TCP4", "TCP6", "UNIX"}, {"UNSPEC", "UDP4", "UDP6", "UNIX-DGRAM"}};
  if (h.family() > 3 || h.transport() > 2) return out + " 0x" + to_hex(Bytes(&h.family_transport, 1));
  return out + " " + std::string(names[h.transport()][h.family()]);
}

std::string path_words(Bytes block, const Style& style) {
  Bytes path = block;
  while (!path.empty() && path.back() == 0) path = path.first(path.size() - 1);
  if (path.empty()) return "(unnamed)";
  if (path[0] == 0) return "@" + shown(path.subspan(1), charset(style));
  return shown(path.first(static_cast<std::size_t>(std::find(path.begin(), path.end(), std::uint8_t{0}) - path.begin())), charset(style));
}

std::string address_words(const Header& h, const Style& style) {
  switch (h.addresses) {
    case Addresses::none: return {};
    case Addresses::unix_socket:
      if (style.redacted) return "(path) > (path)";
      return path_words(h.unix_source(), style) + " > " + path_words(h.unix_destination(), style);
    default: return endpoint_text(h.source, h.source_port) + " > " + endpoint_text(h.destination, h.destination_port);
  }
}

std::string_view short_name(PayloadKind kind) noexcept { return kind == PayloadKind::http1 ? "http" : name(kind); }

std::string payload_words(const inspect::Payload& p, const Style& style) {
  std::string out(title(p.kind));
  if (!p.line.empty()) out += " \"" + shown(p.line, charset(style)) + "\"";
  if (!p.host.empty()) out += ", Host " + shown(p.host, charset(style));
  if (!p.sni.empty()) out += ", SNI " + shown(p.sni, charset(style));
  for (std::size_t i = 0; i < p.alpn.size(); ++i) out += (i == 0 ? ", ALPN " : " ") + shown(p.alpn[i], charset(style));
  return out;
}

void append_location(std::string& out, const Record& r, const lint::Finding& f) {
  if (r.input == "-" || r.input == "-x") {
    if (r.line == 0) return;
  }
  out += "  --> " + shown(r.input, Charset::ascii);
  if (r.line > 0) {
    out += ":" + std::to_string(r.line);
  } else if (r.flow.captured && !r.flow.listened) {
    out += ": frame " + std::to_string(r.flow.frame);
  }
  if (f.length > 0)
    out += (r.line > 0 ? ": header byte " : ", header byte ") + std::to_string(f.offset) + " (0x" + [&] {
      std::string hex;
      for (int shift = 28; shift >= 0; shift -= 4) {
        if ((f.offset >> shift) != 0 || shift == 0) hex += hex_digits[(f.offset >> shift) & 15];
      }
      return hex;
    }() + ")";
  out += "\n";
}

}  // namespace pp::render
