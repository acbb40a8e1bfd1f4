// Signals: the first Ctrl-C ends the run in order, the second at once with 130; SIGUSR1 asks for the counts.
#pragma once

namespace pp::tool {

/// Also ignores SIGPIPE: a reader that left is noticed by the failing write.
void catch_signals();
bool interrupted() noexcept;
/// True once after each SIGUSR1.
bool report_wanted() noexcept;

}  // namespace pp::tool
