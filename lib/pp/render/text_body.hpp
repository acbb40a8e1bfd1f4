// What is said below the first line of a problem, each thing once: what happened, the bytes, who changes what, the rule, the
// code.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "pp/inspect/record.hpp"
#include "pp/render/format.hpp"

namespace pp::render {

/// The record needs more than a line, whatever the view.
bool needs_block(const inspect::Record& record);

/// The codes that its block explains, the one that names its cause first. Views of tables.
std::vector<std::string_view> explained_codes(const inspect::Record& record);

/// Sentences and bytes. `place` goes with the first sentence when the line above had no room for it.
void append_sentences(std::string& out, const inspect::Record& record, std::string place, const Style& style);

/// fix, rule and code.
void append_remedy(std::string& out, const inspect::Record& record, const Style& style);

/// The same of what is known about several records: the bytes (`what`, may be empty), why, the fix, and the code of the cause.
void append_explanation(std::string& out, std::string_view what, const inspect::Diagnosis& diagnosis, std::string_view code,
                        const Style& style);

}  // namespace pp::render
