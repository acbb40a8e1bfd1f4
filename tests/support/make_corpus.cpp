// Writes the catalogue's headers as fuzzing seeds: make_corpus CATALOGUE DIRECTORY. One file for each distinct header of
// at most 2 KiB, named by its row; the request behind it is left out.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <set>

#include "catalogue.hpp"

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: make_corpus CATALOGUE DIRECTORY\n");
    return 2;
  }
  std::filesystem::create_directories(argv[2]);
  std::set<std::vector<std::uint8_t>> seen;
  for (auto& row : catalogue::load(argv[1])) {
    row.bytes.resize(row.bytes_before_request());
    if (row.bytes.empty() || row.bytes.size() > 2048 || !seen.insert(row.bytes).second) continue;
    std::ofstream file(std::filesystem::path(argv[2]) / row.id, std::ios::binary);
    for (std::uint8_t b : row.bytes) file.put(static_cast<char>(b));
    if (!file.flush()) return 1;
  }
  std::printf("%zu headers\n", seen.size());
  return 0;
}
