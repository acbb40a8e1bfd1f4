#include <algorithm>

#include "pp/render/conform_report.hpp"
#include "pp/render/markup.hpp"
#include "pp/text/format.hpp"

namespace pp::render {
namespace {

using judge::CaseResult;
using judge::Verdict;

/// "proxyproto.v1.ipv4" for v1/ipv4/octet-256: systems key their history by class and name.
std::string class_name(const CaseResult& r) {
  std::string group(r.group());
  std::replace(group.begin(), group.end(), '/', '.');
  return text::format("proxyproto.{}", group);
}

void append_body(std::string& out, const judge::Run& run, const CaseResult& r, const ConformStyle& style) {
  const std::string text = text::format("{}\nexpected  {}\nactual    {}\nagain     ppgen send {} --case {} {}", r.sentence, name(r.asks),
                                        actual_words(r), run.target, r.id, style.again);
  std::string escaped;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    text::append(escaped, "{}\n", markup_text(std::string_view(text).substr(begin, end - begin)));
    begin = end + 1;
  }
  switch (r.verdict) {
    case Verdict::fail: text::append(out, "    <failure message=\"{}\">{}</failure>\n", markup_text(name(r.asks)), escaped); break;
    case Verdict::crash:
    case Verdict::error: text::append(out, "    <error message=\"{}\">{}</error>\n", markup_text(r.why), escaped); break;
    case Verdict::na:
    case Verdict::skip: text::append(out, "    <skipped message=\"{}\"/>\n", markup_text(r.why)); break;
    case Verdict::pass: break;
    default: text::append(out, "    <system-out>{}: {}</system-out>\n", name(r.verdict), escaped);
  }
}

}  // namespace

void append_conform_junit(std::string& out, const judge::Run& run, const ConformStyle& style) {
  const judge::Tally t = judge::tally(run.results);
  constexpr double second = 1e6;
  text::append(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
  text::append(out, "<testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{:.3f}\">\n",
               markup_text(run.name), t.cases, t[Verdict::fail], t[Verdict::crash] + t[Verdict::error], t[Verdict::na] + t[Verdict::skip],
               static_cast<double>(run.us) / second);
  for (const CaseResult& r : run.results) {
    const std::string_view id = r.id;
    text::append(out, "  <testcase classname=\"{}\" name=\"{}\" time=\"{:.6f}\"", class_name(r), id.substr(id.rfind('/') + 1),
                 static_cast<double>(r.us) / second);
    std::string body;
    append_body(body, run, r, style);
    if (body.empty()) {
      out += "/>\n";
    } else {
      text::append(out, ">\n{}  </testcase>\n", body);
    }
  }
  out += "</testsuite>\n";
}

}  // namespace pp::render
