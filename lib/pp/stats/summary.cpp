#include "pp/stats/summary.hpp"

#include <algorithm>

#include "pp/explain/finding_text.hpp"
#include "pp/inspect/sender_hint.hpp"
#include "pp/wire/tlv.hpp"

namespace pp::stats {

using namespace inspect;

namespace {

bool is_error(Outcome o) noexcept { return o == Outcome::malformed || o == Outcome::truncated || o == Outcome::unreadable; }

Problem& problem_row(std::vector<Problem>& rows, const lint::Finding& f, const Record& r) {
  for (Problem& p : rows) {
    if (p.code == f.code) return p;
  }
  rows.push_back({f.code, f.level, 0, place_of(r), explain::finding_text(f, r)});
  return rows.back();
}

void count_reaction(ReceiverRow& row, const Record& r) {
  switch (r.reaction.kind) {
    case ReactionKind::data:
      if (r.reaction.is_refusal()) {
        ++row.refused;
      } else {
        ++row.answered;
        if (r.outcome == Outcome::malformed) ++row.malformed_taken;
      }
      break;
    case ReactionKind::fin:
    case ReactionKind::rst:
      if (r.reaction.by == Side::receiver) ++row.closed;
      break;
    case ReactionKind::none: ++row.silent; break;
    case ReactionKind::unknown: break;
  }
}

void merge_counts(TlvCount& into, const TlvCount& from) {
  into.headers = saturating_add(into.headers, from.headers);
  into.longest = std::max(into.longest, from.longest);
}

}  // namespace

void Summary::add(const Record& r, const Header& h) {
  tally.add(r, h);
  for (const lint::Finding& f : r.findings) {
    Problem& p = problem_row(problems, f, r);
    ++p.count;
    p.level = std::max(p.level, f.level);
  }
  if (r.diagnosis) {
    auto row = std::find_if(causes.begin(), causes.end(), [&](const Cause& c) { return c.diagnosis.code == r.diagnosis->code; });
    if (row == causes.end()) row = causes.insert(row, {0, place_of(r), *r.diagnosis});
    ++row->count;
  }
  missing.add(r);
  changes.add(r);
  if (groups) groups->add(r, h);
  if (r.flow.captured) {
    SenderRow& s = senders.count({r.flow.source});
    if (r.chain == 0) ++s.connections;
    if (h.version == 1) ++s.v1;
    if (h.version == 2) ++s.v2;
    if (r.complete && h.is_local()) ++s.local;
    if (r.outcome == Outcome::warning) ++s.warnings;
    if (is_error(r.outcome)) ++s.errors;
    if (r.outcome == Outcome::missing) ++s.missing;
    if (r.flow.segments > 1 && r.is_header() && r.chain == 0) ++s.split;
  }
  if (!r.is_header()) return;
  ++kinds[r.simple ? simple_kind : header_kind(h, r.complete)];
  if (r.flow.captured && r.chain == 0) {
    delivery(r);
    count_reaction(receivers.count({r.flow.destination, r.flow.destination_port}), r);
  }
  if (!r.complete) return;
  if (h.addresses == Addresses::inet || h.addresses == Addresses::inet6) clients.count({h.source});
  if (h.version == 2) count_tlvs(h, r.tlvs.area);
  if (const inspect::SenderHint* hint = inspect::sender_hint(r, h); hint != nullptr)
    ++sender_hints[static_cast<std::size_t>(hint - inspect::sender_hints().data())];
}

void Summary::add(const explain::ReceiverReport& report) {
  tally.add(report);
  changes.add(report);
}

void Summary::merge(const Summary& o) {
  if (inputs == 0) {
    first_input = o.first_input;
    if (o.groups) group_by(o.groups->by);
  }
  inputs = saturating_add(inputs, o.inputs);
  tally.merge(o.tally);
  for (std::size_t i = 0; i < kinds.size(); ++i) kinds[i] = saturating_add(kinds[i], o.kinds[i]);
  for (const Problem& theirs : o.problems) {
    const auto row = std::find_if(problems.begin(), problems.end(), [&](const Problem& p) { return p.code == theirs.code; });
    if (row == problems.end()) {
      problems.push_back(theirs);
    } else {
      row->count = saturating_add(row->count, theirs.count);
      row->level = std::max(row->level, theirs.level);
    }
  }
  for (const Cause& theirs : o.causes) {
    const auto row = std::find_if(causes.begin(), causes.end(), [&](const Cause& c) { return c.diagnosis.code == theirs.diagnosis.code; });
    if (row == causes.end()) {
      causes.push_back(theirs);
    } else {
      row->count = saturating_add(row->count, theirs.count);
    }
  }
  one_segment = saturating_add(one_segment, o.one_segment);
  split = saturating_add(split, o.split);
  most_segments = std::max(most_segments, o.most_segments);
  datagrams = saturating_add(datagrams, o.datagrams);
  delays.merge(o.delays);
  for (std::size_t scope = 0; scope < tlvs.size(); ++scope) {
    for (std::size_t i = 0; i < tlvs[scope].size(); ++i) merge_counts(tlvs[scope][i], o.tlvs[scope][i]);
  }
  for (std::size_t i = 0; i < vendor_tlvs.size(); ++i) merge_counts(vendor_tlvs[i], o.vendor_tlvs[i]);
  for (std::size_t i = 0; i < sender_hints.size(); ++i) sender_hints[i] = saturating_add(sender_hints[i], o.sender_hints[i]);
  senders.merge(o.senders);
  clients.merge(o.clients);
  receivers.merge(o.receivers);
  missing.merge(o.missing);
  changes.table.merge(o.changes.table);
  if (groups && o.groups && groups->by == o.groups->by) {
    groups->table.merge(o.groups->table);
    groups->without = saturating_add(groups->without, o.groups->without);
  } else {
    groups.reset();
  }
}

void Summary::delivery(const Record& r) {
  if (r.flow.udp) {
    ++datagrams;
    return;
  }
  if (!r.complete) return;
  if (r.flow.segments > 1) {
    ++split;
    most_segments = std::max(most_segments, r.flow.segments);
  } else if (r.flow.segments == 1) {
    ++one_segment;
  }
  if (r.flow.since_start_us >= 0) delays.add(static_cast<std::uint64_t>(r.flow.since_start_us));
}

void Summary::count_tlvs(const Header& h, const TlvArea& area) {
  if (area.opaque()) return;
  ++serial_;
  TlvCursor cursor = tlvs_in(h, area);
  for (Tlv tlv; cursor.next(tlv);) {
    count_tlv(TlvScope::header, tlv);
    if (tlv.type != tlv_type::ssl || tlv.value.size() < ssl_head_bytes) continue;
    TlvCursor subs = sub_tlvs(h.bytes, ssl(tlv));
    for (Tlv sub; subs.next(sub);) count_tlv(TlvScope::ssl, sub);
  }
}

void Summary::count_tlv(TlvScope scope, const Tlv& tlv) {
  const auto at = static_cast<std::size_t>(scope);
  TlvCount* count = &tlvs[at][tlv.type];
  std::uint64_t* seen = &seen_[at][tlv.type];
  if (tlv_info(tlv.type, scope) == nullptr) {
    if (const VendorTlv* row = vendor_value(tlv.type, scope, tlv.value).row; row != nullptr) {
      const auto index = static_cast<std::size_t>(row - vendor_table.data());
      count = &vendor_tlvs[index];
      seen = &vendor_seen_[index];
    }
  }
  count->longest = std::max(count->longest, static_cast<std::uint32_t>(tlv.value.size()));
  if (*seen == serial_) return;
  *seen = serial_;
  ++count->headers;
}

std::vector<const Problem*> Summary::sorted_problems() const {
  std::vector<const Problem*> out;
  for (const Problem& p : problems) out.push_back(&p);
  std::sort(out.begin(), out.end(), [](const Problem* a, const Problem* b) {
    if (a->level != b->level) return a->level > b->level;
    return a->count != b->count ? a->count > b->count : a->code.name() < b->code.name();
  });
  return out;
}

std::vector<const Cause*> Summary::sorted_causes() const {
  std::vector<const Cause*> out;
  for (const Cause& c : causes) out.push_back(&c);
  std::sort(out.begin(), out.end(), [](const Cause* a, const Cause* b) {
    return a->count != b->count ? a->count > b->count : a->diagnosis.code < b->diagnosis.code;
  });
  return out;
}

}  // namespace pp::stats
