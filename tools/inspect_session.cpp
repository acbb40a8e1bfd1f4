#include "inspect_session.hpp"

#include <unistd.h>

#include <cstdio>
#include <exception>

#include "interrupt.hpp"
#include "pp/base/utf8.hpp"

namespace pp::tool {
namespace {

inspect::Options inspector_options(const InspectOptions& o) {
  inspect::Options out;
  out.strict = o.strict;
  out.max_chain = o.max_chain;
  out.reactions = o.reactions;
  out.details = !o.summary;
  return out;
}

}  // namespace

Session::Session(const InspectOptions& options)
    : options_(options), out_(STDOUT_FILENO), style_(options.style), inspector_(inspector_options(options), [this](const inspect::Record& r) { show(r); }) {}

void Session::say(std::string_view text) {
  progress_.clear();
  std::fprintf(stderr, "ppinspect: %s\n", shown(text, Charset::ascii).c_str());
}

void Session::complain(std::string_view text) {
  say(text);
  refused_ = true;
}

void Session::misused(std::string_view text) {
  say(text);
  misused_ = true;
}

void Session::guarded(const std::string& name, const std::function<void()>& work) {
  try {
    work();
  } catch (const std::exception& error) {
    const std::string_view text = error.what();
    complain(text.starts_with(name) ? std::string(text) : name + ": " + std::string(text));
  }
}

bool Session::wanted() const {
  if (out_.gone() || interrupted() || enough()) return false;
  return options_.duration.count() == 0 || std::chrono::steady_clock::now() - start_ < options_.duration;
}

void Session::show(const inspect::Record& record) {
  if (enough()) return;
  if (record.is_header()) ++headers_seen_;
  if (!options_.selection.matches(record)) return;
  if (record.is_header()) ++headers_shown_;
  tally_.add(record);
  if (options_.summary || (style_.quiet && record.outcome == inspect::Outcome::valid)) return;
  progress_.clear();
  options_.format->record(out_.text(), record, style_, state_);
  out_.offer(options_.line_buffered);
}

void Session::report_if_wanted() {
  if (report_wanted()) report();
}

void Session::report() const { std::fprintf(stderr, "%s\n", render::closing_line(tally_, streams_).c_str()); }

int Session::finish() {
  if (options_.summary) options_.format->summary(out_.text(), tally_, style_);
  out_.offer(true);
  report();
  if (cut_short_) return 130;
  return status();
}

int Session::status() const {
  if (misused_) return 2;
  if (refused_) return 3;
  const bool failed = options_.fail_on == FailOn::error     ? tally_.errors > 0
                      : options_.fail_on == FailOn::warning ? tally_.warnings > 0
                                                            : false;
  if (failed) return 1;
  return headers_seen_ == 0 && !options_.allow_empty ? 4 : 0;
}

}  // namespace pp::tool
