// ppgen list, explain, corpus and pcap: the catalogue as text, as files and as a capture.
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <memory>

#include "cli/parse_args.hpp"
#include "cli/suggest.hpp"
#include "cli/usage.hpp"
#include "pp/base/hex.hpp"
#include "pp/forge/catalogue.hpp"
#include "pp/forge/mutate.hpp"
#include "pp/net/fd.hpp"
#include "pp/render/info_text.hpp"
#include "pp/render/json_writer.hpp"
#include "pp/sink/output.hpp"
#include "pp/sink/private_file.hpp"
#include "pp/wire/tlv_types.hpp"
#include "ppgen/capture.hpp"
#include "ppgen/known_names.hpp"
#include "ppgen/subcommands.hpp"

namespace pp::tool {
namespace {

using forge::Case;

std::string finds(const forge::Expected& e) { return e.code.none() ? "nothing" : text::format("{}@{}", e.code.name(), e.offset); }

std::string json_case(const Case& c) {
  render::JsonWriter json;
  json.open_object();
  json.text("id", c.id);
  if (!c.alias.empty()) json.text("alias", c.alias);
  json.text("section", c.section);
  json.text("asks", name(c.asks));
  if (!c.expected.code.none()) {
    json.key("finds");
    json.open_object();
    json.text("code", c.expected.code.name());
    json.number("offset", c.expected.offset);
    json.close_object();
  }
  json.flag("payload", c.plan.has_payload());
  json.text("sentence", c.sentence);
  json.close_object();
  std::string out;
  json.finish(out);
  return out;
}

std::string json_sweep(const forge::Sweep& s) {
  render::JsonWriter json;
  json.open_object();
  json.text("sweep", s.prefix);
  json.text("section", s.section.number());
  json.number("count", s.count);
  json.text("sentence", s.sentence);
  json.close_object();
  std::string out;
  json.finish(out);
  return out;
}

std::string line_of(const Case& c) {
  return text::format("{:<33} {:<10} {:<6} {:<25} {}\n", c.id, c.alias, c.section, finds(c.expected), c.sentence);
}

std::string line_of(const forge::Sweep& s) {
  return text::format("{:<33} {:<10} {:<6} {:<25} {}\n", text::format("{}...", s.prefix), "", s.section.number(),
                      text::format("{} cases", s.count), s.sentence);
}

void write_out(const std::string& text) {
  std::signal(SIGPIPE, SIG_IGN);
  sink::Output out(STDOUT_FILENO);
  out.text() = text;
  out.offer(true);
}

/// Which cases: all, or those whose id begins with one of the words.
struct Selection {
  std::vector<std::string> only;

  template <class Visit>
  void each(Visit&& visit) const {
    std::size_t n = 0;
    forge::for_each_case([&](const Case& c) {
      const bool wanted =
          only.empty() || std::any_of(only.begin(), only.end(), [&](const std::string& p) { return c.id.starts_with(p) || c.alias == p; });
      if (!wanted) return;
      ++n;
      visit(c);
    });
    if (n == 0) refuse("--only '{}': no case begins so; 'ppgen list cases' lists them", only.back());
  }
};

/// In the order of the words of WHAT.
enum class List : std::uint8_t { cases, tlvs, mutations };

struct ListOptions : Selection {
  List what = List::cases;
  bool json = false;
  bool all = false;
};

std::string list_cases(const ListOptions& o) {
  std::string out;
  if (o.all || !o.only.empty()) {
    o.each([&](const Case& c) { out += o.json ? json_case(c) : line_of(c); });
    return out;
  }
  for (const forge::CaseRow& row : forge::rows()) {
    const Case c = forge::make_case(row);
    out += o.json ? json_case(c) : line_of(c);
  }
  for (const forge::Sweep& s : forge::sweeps()) out += o.json ? json_sweep(s) : line_of(s);
  return out;
}

void append_json_tlv(std::string& out, const auto& tlv, std::string_view section, std::string_view vendor) {
  render::JsonWriter json;
  json.open_object();
  json.number("type", tlv.type);
  json.text("name", tlv.name);
  json.text("scope", tlv.scope == TlvScope::ssl ? "ssl" : "header");
  json.text("section", section);
  if (!vendor.empty()) json.text("vendor", vendor);
  json.text("meaning", tlv.meaning);
  json.close_object();
  json.finish(out);
}

std::string list_tlvs(bool json) {
  if (!json) return render::list_tlvs();
  std::string out;
  for (const TlvType& t : tlv_table) append_json_tlv(out, t, t.section.number(), "");
  for (const VendorTlv& v : vendor_table) append_json_tlv(out, v, "2.2.8", v.vendor);
  return out;
}

void append_json_mutation(std::string& out, const forge::Mutation& m) {
  render::JsonWriter json;
  json.open_object();
  json.text("name", m.name);
  json.text("sentence", m.sentence);
  json.close_object();
  json.finish(out);
}

std::string list_mutations(bool json) {
  std::string out;
  for (const forge::Mutation& m : forge::mutations()) {
    if (json) {
      append_json_mutation(out, m);
    } else {
      text::append(out, "{:<15} {}\n", m.name, m.sentence);
    }
  }
  return out;
}

int run_list(const ListOptions& o) {
  switch (o.what) {
    case List::cases: write_out(list_cases(o)); break;
    case List::tlvs: write_out(list_tlvs(o.json)); break;
    case List::mutations: write_out(list_mutations(o.json)); break;
  }
  return 0;
}

constexpr char explained_case[] =
    "{id}\n"
    "  case     {sentence}\n"
    "  section  {section}\n"
    "  asks     a receiver {asks}\n"
    "  finds    {finds}\n"
    "{alias}"
    "  bytes    {size}: {bytes}\n"
    "  make     ppgen make --case {id}\n";

std::string explain(const Case& c) {
  constexpr std::size_t most_shown = 64;
  const std::vector<std::uint8_t> bytes = encode(c.draft);
  const std::size_t shown_bytes = std::min(bytes.size(), most_shown);
  const std::string hex = text::format("{}{}", to_hex(Bytes(bytes).first(shown_bytes)), shown_bytes < bytes.size() ? "..." : "");
  const std::string finds = c.expected.code.none() ? "no error and no warning"
                                                   : text::format("{} at byte {}{}", c.expected.code.name(), c.expected.offset,
                                                                  c.plan.has_payload() ? ", with a request after the header" : "");
  const std::string alias = c.alias.empty() ? "" : text::format("  alias    {}\n", c.alias);
  return text::format(explained_case, fmt::arg("id", c.id), fmt::arg("sentence", c.sentence), fmt::arg("section", c.section),
                      fmt::arg("asks", name(c.asks)), fmt::arg("finds", finds), fmt::arg("alias", alias), fmt::arg("size", bytes.size()),
                      fmt::arg("bytes", hex));
}

constexpr char explained_sweep[] =
    "{}...\n"
    "  sweep    {}\n"
    "  section  {}\n"
    "  cases    {}, from {} to {}\n";

std::string explain(const std::string& word) {
  if (const auto found = forge::find_case(word)) return explain(*found);
  const auto sweeps = forge::sweeps();
  const std::string prefix = text::format("{}/", word);
  const auto sweep =
      std::find_if(sweeps.begin(), sweeps.end(), [&](const forge::Sweep& s) { return s.prefix == word || s.prefix == prefix; });
  if (sweep == sweeps.end()) refuse("'{}': unknown case; 'ppgen list cases' lists them{}", word, suggest(word, case_names()));
  return text::format(explained_sweep, sweep->prefix, sweep->sentence, sweep->section.number(), sweep->count, sweep->item(0).id,
                      sweep->item(sweep->count - 1).id);
}

struct ExplainOptions {
  std::vector<std::string> words;
};

int run_explain(const ExplainOptions& o) {
  std::string out;
  for (const std::string& word : o.words) out += explain(word);
  write_out(out);
  return 0;
}

/// Of corpus and pcap.
struct WriteOptions : Selection {
  std::string path;
};

std::string file_name(std::string id) {
  std::replace(id.begin(), id.end(), '/', '.');
  return id;
}

int run_corpus(const WriteOptions& o) {
  o.each([](const Case&) {});  // refuses a selection of nothing before anything is made
  const sink::PrivateDirectory directory(o.path);
  std::size_t n = 0;
  o.each([&](const Case& c) {
    const std::vector<std::uint8_t> bytes = encode(c.draft);
    directory.write(file_name(c.id), std::string(bytes.begin(), bytes.end()));
    ++n;
  });
  std::fputs(text::format("{} headers in {}\n", n, text::Shown{o.path}).c_str(), stderr);
  return 0;
}

int run_pcap(const WriteOptions& o) {
  o.each([](const Case&) {});
  const bool standard = o.path == "-";
  if (standard && isatty(STDOUT_FILENO) == 1) refuse("a capture to a terminal: name a file or redirect the output");
  std::signal(SIGPIPE, SIG_IGN);
  const Fd file = standard ? Fd() : sink::create_private_file(o.path);
  sink::Output out(standard ? STDOUT_FILENO : file.get());
  CaptureText capture(out.text(), o.path.ends_with(".pcapng"));
  std::size_t n = 0;
  o.each([&](const Case& c) {
    const std::string payload = payload_of(c.plan);
    capture.add(encode(c.draft), Bytes(reinterpret_cast<const std::uint8_t*>(payload.data()), payload.size()), c.plan, false);
    out.offer(false);
    ++n;
  });
  out.offer(true);
  std::fputs(text::format("{} conversations\n", n).c_str(), stderr);
  return 0;
}

constexpr char only_help[] = "only cases whose id begins with PREFIX, or with this alias";

constexpr OptionRow<ListOptions> list_rows[] = {
    {{.names = "WHAT", .allowed = {"cases|tlvs|mutations"}, .help = "cases, tlvs or mutations", .required = true},
     take_choice<&ListOptions::what>},
    {{.names = "--json", .help = "print one JSON object on each line"}, turn_on<&ListOptions::json>},
    {{.names = "--all", .help = "cases: print every case of the sweeps, not one line for each sweep"}, turn_on<&ListOptions::all>},
    {{.names = "--only", .value = "PREFIX", .allowed = {.listed = case_prefixes, .others = true}, .help = only_help, .repeatable = true},
     add_text<&ListOptions::only>},
};

constexpr OptionRow<ExplainOptions> explain_rows[] = {
    {{.names = "CASE",
      .allowed = {.listed = case_names, .others = true},
      .help = "ids or aliases; see 'ppgen list cases'",
      .repeatable = true,
      .required = true},
     add_text<&ExplainOptions::words>},
};

constexpr OptionRow<WriteOptions> corpus_rows[] = {
    {{.names = "DIR", .help = "a new or empty directory", .required = true}, take_text<&WriteOptions::path>},
    {{.names = "--only", .value = "PREFIX", .allowed = {.listed = case_prefixes, .others = true}, .help = only_help, .repeatable = true},
     add_text<&WriteOptions::only>},
};

constexpr OptionRow<WriteOptions> pcap_rows[] = {
    {{.names = "FILE", .help = "pcap, or pcapng when it ends in .pcapng; '-' is standard output", .required = true},
     take_text<&WriteOptions::path>},
    {{.names = "--only", .value = "PREFIX", .allowed = {.listed = case_prefixes, .others = true}, .help = only_help, .repeatable = true},
     add_text<&WriteOptions::only>},
};

}  // namespace

Run declare_list(CommandLine& line) {
  const auto o = std::make_shared<ListOptions>();
  line.add("Options", list_rows, *o);
  return [o] { return run_list(*o); };
}

Run declare_explain(CommandLine& line) {
  const auto o = std::make_shared<ExplainOptions>();
  line.add("Options", explain_rows, *o);
  return [o] { return run_explain(*o); };
}

Run declare_corpus(CommandLine& line) {
  const auto o = std::make_shared<WriteOptions>();
  line.add("Options", corpus_rows, *o);
  return [o] { return run_corpus(*o); };
}

Run declare_pcap(CommandLine& line) {
  const auto o = std::make_shared<WriteOptions>();
  line.add("Options", pcap_rows, *o);
  return [o] { return run_pcap(*o); };
}

}  // namespace pp::tool
