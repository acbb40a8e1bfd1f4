#include "cli/version.hpp"

#include <CLI/Version.hpp>

#include "cli/command_model.hpp"
#include "pp/source/library_versions.hpp"
#include "pp/text/format.hpp"

namespace pp::tool {
namespace {

// PP_COMMIT is empty when the sources are not in a git repository.
constexpr std::string_view commit = PP_COMMIT;
constexpr std::string_view specification = "2026-04-27";

}  // namespace

std::string version_text(std::string_view tool) {
  std::vector<std::string> libraries = source::library_versions();
  libraries.push_back(text::format("fmt {}.{}.{}", FMT_VERSION / 10000, FMT_VERSION / 100 % 100, FMT_VERSION % 100));
  libraries.emplace_back("CLI11 " CLI11_VERSION);
  std::string out = text::format("{} {}\n", tool, PP_VERSION);
  if (!commit.empty()) text::append(out, "commit: {}\n", commit);
  text::append(out, "specification: PROXY protocol versions 1 and 2, {}\nlibraries: {}\n", specification, joined(libraries, ", "));
  return out;
}

}  // namespace pp::tool
