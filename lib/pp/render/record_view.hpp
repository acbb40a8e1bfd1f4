// A record as its JSON fields see it.
#pragma once

#include <cstddef>
#include <string>

#include "pp/inspect/record.hpp"
#include "pp/render/format.hpp"
#include "pp/render/json_writer.hpp"

namespace pp::render {

struct RecordView {
  const inspect::Record& r;
  const Header& h;         // of what parse() made of its bytes, with pseudonyms for addresses under --redact
  std::size_t most;        // bytes of this line, after which what has no bound is left out
  const JsonWriter& line;  // of which the size is asked
  const Style& style;
  bool cut = false;  // something was left out

  bool redacted() const noexcept { return r.redactor != nullptr; }
  bool readable() const noexcept { return r.outcome != inspect::Outcome::unreadable; }
  bool captured_frames() const noexcept { return r.flow.captured && !r.flow.listened; }
  /// A PROXY header of which the version is known.
  bool versioned() const noexcept { return r.is_header() && !r.simple && h.version != 0; }
  bool whole() const noexcept { return r.complete && (r.simple || versioned()); }
  /// The bytes that say which family and transport follow have been seen.
  bool knows_family() const noexcept {
    if (!r.is_header()) return false;
    if (r.simple) return r.complete;
    return h.version == 1 ? h.version_command == 0x11 : knows_command(13);
  }
  bool knows_command(std::size_t at = 12) const noexcept { return h.version == 2 && r.bytes.size() > at && h.version_command >> 4 == 2; }
  /// When a listener learned how the header ended.
  bool timed() const noexcept { return r.flow.captured && r.flow.settled_us >= 0 && r.chain == 0; }

  /// Whether `bytes` more of text keep to the limit; if not, the record says that it was cut.
  bool fits(std::size_t bytes) {
    const bool fits = line.size() <= most && bytes <= most - line.size();
    cut = cut || !fits;
    return fits;
  }
};

/// The member `findings`: an array of finding objects.
void write_findings(JsonWriter& w, RecordView& view);
/// The member `tlvs`: an array of TLV objects.
void write_tlvs(JsonWriter& w, RecordView& view);
void write_peer(JsonWriter& w, RecordView& view);
void write_source(JsonWriter& w, RecordView& view);
void write_destination(JsonWriter& w, RecordView& view);
void write_unknown(JsonWriter& w, RecordView& view);
void write_reaction(JsonWriter& w, RecordView& view);
void write_diagnosis(JsonWriter& w, RecordView& view);

/// Appends `, "NAME": {...}` for each of the objects above, for the schema's $defs.
void append_part_schemas(std::string& out);
void append_tlv_schema(std::string& out);
/// The same for the record itself and the words that its fields use.
void append_record_schemas(std::string& out);

}  // namespace pp::render
