#include "pp/explain/codes.hpp"

#include <vector>

#include "pp/explain/diagnosis.hpp"
#include "pp/explain/receiver_report.hpp"
#include "pp/lint/code.hpp"

namespace pp::explain {

std::span<const CodeInfo> all_codes() {
  static const std::vector<CodeInfo> codes = [] {
    std::vector<CodeInfo> out;
    for (const lint::Code code : lint::all_codes) out.push_back({code.name(), name(code.level()), code.section(), code.description()});
    for (const DiagnosisInfo* row = diagnosis_begin(); row != diagnosis_end(); ++row)
      out.push_back({row->code, "diagnosis", "", row->meaning});
    for (const ReportInfo& row : report_infos()) out.push_back({row.code, "report", "", row.meaning});
    return out;
  }();
  return codes;
}

}  // namespace pp::explain
