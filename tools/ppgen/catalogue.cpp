// ppgen list, explain, corpus and pcap: the catalogue told of, as files and as a capture.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <memory>

#include "ppgen/capture.hpp"
#include "ppgen/subcommands.hpp"
#include "ppgen/value_words.hpp"
#include "cli/suggest.hpp"
#include "cli/option_words.hpp"
#include "pp/base/hex.hpp"
#include "pp/forge/catalogue.hpp"
#include "pp/forge/mutate.hpp"
#include "pp/net/fd.hpp"
#include "pp/render/info_text.hpp"
#include "pp/sink/output.hpp"
#include "pp/sink/private_file.hpp"
#include "pp/wire/tlv_types.hpp"

namespace pp::tool {
namespace {

using forge::Case;

std::string padded(std::string_view text, std::size_t width) {
  std::string out(text);
  out.append(out.size() < width ? width - out.size() : 1, ' ');
  return out;
}

/// The tables are ASCII without control characters.
std::string json_text(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}
std::string json_pair(std::string_view key, std::string_view text) { return json_text(key) + ":" + json_text(text); }

std::string finds(const forge::Expected& e) { return e.code.none() ? "nothing" : std::string(e.code.name()) + "@" + std::to_string(e.offset); }

std::string json_case(const Case& c) {
  std::string out = "{" + json_pair("id", c.id);
  if (!c.alias.empty()) out += "," + json_pair("alias", c.alias);
  out += "," + json_pair("section", c.section) + "," + json_pair("asks", name(c.asks));
  if (!c.expected.code.none())
    out += ",\"finds\":{" + json_pair("code", c.expected.code.name()) + ",\"offset\":" + std::to_string(c.expected.offset) + "}";
  out += std::string(",\"payload\":") + (c.payload ? "true" : "false");
  return out + "," + json_pair("sentence", c.sentence) + "}\n";
}

std::string line_of(const Case& c) {
  return padded(c.id, 34) + padded(c.alias, 11) + padded(c.section, 7) + padded(finds(c.expected), 26) + c.sentence + "\n";
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

  void declare(CLI::App& app) { each_word(app, "--only", only, "only cases whose id begins with this; repeatable", "PREFIX"); }
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
    if (n == 0) refuse("--only: no case begins with " + in_quotes(only.back()) + "; see 'ppgen list cases'");
  }
};

struct ListOptions {
  std::string what;
  Selection selection;
  bool json = false;
  bool all = false;
};

std::string list_cases(const ListOptions& o) {
  std::string out;
  if (o.all || o.json || !o.selection.only.empty()) {
    o.selection.each([&](const Case& c) { out += o.json ? json_case(c) : line_of(c); });
    return out;
  }
  for (const forge::CaseRow& row : forge::rows()) out += line_of(forge::make_case(row));
  for (const forge::Sweep& s : forge::sweeps()) {
    out += padded(std::string(s.prefix) + "...", 34) + padded("", 11) + padded(s.section.number(), 7) +
           padded(std::to_string(s.count) + " cases", 26) + std::string(s.sentence) + "\n";
  }
  return out;
}

std::string list_tlvs(bool json) {
  if (!json) return render::list_tlvs();
  std::string out;
  const auto row = [&out](std::uint8_t type, std::string_view tlv, TlvScope scope, std::string_view section, std::string_view vendor,
                          std::string_view meaning) {
    out += "{\"type\":" + std::to_string(type) + "," + json_pair("name", tlv) + "," +
           json_pair("scope", scope == TlvScope::ssl ? "ssl" : "header") + "," + json_pair("section", section) +
           (vendor.empty() ? "" : "," + json_pair("vendor", vendor)) + "," + json_pair("meaning", meaning) + "}\n";
  };
  for (const TlvType& t : tlv_table) row(t.type, t.name, t.scope, t.section.number(), "", t.meaning);
  for (const VendorTlv& v : vendor_table) row(v.type, v.name, v.scope, "2.2.8", v.vendor, v.meaning);
  return out;
}

std::string list_mutations(bool json) {
  std::string out;
  for (const forge::Mutation& m : forge::mutations()) {
    out += json ? "{" + json_pair("name", m.name) + "," + json_pair("sentence", m.sentence) + "}\n"
                : padded(m.name, 16) + std::string(m.sentence) + "\n";
  }
  return out;
}

int run_list(const ListOptions& o) {
  if (o.what == "cases") {
    write_out(list_cases(o));
  } else if (o.what == "tlvs") {
    write_out(list_tlvs(o.json));
  } else if (o.what == "mutations") {
    write_out(list_mutations(o.json));
  } else {
    refuse("list " + in_quotes(o.what) + " is none of cases, tlvs, mutations");
  }
  return 0;
}

std::string explain(const Case& c) {
  std::string out = c.id + "\n  case     " + c.sentence + "\n  section  " + std::string(c.section) + "\n  asks     a receiver " +
                    std::string(name(c.asks)) + "\n  finds    ";
  if (c.expected.code.none()) {
    out += "no error and no warning\n";
  } else {
    out += std::string(c.expected.code.name()) + " at byte " + std::to_string(c.expected.offset) +
           (c.payload ? ", with a request behind the header" : "") + "\n";
  }
  if (!c.alias.empty()) out += "  alias    " + std::string(c.alias) + "\n";
  const std::vector<std::uint8_t> bytes = encode(c.draft);
  constexpr std::size_t shown_bytes = 64;
  out += "  bytes    " + std::to_string(bytes.size()) + ": " + to_hex(Bytes(bytes).first(std::min(bytes.size(), shown_bytes))) +
         (bytes.size() > shown_bytes ? "..." : "");
  return out + "\n  make     ppgen make --case " + c.id + "\n";
}

int run_explain(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) {
    if (const auto found = forge::find_case(word)) {
      out += explain(*found);
      continue;
    }
    const auto sweeps = forge::sweeps();
    const auto sweep =
        std::find_if(sweeps.begin(), sweeps.end(), [&](const forge::Sweep& s) { return s.prefix == word || s.prefix == word + "/"; });
    if (sweep == sweeps.end())
      refuse("explain " + in_quotes(word) + ": no case of that name; see 'ppgen list cases'" +
             did_you_mean(word, gen_value_words(), "CASE"));
    out += std::string(sweep->prefix) + "...\n  sweep    " + std::string(sweep->sentence) + "\n  section  " +
           std::string(sweep->section.number()) + "\n  cases    " + std::to_string(sweep->count) + ", from " + sweep->item(0).id + " to " +
           sweep->item(sweep->count - 1).id + "\n";
  }
  write_out(out);
  return 0;
}

std::string file_name(std::string id) {
  std::replace(id.begin(), id.end(), '/', '.');
  return id;
}

int run_corpus(const std::string& path, const Selection& selection) {
  selection.each([](const Case&) {});  // refuses a selection of nothing before anything is made
  const sink::PrivateDirectory directory(path);
  std::size_t n = 0;
  selection.each([&](const Case& c) {
    const std::vector<std::uint8_t> bytes = encode(c.draft);
    directory.write(file_name(c.id), std::string(bytes.begin(), bytes.end()));
    ++n;
  });
  std::fprintf(stderr, "%zu headers in %s\n", n, shown(std::string_view(path), Charset::ascii).c_str());
  return 0;
}

int run_pcap(const std::string& path, const Selection& selection) {
  selection.each([](const Case&) {});
  const bool standard = path == "-";
  if (standard && isatty(STDOUT_FILENO) == 1) refuse("a capture to a terminal: name a file or redirect the output");
  std::signal(SIGPIPE, SIG_IGN);
  const Fd file = standard ? Fd() : sink::create_private_file(path);
  sink::Output out(standard ? STDOUT_FILENO : file.get());
  CaptureText capture(out.text(), path.ends_with(".pcapng"));
  const Bytes request(reinterpret_cast<const std::uint8_t*>(forge::request.data()), forge::request.size());
  std::size_t n = 0;
  selection.each([&](const Case& c) {
    capture.add(encode(c.draft), c.payload ? request : Bytes{}, c.split, false);
    out.offer(false);
    ++n;
  });
  out.offer(true);
  std::fprintf(stderr, "%zu conversations\n", n);
  return 0;
}

}  // namespace

Run declare_list(CLI::App& app) {
  const auto o = std::make_shared<ListOptions>();
  app.add_option("WHAT", o->what, "cases, tlvs or mutations")->required();
  app.add_flag("--json", o->json, "one object a line");
  app.add_flag("--all", o->all, "cases: every item of the sweeps too");
  o->selection.declare(app);
  return [o] { return run_list(*o); };
}

Run declare_explain(CLI::App& app) {
  const auto words = std::make_shared<std::vector<std::string>>();
  app.add_option("CASE", *words, "ids or aliases; see 'ppgen list cases'")->required();
  return [words] { return run_explain(*words); };
}

Run declare_corpus(CLI::App& app) {
  const auto o = std::make_shared<std::pair<std::string, Selection>>();
  app.add_option("DIR", o->first, "a new or empty directory")->required();
  o->second.declare(app);
  return [o] { return run_corpus(o->first, o->second); };
}

Run declare_pcap(CLI::App& app) {
  const auto o = std::make_shared<std::pair<std::string, Selection>>();
  app.add_option("FILE", o->first, "pcap, or pcapng when it ends in .pcapng; '-' is standard output")->required();
  o->second.declare(app);
  return [o] { return run_pcap(o->first, o->second); };
}

}  // namespace pp::tool
