// The objects inside a record's JSON: a row for each member.
#include <algorithm>

#include "pp/explain/finding_text.hpp"
#include "pp/render/json_fields.hpp"
#include "pp/render/record_view.hpp"

namespace pp::render {
namespace {

using inspect::AnswerClass;
using inspect::Reaction;
using inspect::ReactionKind;
using inspect::Side;
using V = RecordView;
using W = JsonWriter;
using namespace json_type;

void write_endpoint_text(W& w, const IpAddress& address, std::uint16_t port) { w.string(endpoint_text(address, port)); }

struct IpEndpoint {
  const IpAddress& ip;
  std::uint16_t port;
};

struct UnixEndpoint {
  Bytes path;  // up to the first NUL; of an abstract name without its NUL and its padding
  bool abstract;
  bool redacted;
};

UnixEndpoint unix_endpoint(Bytes block, bool redacted) {
  const bool abstract = block[0] == 0 && std::any_of(block.begin(), block.end(), [](std::uint8_t b) { return b != 0; });
  if (!abstract)
    return {block.first(static_cast<std::size_t>(std::find(block.begin(), block.end(), std::uint8_t{0}) - block.begin())), false, redacted};
  while (block.back() == 0) block = block.first(block.size() - 1);
  return {block.subspan(1), true, redacted};
}

void write_ip(W& w, const IpAddress& ip) {
  char text[max_ip_text];
  w.string(std::string_view(text, format_ip(ip, text)));
}

std::string_view text_of(Bytes bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

struct OneFinding {
  const lint::Finding& f;
  const std::string& message;
};

// A row to a line.
// clang-format off
constexpr Field<V> peer_fields[] = {
    {"src", text, "address and port of the sender, unix: for a process of this machine", nullptr,
     [](W& w, V& v) { v.r.flow.unix_socket ? w.string("unix:") : write_endpoint_text(w, v.r.flow.source, v.r.flow.source_port); }},
    {"dst", text, "address and port of the receiver, or the socket's path", nullptr,
     [](W& w, V& v) { v.r.flow.unix_socket ? w.shown(v.r.input) : write_endpoint_text(w, v.r.flow.destination, v.r.flow.destination_port); }},
    {"proto", R"("enum": ["tcp", "udp", "unix"])", "", nullptr, [](W& w, V& v) { w.string(v.r.flow.unix_socket ? "unix" : v.r.flow.udp ? "udp" : "tcp"); }},
    {"pid", count, "of a UNIX socket's peer", [](V& v) { return v.r.flow.unix_socket; }, [](W& w, V& v) { w.number(v.r.flow.peer_pid); }},
    {"uid", count, "of a UNIX socket's peer", [](V& v) { return v.r.flow.unix_socket; }, [](W& w, V& v) { w.number(v.r.flow.peer_uid); }},
};

constexpr Field<const IpEndpoint> ip_fields[] = {
    {"ip", text, "", nullptr, [](W& w, const IpEndpoint& e) { write_ip(w, e.ip); }},
    {"port", word, "", nullptr, [](W& w, const IpEndpoint& e) { w.number(e.port); }},
};

constexpr Field<const UnixEndpoint> unix_fields[] = {
    {"path", text, "", nullptr, [](W& w, const UnixEndpoint& e) { e.redacted ? w.string("(redacted)") : w.string(shown(e.path)); }},
    {"path_hex", hex, "its bytes", nullptr, [](W& w, const UnixEndpoint& e) { w.hex(e.redacted ? Bytes{} : e.path); }},
    {"abstract", only_true, "a name in Linux's abstract namespace", [](const UnixEndpoint& e) { return e.abstract && !e.redacted; }, [](W& w, const UnixEndpoint&) { w.boolean(true); }},
};

constexpr Field<Bytes> unknown_fields[] = {
    {"hex", hex, "", nullptr, [](W& w, Bytes& b) { w.hex(b); }},
    {"text", text, "when it is valid UTF-8", [](Bytes& b) { return utf8_prefix(b) == b.size(); }, [](W& w, Bytes& b) { w.string(text_of(b)); }},
};

constexpr Field<const Reaction> reaction_fields[] = {
    {"kind", R"("enum": ["data", "fin", "rst", "none"])", "none: nothing for five seconds", nullptr, [](W& w, const Reaction& r) { w.string(name(r.kind)); }},
    {"after_us", count, "since the header's last byte", [](const Reaction& r) { return r.kind != ReactionKind::none; }, [](W& w, const Reaction& r) { w.number(r.after_us); }},
    {"by", R"("enum": ["sender", "receiver"])", "who ended the connection", [](const Reaction& r) { return r.by != Side::unknown; }, [](W& w, const Reaction& r) { w.string(name(r.by)); }},
    {"class", R"("type": "string", "pattern": "^(ok|data|http-[0-9]+|http2-goaway|tls-alert|smtp-[45]xx|sip-400|rtsp-400|proxy-networks|[a-z0-9]+-error)$")", "of the receiver's answer",
     [](const Reaction& r) { return r.kind == ReactionKind::data; }, [](W& w, const Reaction& r) { w.string(class_name(r)); }},
    {"alert", text, "of TLS: the alert's name", [](const Reaction& r) { return r.answer == AnswerClass::tls_alert; }, [](W& w, const Reaction& r) { w.string(inspect::tls_alert_name(r.code)); }},
    {"text", text, "the answer's first line, at most 64 characters", [](const Reaction& r) { return !r.text.empty(); }, [](W& w, const Reaction& r) { w.shown(r.text); }},
};

constexpr Field<const inspect::Diagnosis> diagnosis_fields[] = {
    {"code", text, "ppinspect --explain CODE says more", nullptr, [](W& w, const inspect::Diagnosis& d) { w.string(d.code); }},
    {"side", R"("$ref": "#/$defs/side")", "who has to change something", nullptr, [](W& w, const inspect::Diagnosis& d) { w.string(name(d.side)); }},
    {"sentence", text, "", nullptr, [](W& w, const inspect::Diagnosis& d) { w.string(d.sentence); }},
    {"fix", text, "", [](const inspect::Diagnosis& d) { return !d.fix.empty(); }, [](W& w, const inspect::Diagnosis& d) { w.string(d.fix); }},
};

constexpr Field<const OneFinding> finding_fields[] = {
    {"code", R"("type": "string", "pattern": "^[a-z0-9-]+$")", "", nullptr, [](W& w, const OneFinding& o) { w.string(o.f.code.name()); }},
    {"level", R"("enum": ["note", "warning", "error"])", "", nullptr, [](W& w, const OneFinding& o) { w.string(name(o.f.level)); }},
    {"offset", count, "from the header's first byte", nullptr, [](W& w, const OneFinding& o) { w.number(o.f.offset); }},
    {"length", count, "bytes that it is about; 0: none in particular", nullptr, [](W& w, const OneFinding& o) { w.number(o.f.length); }},
    {"section", R"("type": "string", "pattern": "^2([.][0-9])*$")", "of the specification", nullptr, [](W& w, const OneFinding& o) { w.string(o.f.code.section()); }},
    {"message", text, "", nullptr, [](W& w, const OneFinding& o) { w.string(o.message); }},
};
// clang-format on

void write_unix(W& w, Bytes block, bool redacted) {
  const UnixEndpoint endpoint = unix_endpoint(block, redacted);
  write_object<unix_fields>(w, endpoint);
}

template <class Table>
void append_part(std::string& out, std::string_view name, std::string_view title, const Table& table) {
  text::append(out, ",\n    \"{}\": ", name);
  append_object_schema(out, title, table);
}

}  // namespace

void write_peer(W& w, V& v) { write_object<peer_fields>(w, v); }

void write_source(W& w, V& v) {
  if (v.h.addresses == Addresses::unix_socket) return write_unix(w, v.h.unix_source(), v.redacted());
  const IpEndpoint endpoint{v.h.source, v.h.source_port};
  write_object<ip_fields>(w, endpoint);
}

void write_destination(W& w, V& v) {
  if (v.h.addresses == Addresses::unix_socket) return write_unix(w, v.h.unix_destination(), v.redacted());
  const IpEndpoint endpoint{v.h.destination, v.h.destination_port};
  write_object<ip_fields>(w, endpoint);
}

void write_unknown(W& w, V& v) {
  Bytes bytes = v.h.unknown_text();
  write_object<unknown_fields>(w, bytes);
}

void write_reaction(W& w, V& v) { write_object<reaction_fields>(w, v.r.reaction); }
void write_diagnosis(W& w, V& v) { write_object<diagnosis_fields>(w, *v.r.diagnosis); }

void write_findings(W& w, V& v) {
  w.open_array();
  for (const lint::Finding& f : v.r.findings) {
    const std::string message = explain::finding_text(f, v.r);
    if (!v.fits(message.size())) break;
    const OneFinding one{f, message};
    write_object<finding_fields>(w, one);
  }
  w.close_array();
}

void append_part_schemas(std::string& out) {
  append_part(out, "peer", "the two ends of a connection", peer_fields);
  append_part(out, "ip_endpoint", "an IP address and a port that a header announces", ip_fields);
  append_part(out, "unix_endpoint", "a UNIX socket's path that a header announces", unix_fields);
  out += ",\n    \"endpoint\": {\"oneOf\": [{\"$ref\": \"#/$defs/ip_endpoint\"}, {\"$ref\": \"#/$defs/unix_endpoint\"}]}";
  append_part(out, "unknown", "what a v1 UNKNOWN line holds", unknown_fields);
  append_part(out, "reaction", "what the receiver did next", reaction_fields);
  append_part(out, "diagnosis", "who has to change what", diagnosis_fields);
  append_part(out, "finding", "one thing that is wrong, unwise or worth knowing", finding_fields);
}

}  // namespace pp::render
