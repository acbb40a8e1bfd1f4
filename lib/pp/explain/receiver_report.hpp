// What is said of a receiver as a whole, at the end of an input: that it refuses every header, that it takes connections with a
// header and without, or that headers were expected of all because some had one.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "pp/explain/evidence.hpp"
#include "pp/explain/receivers.hpp"

namespace pp::explain {

struct ReceiverReport {
  std::string_view input;  // the source outlives it
  Receiver receiver;
  lint::Level level = lint::Level::note;
  inspect::Diagnosis diagnosis;   // its code is one of report_infos()
  std::uint64_t count = 0;        // connections that it is about
  std::uint64_t connections = 0;  // to the receiver, those before its first header included
  Example first;                  // of those that it is about; frame 0 when that is not known
};

struct ReportInfo {
  std::string_view code;
  std::string_view meaning;
};
/// All codes. Names are API.
const std::vector<ReportInfo>& report_infos();

/// Appends what there is to say. `evidence` is final.
void append_reports(std::vector<ReceiverReport>& out, std::string_view input, const Receiver& receiver, const PortEvidence& evidence);

}  // namespace pp::explain
