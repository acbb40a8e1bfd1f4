// ppgen conform: which rules of the specification does a receiver break.
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <memory>

#include "cli/interrupt.hpp"
#include "cli/parse_args.hpp"
#include "cli/usage.hpp"
#include "pp/forge/catalogue.hpp"
#include "pp/judge/baseline.hpp"
#include "pp/judge/profile.hpp"
#include "pp/render/conform_matrix.hpp"
#include "pp/render/conform_report.hpp"
#include "pp/render/time_text.hpp"
#include "pp/sink/output.hpp"
#include "pp/sink/private_file.hpp"
#include "ppgen/conform_merge.hpp"
#include "ppgen/conform_run.hpp"
#include "ppgen/known_names.hpp"
#include "ppgen/parse_args.hpp"
#include "ppgen/payload.hpp"
#include "ppgen/privileges.hpp"
#include "ppgen/recipe_rows.hpp"
#include "ppgen/say.hpp"
#include "ppgen/subcommands.hpp"

namespace pp::tool {
namespace {

bool begins_with_one_of(const forge::Case& c, const std::vector<std::string>& prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(), [&](const std::string& p) { return c.id.starts_with(p) || c.alias == p; });
}

bool selected(const ConformOptions& o, const forge::Case& c) {
  if (!o.only.empty() && !begins_with_one_of(c, o.only)) return false;
  if (begins_with_one_of(c, o.skip)) return false;
  if (o.quick && c.plan.is_slow()) return false;
  constexpr std::string_view levels[] = {"must", "should", "may"};
  return !o.level || judge::row_of(c.asks).level == levels[static_cast<std::size_t>(*o.level)];
}

std::vector<forge::Case> select(const ConformOptions& o) {
  std::vector<forge::Case> out;
  const auto take = [&](const forge::Case& c) {
    if (selected(o, c)) out.push_back(c);
  };
  if (o.sweeps) {
    forge::for_each_case(take);
  } else {
    for (const forge::CaseRow& row : forge::rows()) take(forge::make_case(row));
  }
  return out;
}

/// Traffic goes to this machine, or where --target says that it may.
void check_target(const ConformOptions& o, const Target& target) {
  for (const Endpoint& e : target.endpoints) {
    const bool loopback = e.address.is_v4() ? e.address.bytes[0] == 127 : e.address == *parse_ip("::1");
    const bool named = std::any_of(o.targets.begin(), o.targets.end(), [&](const Cidr& c) { return c.contains(e.address); });
    if (!loopback && !named) refuse("{} is not on this machine: --target {} says that it may be judged", target.text, e.address);
  }
}

/// The words of `ppgen send` that repeat a case with the same request.
std::string again_words(const ConformOptions& o) {
  std::string out = o.udp ? "--udp " : "";
  if (o.app == "custom") return text::format("{}--payload '{}'", out, o.payload);
  text::append(out, "--payload {}", o.app);
  return out;
}

void append_report(std::string& out, ConformFormat format, std::span<const judge::Run> runs, const render::ConformStyle& style) {
  switch (format) {
    case ConformFormat::text:
      for (const judge::Run& run : runs) render::append_conform_text(out, run, style);
      break;
    case ConformFormat::json:
      for (const judge::Run& run : runs) render::append_conform_json(out, run);
      break;
    case ConformFormat::markdown: render::append_conform_markdown(out, runs); break;
    case ConformFormat::html: render::append_conform_html(out, runs); break;
  }
}

/// --merge: runs that were written before, side by side.
int merge(const ConformOptions& o) {
  std::vector<judge::Run> runs;
  for (const std::string& path : o.operands) {
    for (judge::Run& run : read_runs(path)) runs.push_back(std::move(run));
  }
  sink::Output out(STDOUT_FILENO);
  append_report(out.text(), o.format, runs, {o.verbose, o.quiet, again_words(o), nullptr});
  out.offer(true);
  return 0;
}

class Conform {
 public:
  explicit Conform(ConformOptions& o) : o_(o), out_(STDOUT_FILENO) {}

  int operator()() {
    std::vector<forge::Case> cases = select(o_);
    if (o_.list) return list(cases);
    read_baseline();
    const Target target = parse_target_word(o_.address, o_.udp ? Protocol::udp : Protocol::tcp);
    check_target(o_, target);
    if (cases.empty()) {
      say("no case is selected; 'ppgen list cases' lists them");
      return 4;
    }
    if (!o_.junit.empty()) junit_ = sink::create_private_file(o_.junit);
    if (!o_.profile.empty()) profile_ = sink::create_private_file(o_.profile);
    if (!o_.write_baseline.empty()) new_baseline_ = sink::create_private_file(o_.write_baseline);
    ConformRun run(o_, target, std::move(cases));
    give_up_root(o_.user, target);
    judge::Run result = run();
    describe(result, target);
    return report(result);
  }

 private:
  int list(const std::vector<forge::Case>& cases) {
    if (cases.empty()) {
      say("no case is selected; 'ppgen list cases' lists them");
      return 4;
    }
    for (const forge::Case& c : cases) text::append(out_.text(), "{:<36} {:<6} {:<58} {}\n", c.id, c.section, name(c.asks), c.sentence);
    out_.offer(true);
    return 0;
  }

  void read_baseline() {
    if (o_.baseline.empty()) return;
    try {
      baseline_ = judge::parse_baseline(file_text(o_.baseline));
    } catch (const std::runtime_error& error) {
      refuse("--baseline {}: {}", o_.baseline, error.what());
    }
    for (const auto& [id, verdict] : *baseline_) {
      if (!forge::find_case(id)) refuse("--baseline {}: '{}': unknown case; 'ppgen list cases' lists them", o_.baseline, id);
    }
  }

  void describe(judge::Run& run, const Target& target) const {
    run.target = target.text;
    run.name = o_.name.empty() ? target.text : o_.name;
    run.version = o_.version_of;
    run.app = o_.app;
    run.tool = PP_VERSION;
    const auto now = std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch());
    render::append_iso_time(run.time, now.count(), false);
    if (run.capability.v2.tells_another || run.capability.v1.tells_another) {
      run.notes.emplace_back(
          "the address that it tells is never the announced one: either it believes no header, or the answer tells something else; "
          "addresses are not judged");
    }
    if (judge::ignores_tlvs(run.results)) run.notes.emplace_back("TLVs are not looked at: none that overruns, strays or nests is refused");
    if (judge::hands_on_unread(run.results)) run.notes.emplace_back("takes malformed headers of every kind: it hands headers on unread");
  }

  int status(const judge::Run& run, const judge::Compared* compared) const {
    if (run.exit != 0) return run.exit;
    const bool own =
        std::any_of(run.results.begin(), run.results.end(), [](const judge::CaseResult& r) { return r.verdict == judge::Verdict::error; });
    if (own) return 3;
    if (compared != nullptr) return compared->unexpected.empty() && compared->xpass.empty() ? 0 : 1;
    return std::any_of(run.results.begin(), run.results.end(),
                       [&](const judge::CaseResult& r) { return judge::deviates(r.verdict, o_.strict); })
               ? 1
               : 0;
  }

  int report(judge::Run& run) {
    const std::optional<judge::Compared> compared =
        baseline_ ? std::optional(judge::compare(*baseline_, run.results, o_.strict)) : std::nullopt;
    run.exit = interrupted() ? 130 : status(run, compared ? &*compared : nullptr);
    const render::ConformStyle style{o_.verbose, o_.quiet, again_words(o_), compared ? &*compared : nullptr};
    append_report(out_.text(), o_.format, std::span(&run, 1), style);
    out_.offer(true);
    if (junit_) {
      std::string text;
      render::append_conform_junit(text, run, style);
      sink::write_all(junit_.get(), text, o_.junit);
    }
    if (profile_) sink::write_all(profile_.get(), judge::profile_text(judge::profile_of(run)), o_.profile);
    if (new_baseline_) sink::write_all(new_baseline_.get(), judge::baseline_text(run.results, o_.strict), o_.write_baseline);
    if (!run.trouble.empty()) say("{}: {}", run.target, run.trouble);
    // With the baseline that was just written everything is as it says.
    return new_baseline_ && run.exit == 1 ? 0 : run.exit;
  }

  ConformOptions& o_;
  sink::Output out_;
  std::optional<judge::Baseline> baseline_;
  Fd junit_, new_baseline_, profile_;
};

std::vector<std::string> recipe_names() {
  std::vector<std::string> out;
  for (const Recipe& recipe : recipes) out.emplace_back(recipe.name);
  return out;
}

int print_recipe(std::string_view name) {
  const auto* const found = std::find_if(recipes.begin(), recipes.end(), [&](const Recipe& recipe) { return recipe.name == name; });
  sink::Output out(STDOUT_FILENO);
  text::append(out.text(), "# {}: files, then commands. {{d}} is a folder of its own, ports are examples.\n{}", found->name, found->text);
  out.offer(true);
  return 0;
}

int run(ConformOptions& o) {
  if (!o.recipe.empty()) return print_recipe(o.recipe);
  if (o.operands.empty() && !o.list) {
    if (o.merge) refuse("FILE is required: ppgen conform --merge RUN.json...");
    refuse("ADDR is required: ppgen conform HOST:PORT");
  }
  catch_signals();
  if (o.merge) return merge(o);
  if (o.operands.size() > 1) refuse("only one ADDR can be judged at a time: '{}' is one too many", o.operands[1]);
  if (!o.operands.empty()) o.address = o.operands.front();
  const judge::App* const app = judge::find_app(o.app);
  if (o.app == "custom" && o.payload.empty()) refuse("--app custom needs --payload: what to send after the header");
  if (o.app != "custom" && !o.payload.empty()) refuse("--payload goes with --app custom: {} has a request of its own", o.app);
  if (o.udp && !app->datagrams) refuse("--udp: {} is not spoken over UDP here", o.app);
  if (!app->answers && o.log.empty()) refuse("--app {} is a one-way protocol: --log FILE tells what arrived", o.app);
  if (const std::string_view key = judge::unknown_key(o.echo); !key.empty())
    refuse("--echo '{}': unknown key {}; expected {{src}}, {{sport}}, {{dst}}, {{dport}} or {{mark}}", o.echo, key);
  if (!o.payload.empty()) {
    const std::vector<std::uint8_t> bytes = parse_payload(o.payload, "localhost");
    o.payload.assign(bytes.begin(), bytes.end());
  }
  return Conform(o)();
}

constexpr OptionRow<ConformOptions> rows[] = {
    {{.names = "ADDR", .help = "HOST:PORT, PORT on loopback, or unix:PATH; with --merge files", .repeatable = true},
     add_text<&ConformOptions::operands>},
    {{.names = "--merge", .help = "print runs that were written with -o json, side by side; nothing is sent"},
     turn_on<&ConformOptions::merge>},
    {{.names = "--recipe",
      .value = "NAME",
      .allowed = {.listed = recipe_names},
      .help = "print a configuration with which this receiver tells whom it believes; nothing is sent"},
     take_text<&ConformOptions::recipe>},
    {{.names = "--target", .value = "CIDR", .help = "a network that may be judged besides this machine", .repeatable = true},
     [](ConformOptions& o, const Given& given) { o.targets.push_back(parse_network(given)); }},
    {{.names = "-j", .value = "N", .initial = "8", .help = "connections at once"}, take_number<&ConformOptions::parallel, 1, 1000>},
    {{.names = "--wait", .value = "TIME", .initial = "3s", .help = "give up after TIME without a response"},
     take_timeout<&ConformOptions::wait>},
    {{.names = "--idle", .value = "TIME", .initial = "12s", .help = "how long idle cases wait for the receiver to give up"},
     take_timeout<&ConformOptions::idle>},
    {{.names = "--recover", .value = "TIME", .initial = "10s", .help = "how long a receiver may take to come back after a crash"},
     take_timeout<&ConformOptions::recover>},
    user_row<ConformOptions>(),
};

constexpr OptionRow<ConformOptions> speaks_rows[] = {
    {{.names = "--app",
      .value = "NAME",
      .initial = "http",
      .allowed = {.listed = judge::app_names},
      .help = "what the receiver speaks after the header"},
     take_text<&ConformOptions::app>},
    {{.names = "--udp", .help = "one datagram for each case"}, turn_on<&ConformOptions::udp>},
    {{.names = "--http", .value = "HOST", .otherwise = "x", .help = "the name of the server in the request"},
     take_text<&ConformOptions::http_host>},
    {{.names = "--payload",
      .value = "TEXT",
      .help = "with --app custom: the request, or @FILE; {mark} stands for a mark that differs in each connection"},
     take_text<&ConformOptions::payload>},
    {{.names = "--greeting", .help = "with --app custom: the server speaks first"}, turn_on<&ConformOptions::greeting>},
};

constexpr OptionRow<ConformOptions> oracle_rows[] = {
    {{.names = "--echo",
      .value = "TEMPLATE",
      .otherwise = "the keys src= sport= dst= dport= mark= anywhere",
      .help = "where the answer tells whom the receiver believes: 'src={src} sport={sport} mark={mark}'"},
     take_text<&ConformOptions::echo>},
    {{.names = "--log", .value = "FILE", .help = "look for it in the lines that are appended to FILE and hold the mark"},
     take_text<&ConformOptions::log>},
    {{.names = "--origin", .value = "[HOST:]PORT", .help = "listen there, as the server behind a receiver that is a proxy"},
     take_text<&ConformOptions::origin>},
    {{.names = "--none",
      .value = "WORDS",
      .otherwise = "empty - None null nil unknown",
      .help = "what the receiver writes when it knows no address, with blanks between; 'empty' is an empty value"},
     take_text<&ConformOptions::none>},
};

constexpr OptionRow<ConformOptions> select_rows[] = {
    {{.names = "--only",
      .value = "PREFIX",
      .allowed = {.listed = case_prefixes, .others = true},
      .help = "only cases whose id begins with PREFIX, or with this alias",
      .repeatable = true},
     add_text<&ConformOptions::only>},
    {{.names = "--skip",
      .value = "PREFIX",
      .allowed = {.listed = case_prefixes, .others = true},
      .help = "leave these cases out",
      .repeatable = true},
     add_text<&ConformOptions::skip>},
    {{.names = "--level", .value = "LEVEL", .allowed = {"must|should|may"}, .help = "only rules of this level: must, should or may"},
     [](ConformOptions& o, const Given& given) { o.level = choice_of<Level>(given); }},
    {{.names = "--quick", .help = "leave out cases that pause or idle"}, turn_on<&ConformOptions::quick>},
    {{.names = "--sweeps", .help = "the sweeps of the catalogue as well, about 21,000 cases"}, turn_on<&ConformOptions::sweeps>},
    {{.names = "--list", .help = "print the cases that would run"}, turn_on<&ConformOptions::list>},
};

constexpr OptionRow<ConformOptions> report_rows[] = {
    {{.names = "--strict", .help = "a rule of level SHOULD that is broken gives exit status 1 as well"}, turn_on<&ConformOptions::strict>},
    {{.names = "--baseline",
      .value = "FILE",
      .help = "exit 1 only for what is not listed in FILE, or is listed and passes now",
      .excludes = "--write-baseline"},
     take_text<&ConformOptions::baseline>},
    {{.names = "--write-baseline", .value = "FILE", .help = "write such a file from this run"}, take_text<&ConformOptions::write_baseline>},
    {{.names = "-o",
      .value = "FORMAT",
      .initial = "text",
      .allowed = {"text|json|markdown|html"},
      .help = "text; json, one object on each line; markdown or html, a table with a column for each receiver"},
     take_choice<&ConformOptions::format>},
    {{.names = "-v", .help = "text: a line for every case", .excludes = "-q"}, turn_on<&ConformOptions::verbose>},
    {{.names = "-q", .help = "text: only failures and the last line"}, turn_on<&ConformOptions::quiet>},
    {{.names = "--junit", .value = "FILE", .help = "write a JUnit report as well"}, take_text<&ConformOptions::junit>},
    {{.names = "--profile",
      .value = "FILE",
      .help = "measure limits as well, and write what ppinspect --predict reads",
      .more = "About 60 more connections find the longest header that is taken."},
     take_text<&ConformOptions::profile>},
    {{.names = "--name", .value = "NAME", .otherwise = "ADDR", .help = "the receiver's name in reports"}, take_text<&ConformOptions::name>},
    {{.names = "--version-of", .value = "TEXT", .help = "the receiver's version in reports"}, take_text<&ConformOptions::version_of>},
};

}  // namespace

Run declare_conform(CommandLine& line) {
  const auto options = std::make_shared<ConformOptions>();
  line.add("Options", rows, *options);
  line.add("What it speaks", speaks_rows, *options);
  line.add("Whom it believes", oracle_rows, *options);
  line.add("Cases", select_rows, *options);
  line.add("Report", report_rows, *options);
  line.usage("[options] ADDR | --merge FILE...");
  line.note(
      "Each case is sent on a connection of its own, to the receiver named by ADDR. Receivers believe these headers: only use ppgen "
      "against systems you operate.");
  return [options] { return run(*options); };
}

}  // namespace pp::tool
