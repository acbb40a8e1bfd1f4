// Runs a harness over files and directories with any compiler: each input in a heap block of exactly its size. Exit
// status 2 when no input ran, so that a mistyped path does not pass.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {
namespace fs = std::filesystem;

bool hidden(const fs::path& path) { return path.filename().string().compare(0, 1, ".") == 0; }

/// Directories are walked recursively, dot-files left out, in the order of their names.
void collect(const fs::path& path, std::vector<fs::path>& out) {
  if (!fs::is_directory(path)) {
    out.push_back(path);
    return;
  }
  std::vector<fs::path> entries;
  for (const auto& entry : fs::directory_iterator(path)) entries.push_back(entry.path());
  std::sort(entries.begin(), entries.end());
  for (const auto& entry : entries) {
    if (!hidden(entry)) collect(entry, out);
  }
}

bool run(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    std::fprintf(stderr, "cannot read %s\n", path.c_str());
    return false;
  }
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  auto* const block = static_cast<std::uint8_t*>(std::malloc(text.size()));
  if (!text.empty()) std::memcpy(block, text.data(), text.size());
  LLVMFuzzerTestOneInput(block, text.size());
  std::free(block);
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  const char* const verbose = std::getenv("PP_REPLAY_VERBOSE");
  std::vector<fs::path> inputs;
  for (int i = 1; i < argc; ++i) collect(argv[i], inputs);
  for (const auto& path : inputs) {
    if (verbose != nullptr && *verbose == '1') std::fprintf(stderr, "%s\n", path.c_str());
    if (!run(path)) return 1;
  }
  if (inputs.empty()) {
    std::fprintf(stderr, "no input ran\n");
    return 2;
  }
  std::printf("%zu inputs\n", inputs.size());
  return 0;
}
