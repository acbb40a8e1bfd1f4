// Several runs of ppgen conform side by side: Markdown for a document, HTML for a browser.
#pragma once

#include <span>
#include <string>

#include "pp/judge/tally.hpp"

namespace pp::render {

/// A row for each receiver with its counts, then the cases in which receivers differ, a column for each.
void append_conform_markdown(std::string& out, std::span<const judge::Run> runs);

/// One page that loads nothing: cases by receivers, letter and colour, readable without scripts.
void append_conform_html(std::string& out, std::span<const judge::Run> runs);

}  // namespace pp::render
