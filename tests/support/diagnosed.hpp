// Records with their diagnosis, each seen on its own: for tests that have no other connections to judge by.
#pragma once

#include <utility>

#include "pp/explain/diagnosis.hpp"

namespace pp::inspect {

/// A sink for an Inspector that diagnoses the record, and hands it to `see`.
template <class See>
auto diagnosed(See see) {
  return [see = std::move(see)](Record& r) mutable {
    r.diagnosis = explain::diagnose(r, r.parsed());
    if (r.redactor != nullptr) Redactor::conceal_names(r);
    see(r);
  };
}

}  // namespace pp::inspect
