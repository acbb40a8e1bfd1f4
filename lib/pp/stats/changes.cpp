#include "pp/stats/changes.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "pp/explain/codes.hpp"
#include "pp/explain/finding_text.hpp"

namespace pp::stats {

using namespace inspect;

bool ChangeKey::operator<(const ChangeKey& o) const noexcept {
  if (address != o.address) return address_before(address, o.address);
  return std::tie(side, port, code) < std::tie(o.side, o.port, o.code);
}

std::uint64_t hash_change(const ChangeKey& key, const HashKey& secret) noexcept {
  const Bytes code(reinterpret_cast<const std::uint8_t*>(key.code.data()), key.code.size());
  const std::uint64_t with = std::uint64_t{key.port} << 8U | static_cast<std::uint8_t>(key.side);
  return hash_bytes(code, hash_address(key.address, with, secret), secret);
}

void ChangeRow::fold(const ChangeRow& o) {
  level = std::max(level, o.level);
  if (filled()) return;
  first = o.first;
  message = o.message;
  fix = o.fix;
}

void Changes::count(const Record& r, const ChangeKey& key, lint::Level level, std::string message, std::string_view fix) {
  ChangeRow& row = table.count(key);
  row.level = std::max(row.level, level);
  if (row.filled()) return;
  row.first = place_of(r);
  row.message = std::move(message);
  row.fix = fix;
}

void Changes::add(const Record& r) {
  if (!r.is_header()) return;
  const auto key = [&r](Side side, std::string_view code) {
    if (side == Side::receiver) return ChangeKey{side, r.flow.destination, r.flow.destination_port, code};
    return ChangeKey{side, r.flow.source, 0, code};
  };
  lint::Level worst = lint::Level::note;
  for (const lint::Finding& f : r.findings) {
    // Why a header was refused is what the diagnosis says.
    if (f.level == lint::Level::note || f.code == lint::Rule::header_refused) continue;
    const ChangeKey its = key(Side::sender, f.code.name());
    count(r, its, f.level, table.find(its) == nullptr ? explain::finding_text(f, r) : std::string(), {});
    worst = std::max(worst, f.level);
  }
  if (worst > lint::Level::note) count(r, key(Side::sender, {}), worst, {}, {});
  if (!r.diagnosis || r.outcome == Outcome::valid) return;
  const Diagnosis& d = *r.diagnosis;
  if (d.code == "sender-malformed") return;  // the findings say it better
  const lint::Level level = r.outcome == Outcome::malformed ? lint::Level::error : lint::Level::warning;
  count(r, key(d.side, d.code), level, d.sentence, d.fix);
  if (d.side != Side::sender || worst == lint::Level::note) count(r, key(d.side, {}), level, {}, {});
}

void Changes::add(const explain::ReceiverReport& report) {
  if (report.level == lint::Level::note) return;
  const ChangeKey key{Side::receiver, report.receiver.address, report.receiver.port, report.diagnosis.code};
  ChangeRow& row = table.count(key, report.count);
  row.level = std::max(row.level, report.level);
  if (row.filled()) return;
  row.first = {report.input, 0, report.first.frame, 0, false};
  row.message = report.diagnosis.sentence;
  row.fix = report.diagnosis.fix;
}

std::vector<Changes::Party> Changes::parties() const {
  std::vector<const Table::Entry*> rows = table.sorted();
  std::stable_sort(rows.begin(), rows.end(), [](const Table::Entry* a, const Table::Entry* b) {
    if (a->first.address != b->first.address) return address_before(a->first.address, b->first.address);
    return std::tie(a->first.side, a->first.port) < std::tie(b->first.side, b->first.port);
  });
  std::vector<Party> out;
  for (const Table::Entry* entry : rows) {
    if (out.empty() || !out.back().key->same_side(entry->first)) out.push_back({&entry->first, 0, lint::Level::note, {}});
    Party& party = out.back();
    party.level = std::max(party.level, entry->second.level);
    party.records = std::max(party.records, entry->second.count);
    if (!entry->first.code.empty()) party.rows.push_back(entry);
  }
  std::erase_if(out, [](const Party& p) { return p.rows.empty(); });
  std::stable_sort(out.begin(), out.end(),
                   [](const Party& a, const Party& b) { return a.level != b.level ? a.level > b.level : a.records > b.records; });
  return out;
}

std::string_view known_code(std::string_view name) noexcept {
  for (const explain::CodeInfo& code : explain::all_codes()) {
    if (code.name == name) return code.name;
  }
  for (const explain::ReportInfo& report : explain::report_infos()) {
    if (report.code == name) return report.code;
  }
  return {};
}

}  // namespace pp::stats
