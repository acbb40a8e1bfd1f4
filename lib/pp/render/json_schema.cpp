// The schema of -o json: that of records comes from their tables of fields, the rest is written by hand. A test holds every
// transcript against it.
#include "pp/render/info_text.hpp"
#include "pp/render/record_view.hpp"

namespace pp::render {
namespace {

constexpr std::string_view before_records = R"json({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "title": "one line of -o json: a header (or what the connection carries in place of one), with -S the counts of a run, with --by client a client",
  "oneOf": [{"$ref": "#/$defs/header"}, {"$ref": "#/$defs/group"}, {"$ref": "#/$defs/summary"}, {"$ref": "#/$defs/client_hops"}, {"$ref": "#/$defs/clients_end"}, {"$ref": "#/$defs/log"}],
  "$defs": {
    )json";

constexpr std::string_view after_records = R"json(,
    "group": {
      "title": "pp.group/1: after the records, what is said of several connections at once: of a receiver as a whole, or of one sender's connections without a header",
      "type": "object", "required": ["schema", "input", "code", "side", "count", "sentence"], "additionalProperties": false, "properties": {
        "schema": {"const": "pp.group/1"}, "input": {"type": "string"}, "code": {"type": "string", "description": "ppinspect --explain has more on it"},
        "side": {"$ref": "#/$defs/side"}, "count": {"$ref": "#/$defs/count", "description": "connections that it is about"},
        "level": {"enum": ["note", "warning", "error"], "description": "of a receiver as a whole"},
        "receiver": {"type": "string", "description": "address and port"},
        "connections": {"$ref": "#/$defs/count", "description": "to the receiver in all"},
        "sender": {"type": "string"}, "port": {"type": "integer", "minimum": 0, "maximum": 65535}, "saw": {"$ref": "#/$defs/payload"},
        "interval_us": {"type": "integer", "minimum": 1, "description": "when they come regularly"},
        "frame": {"type": "integer", "minimum": 1, "description": "of the first"},
        "sentence": {"type": "string"}, "fix": {"type": "string"}}
    },
    "summary": {
      "title": "pp.summary/1: every count of a run; those of two inputs add up, rows by their keys, buckets by their bounds",
      "type": "object",
      "required": ["schema", "inputs", "packets", "duration_us", "connections", "headers", "versions", "local", "chained", "verdicts", "labels", "errors",
        "warnings", "refused", "datagrams", "connections_without_start", "evicted", "packets_lost", "file_errors", "never_established", "problems", "diagnoses", "changes", "kinds", "delivery",
        "tlvs", "receivers", "senders", "clients"],
      "additionalProperties": false,
      "properties": {
        "schema": {"const": "pp.summary/1"},
        "interim": {"const": true, "description": "of a live run that goes on: its next summary holds all of this one again"},
        "inputs": {"$ref": "#/$defs/count"},
        "input": {"type": "string", "description": "name of the first"},
        "duration_us": {"$ref": "#/$defs/count", "description": "from an input's first packet to its last, of all inputs together"},
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
        "labels": {"$ref": "#/$defs/labels", "description": "the verdicts as text and --only name them"},
        "errors": {"$ref": "#/$defs/count", "description": "records with a finding of that level or above, and receivers that refuse all headers"},
        "warnings": {"$ref": "#/$defs/count", "description": "the same from level warning on"},
        "refused": {"$ref": "#/$defs/count"},
        "datagrams": {"$ref": "#/$defs/count"},
        "connections_without_start": {"$ref": "#/$defs/count", "description": "begun before the capture"},
        "evicted": {"$ref": "#/$defs/count"},
        "packets_lost": {"$ref": "#/$defs/count", "description": "by the kernel or the interface of a live capture: verdicts may be wrong because they are missing"},
        "file_errors": {"$ref": "#/$defs/count", "description": "inputs that could not be read, or not to their end"},
        "packets": {"type": "object", "required": ["read", "decoded", "others", "undecoded", "encapsulations"], "additionalProperties": false,
          "description": "of captures", "properties": {
          "read": {"$ref": "#/$defs/count"}, "decoded": {"$ref": "#/$defs/count", "description": "down to TCP or UDP"},
          "others": {"$ref": "#/$defs/count", "description": "understood, and neither TCP nor UDP"},
          "undecoded": {"type": "object", "required": ["link_type", "cut", "malformed", "encapsulated"], "additionalProperties": false, "properties": {
            "link_type": {"$ref": "#/$defs/count"}, "cut": {"$ref": "#/$defs/count", "description": "inside their headers, by the snaplen"},
            "malformed": {"$ref": "#/$defs/count"}, "encapsulated": {"$ref": "#/$defs/count"}}},
          "encapsulations": {"type": "array", "description": "those that are not decoded", "items": {"type": "object", "required": ["name", "count"],
            "additionalProperties": false, "properties": {"name": {"type": "string"}, "count": {"$ref": "#/$defs/count"}}}}}},
        "never_established": {"type": "object", "required": ["refused", "unanswered", "given_up"], "additionalProperties": false, "properties": {
          "refused": {"$ref": "#/$defs/count"}, "unanswered": {"$ref": "#/$defs/count"},
          "given_up": {"$ref": "#/$defs/count", "description": "by the client, when the answer came"}}},
        "problems": {"type": "array", "description": "a row for each finding code, errors first", "items": {"type": "object",
          "required": ["code", "level", "count", "first", "message"], "additionalProperties": false, "properties": {
          "code": {"type": "string"}, "level": {"enum": ["note", "warning", "error"]}, "count": {"$ref": "#/$defs/count"},
          "first": {"$ref": "#/$defs/place"}, "message": {"type": "string", "description": "of the first"}}}},
        "diagnoses": {"type": "array", "items": {"type": "object", "required": ["code", "count", "first", "side", "sentence"],
          "additionalProperties": false, "properties": {
          "code": {"type": "string"}, "count": {"$ref": "#/$defs/count"}, "first": {"$ref": "#/$defs/place"},
          "side": {"$ref": "#/$defs/side"}, "sentence": {"type": "string", "description": "of the first"}, "fix": {"type": "string"}}}},
        "changes": {"type": "object", "description": "what has to change, by who has to change it; a row without code counts a side's records once each",
          "required": ["exact", "rows", "others"], "additionalProperties": false, "properties": {
          "exact": {"type": "boolean"}, "lost_at_most": {"$ref": "#/$defs/lost"}, "others": {"$ref": "#/$defs/count"},
          "rows": {"type": "array", "items": {"type": "object", "required": ["side", "level", "count", "first"], "additionalProperties": false, "properties": {
            "side": {"$ref": "#/$defs/side"}, "ip": {"type": "string"}, "port": {"type": "integer", "minimum": 1, "maximum": 65535},
            "code": {"type": "string"}, "level": {"enum": ["note", "warning", "error"]}, "count": {"$ref": "#/$defs/count"},
            "missed_at_most": {"$ref": "#/$defs/count"}, "first": {"$ref": "#/$defs/place"}, "message": {"type": "string"}, "fix": {"type": "string"}}}}}},
        "expected": {"type": "object", "required": ["headers", "missing", "exact", "others", "with_header", "groups"], "additionalProperties": false,
          "description": "connections to the ports of -e, or to receivers that get headers", "properties": {
          "headers": {"$ref": "#/$defs/count"}, "missing": {"$ref": "#/$defs/count"}, "exact": {"type": "boolean"},
          "others": {"$ref": "#/$defs/count", "description": "connections in no group, to stay within the limit"},
          "lost_at_most": {"$ref": "#/$defs/lost"},
          "with_header": {"type": "array", "description": "connections to these ports that had one", "items": {"type": "object",
            "required": ["sender", "port", "count"], "additionalProperties": false, "properties": {"sender": {"type": "string"},
            "port": {"type": "integer", "minimum": 0, "maximum": 65535}, "count": {"$ref": "#/$defs/count"}, "missed_at_most": {"$ref": "#/$defs/count"}}}},
          "groups": {"type": "array", "items": {"type": "object", "required": ["sender", "port", "saw", "count", "first", "cause", "side", "sentence"],
            "additionalProperties": false, "properties": {
            "sender": {"type": "string"}, "port": {"type": "integer", "minimum": 0, "maximum": 65535}, "saw": {"$ref": "#/$defs/payload"},
            "count": {"$ref": "#/$defs/count"}, "missed_at_most": {"$ref": "#/$defs/count"}, "first": {"$ref": "#/$defs/place"},
            "gaps": {"type": "object", "description": "between its connections", "required": ["count", "sum_ns", "shortest_ns", "longest_ns"],
              "additionalProperties": false, "properties": {"count": {"$ref": "#/$defs/count"}, "sum_ns": {"$ref": "#/$defs/count"},
              "shortest_ns": {"$ref": "#/$defs/count"}, "longest_ns": {"$ref": "#/$defs/count"}}},
            "interval_us": {"type": "integer", "minimum": 1, "description": "when they come regularly"},
            "payload_line": {"type": "string"}, "host": {"type": "string"}, "sni": {"type": "string"},
            "cause": {"enum": ["health-check", "tls-outside", "silent", "other-protocol", "second-path", "bypass", "no-option"]},
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
            "count": {"$ref": "#/$defs/count"}, "max": {"$ref": "#/$defs/count"},
            "p50": {"$ref": "#/$defs/count", "description": "read off the buckets: above the true one by less than a 64th of it"},
            "p90": {"$ref": "#/$defs/count"}, "p99": {"$ref": "#/$defs/count"},
            "buckets": {"type": "array", "description": "those that are not empty; below 64 each value has a bucket, then each doubling has 64 of equal width",
              "items": {"type": "object", "required": ["from", "count"], "additionalProperties": false, "properties": {
              "from": {"$ref": "#/$defs/count", "description": "the least value in it"}, "count": {"$ref": "#/$defs/count"}}}}}}}},
        "tlvs": {"type": "array", "items": {"type": "object", "required": ["type", "name", "count", "longest"], "additionalProperties": false,
          "properties": {
          "type": {"type": "integer", "minimum": 0, "maximum": 255}, "name": {"type": "string"}, "in_ssl": {"const": true},
          "count": {"$ref": "#/$defs/count", "description": "headers that hold at least one"},
          "longest": {"type": "integer", "minimum": 0, "maximum": 65535}}}},
        "senders_look_like": {"type": "array", "minItems": 1, "description": "which products send such headers, from TLVs, their order and the shape: hints, never verdicts",
          "items": {"type": "object", "required": ["sender", "count"], "additionalProperties": false, "properties": {
          "sender": {"type": "string"}, "count": {"$ref": "#/$defs/count", "description": "headers"}}}},
        "receivers": {"type": "object", "required": ["exact", "rows", "others"], "additionalProperties": false,
          "description": "what became of the headers that they got", "properties": {
          "exact": {"type": "boolean"}, "lost_at_most": {"$ref": "#/$defs/lost"},
          "rows": {"type": "array", "items": {"$ref": "#/$defs/receiver"}}, "others": {"$ref": "#/$defs/receiver"}}},
        "senders": {"type": "object", "required": ["exact", "rows", "others"], "additionalProperties": false, "properties": {
          "exact": {"type": "boolean", "description": "false: others were folded together to stay within the limit"},
          "lost_at_most": {"$ref": "#/$defs/lost"},
          "rows": {"type": "array", "items": {"$ref": "#/$defs/sender"}}, "others": {"$ref": "#/$defs/sender"}}},
        "clients": {"type": "object", "required": ["exact", "rows", "others"], "additionalProperties": false,
          "description": "sources that headers announce", "properties": {
          "exact": {"type": "boolean"}, "lost_at_most": {"$ref": "#/$defs/lost"},
          "rows": {"type": "array", "items": {"$ref": "#/$defs/client"}}, "others": {"$ref": "#/$defs/client"}}},
        "group": {"enum": ["port", "sender", "client", "tlv"], "description": "what --group asked for"},
        "without_group": {"$ref": "#/$defs/count", "description": "records without such a property"},
        "groups": {"type": "object", "required": ["exact", "rows", "others"], "additionalProperties": false, "properties": {
          "exact": {"type": "boolean"}, "lost_at_most": {"$ref": "#/$defs/lost"},
          "rows": {"type": "array", "items": {"$ref": "#/$defs/group_row"}}, "others": {"$ref": "#/$defs/group_row"}}}
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
    "log": {
      "title": "pp.log/1: of --explain, the lines of a receiver's log that have one cause and one client; nothing for lines that are not known",
      "type": "object", "required": ["schema", "row", "software", "side", "means", "fix", "count"], "additionalProperties": false, "properties": {
        "schema": {"const": "pp.log/1"}, "row": {"type": "string", "description": "which kind of line"},
        "software": {"type": "string", "description": "the program that writes such lines"},
        "side": {"enum": ["unknown", "sender", "receiver", "harmless"], "description": "who has to change something"},
        "means": {"type": "string"}, "fix": {"type": "string"},
        "quoted": {"type": "string", "description": "the bytes that the first line quotes, escaped; not with --redact"},
        "count": {"$ref": "#/$defs/count", "description": "lines"},
        "client": {"type": "string", "description": "the address that the lines name; not with --redact"},
        "first": {"type": "string", "description": "time of the first line, as the log writes it"},
        "last": {"type": "string", "description": "and of the last"}}
    },
    "count": {"type": ["integer", "string"], "minimum": 0, "description": "a string of digits above 2^53"},
    "place": {"type": "object", "required": ["input"], "additionalProperties": false, "properties": {
      "input": {"type": "string"}, "line": {"type": "integer", "minimum": 1}, "frame": {"type": "integer", "minimum": 1}, "time": {"type": "string"}}},
    "sender": {"type": "object", "required": ["count", "connections", "v1", "v2", "local", "warnings", "errors", "missing", "split"], "additionalProperties": false,
      "properties": {
      "ip": {"type": "string"}, "count": {"$ref": "#/$defs/count", "description": "records"},
      "missed_at_most": {"$ref": "#/$defs/count", "description": "counted in others before the row began, at most"},
      "connections": {"$ref": "#/$defs/count", "description": "records but headers after a header"},
      "v1": {"$ref": "#/$defs/count"}, "v2": {"$ref": "#/$defs/count"}, "local": {"$ref": "#/$defs/count"}, "warnings": {"$ref": "#/$defs/count"},
      "errors": {"$ref": "#/$defs/count"}, "missing": {"$ref": "#/$defs/count"}, "split": {"$ref": "#/$defs/count"}}},
    "client": {"type": "object", "required": ["count"], "additionalProperties": false, "properties": {
      "ip": {"type": "string"}, "count": {"$ref": "#/$defs/count"}, "missed_at_most": {"$ref": "#/$defs/count"}}},
    "lost": {"$ref": "#/$defs/count", "description": "the most that a key without a row can have been counted in others"},
    "receiver": {"type": "object", "required": ["count", "answered", "refused", "closed", "silent", "malformed_taken"], "additionalProperties": false,
      "properties": {
      "ip": {"type": "string"}, "port": {"type": "integer", "minimum": 0, "maximum": 65535}, "count": {"$ref": "#/$defs/count", "description": "headers"},
      "missed_at_most": {"$ref": "#/$defs/count"}, "answered": {"$ref": "#/$defs/count"},
      "refused": {"$ref": "#/$defs/count", "description": "by an answer that is an error"},
      "closed": {"$ref": "#/$defs/count", "description": "without a byte"}, "silent": {"$ref": "#/$defs/count"},
      "malformed_taken": {"$ref": "#/$defs/count", "description": "of the answered ones"}}},
    "labels": {"type": "object", "required": ["ok", "refused", "late", "warning", "malformed", "truncated", "cut", "gap", "open", "missing", "unreadable"], "additionalProperties": false, "properties": {
      "ok": {"$ref": "#/$defs/count"}, "refused": {"$ref": "#/$defs/count"}, "late": {"$ref": "#/$defs/count"}, "warning": {"$ref": "#/$defs/count"},
      "malformed": {"$ref": "#/$defs/count"}, "truncated": {"$ref": "#/$defs/count"}, "cut": {"$ref": "#/$defs/count"}, "gap": {"$ref": "#/$defs/count"}, "open": {"$ref": "#/$defs/count"}, "missing": {"$ref": "#/$defs/count"}, "unreadable": {"$ref": "#/$defs/count"}}},
    "group_row": {"type": "object", "required": ["count", "ok", "refused", "late", "warning", "malformed", "truncated", "cut", "gap", "open", "missing", "unreadable", "v1", "v2", "local"], "additionalProperties": false, "properties": {
      "key": {"type": "string"}, "count": {"$ref": "#/$defs/count", "description": "records"}, "missed_at_most": {"$ref": "#/$defs/count"},
      "ok": {"$ref": "#/$defs/count"}, "refused": {"$ref": "#/$defs/count"}, "late": {"$ref": "#/$defs/count"}, "warning": {"$ref": "#/$defs/count"},
      "malformed": {"$ref": "#/$defs/count"}, "truncated": {"$ref": "#/$defs/count"}, "cut": {"$ref": "#/$defs/count"}, "gap": {"$ref": "#/$defs/count"}, "open": {"$ref": "#/$defs/count"}, "missing": {"$ref": "#/$defs/count"}, "unreadable": {"$ref": "#/$defs/count"},
      "v1": {"$ref": "#/$defs/count"}, "v2": {"$ref": "#/$defs/count"}, "local": {"$ref": "#/$defs/count"}}},
    "hex": {"type": "string", "pattern": "^([0-9a-f]{2})*$"}
  }
}
)json";

}  // namespace

std::string json_schema() {
  std::string out(before_records);
  append_record_schemas(out);
  out += after_records;
  return out;
}

}  // namespace pp::render
