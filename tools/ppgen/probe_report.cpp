// The answer of ppgen probe as text and as JSON.
#include <algorithm>

#include "pp/render/json_writer.hpp"
#include "pp/render/layout.hpp"
#include "pp/text/format.hpp"
#include "ppgen/exchange_json.hpp"
#include "ppgen/probe.hpp"

namespace pp::tool {
namespace {

std::string_view versions(const ProbeVerdict& v) { return v.v1 && v.v2 ? "v1 or v2" : v.v1 ? "v1 alone" : "v2 alone"; }

std::string verdict_sentence(const ProbeResult& r) {
  const std::string& where = r.target->text;
  switch (r.verdict.speaks) {
    case Speaks::required: return text::format("{} requires a PROXY header, {}.", where, versions(r.verdict));
    case Speaks::optional: return text::format("{} takes a PROXY header, {}, and does not insist on one.", where, versions(r.verdict));
    case Speaks::none: return text::format("{} does not expect a PROXY header.", where);
    case Speaks::unknown: break;
  }
  return text::format("{}: cannot tell: {}.", where, r.verdict.why);
}

std::string wanted_words(const ProbeResult& r) {
  if (r.verdict.speaks == r.wanted) return "as wanted";
  return text::format("wanted: {}", name(r.wanted));
}

/// What the receiver did, as one says it.
std::string receiver_words(const ProbeRow& row) {
  switch (row.outcome.kind) {
    case OutcomeKind::closed: return row.exchange.ending == Ending::rst ? "reset the connection" : "closed the connection";
    case OutcomeKind::silent: return text::format("no answer for {}", inspect::duration_text(row.exchange.end_us));
    default: return outcome_words(row.exchange, row.outcome);
  }
}

const ProbeRow* find(const ProbeResult& r, FormKind kind, int version = 0) {
  const auto found = std::find_if(r.rows.begin(), r.rows.end(), [&](const ProbeRow& row) {
    return row.form->kind == kind && (version == 0 || row.form->version == version);
  });
  return found == r.rows.end() ? nullptr : &*found;
}

/// Names of the rows of that kind with this mark, "ALPN and SSL".
std::string marked(const ProbeResult& r, FormKind kind, std::string_view mark) {
  std::vector<std::string_view> names;
  for (const ProbeRow& row : r.rows) {
    if (row.form->kind == kind && row_mark(r.verdict, r.rows.front().outcome, row) == mark) names.push_back(row.form->name);
  }
  std::string out;
  for (std::size_t i = 0; i < names.size(); ++i) text::append(out, "{}{}", i == 0 ? "" : i + 1 == names.size() ? " and " : ", ", names[i]);
  return out;
}

}  // namespace

std::vector<std::string> what_this_means(const ProbeResult& r) {
  std::vector<std::string> out;
  const ProbeVerdict& v = r.verdict;
  const Outcome& bare = r.rows.front().outcome;
  const auto word = [&](const ProbeRow* row) { return row == nullptr ? std::string_view() : row_word(v, bare, row->outcome); };
  if (v.speaks == Speaks::unknown) return out;
  if (v.speaks == Speaks::none) {
    const ProbeRow* const plain = find(r, FormKind::plain, 2);
    if (plain != nullptr)
      out.push_back(text::format(
          "A header is read as data here: after a v2 header the receiver's reaction is \"{}\". A sender that puts one before its "
          "connections is refused until the receiver reads headers, or the sender leaves them off.",
          receiver_words(*plain)));
    return out;
  }
  if (v.behind_fails)
    out.emplace_back(
        "The header is read, and what is behind it answers an error or nothing: look at the server behind this port, not at the header.");
  if (!v.v1) out.emplace_back("v1 is refused: senders have to be set to v2 (haproxy \"send-proxy-v2\").");
  if (!v.v2) out.emplace_back("v2 is refused: senders have to be set to v1 (haproxy \"send-proxy\").");
  if (const ProbeRow* row = find(r, FormKind::pieces); row_mark(v, bare, row != nullptr ? *row : r.rows.front()) == "allowed" && v.v2) {
    out.emplace_back(
        "Headers in pieces are refused: a sender that writes header and TLVs separately fails here at random. haproxy and nginx both do this.");
  }
  const auto size = std::find_if(r.rows.begin(), r.rows.end(), [&](const ProbeRow& row) {
    return v.v2 && row.form->kind == FormKind::size && (word(&row) == "refused" || word(&row) == "no answer");
  });
  if (size != r.rows.end())
    out.push_back(
        text::format("A header of {} is refused: certificates and the ids of several clouds may not fit into the receiver's buffer.",
                     text::Counted{size->header_bytes, "byte"}));
  if (const std::string names = marked(r, FormKind::local, "wrong"); !names.empty())
    out.push_back(text::format("{} is refused: health checks of load balancers send it, and will call this receiver down.", names));
  if (const std::string names = marked(r, FormKind::tlv, "wrong"); !names.empty())
    out.push_back(text::format("{}: refused, though a receiver is to skip TLVs that it has no use for.", names));
  if (!marked(r, FormKind::wrong_crc, "not checked").empty())
    out.emplace_back("A wrong CRC32C is not noticed: the checksum of senders is not looked at here.");
  const ProbeRow* const good = find(r, FormKind::plain, v.v2 ? 2 : 1);
  const std::string from =
      good != nullptr && good->exchange.local ? text::format("{}", good->exchange.local->address) : std::string("this user");
  if (v.speaks == Speaks::optional) {
    out.push_back(text::format(
        "Whoever can reach this port can announce any address, or none: this probe came from {} and was believed both ways. Only a "
        "firewall can tell the load balancer from a client here.",
        from));
  } else {
    out.push_back(text::format("Whoever can reach this port can announce any address: this probe came from {} and was believed.", from));
  }
  return out;
}

void append_probe_text(std::string& out, const ProbeResult& r, std::size_t width) {
  render::Style style;
  style.width = static_cast<unsigned>(width);
  const std::string sentence = verdict_sentence(r);
  std::size_t column = render::append_wrapped(out, sentence, 0, 2, style);
  if (!render::append_side(out, column, wanted_words(r), style)) text::append(out, "\n  {}", wanted_words(r));
  out += "\n\n";
  const bool known = r.verdict.speaks != Speaks::unknown;
  std::size_t widest = 20;
  for (const ProbeRow& row : r.rows) widest = std::max(widest, receiver_words(row).size());
  widest = std::min<std::size_t>(widest, 40);
  text::append(out, "  {:<26} {:<{}}  {:>8}\n", "sent", "receiver", widest, "time");
  for (const ProbeRow& row : r.rows) {
    const std::string when =
        row.exchange.answer_us && *row.exchange.answer_us >= 0 ? inspect::duration_text(*row.exchange.answer_us) : std::string("--");
    const std::string_view mark = known ? row_mark(r.verdict, r.rows.front().outcome, row) : std::string_view();
    const bool cited = mark == "allowed" || mark == "wrong" || mark == "not checked";
    text::append(out, "  {:<26} {:<{}}  {:>8}{}{}{}{}{}\n", row.form->name, receiver_words(row), widest, when, mark.empty() ? "" : "    ",
                 mark, cited ? " (" : "", cited ? row.form->section : std::string_view(), cited ? ")" : "");
  }
  const std::vector<std::string> means = what_this_means(r);
  if (means.empty()) return;
  out += "\nWhat this means\n";
  for (const std::string& sentence_of : means) {
    out += "  ";
    render::append_wrapped(out, sentence_of, 2, 2, style);
    out += '\n';
  }
}

void append_probe_json(std::string& out, const ProbeResult& r) {
  render::JsonWriter w(out);
  const ProbeVerdict& v = r.verdict;
  w.open_object();
  w.text("schema", "pp.probe/1");
  w.shown_text("target", r.target->text);
  w.text("verdict", name(v.speaks));
  w.text("wanted", name(r.wanted));
  w.flag("as_wanted", v.speaks == r.wanted);
  if (v.speaks == Speaks::unknown) w.text("why", v.why);
  if (v.v1 || v.v2) {
    w.key("versions");
    w.open_array();
    if (v.v1) w.number(1);
    if (v.v2) w.number(2);
    w.close_array();
  }
  if (v.behind_fails) w.flag("behind_fails", true);
  w.key("forms");
  w.open_array();
  for (const ProbeRow& row : r.rows) {
    w.open_object();
    w.text("form", row.form->name);
    w.number("header_bytes", row.header_bytes);
    append_exchange(w, row.exchange, row.outcome);
    if (const std::string_view word = row_word(v, r.rows.front().outcome, row.outcome); !word.empty()) w.text("word", word);
    if (const std::string_view mark = row_mark(v, r.rows.front().outcome, row); !mark.empty()) w.text("mark", mark);
    w.text("section", row.form->section);
    w.close_object();
  }
  w.close_array();
  w.key("means");
  w.open_array();
  for (const std::string& sentence : what_this_means(r)) w.string(sentence);
  w.close_array();
  w.close_object();
  w.finish();
}

}  // namespace pp::tool
