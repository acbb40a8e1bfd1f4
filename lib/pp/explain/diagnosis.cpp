#include "pp/explain/diagnosis.hpp"

#include <algorithm>
#include <vector>

#include "pp/explain/diagnosis_rows.hpp"

namespace pp::explain {

using namespace inspect;

namespace {

using Rows = std::span<const DiagnosisRow> (*)() noexcept;
constexpr Rows tables[] = {header_rows, delivery_rows, answer_rows, closed_rows, missing_rows};

const std::vector<DiagnosisInfo>& infos() {
  static const std::vector<DiagnosisInfo> table = [] {
    std::vector<DiagnosisInfo> out;
    for (const Rows rows : tables) {
      for (const DiagnosisRow& row : rows()) {
        if (std::none_of(out.begin(), out.end(), [&](const DiagnosisInfo& d) { return d.code == row.code; }))
          out.push_back({row.code, row.meaning});
      }
    }
    return out;
  }();
  return table;
}

}  // namespace

std::optional<Diagnosis> diagnose(const Record& record, const Parsed& parsed, const PortEvidence* evidence) {
  if (record.outcome == Outcome::valid && record.chain == 0) return std::nullopt;
  if (!record.flow.captured && !record.flow.listened && record.chain == 0) return std::nullopt;
  Case c{record, parsed.header, evidence, false};
  c.refused = c.has_finding(lint::Rule::header_refused);
  for (const Rows rows : tables) {
    for (const DiagnosisRow& row : rows()) {
      if (row.applies(c)) return Diagnosis{row.code, row.side, row.sentence(c), row.fix(c)};
    }
  }
  return std::nullopt;
}

std::optional<Diagnosis> diagnose(const Record& record, const Parsed& parsed) { return diagnose(record, parsed, nullptr); }

const DiagnosisInfo* diagnosis_begin() noexcept { return infos().data(); }
const DiagnosisInfo* diagnosis_end() noexcept { return infos().data() + infos().size(); }

}  // namespace pp::explain
