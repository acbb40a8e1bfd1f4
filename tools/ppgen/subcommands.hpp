// ppgen's subcommands. Each binds its options and returns what runs once they are parsed.
#pragma once

#include <functional>

#include "cli/command_line.hpp"

namespace pp::tool {

/// Returns the exit status. Throws UsageError for what only a second look shows to be a usage error (exit status 2),
/// std::system_error and std::runtime_error when the system or a peer refuses (3).
using Run = std::function<int()>;

Run declare_make(CommandLine& line);
Run declare_send(CommandLine& line);
Run declare_probe(CommandLine& line);
Run declare_conform(CommandLine& line);
Run declare_forward(CommandLine& line);
Run declare_replay(CommandLine& line);
Run declare_list(CommandLine& line);
Run declare_explain(CommandLine& line);
Run declare_corpus(CommandLine& line);
Run declare_pcap(CommandLine& line);

}  // namespace pp::tool
