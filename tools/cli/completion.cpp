#include "cli/completion.hpp"

namespace pp::tool {
namespace {

struct Shell {
  std::string_view name;
  std::string (*write)(const ToolModel& tool);
};
constexpr Shell table[] = {{"bash", bash_completion}, {"zsh", zsh_completion}, {"fish", fish_completion}};

}  // namespace

std::optional<std::string> completion(const ToolModel& tool, std::string_view shell) {
  for (const Shell& row : table) {
    if (row.name == shell) return row.write(tool);
  }
  return std::nullopt;
}

std::vector<std::string> shells() {
  std::vector<std::string> out;
  for (const Shell& row : table) out.emplace_back(row.name);
  return out;
}

}  // namespace pp::tool
