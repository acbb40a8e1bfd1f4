// One record as one line of JSON: a row for each member. The keys are API. What the wire brought is hex, with text beside it only
// where it is valid UTF-8.
#include "pp/inspect/sender_hint.hpp"
#include "pp/render/format.hpp"
#include "pp/render/json_fields.hpp"
#include "pp/render/predicted.hpp"
#include "pp/render/record_view.hpp"
#include "pp/render/time_text.hpp"

namespace pp::render {
namespace {

using inspect::Outcome;
using inspect::PayloadKind;
using inspect::ReactionKind;
using V = RecordView;
using W = JsonWriter;
using namespace json_type;

constexpr std::string_view layouts[] = {"", "no-block", "block", "both", "neither"};

std::size_t header_bytes(const V& v) {
  if (v.r.complete) return v.r.bytes.size();
  return v.h.version == 2 && v.r.bytes.size() >= v2_fixed_bytes ? v2_fixed_bytes + std::size_t{load_be16(&v.r.bytes[14])} : 0;
}

bool has_endpoints(V& v) { return v.whole() && v.h.addresses != Addresses::none; }

std::string_view command(const V& v) {
  if (v.h.version == 1) return v.h.is_unknown() ? "UNKNOWN" : "PROXY";
  return v.h.is_local() ? "LOCAL" : "PROXY";
}

void write_time(W& w, V& v) {
  std::string text;
  append_iso_time(text, v.r.flow.time_ns, v.r.flow.nanoseconds);
  w.string(text);
}

void write_frames(W& w, V& v) {
  w.open_array();
  for (const std::uint64_t frame : v.r.flow.frames) w.number(frame);
  w.close_array();
}

void write_alpn(W& w, V& v) {
  w.open_array();
  for (const std::string& protocol : v.r.payload.alpn) w.shown(protocol);
  w.close_array();
}

void write_predicted(W& w, V& v) {
  w.open_array();
  for (const judge::Profile* receiver : v.style.receivers) {
    const judge::Prediction p = predicted(*receiver, v.r);
    w.open_object();
    w.key("receiver");
    w.string(receiver->title());
    if (p.sure != judge::Sure::unknown) {
      w.key("outcome");
      w.string(judge::name(p.fate));
    }
    w.key("sure");
    w.string(judge::name(p.sure));
    w.key("by");
    w.open_array();
    for (const std::string& id : p.by) w.string(id);
    w.close_array();
    w.key("date");
    w.string(receiver->date);
    w.close_object();
  }
  w.close_array();
}

// A row to a line. TLVs, bytes and findings have no bound of their own and are left out where a reply would become too long;
// "reply_cut" says so and therefore comes last.
// clang-format off
constexpr Field<V> fields[] = {
    {"schema", R"("const": "pp.header/1")", "", nullptr, [](W& w, V&) { w.string("pp.header/1"); }},
    {"input", text, "file name, '-' for standard input, '-x' for an argument, or the listener's address", nullptr, [](W& w, V& v) { w.shown(v.r.input); }},
    {"line", from_one, "line of a batch", [](V& v) { return v.r.line > 0; }, [](W& w, V& v) { w.number(v.r.line); }},
    {"frame", from_one, "the frame that completed the header", [](V& v) { return v.captured_frames(); }, [](W& w, V& v) { w.number(v.r.flow.frame); }},
    {"frames", R"("type": "array", "items": {"type": "integer", "minimum": 1}, "minItems": 2)", "all frames that carried it, when it was split",
     [](V& v) { return v.r.flow.captured && v.r.flow.frames.size() > 1; }, write_frames},
    {"connection", count, "of a capture as Wireshark's tcp.stream, of a datagram udp.stream, which are counted apart; with a packet filter, and once a table is full, of those seen; of a listener in the order of accepts",
     [](V& v) { return v.r.flow.captured; }, [](W& w, V& v) { w.number(v.r.flow.connection); }},
    {"time", R"("type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.]([0-9]{6}|[0-9]{9})Z$")", "of the frame that completed the header, or when it was received",
     [](V& v) { return v.r.flow.captured; }, write_time},
    {"peer", R"("$ref": "#/$defs/peer")", "the two ends of the connection, the sender of the header first", [](V& v) { return v.r.flow.captured; }, write_peer},
    {"pieces", count, "of a listener: arrivals that brought bytes of the header", [](V& v) { return v.timed(); }, [](W& w, V& v) { w.number(v.r.flow.segments); }},
    {"first_byte_us", count, "of a listener: from accept to the first byte", [](V& v) { return v.timed() && v.r.flow.first_byte_us >= 0; }, [](W& w, V& v) { w.number(v.r.flow.first_byte_us); }},
    {"header_us", count, "of a listener: from accept to the header's last byte", [](V& v) { return v.timed() && v.r.complete; }, [](W& w, V& v) { w.number(v.r.flow.settled_us); }},
    {"ended_us", count, "in place of header_us: from accept to what ended the wait for it", [](V& v) { return v.timed() && !v.r.complete; }, [](W& w, V& v) { w.number(v.r.flow.settled_us); }},
    {"chain", from_one, "how many headers stand before this one on the connection", [](V& v) { return v.r.chain > 0; }, [](W& w, V& v) { w.number(v.r.chain); }},
    {"stream_offset", from_one, "where a header begins that is not the connection's first bytes", [](V& v) { return v.r.stream_offset > 0; }, [](W& w, V& v) { w.number(v.r.stream_offset); }},
    {"version", R"("enum": [1, 2])", "of the header", [](V& v) { return v.versioned(); }, [](W& w, V& v) { w.number(v.h.version); }},
    {"format", R"("const": "simple-proxy-protocol")", "in place of a version: Cloudflare's header before UDP datagrams", [](V& v) { return v.r.is_header() && v.r.simple; }, [](W& w, V&) { w.string("simple-proxy-protocol"); }},
    {"command", R"("enum": ["LOCAL", "PROXY", "UNKNOWN"])", "LOCAL and PROXY of version 2, PROXY and UNKNOWN of version 1",
     [](V& v) { return v.versioned() && (v.h.version == 1 ? v.h.version_command != 0 : v.knows_command() && (v.h.version_command & 15U) < 2); }, [](W& w, V& v) { w.string(command(v)); }},
    {"family", R"("enum": ["unspec", "inet", "inet6", "unix"])", "of the announced addresses", [](V& v) { return v.knows_family() && family_info(v.h.family()) != nullptr; }, [](W& w, V& v) { w.string(family_info(v.h.family())->name); }},
    {"family_number", R"("type": "integer", "minimum": 4, "maximum": 15)", "in place of family: a value without a name", [](V& v) { return v.knows_family() && family_info(v.h.family()) == nullptr; }, [](W& w, V& v) { w.number(v.h.family()); }},
    {"transport", R"("enum": ["unspec", "stream", "dgram"])", "of the announced connection: stream for TCP, dgram for UDP", [](V& v) { return v.knows_family() && transport_info(v.h.transport()) != nullptr; }, [](W& w, V& v) { w.string(transport_info(v.h.transport())->name); }},
    {"transport_number", R"("type": "integer", "minimum": 3, "maximum": 15)", "in place of transport: a value without a name", [](V& v) { return v.knows_family() && transport_info(v.h.transport()) == nullptr; }, [](W& w, V& v) { w.number(v.h.transport()); }},
    {"header_bytes", R"("type": "integer", "minimum": 15, "maximum": 65551)", "the header's whole length, once it is known", [](V& v) { return (v.versioned() || v.whole()) && header_bytes(v) > 0; }, [](W& w, V& v) { w.number(header_bytes(v)); }},
    {"segments", count, "of a capture: TCP segments that carried the header", [](V& v) { return v.versioned() && v.captured_frames(); }, [](W& w, V& v) { w.number(v.r.flow.segments); }},
    {"src", R"("$ref": "#/$defs/endpoint")", "the client, as the header announces it", has_endpoints, write_source},
    {"dst", R"("$ref": "#/$defs/endpoint")", "what the client connected to, as the header announces it", has_endpoints, write_destination},
    {"unknown", R"("$ref": "#/$defs/unknown")", "what stands between UNKNOWN and CRLF", [](V& v) { return v.whole() && !v.r.simple && v.h.is_unknown() && !v.h.unknown_text().empty() && !v.redacted(); }, write_unknown},
    {"layout", R"("enum": ["no-block", "block", "both", "neither"])", "how the bytes of LOCAL or UNSPEC were read: with an address block before the TLVs or without",
     [](V& v) { return v.whole() && v.h.version == 2 && v.r.tlvs.area.layout != TlvLayout::tlvs; }, [](W& w, V& v) { w.string(layouts[static_cast<std::size_t>(v.r.tlvs.area.layout)]); }},
    {"tlvs", R"("$ref": "#/$defs/tlvs")", "of version 2, in the order of the wire", [](V& v) { return v.whole() && v.h.version == 2 && v.r.tlvs.area.offset < v.r.tlvs.area.end; }, write_tlvs},
    {"sender_looks_like", text, "which product sends such headers, from TLVs, their order and the shape: a hint, never a verdict", [](V& v) { return v.whole() && inspect::sender_hint(v.r, v.h) != nullptr; }, [](W& w, V& v) { w.string(inspect::sender_hint(v.r, v.h)->sender); }},
    {"saw", R"("$ref": "#/$defs/payload")", "what the connection carries in place of a header", [](V& v) { return v.r.outcome == Outcome::missing; }, [](W& w, V& v) { w.string(name(v.r.payload.kind)); }},
    {"payload", R"("$ref": "#/$defs/payload")", "what follows the header", [](V& v) { return v.r.is_header() && v.r.payload.kind != PayloadKind::nothing; }, [](W& w, V& v) { w.string(name(v.r.payload.kind)); }},
    {"payload_line", text, "of HTTP method, path and version, of others a banner: its first 64 characters", [](V& v) { return v.readable() && !v.r.payload.line.empty(); }, [](W& w, V& v) { w.shown(v.r.payload.line); }},
    {"host", text, "of HTTP", [](V& v) { return v.readable() && !v.r.payload.host.empty(); }, [](W& w, V& v) { w.shown(v.r.payload.host); }},
    {"sni", text, "of TLS: the server name that the client asks for", [](V& v) { return v.readable() && !v.r.payload.sni.empty(); }, [](W& w, V& v) { w.shown(v.r.payload.sni); }},
    {"alpn", R"("type": "array", "items": {"type": "string"})", "of TLS: the protocols that the client offers", [](V& v) { return v.readable() && !v.r.payload.alpn.empty(); }, write_alpn},
    {"reaction", R"("$ref": "#/$defs/reaction")", "what the receiver did next", [](V& v) { return v.readable() && v.r.reaction.kind != ReactionKind::unknown; }, write_reaction},
    {"hex", json_type::hex, "the header, or what was seen of it; the first 64 bytes when there is none", [](V& v) { return v.readable() && !v.redacted() && v.fits(2 * v.r.bytes.size()); }, [](W& w, V& v) { w.hex(v.r.bytes); }},
    {"redacted", only_true, "--redact: no bytes and texts, pseudonyms for addresses", [](V& v) { return v.redacted(); }, [](W& w, V&) { w.boolean(true); }},
    {"verdict", R"("$ref": "#/$defs/verdict")", "the worst level of the findings, or why the header is not whole", nullptr, [](W& w, V& v) { w.string(name(v.r.outcome)); }},
    {"amends", R"("enum": ["valid", "warning", "malformed"])", "live: the verdict of an earlier record of the same connection and frame, reported before the receiver's reaction was known; this one takes its place",
     [](V& v) { return v.r.amends.has_value(); }, [](W& w, V& v) { w.string(name(*v.r.amends)); }},
    {"diagnosis", R"("$ref": "#/$defs/diagnosis")", "who has to change what, as far as the bytes tell", [](V& v) { return v.r.diagnosis.has_value(); }, write_diagnosis},
    {"findings", R"("type": "array", "items": {"$ref": "#/$defs/finding"})", "in the order of their offsets", nullptr, write_findings},
    {"predicted", R"("type": "array", "items": {"$ref": "#/$defs/predicted"})", "of --predict: what measured receivers do with this header",
     [](V& v) { return !v.style.receivers.empty() && is_predictable(v.r); }, write_predicted},
    {"reply_cut", only_true, "of --reply json: TLVs, findings and hex that would not fit into 65,536 bytes are left out", [](V& v) { return v.cut; }, [](W& w, V&) { w.boolean(true); }},
};
// clang-format on

constexpr char predicted_schema[] = R"(,
    "predicted": {"type": "object", "required": ["receiver", "sure", "by", "date"], "additionalProperties": false,
      "description": "what a measured receiver does with the header; no outcome when nothing of the kind was measured",
      "properties": {"receiver": {"type": "string"}, "outcome": {"enum": ["taken", "taken-real", "taken-other", "refused", "waits"]},
        "sure": {"enum": ["measured", "likely", "unknown"]}, "by": {"type": "array", "items": {"type": "string"}},
        "date": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}}})";

/// The names of an enumeration from 0 to `last`, as a definition.
template <class Enum>
void append_names(std::string& out, std::string_view definition, Enum last) {
  text::append(out, ",\n    \"{}\": {{\"enum\": [", definition);
  for (int i = 0; i <= static_cast<int>(last); ++i) text::append(out, "{}\"{}\"", i == 0 ? "" : ", ", name(static_cast<Enum>(i)));
  out += "]}";
}

}  // namespace

void append_record_schemas(std::string& out) {
  out += "\"header\": ";
  append_object_schema(out, "pp.header/1: one PROXY header, or what the connection carries in place of one", fields);
  append_part_schemas(out);
  append_tlv_schema(out);
  append_names(out, "verdict", Outcome::unreadable);
  append_names(out, "payload", PayloadKind::binary);
  append_names(out, "side", inspect::Side::network);
  out += predicted_schema;
}

void write_json(std::string& out, const inspect::Record& record, const Style& style, State&) {
  JsonWriter line(out);
  const Parsed parsed = record.parsed();
  RecordView view{record, parsed.header, style.most, line, style};
  write_object<fields>(line, view);
  line.finish();
}

}  // namespace pp::render
