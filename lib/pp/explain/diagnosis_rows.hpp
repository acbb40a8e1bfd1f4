// What a row of the diagnoses is, and the tables that diagnosis.cpp tries one after the other.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "pp/explain/diagnosis_case.hpp"

namespace pp::explain {

/// One situation. Several rows may share a code: the sentence, the fix or the side differ with what is known.
struct DiagnosisRow {
  std::string_view code;  // kebab-case, never renamed
  std::string_view meaning;
  inspect::Side side;
  bool (*applies)(const Case&);
  std::string (*sentence)(const Case&);
  std::string (*fix)(const Case&);
};

/// By what decides: what the header's own bytes say, how it was delivered, what the receiver answered, how it closed, and what
/// came where a header was expected.
std::span<const DiagnosisRow> header_rows() noexcept;
std::span<const DiagnosisRow> delivery_rows() noexcept;
std::span<const DiagnosisRow> answer_rows() noexcept;
std::span<const DiagnosisRow> closed_rows() noexcept;
std::span<const DiagnosisRow> missing_rows() noexcept;

}  // namespace pp::explain
