#include "pp/render/text_words.hpp"

#include <algorithm>

#include "pp/text/format.hpp"

namespace pp::render {

using inspect::Record;
using text::Shown;

void append_header_words(std::string& out, const Header& h, const Record& r) {
  if (r.simple) {
    out += !r.complete ? "simple" : h.family() == 2 ? "simple UDP6" : "simple UDP4";
    return;
  }
  if (h.version == 0) {
    out += "header";
    return;
  }
  if (h.version == 1) {
    out += h.version_command == 0 ? "v1" : h.is_unknown() ? "v1 UNKNOWN" : h.family() == 2 ? "v1 TCP6" : "v1 TCP4";
    return;
  }
  out += "v2";
  if (r.bytes.size() <= 12 || h.version_command >> 4 != 2 || (h.version_command & 15U) > 1) return;
  if (h.is_local()) {
    out += " LOCAL";
    return;
  }
  if (r.bytes.size() <= 13) return;
  constexpr std::string_view names[3][4] = {
      {"UNSPEC", "IPv4", "IPv6", "UNIX"}, {"UNSPEC", "TCP4", "TCP6", "UNIX"}, {"UNSPEC", "UDP4", "UDP6", "UNIX-DGRAM"}};
  if (h.family() > 3 || h.transport() > 2) return text::append(out, " 0x{:02x}", h.family_transport);
  out.append(1, ' ').append(names[h.transport()][h.family()]);
}

std::string header_words(const Header& h, const Record& r) {
  std::string out;
  append_header_words(out, h, r);
  return out;
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
      return text::format("{} > {}", path_words(h.unix_source(), style), path_words(h.unix_destination(), style));
    default: return text::format("{} > {}", text::Endpoint{h.source, h.source_port}, text::Endpoint{h.destination, h.destination_port});
  }
}

void append_client(std::string& out, const Header& h, const Style& style) {
  switch (h.addresses) {
    case Addresses::none: return;
    case Addresses::unix_socket: out += style.redacted ? "(path)" : path_words(h.unix_source(), style); return;
    default: append_endpoint(out, h.source, h.source_port); return;
  }
}

std::string payload_words(const inspect::Payload& p, const Style& style) {
  std::string out(title(p.kind));
  if (!p.line.empty()) text::append(out, " \"{}\"", Shown{p.line, charset(style)});
  if (!p.host.empty()) text::append(out, ", Host {}", Shown{p.host, charset(style)});
  if (!p.sni.empty()) text::append(out, ", SNI {}", Shown{p.sni, charset(style)});
  for (std::size_t i = 0; i < p.alpn.size(); ++i) text::append(out, "{} {}", i == 0 ? ", ALPN" : "", Shown{p.alpn[i], charset(style)});
  return out;
}

std::string place_words(const Record& r, const lint::Finding* finding, const Style& style) {
  std::string out;
  const bool literal = r.input == "-" || r.input == "-x";
  if (style.names && r.line == 0 && !literal && !r.flow.listened) text::append(out, "{}", Shown{r.input, charset(style)});
  if (r.flow.captured && !r.flow.listened && style.frames) text::append(out, "{}frame {}", out.empty() ? "" : " ", r.flow.frame);
  if (finding != nullptr && finding->length > 0) text::append(out, "{}header byte {}", out.empty() ? "" : ", ", finding->offset);
  return out;
}

}  // namespace pp::render
