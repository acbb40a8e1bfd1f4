#include "ppinspect/session.hpp"

#include <unistd.h>

#include <cstdio>
#include <exception>

#include "cli/interrupt.hpp"
#include "pp/base/utf8.hpp"
#include "pp/render/closing.hpp"
#include "pp/render/layout.hpp"
#include "pp/sys/random_key.hpp"
#include "pp/text/format.hpp"

namespace pp::tool {
namespace {

inspect::Options inspector_options(const InspectOptions& o, const inspect::Redactor& redactor) {
  inspect::Options out;
  out.strict = o.strict;
  out.max_chain = o.max_chain;
  out.reactions = o.reactions;
  out.details = o.summary ? inspect::Options::Details::problems : inspect::Options::Details::all;
  if (o.redact) out.redactor = &redactor;
  return out;
}

explain::ExplainOptions explain_options() {
  explain::ExplainOptions out;
  out.hash_key = sys::random_key();
  return out;
}

}  // namespace

Session::Session(const InspectOptions& options)
    : options_(options),
      hash_key_(sys::random_key()),
      out_(STDOUT_FILENO),
      style_(options.style),
      redactor_(sys::random_key()),
      conceal_(options),
      explainer_(explain_options(), [this](const inspect::Record& r, const Header& h) { show(r, h); }),
      inspector_(inspector_options(options, redactor_), [this](inspect::Record& r) { take(r); }) {
  if (options.summary) {
    summary_ = std::make_unique<stats::Summary>(hash_key_);
    if (options.group) summary_->group_by(*options.group);
  }
  if (options.by_client) hops_ = std::make_unique<stats::Hops>();
  // Whoever wants every record has -v, or JSON.
  const bool groups = options.expect != Expect::none && options.format->groups != nullptr && options.style.detail == 0;
  if (!options.summary && !options.by_client && groups) missing_ = std::make_unique<stats::MissingGroups>(sys::random_key());
}

void Session::say(std::string_view text) {
  progress_.clear();
  std::fprintf(stderr, "ppinspect: %s\n", shown(conceal_(text), Charset::ascii).c_str());
}

void Session::complain(std::string_view text) {
  say(text);
  refused_ = true;
  ++tally().file_errors;
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
    if (text.starts_with(name)) {
      complain(text);
    } else {
      complain("{}: {}", name, text);
    }
  }
}

void Session::open_kept(std::span<const sink::OpenInput> inputs) {
  if (options_.write.empty() && options_.extract.empty()) return;
  kept_ = std::make_unique<Kept>(options_, inputs, [this](const std::string& text, bool refused) { refused ? complain(text) : say(text); });
}

void Session::show_progress(std::uint64_t bytes) {
  if (progress_.due()) progress_.show(bytes, closing());
}

std::string_view Session::intern(std::string text) { return *texts_.insert(std::move(text)).first; }

void Session::merge(const stats::Summary& other) {
  summary_->merge(other);
  headers_seen_ += other.tally.headers();
  streams_ |= other.tally.connections > 0;
}

void Session::live_summary() {
  if (summary_ == nullptr) return;
  if (screen_ == nullptr) screen_ = std::make_unique<SummaryScreen>(out_, *options_.format, style_, options_.interval);
  ended_by_key_ |= screen_->quit();
  screen_->update(*summary_);
}

bool Session::wanted() const {
  if (ended_by_key_) return false;
  if (out_.gone() || interrupted() || enough()) return false;
  return options_.duration.count() == 0 || std::chrono::steady_clock::now() - start_ < options_.duration;
}

/// A record as it comes. What is kept beside the output is kept now, while the packets are at hand; the rest follows when it is
/// certain what the record says.
void Session::take(inspect::Record& record) {
  if (enough()) return;
  const bool selected = options_.selection.matches(record);
  if (record.amends) {
    if (!selected) return;
    const inspect::Record earlier = record.as_told();
    const bool counted = options_.selection.matches(earlier);
    if (!counted || (hidden(earlier) && !hidden(record))) keep(record);
    if (!counted && record.is_header()) ++headers_taken_;
  } else {
    if (record.is_header()) ++headers_seen_;
    if (selected && record.is_header()) ++headers_taken_;
    if (selected) keep(record);
  }
  explainer_.add(record, inspector_.parsed());
}

void Session::show(const inspect::Record& record, const Header& header) {
  if (record.amends) return amend(record);
  if (observer_) observer_(record);
  stats::MissingGroups* groups = summary_ != nullptr ? &summary_->missing : missing_.get();
  if (!options_.selection.matches(record)) {
    // The likely cause of a missing header is read off those that are there, shown or not.
    if (groups != nullptr && record.is_header()) groups->add(record);
    return;
  }
  if (summary_ != nullptr) return summary_->add(record, header);
  tally_.add(record, header);
  note_receiver(record);
  if (hops_ != nullptr) return hops_->add(record);
  if (missing_ != nullptr) missing_->add(record);
  print(record);
}

/// A live header's reaction has come late, and changes what was said.
void Session::amend(const inspect::Record& record) {
  if (!options_.selection.matches(record)) return;
  const inspect::Record earlier = record.as_told();
  if (options_.selection.matches(earlier)) {
    tally_.replace(earlier, record);
  } else {
    tally_.add(record);
  }
  print(record);
}

/// -w and --extract get what is shown: with -q no good header, unless it is counted or compared.
void Session::keep(const inspect::Record& record) {
  if (kept_ && (!hidden(record) || summary_ != nullptr || hops_ != nullptr)) kept_->record(record);
}

void Session::print(const inspect::Record& record) {
  if (hidden(record)) return;
  progress_.clear();
  options_.format->record(out_.text(), record, style_, state_);
  out_.offer(options_.line_buffered);
}

bool Session::report_if_wanted() {
  if (!report_wanted()) return false;
  report();
  return true;
}

void Session::may_fold() { style_.fold = isatty(STDOUT_FILENO) == 1 && style_.detail == 0 && !style_.all && !options_.line_buffered; }

void Session::note_receiver(const inspect::Record& record) {
  if (!receiver_) receiver_ = record.flow;
  several_receivers_ |= receiver_->destination != record.flow.destination || receiver_->destination_port != record.flow.destination_port;
}

std::string Session::closing() const {
  return render::closing_line(tally(), streams_, only_receiver() ? endpoint_text(receiver_->destination, receiver_->destination_port) : "");
}

/// Not one packet of the captures could be taken apart: then the counts say why, and nothing is known of connections. The same when
/// none of the connections came to be.
bool Session::nothing_decoded() const {
  const stats::PacketCounts& p = tally().packets;
  return p.read > 0 && (p.undecoded() == p.read || p.never_established() > 0);
}

/// What the exit status is, where the counts leave a doubt about it.
std::string Session::with_exit_status(std::string counts, int status) const {
  if (status == 1 || status == 4) {
    render::Style plain;
    plain.width = style_.width;
    const std::string hint = text::format("exit status {}", status);
    if (!render::append_side(counts, counts.size(), hint, plain)) text::append(counts, ", {}", hint);
  } else if (status == 0 && options_.fail_on == FailOn::error && tally().warnings > 0) {
    text::append(counts, ", exit 0; --fail-on warning fails on {}", tally().warnings == 1 ? "it" : "them");
  }
  return counts;
}

void Session::report() const { std::fprintf(stderr, "%s\n", closing().c_str()); }

/// What is said of receivers as a whole. Notes are no result: text has them after the counts.
void Session::write_reports() {
  if (options_.format->report == nullptr || summary_ != nullptr || hops_ != nullptr) return;
  state_.counts_say_all_refused = only_receiver() && tally_.count(inspect::Label::refused) == tally_.records();
  for (const explain::ReceiverReport& report : explainer_.reports()) options_.format->report(out_.text(), report, style_, state_);
}

void Session::close(int status) const {
  const bool nothing = tally().records() == 0;
  const std::string line = nothing && headers_seen_ > 0                         ? render::none_selected(headers_seen_)
                           : nothing && seen_.packets > 0 && !nothing_decoded() ? render::empty_line(seen_, style_)
                                                                                : closing();
  std::fprintf(stderr, "%s\n", with_exit_status(line, status).c_str());
  if (nothing && headers_seen_ == 0 && seen_.packets > 0) {
    for (const std::string& more : render::empty_details(seen_, style_)) std::fprintf(stderr, "%s\n", more.c_str());
  }
  for (const std::string& note : render::notes(explainer_.reports(), style_)) std::fprintf(stderr, "%s\n", note.c_str());
}

int Session::finish() {
  explainer_.end();
  for (const explain::ReceiverReport& report : explainer_.reports()) {
    if (summary_ != nullptr) {
      summary_->add(report);
    } else {
      tally_.add(report);
    }
  }
  screen_.reset();
  if (summary_ != nullptr) options_.format->summary(out_.text(), *summary_, style_);
  if (hops_ != nullptr) options_.format->hops(out_.text(), *hops_, style_);
  if (options_.format->finish != nullptr) options_.format->finish(out_.text(), style_, state_);
  if (missing_ != nullptr) options_.format->groups(out_.text(), *missing_, style_);
  write_reports();
  out_.offer(true);
  if (kept_) kept_->close();
  const int result = cut_short_ ? 130 : status();
  // A terminal has echoed ^C, or shows the records right above.
  const bool apart = interrupted() || (isatty(STDOUT_FILENO) == 1 && state_.last != render::State::Written::nothing);
  if (apart && isatty(STDERR_FILENO) == 1) std::fputc('\n', stderr);
  close(result);
  return result;
}

int Session::status() const {
  if (misused_) return 2;
  if (refused_) return 3;
  const bool failed = options_.fail_on == FailOn::error     ? tally().errors > 0
                      : options_.fail_on == FailOn::warning ? tally().warnings > 0
                                                            : false;
  if (failed) return 1;
  return headers_seen_ == 0 && !options_.allow_empty ? 4 : 0;
}

}  // namespace pp::tool
