// Completions for shells and the manual page, written from a tool's command line.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command_model.hpp"

namespace pp::tool {

std::string bash_completion(const ToolModel& tool);
std::string zsh_completion(const ToolModel& tool);
std::string fish_completion(const ToolModel& tool);

/// The completion for a shell by its name; nullopt when there is none.
std::optional<std::string> completion(const ToolModel& tool, std::string_view shell);
/// The shells' names.
std::vector<std::string> shells();

}  // namespace pp::tool
