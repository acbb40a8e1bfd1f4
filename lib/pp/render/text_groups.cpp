// After the records: connections without the header that -e expects, of which there is more than one, with the likely cause
// that can be read off all of them.
#include <algorithm>

#include "pp/render/format.hpp"
#include "pp/render/layout.hpp"
#include "pp/render/palette.hpp"
#include "pp/render/text_body.hpp"
#include "pp/render/text_words.hpp"
#include "pp/text/format.hpp"

namespace pp::render {

void write_text_groups(std::string& out, const stats::MissingGroups& missing, const Style& style) {
  constexpr std::size_t most_shown = 20;
  std::size_t written = 0;
  std::uint64_t left = 0, connections = 0;
  for (const stats::MissingGroups::Group& g : missing.groups()) {
    if (g.row.count < 2) continue;
    if (++written > most_shown) {
      ++left;
      connections += g.row.count;
      continue;
    }
    const std::string head = text::format("{}MISSING  {} x{}  {} > :{}", paint(style, Paint::error), paint(style, Paint::off), g.row.count,
                                          g.key.sender, g.key.port);
    const std::string place = g.row.first.frame > 0 ? text::format("first in frame {}", g.row.first.frame) : std::string();
    out.append(1, '\n').append(head);
    if (!append_side(out, columns(head), place, style))
      text::append(out, "\n  {}{}{}", paint(style, Paint::faint), place, paint(style, Paint::off));
    out += '\n';
    append_explanation(out, payload_words(g.row.example, style), g.diagnosis, g.cause, style);
  }
  if (left > 0) {
    text::append(out, "\n{} with {} (-S -o json has them)\n", text::Counted{left, "more group"}, text::Counted{connections, "connection"});
  }
  if (written > 0 && !missing.exact())
    text::append(out, "\n{} in no group: the table was full\n", text::Counted{missing.others(), "connection is", "connections are"});
}

}  // namespace pp::render
