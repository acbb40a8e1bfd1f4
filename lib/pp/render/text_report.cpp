// What is said of a receiver as a whole, in text: a block after the records.
#include "pp/render/format.hpp"
#include "pp/render/layout.hpp"
#include "pp/render/palette.hpp"
#include "pp/render/text_body.hpp"
#include "pp/text/format.hpp"

namespace pp::render {

void write_text_report(std::string& out, const explain::ReceiverReport& report, const Style& style, State& state) {
  if (report.level == lint::Level::note) return;  // notes() has it
  if (state.counts_say_all_refused && report.level == lint::Level::error) return;
  const bool error = report.level == lint::Level::error;
  const std::string head =
      text::format("{}{:<9} {}{} of {} to {}", paint(style, error ? Paint::error : Paint::warning), error ? "REFUSED" : "MISSING",
                   paint(style, Paint::off), text::Grouped{report.count}, text::Counted{report.connections, "connection"},
                   text::Endpoint{report.receiver.address, report.receiver.port});
  std::string place;
  if (report.first.frame > 0) {
    place = style.names ? text::format("first in {} frame {}", text::Shown{report.input}, report.first.frame)
                        : text::format("first in frame {}", report.first.frame);
  }
  if (state.last != State::Written::nothing) out += '\n';
  out += head;
  if (!place.empty()) append_side(out, columns(head), place, style);
  out += '\n';
  append_explanation(out, {}, report.diagnosis, report.diagnosis.code, style);
  state.last = State::Written::block;
}

}  // namespace pp::render
