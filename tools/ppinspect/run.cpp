#include "ppinspect/run.hpp"

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstddef>
#include <ctime>
#include <exception>
#include <memory>
#include <stdexcept>
#include <vector>

#include "cli/interrupt.hpp"
#include "pp/serve/listener.hpp"
#include "pp/sink/output.hpp"
#include "pp/source/file.hpp"
#include "pp/sys/privileges.hpp"
#include "ppinspect/conceal.hpp"
#include "ppinspect/explain_log.hpp"
#include "ppinspect/files.hpp"
#include "ppinspect/filter.hpp"
#include "ppinspect/listen.hpp"
#include "ppinspect/live.hpp"
#include "ppinspect/merge.hpp"
#include "ppinspect/session.hpp"

namespace pp::tool {
namespace {

int print_information(const std::string& text) {
  sink::Output out(STDOUT_FILENO);
  out.text() = text;
  std::signal(SIGPIPE, SIG_IGN);
  out.offer(true);
  return 0;
}

std::vector<source::InputFile> open_inputs(Session& session) {
  std::vector<source::InputFile> inputs;
  const InspectOptions& options = session.options();
  for (std::size_t i = 0; i < options.files.size(); ++i) {
    const std::string name = options.redact ? input_label(i + 1, options.files[i]) : options.files[i];
    session.guarded(name, [&] { inputs.emplace_back(options.files[i], name); });
  }
  return inputs;
}

/// A file that is followed may be cut short or replaced by another: then reading begins anew.
void inspect_input(Session& session, source::InputFile& input) {
  inspect_file(session, input);
  while (session.wanted() && input.change() != source::InputFile::Change::none) {
    const bool truncated = input.change() == source::InputFile::Change::truncated;
    session.say("{}: {}", input.name(), truncated ? "was truncated, reading it from its start" : "was replaced, reading the new file");
    input.start_again();
    inspect_file(session, input);
  }
}

/// Everything is opened first; then privileges go; only then is the first byte looked at.
int run_inputs(const InspectOptions& options) {
  catch_signals();
  Session session(options);
  std::vector<source::InputFile> inputs = open_inputs(session);
  // Nothing can be read, and that has been said: counts of nothing would only distract.
  if (inputs.empty() && !options.files.empty() && options.hex.empty()) return 3;
  for (source::InputFile& input : inputs) {
    if (options.follow) input.follow();
  }
  std::vector<sink::OpenInput> open;
  for (const source::InputFile& input : inputs) open.push_back({input.fd(), input.name()});
  session.open_kept(open);
  serve::Listener listener(listen_options(options));
  for (const std::string& address : options.listen) listener.add(address);
  std::unique_ptr<source::LiveSource> live;
  if (!options.live.interface.empty()) live = open_live(options);
  tzset();
  sys::drop_privileges(options.user);
  if (live || !options.listen.empty()) sys::forbid_core_dumps();
  if (!options.listen.empty()) {
    inspect_listener(session, listener);
    return session.finish();
  }
  if (live) {
    session.from_wire();
    session.guarded(live->name(), [&] { inspect_live(session, *live); });
    return session.finish();
  }
  if (!options.follow && std::all_of(inputs.begin(), inputs.end(), [](const source::InputFile& input) { return input.regular(); })) {
    session.may_fold();
  }
  for (const std::string& text : options.hex) inspect_literal(session, text);
  for (source::InputFile& input : inputs) {
    if (interrupted()) session.cut_short();
    if (!session.wanted()) break;
    session.guarded(input.name(), [&] { options.merge ? merge_file(session, input) : inspect_input(session, input); });
  }
  return session.finish();
}

int run_mode(const InspectOptions& options) {
  return options.logs.empty() && options.log_texts.empty() ? run_inputs(options) : explain_logs(options);
}

}  // namespace

int run(const InspectOptions& options) {
  if (options.information) return print_information(*options.information);
  if (!options.redact) return run_mode(options);
  try {
    return run_mode(options);
  } catch (const BadFilter&) {
    throw;
  } catch (const std::exception& error) {
    throw std::runtime_error(Concealer(options)(error.what()));
  }
}

}  // namespace pp::tool
