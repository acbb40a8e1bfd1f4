// The options of -L: declared, and checked against each other.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "ppinspect/options.hpp"

namespace pp::tool {

struct ListenWords {
  std::string reply, wait;
};

void declare_listen(CLI::App& app, InspectOptions& o, ListenWords& w);
/// Throws as refuse() does.
void check_listen(InspectOptions& o, const ListenWords& w);

}  // namespace pp::tool
