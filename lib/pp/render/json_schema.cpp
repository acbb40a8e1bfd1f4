// The schema of -o json, written by hand: it is the promise, and a test holds every transcript against it.
#include "pp/inspect/record.hpp"
#include "pp/render/info_text.hpp"

namespace pp::render {
namespace {

constexpr std::string_view schema_text = R"json({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "title": "one line of -o json: a header (or what came in place of one), with -S the counts of a run, with --by client a client",
  "oneOf": [{"$ref": "#/$defs/header"}, {"$ref": "#/$defs/summary"}, {"$ref": "#/$defs/client_hops"}, {"$ref": "#/$defs/clients_end"}],
  "$defs": {
    "header": {
      "title": "pp.header/1: one PROXY header, or what came in place of one",
      "type": "object",
      "required": ["schema", "input", "verdict", "findings"],
      "additionalProperties": false,
      "properties": {
        "schema": {"const": "pp.header/1"},
        "input": {"type": "string", "description": "file name, '-' for standard input, '-x' for an argument, or the listener's address"},
        "line": {"type": "integer", "minimum": 1, "description": "line of a batch"},
        "frame": {"type": "integer", "minimum": 1, "description": "the frame that completed the header"},
        "frames": {"type": "array", "items": {"type": "integer", "minimum": 1}, "minItems": 2, "description": "all frames that carried it, when it was split"},
        "connection": {"type": "integer", "minimum": 0, "description": "of a capture as Wireshark's tcp.stream, of a datagram udp.stream, which are counted apart; with a packet filter, and once a table is full, of those seen; of a listener in the order of accepts"},
        "time": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.]([0-9]{6}|[0-9]{9})Z$"},
        "peer": {"type": "object", "required": ["src", "dst", "proto"], "additionalProperties": false, "properties": {
          "src": {"type": "string"}, "dst": {"type": "string"}, "proto": {"enum": ["tcp", "udp", "unix"]},
          "pid": {"type": "integer", "minimum": 0}, "uid": {"type": "integer", "minimum": 0}}},
        "pieces": {"type": "integer", "minimum": 0, "description": "of a listener: arrivals that brought bytes of the header"},
        "first_byte_us": {"type": "integer", "minimum": 0, "description": "of a listener: from accept to the first byte"},
        "header_us": {"type": "integer", "minimum": 0, "description": "of a listener: from accept to the header's last byte"},
        "ended_us": {"type": "integer", "minimum": 0, "description": "in place of header_us: from accept to what ended the wait for it"},
        "chain": {"type": "integer", "minimum": 1, "description": "how many headers stand before this one on the connection"},
        "stream_offset": {"type": "integer", "minimum": 1, "description": "where a chained header begins"},
        "version": {"enum": [1, 2]},
        "format": {"const": "simple-proxy-protocol", "description": "in place of a version: Cloudflare's header in front of UDP datagrams"},
        "command": {"enum": ["LOCAL", "PROXY", "UNKNOWN"]},
        "family": {"enum": ["unspec", "inet", "inet6", "unix"]},
        "family_number": {"type": "integer", "minimum": 4, "maximum": 15, "description": "a nibble without a name"},
        "transport": {"enum": ["unspec", "stream", "dgram"]},
        "transport_number": {"type": "integer", "minimum": 3, "maximum": 15},
        "header_bytes": {"type": "integer", "minimum": 15, "maximum": 65551, "description": "only when known"},
        "segments": {"type": "integer", "minimum": 0},
        "src": {"$ref": "#/$defs/endpoint"},
        "dst": {"$ref": "#/$defs/endpoint"},
        "unknown": {"type": "object", "required": ["hex"], "additionalProperties": false, "properties": {
          "hex": {"$ref": "#/$defs/hex"}, "text": {"type": "string"}}, "description": "what stands between UNKNOWN and CRLF"},
        "layout": {"enum": ["no-block", "block", "both", "neither"], "description": "how the bytes of LOCAL or UNSPEC were read"},
        "tlvs": {"$ref": "#/$defs/tlvs"},
        "saw": {"$ref": "#/$defs/payload", "description": "what came in place of a header"},
        "payload": {"$ref": "#/$defs/payload", "description": "what follows the header"},
        "payload_line": {"type": "string"},
        "host": {"type": "string"},
        "sni": {"type": "string"},
        "alpn": {"type": "array", "items": {"type": "string"}},
        "reaction": {"type": "object", "required": ["kind"], "additionalProperties": false, "properties": {
          "kind": {"enum": ["data", "fin", "rst", "none"]}, "after_us": {"type": "integer"},
          "by": {"enum": ["sender", "receiver"]},
          "class": {"type": "string", "pattern": "^(ok|data|http-[0-9]+|http2-goaway|tls-alert|smtp-[45]xx|sip-400|rtsp-400|proxy-networks|[a-z0-9]+-error)$"},
          "alert": {"type": "string"}, "text": {"type": "string"}}},
        "hex": {"$ref": "#/$defs/hex", "description": "the header, or what was seen of it; the first 64 bytes when there is none"},
        "redacted": {"const": true, "description": "--redact: no bytes and texts, pseudonyms for addresses"},
        "reply_cut": {"const": true, "description": "of --reply json: TLVs, findings and hex that would not fit into 65,536 bytes are left out"},
        "verdict": {"enum": ["valid", "warning", "malformed", "truncated", "cut", "gap", "incomplete", "missing", "unreadable"]},
        "amends": {"enum": ["valid", "warning", "malformed"], "description": "live: the verdict of an earlier record of the same connection and frame, reported before the receiver's reaction was known; this one takes its place"},
        "diagnosis": {"type": "object", "required": ["code", "side", "sentence"], "additionalProperties": false, "properties": {
          "code": {"type": "string"}, "side": {"enum": ["unknown", "sender", "receiver", "network"]},
          "sentence": {"type": "string"}, "fix": {"type": "string"}}},
        "findings": {"type": "array", "items": {"type": "object", "required": ["code", "level", "offset", "length", "section", "message"],
          "additionalProperties": false, "properties": {
            "code": {"type": "string", "pattern": "^[a-z0-9-]+$"}, "level": {"enum": ["note", "warning", "error"]},
            "offset": {"type": "integer", "minimum": 0}, "length": {"type": "integer", "minimum": 0},
            "section": {"type": "string", "pattern": "^2([.][0-9])*$"}, "message": {"type": "string"}}}}
      }
    },
    "summary": {
      "title": "pp.summary/1: every count of a run; those of two inputs add up, rows by their keys, buckets by their bounds",
      "type": "object",
      "required": ["schema", "connections", "headers", "versions", "local", "chained", "verdicts", "connections_without_start", "evicted", "problems", "diagnoses",
        "kinds", "delivery", "tlvs", "senders", "clients"],
      "additionalProperties": false,
      "properties": {
        "schema": {"const": "pp.summary/1"},
        "connections": {"$ref": "#/$defs/count"},
        "headers": {"$ref": "#/$defs/count"},
        "versions": {"type": "object", "required": ["1", "2"], "additionalProperties": false, "properties": {
          "1": {"$ref": "#/$defs/count"}, "2": {"$ref": "#/$defs/count"}}},
        "local": {"$ref": "#/$defs/count", "description": "LOCAL and UNKNOWN"},
        "chained": {"$ref": "#/$defs/count"},
        "verdicts": {"type": "object", "required": ["valid", "warning", "malformed", "truncated", "cut", "gap", "incomplete", "missing", "unreadable"],
          "additionalProperties": false, "properties": {
          "valid": {"$ref": "#/$defs/count"}, "warning": {"$ref": "#/$defs/count"}, "malformed": {"$ref": "#/$defs/count"},
          "truncated": {"$ref": "#/$defs/count"}, "cut": {"$ref": "#/$defs/count"}, "gap": {"$ref": "#/$defs/count"},
          "incomplete": {"$ref": "#/$defs/count", "description": "not whole when the input ended: a file boundary may have cut them"},
          "missing": {"$ref": "#/$defs/count"}, "unreadable": {"$ref": "#/$defs/count"}}},
        "connections_without_start": {"$ref": "#/$defs/count", "description": "begun before the capture"},
        "evicted": {"$ref": "#/$defs/count"},
        "packets_lost": {"$ref": "#/$defs/count", "description": "by the kernel or the interface of a live capture: verdicts may be wrong for want of them"},
        "problems": {"type": "array", "description": "a row for each finding code, errors first", "items": {"type": "object",
          "required": ["code", "level", "count", "first", "message"], "additionalProperties": false, "properties": {
          "code": {"type": "string"}, "level": {"enum": ["note", "warning", "error"]}, "count": {"$ref": "#/$defs/count"},
          "first": {"$ref": "#/$defs/place"}, "message": {"type": "string", "description": "of the first"}}}},
        "diagnoses": {"type": "array", "items": {"type": "object", "required": ["code", "count", "first", "side", "sentence"],
          "additionalProperties": false, "properties": {
          "code": {"type": "string"}, "count": {"$ref": "#/$defs/count"}, "first": {"$ref": "#/$defs/place"},
          "side": {"$ref": "#/$defs/side"}, "sentence": {"type": "string", "description": "of the first"}, "fix": {"type": "string"}}}},
        "expected": {"type": "object", "required": ["headers", "missing", "exact", "others", "groups"], "additionalProperties": false,
          "description": "connections to the ports of -e, or to receivers that get headers", "properties": {
          "headers": {"$ref": "#/$defs/count"}, "missing": {"$ref": "#/$defs/count"}, "exact": {"type": "boolean"},
          "others": {"$ref": "#/$defs/count", "description": "connections in no group, to stay within the limit"},
          "groups": {"type": "array", "items": {"type": "object", "required": ["sender", "port", "saw", "count", "first", "cause", "side", "sentence"],
            "additionalProperties": false, "properties": {
            "sender": {"type": "string"}, "port": {"type": "integer", "minimum": 0, "maximum": 65535}, "saw": {"$ref": "#/$defs/payload"},
            "count": {"$ref": "#/$defs/count"}, "missed_at_most": {"$ref": "#/$defs/count"}, "first": {"$ref": "#/$defs/place"},
            "interval_us": {"type": "integer", "minimum": 1, "description": "when they come regularly"},
            "payload_line": {"type": "string"}, "host": {"type": "string"}, "sni": {"type": "string"},
            "cause": {"enum": ["health-check", "tls-outside", "silent", "other-protocol", "second-path", "direct-client", "no-option"]},
            "side": {"$ref": "#/$defs/side"}, "sentence": {"type": "string"}, "fix": {"type": "string"}}}}}},
        "kinds": {"type": "array", "items": {"type": "object", "required": ["count"], "additionalProperties": false, "properties": {
          "version": {"enum": [1, 2]}, "format": {"const": "simple-proxy-protocol"}, "command": {"enum": ["LOCAL", "PROXY", "UNKNOWN"]}, "family": {"enum": ["unspec", "inet", "inet6", "unix"]},
          "transport": {"enum": ["stream", "dgram"]}, "count": {"$ref": "#/$defs/count"}}}},
        "delivery": {"type": "object", "required": ["one_segment", "split", "most_segments", "datagrams", "delay_us"], "additionalProperties": false,
          "properties": {
          "one_segment": {"$ref": "#/$defs/count"}, "split": {"$ref": "#/$defs/count"}, "most_segments": {"$ref": "#/$defs/count"},
          "datagrams": {"$ref": "#/$defs/count"},
          "delay_us": {"type": "object", "required": ["count", "max", "buckets"], "additionalProperties": false,
            "description": "from the sender's SYN to the packet that completed its header", "properties": {
            "count": {"$ref": "#/$defs/count"}, "max": {"$ref": "#/$defs/count"}, "p50_below": {"$ref": "#/$defs/count"},
            "p99_below": {"$ref": "#/$defs/count"},
            "buckets": {"type": "array", "items": {"type": "object", "required": ["below", "count"], "additionalProperties": false, "properties": {
              "below": {"type": "integer", "minimum": 1, "description": "a power of two; the bucket begins at half of it"},
              "count": {"$ref": "#/$defs/count"}}}}}}}},
        "tlvs": {"type": "array", "items": {"type": "object", "required": ["type", "name", "count", "longest"], "additionalProperties": false,
          "properties": {
          "type": {"type": "integer", "minimum": 0, "maximum": 255}, "name": {"type": "string"}, "in_ssl": {"const": true},
          "count": {"$ref": "#/$defs/count", "description": "headers that hold at least one"},
          "longest": {"type": "integer", "minimum": 0, "maximum": 65535}}}},
        "senders": {"type": "object", "required": ["exact", "rows", "others"], "additionalProperties": false, "properties": {
          "exact": {"type": "boolean", "description": "false: others were folded together for want of room"},
          "rows": {"type": "array", "items": {"$ref": "#/$defs/sender"}}, "others": {"$ref": "#/$defs/sender"}}},
        "clients": {"type": "object", "required": ["exact", "rows", "others"], "additionalProperties": false,
          "description": "sources that headers announce", "properties": {
          "exact": {"type": "boolean"}, "rows": {"type": "array", "items": {"$ref": "#/$defs/client"}}, "others": {"$ref": "#/$defs/client"}}}
      }
    },
    "client_hops": {
      "title": "pp.client/1: the headers of several inputs that announce one source",
      "type": "object", "required": ["schema", "src", "inputs", "hops"], "additionalProperties": false, "properties": {
        "schema": {"const": "pp.client/1"},
        "src": {"type": "object", "required": ["ip", "port"], "additionalProperties": false, "properties": {
          "ip": {"type": "string"}, "port": {"type": "integer", "minimum": 0, "maximum": 65535}}},
        "inputs": {"type": "integer", "minimum": 1, "description": "how many hold such a header"},
        "more": {"$ref": "#/$defs/count", "description": "headers for which there was no room"},
        "hops": {"type": "array", "minItems": 1, "items": {"type": "object", "required": ["input", "dst", "header_bytes", "verdict", "tlvs"],
          "additionalProperties": false, "properties": {
          "input": {"type": "string"}, "line": {"type": "integer", "minimum": 1}, "frame": {"type": "integer", "minimum": 1},
          "time": {"type": "string"}, "peer": {"type": "object", "required": ["src", "dst"], "additionalProperties": false, "properties": {
            "src": {"type": "string"}, "dst": {"type": "string"}}},
          "version": {"enum": [1, 2]}, "format": {"const": "simple-proxy-protocol"}, "family": {"enum": ["inet", "inet6"]},
          "transport": {"enum": ["stream", "dgram"]}, "dst": {"type": "string", "description": "address and port that the header announces"},
          "header_bytes": {"type": "integer", "minimum": 15, "maximum": 65551}, "verdict": {"enum": ["valid", "warning", "malformed"]},
          "tlvs": {"type": "array", "items": {"type": "object", "required": ["type", "name", "length"], "additionalProperties": false, "properties": {
            "type": {"type": "integer", "minimum": 0, "maximum": 255}, "name": {"type": "string"},
            "length": {"type": "integer", "minimum": 0, "maximum": 65535}, "value": {"type": "string"}}}},
          "changes": {"type": "array", "description": "against the header before it", "items": {"type": "object", "required": ["what"],
            "additionalProperties": false, "properties": {"what": {"type": "string"}, "tlv": {"const": true},
            "from": {"type": "string", "description": "absent: it was not there"}, "to": {"type": "string", "description": "absent: it is gone"}}}}}}}
      }
    },
    "clients_end": {
      "title": "pp.clients/1: what --by client could not place; the last line, when there is any",
      "type": "object", "required": ["schema", "without_source", "others"], "additionalProperties": false, "properties": {
        "schema": {"const": "pp.clients/1"}, "without_source": {"$ref": "#/$defs/count"},
        "others": {"$ref": "#/$defs/count", "description": "headers of clients for which there was no room"}}
    },
    "count": {"type": ["integer", "string"], "minimum": 0, "description": "a string of digits above 2^53"},
    "side": {"enum": ["unknown", "sender", "receiver", "network"]},
    "place": {"type": "object", "required": ["input"], "additionalProperties": false, "properties": {
      "input": {"type": "string"}, "line": {"type": "integer", "minimum": 1}, "frame": {"type": "integer", "minimum": 1}, "time": {"type": "string"}}},
    "sender": {"type": "object", "required": ["count", "v1", "v2", "local", "warnings", "errors", "missing", "split"], "additionalProperties": false,
      "properties": {
      "ip": {"type": "string"}, "count": {"$ref": "#/$defs/count", "description": "records"},
      "missed_at_most": {"$ref": "#/$defs/count", "description": "counted in others before the row began, at most"},
      "v1": {"$ref": "#/$defs/count"}, "v2": {"$ref": "#/$defs/count"}, "local": {"$ref": "#/$defs/count"}, "warnings": {"$ref": "#/$defs/count"},
      "errors": {"$ref": "#/$defs/count"}, "missing": {"$ref": "#/$defs/count"}, "split": {"$ref": "#/$defs/count"}}},
    "client": {"type": "object", "required": ["count"], "additionalProperties": false, "properties": {
      "ip": {"type": "string"}, "count": {"$ref": "#/$defs/count"}, "missed_at_most": {"$ref": "#/$defs/count"}}},
    "hex": {"type": "string", "pattern": "^([0-9a-f]{2})*$"},
    "payload": {"enum": ["nothing", "http/1.1", "http/2", "tls", "ssh", "smtp", "proxy-v1", "proxy-v2", "simple-proxy-protocol", "redis", "text", "binary"]},
    "endpoint": {"oneOf": [
      {"type": "object", "required": ["ip", "port"], "additionalProperties": false, "properties": {
        "ip": {"type": "string"}, "port": {"type": "integer", "minimum": 0, "maximum": 65535}}},
      {"type": "object", "required": ["path", "path_hex"], "additionalProperties": false, "properties": {
        "path": {"type": "string"}, "path_hex": {"$ref": "#/$defs/hex"}, "abstract": {"const": true}}}]},
    "tlvs": {"type": "array", "items": {"type": "object", "required": ["offset", "type", "name", "length"], "additionalProperties": false,
      "properties": {
        "offset": {"type": "integer", "minimum": 16}, "type": {"type": "integer", "minimum": 0, "maximum": 255},
        "name": {"type": "string"}, "length": {"type": "integer", "minimum": 0, "maximum": 65535},
        "hex": {"$ref": "#/$defs/hex"}, "text": {"type": "string"}, "ok": {"type": "boolean"},
        "client": {"type": "array", "items": {"enum": ["SSL", "CERT_CONN", "CERT_SESS"]}},
        "client_bits": {"type": "integer", "minimum": 0, "maximum": 255},
        "verify": {"type": "integer", "minimum": 0, "maximum": 4294967295},
        "vendor": {"type": "string"}, "vendor_id": {"type": ["string", "integer"]},
        "tlvs": {"$ref": "#/$defs/tlvs"}}}}
  }
}
)json";

}  // namespace

std::string json_schema() { return std::string(schema_text); }

}  // namespace pp::render
