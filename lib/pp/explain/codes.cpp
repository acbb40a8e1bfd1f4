#include "pp/explain/codes.hpp"

#include <vector>

#include "pp/explain/diagnosis.hpp"
#include "pp/explain/receiver_report.hpp"
#include "pp/lint/code.hpp"

namespace pp::explain {

namespace {

// Why a group of connections lacks a header, as stats/missing_groups.cpp has it. health-check is a diagnosis as well.
constexpr ReportInfo group_causes[] = {
    {"tls-outside", "a sender starts TLS without a header: if there is one, it is inside TLS"},
    {"silent", "a sender connects and sends nothing"},
    {"other-protocol", "a sender sends another format in place of a header"},
    {"second-path", "a sender of headers sends none on some connections"},
    {"bypass", "others send headers to the port, and this client does not: it goes around the load balancer"},
    {"no-option", "nobody sends a header to the port"},
};

}  // namespace

std::span<const CodeInfo> all_codes() {
  static const std::vector<CodeInfo> codes = [] {
    std::vector<CodeInfo> out;
    for (const lint::Code code : lint::all_codes) out.push_back({code.name(), name(code.level()), code.section(), code.description()});
    for (const DiagnosisInfo* row = diagnosis_begin(); row != diagnosis_end(); ++row)
      out.push_back({row->code, "diagnosis", "", row->meaning});
    for (const ReportInfo& row : group_causes) out.push_back({row.code, "group", "", row.meaning});
    for (const ReportInfo& row : report_infos()) out.push_back({row.code, "report", "", row.meaning});
    return out;
  }();
  return codes;
}

}  // namespace pp::explain
