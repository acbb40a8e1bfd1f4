// ppgen's subcommands. Each declares its options and hands back what runs once they are parsed.
#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace pp::tool {

/// Returns the exit status. Throws CLI::ParseError for what only a second look shows to be a usage error (exit status 2),
/// std::system_error and std::runtime_error when the world refuses (3).
using Run = std::function<int()>;

Run declare_make(CLI::App& app);
Run declare_send(CLI::App& app);
Run declare_probe(CLI::App& app);
Run declare_forward(CLI::App& app);
Run declare_replay(CLI::App& app);
Run declare_list(CLI::App& app);
Run declare_explain(CLI::App& app);
Run declare_corpus(CLI::App& app);
Run declare_pcap(CLI::App& app);

}  // namespace pp::tool
