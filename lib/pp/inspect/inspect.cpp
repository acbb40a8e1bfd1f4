#include "pp/inspect/inspect.hpp"

#include <algorithm>

#include "pp/inspect/contradictions.hpp"
#include "pp/inspect/flow_rules.hpp"
#include "pp/lint/lint.hpp"

namespace pp::inspect {
namespace {

/// How much of a malformed header to show: the line to its end, the 16 + length bytes, never more than there is. A line
/// that ends wrongly ends there: what follows is payload.
std::size_t extent(const Parsed& parsed, Bytes bytes) {
  const Header& h = parsed.header;
  if (parsed.verdict.fault == Fault::v1_line_end) return std::min(bytes.size(), std::size_t{parsed.verdict.offset} + parsed.verdict.span);
  if (h.version == 1) {
    const Bytes line = bytes.first(std::min(bytes.size(), v1_max_bytes));
    const auto lf = std::find(line.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(parsed.verdict.offset, line.size())),
                              line.end(), std::uint8_t{'\n'});
    return static_cast<std::size_t>(lf - line.begin()) + (lf == line.end() ? 0 : 1);
  }
  if (bytes.size() < v2_fixed_bytes) return bytes.size();
  return std::min(bytes.size(), v2_fixed_bytes + std::size_t{load_be16(&bytes[14])});
}

Outcome unsettled(Mark mark) {
  switch (mark) {
    case Mark::open:
    case Mark::stopped:
    case Mark::evicted: return Outcome::incomplete;
    case Mark::gap: return Outcome::gap;
    case Mark::cut: return Outcome::cut;
    case Mark::fin:
    case Mark::reset:
    case Mark::datagram: return Outcome::truncated;
  }
  return Outcome::truncated;
}

/// Simple Proxy Protocol stands in datagrams, and in bytes of which nothing is known. Where a header must be, two bytes of
/// magic are enough, and what lacks the rest of it is a part.
bool simple_here(const Chunk& chunk, Bytes bytes) {
  if (chunk.flow.captured && !chunk.flow.udp) return false;
  if (chunk.flow.expected) return begins_simple(bytes);
  return looks_simple(bytes) || (!chunk.flow.captured && is_simple(bytes));
}

/// Where a header begins behind other bytes; 0: nowhere.
std::uint32_t later_header(Bytes bytes) {
  constexpr std::string_view line = "PROXY TCP";
  constexpr std::string_view unknown = "PROXY UNKNOWN";
  const auto first = bytes.empty() ? bytes.end() : bytes.begin() + 1;
  auto at = std::search(first, bytes.end(), std::begin(v2_signature), std::end(v2_signature));
  at = std::min(at, std::search(first, bytes.end(), line.begin(), line.end()));
  at = std::min(at, std::search(first, bytes.end(), unknown.begin(), unknown.end()));
  return at == bytes.end() ? 0 : static_cast<std::uint32_t>(at - bytes.begin());
}

Outcome from_findings(const std::vector<lint::Finding>& findings) {
  lint::Level worst = lint::Level::note;
  for (const lint::Finding& f : findings) worst = std::max(worst, f.level);
  return worst == lint::Level::error ? Outcome::malformed : worst == lint::Level::warning ? Outcome::warning : Outcome::valid;
}

}  // namespace

bool begins_header(Bytes bytes) noexcept {
  if (bytes.empty() || !may_begin_header(bytes[0])) return false;
  const Header h = parse(bytes).header;
  return h.version == 2 || (h.version == 1 && bytes.size() > 5 && bytes[5] == ' ');
}

Inspector::Progress Inspector::flow(const Chunk& chunk, Progress at) {
  while (at.more) {
    const Bytes bytes = chunk.bytes.subspan(at.offset);
    if (at.headers > 0) {
      at.more = at.headers <= options_.max_chain && !chunk.flow.udp && chunk.line == 0;
      if (!at.more || !begins_header(bytes)) break;
    }
    record_.chain = at.headers;
    record_.stream_offset = chunk.offset + static_cast<std::uint32_t>(at.offset);
    Bytes rest;
    at.more = judge(chunk, bytes, rest);
    emit();
    at.offset += bytes.size() - rest.size();
    ++at.headers;
  }
  return at;
}

void Inspector::amend(const Chunk& chunk) {
  Chunk earlier = chunk;
  earlier.reaction = Reaction{};
  Bytes rest;
  record_.chain = 0;
  record_.stream_offset = chunk.offset;
  const bool done = judge(earlier, chunk.bytes, rest);
  const Outcome said = record_.outcome;
  if (!done && said != Outcome::missing) return;
  judge(chunk, chunk.bytes, rest);
  record_.amends = said;
  emit();
}

/// True when a header was done and `rest` is what follows it.
bool Inspector::judge(const Chunk& chunk, Bytes bytes, Bytes& rest) {
  Record& r = record_;
  r.input = chunk.input;
  r.line = chunk.line;
  r.flow = chunk.flow;
  r.mark = chunk.mark;
  if (options_.reactions) {
    r.reaction = chunk.reaction;  // into the memory that it has
  } else {
    r.reaction.reset();
  }
  r.outcome = Outcome::valid;
  r.amends.reset();
  r.findings.clear();
  r.diagnosis.reset();
  r.header_at = 0;
  r.payload_bytes = 0;
  if (r.payload.kind != PayloadKind::nothing) r.payload = Payload{};

  Parsed& parsed = parsed_;
  parsed = Parsed{};
  parse_into(bytes, parsed);
  r.simple = parsed.verdict.status == Status::missing && simple_here(chunk, bytes);
  if (r.simple) parsed = parse_simple(bytes);
  const bool done = parsed.verdict.status == Status::done;
  if (parsed.verdict.status == Status::need_more) {
    r.outcome = unsettled(chunk.mark);
    // Without a byte there is nothing, unless it is the capture that lost the first one.
    const bool lost = r.outcome == Outcome::gap || r.outcome == Outcome::cut || chunk.mark == Mark::stopped || chunk.mark == Mark::evicted;
    if (bytes.empty() && !lost) {
      r.outcome = Outcome::missing;
      parsed.verdict = {Status::missing, Fault::not_proxy, 0, 0, 0};
    } else if (r.outcome == Outcome::truncated) {
      parsed.verdict = at_end(parsed.verdict);
    }
  }
  r.tlvs = done && !r.simple ? judge_tlvs(parsed.header) : JudgedTlvs{};
  if (r.simple) {
    add_simple_findings(r, parsed, bytes);
  } else {
    lint::lint(parsed, bytes, r.tlvs, r.findings);
  }

  const bool all = options_.details == Options::Details::all;
  std::size_t size = bytes.size();
  if (done) {
    size = parsed.verdict.size;
    rest = bytes.subspan(size);
    r.payload_bytes = rest.size();
    if (all && !rest.empty()) r.payload = identify(rest);
    if (!all && !rest.empty() && announces_names(parsed.header, r.tlvs.area)) r.payload = identify_names(rest);
  } else if (parsed.verdict.status == Status::malformed) {
    size = extent(parsed, bytes);
  } else if (parsed.verdict.status == Status::missing) {
    r.outcome = Outcome::missing;
    r.payload = identify(bytes);
    if (chunk.flow.captured && chunk.flow.expected) r.header_at = later_header(bytes);
    size = std::min(bytes.size(), missing_shown);
    // No header where none was asked for is no fault of anyone's, nor is one on a connection that never came to be.
    if (chunk.flow.assumed) r.findings.back().level = lint::Level::warning;
    if (!chunk.flow.expected || !chunk.flow.established) r.findings.back().level = lint::Level::note;
  }
  r.complete = done;
  r.bytes.assign(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));

  if (done && !rest.empty()) add_contradictions(r, parsed.header);
  add_flow_findings(r, parsed);
  if (options_.strict) {
    for (lint::Finding& f : r.findings) {
      if (f.level == lint::Level::warning) f.level = lint::Level::error;
    }
  }
  if (done) r.outcome = from_findings(r.findings);
  if (done && !all && r.outcome != Outcome::valid && !rest.empty()) r.payload = identify(rest);
  if (done && r.reaction.error) r.payload.sound = is_sound_request(rest);
  if (parsed.verdict.status == Status::malformed) r.outcome = Outcome::malformed;
  if (options_.redactor != nullptr) {
    options_.redactor->conceal(r);
    options_.redactor->conceal(parsed.header);
  }
  return done;
}

Record Record::as_told() const {
  Record earlier = *this;
  if (!amends) return earlier;
  earlier.outcome = *amends;
  earlier.amends.reset();
  earlier.reaction = Reaction{};
  earlier.diagnosis.reset();
  std::erase_if(earlier.findings,
                [](const lint::Finding& f) { return f.code == lint::Rule::header_refused || f.code == lint::Rule::capture_incomplete; });
  return earlier;
}

void Inspector::unreadable(std::string_view input, std::uint64_t line, std::string reason) {
  record_ = Record{};
  parsed_ = Parsed{};
  record_.input = input;
  record_.line = line;
  record_.outcome = Outcome::unreadable;
  record_.reason = std::move(reason);
  record_.findings.push_back(lint::make_finding(lint::Rule::line_unreadable, 0, 0, {lint::argument::of(lint::Argument::Kind::reason, 0)}));
  if (options_.redactor != nullptr) options_.redactor->conceal(record_);
  emit();
}

void Inspector::emit() { sink_(record_); }

}  // namespace pp::inspect
