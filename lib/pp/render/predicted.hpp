// What measured receivers would do with a record's header (--predict).
#pragma once

#include <string>
#include <string_view>

#include "pp/inspect/record.hpp"
#include "pp/judge/profile.hpp"
#include "pp/render/format.hpp"

namespace pp::render {

/// Whether there is a header to ask for. Simple Proxy Protocol has never been measured.
bool is_predictable(const inspect::Record& record) noexcept;
judge::Prediction predicted(const judge::Profile& receiver, const inspect::Record& record);

/// A line for each receiver that would not do with the header what it should; with Style::every_receiver for all.
void append_predicted(std::string& out, const inspect::Record& record, const Style& style);

/// Adds the measured receivers of this name, or of "NAME VERSION", or all of them for "all". False when there is none.
bool add_receivers(Style& style, std::string_view name);

}  // namespace pp::render
