#include <algorithm>

#include "cli/manual.hpp"
#include "pp/text/format.hpp"

namespace pp::tool {
namespace {

/// Escapes text for roff: characters that it would change, and a dot or quote that would begin a request.
std::string roff(std::string_view text) {
  std::string out;
  bool first = true;
  for (char c : text) {
    if (first && (c == '.' || c == '\'')) out += "\\&";
    first = c == '\n';
    switch (c) {
      case '\\': out += "\\e"; break;
      case '-': out += "\\-"; break;
      case '\'': out += "\\(aq"; break;
      case '`': out += "\\(ga"; break;
      case '^': out += "\\(ha"; break;
      case '~': out += "\\(ti"; break;
      default: out += c;
    }
  }
  return out;
}

std::string bold(std::string_view text) { return text::format("\\fB{}\\fR", roff(text)); }
std::string italic(std::string_view text) { return text::format("\\fI{}\\fR", roff(text)); }

std::string capitals(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return out;
}

std::string sentence(std::string_view text) { return roff(text::format("{}{}.\n", capitals(text.substr(0, 1)), text.substr(1))); }

std::string term(const OptionModel& option) {
  if (option.positional) return italic(option.names.front());
  std::vector<std::string> names;
  for (const std::string& name : option.names) names.push_back(bold(name));
  if (option.kind == ValueKind::none) return joined(names, ", ");
  if (option.optional_value) return text::format("{}[={}]", joined(names, ", "), italic(option.type));
  return text::format("{} {}", joined(names, ", "), italic(option.type));
}

std::string entry(const OptionModel& option) {
  std::string out = text::format(".TP\n{}\n{}", term(option), sentence(option.help));
  if (!option.more.empty()) text::append(out, "{}\n", roff(option.more));
  return out;
}

/// Operands first.
std::string entries(const CommandModel& command, std::string_view group) {
  std::string operands, options;
  for (const OptionModel& option : command.options) {
    if (option.group == group) (option.positional ? operands : options) += entry(option);
  }
  return operands + options;
}

std::string paragraphs(std::span<const std::string_view> texts) {
  std::string out;
  for (const std::string_view& text : texts) text::append(out, "{}{}\n", &text == texts.data() ? "" : ".PP\n", roff(text));
  return out;
}

std::string named(std::span<const Named> rows) {
  std::string out;
  for (const Named& row : rows) text::append(out, ".TP\n{}\n{}\n", bold(row.name), roff(row.meaning));
  return out;
}

std::string synopsis(const CommandModel& command) { return text::format("{} {}\n", bold(command.name), roff(command.operands)); }

/// Options that several subcommands have in the same words get one section of their own.
struct Shared {
  std::string group, text;
  std::size_t users = 0;
};
std::vector<Shared> shared_groups(const ToolModel& tool) {
  std::vector<Shared> out;
  for (const CommandModel& sub : tool.subcommands) {
    for (const std::string_view group : groups(sub)) {
      const std::string text = entries(sub, group);
      const auto same = std::find_if(out.begin(), out.end(), [&](const Shared& s) { return s.group == group && s.text == text; });
      if (same == out.end()) {
        out.push_back({std::string(group), text, 1});
      } else {
        ++same->users;
      }
    }
  }
  std::erase_if(out, [](const Shared& s) { return s.users < 2 || s.group == "Options" || s.group == "Operands"; });
  return out;
}

std::string subcommand_part(const CommandModel& sub, const std::vector<Shared>& shared) {
  std::string out = text::format(".SS {} {}\n{}", bold(sub.name), roff(sub.operands), sentence(sub.summary));
  for (const std::string_view group : groups(sub)) {
    const std::string text = entries(sub, group);
    const bool apart = std::any_of(shared.begin(), shared.end(), [&](const Shared& s) { return s.group == group && s.text == text; });
    if (apart) {
      text::append(out, ".PP\nAlso the {} below.\n", bold(text::format("{} OPTIONS", capitals(group))));
    } else {
      out += text;
    }
  }
  if (!sub.footer.empty()) text::append(out, ".PP\n{}\n", roff(sub.footer));
  return out;
}

std::string options_part(const ToolModel& tool) {
  std::string out = ".SH OPTIONS\n";
  const std::vector<std::string_view> own = groups(tool.own);
  for (const std::string_view group : own) {
    if (own.size() > 1) text::append(out, ".SS {}\n", roff(group));
    out += entries(tool.own, group);
  }
  return out;
}

std::string subcommands_part(const ToolModel& tool) {
  if (tool.subcommands.empty()) return "";
  const std::vector<Shared> shared = shared_groups(tool);
  std::string out = ".SH SUBCOMMANDS\n";
  for (const CommandModel& sub : tool.subcommands) out += subcommand_part(sub, shared);
  for (const Shared& s : shared) text::append(out, ".SH \"{} OPTIONS\"\n{}", capitals(s.group), s.text);
  return out;
}

std::string synopses(const ToolModel& tool) {
  if (tool.subcommands.empty()) return synopsis(tool.own);
  std::string out;
  for (const CommandModel& sub : tool.subcommands) text::append(out, "{}{}", out.empty() ? "" : ".br\n", synopsis(sub));
  return out;
}

std::string exit_part(const Manual& manual) {
  std::string out;
  for (const ExitStatus& row : manual.exit) text::append(out, ".TP\n\\fB{}\\fR\n{}\n", row.status, roff(row.meaning));
  return out;
}

std::string examples_part(const Manual& manual) {
  std::string out;
  for (const Example& e : manual.examples) text::append(out, ".PP\n{}:\n.PP\n.RS 4\n.EX\n{}\n.EE\n.RE\n", roff(e.what), roff(e.command));
  return out;
}

constexpr char page[] =
    ".\\\" Written by: {name} --man-page\n"
    ".TH {title} 1 \"\" \"proxyproto {version}\" \"User Commands\"\n"
    ".SH NAME\n{name} \\- {what}\n"
    ".SH SYNOPSIS\n{synopses}"
    ".SH DESCRIPTION\n{description}"
    "{subcommands}"
    "{options}"
    ".SH \"EXIT STATUS\"\n{exit}"
    ".SH ENVIRONMENT\n{environment}"
    ".SH FILES\n{files}"
    ".SH EXAMPLES\n{examples}"
    ".SH BUGS\n{bugs}"
    ".SH \"SEE ALSO\"\n{see_also}\n";

}  // namespace

std::string exit_text(const Manual& manual) {
  std::vector<std::string> out;
  for (const ExitStatus& row : manual.exit) out.push_back(text::format("{} {}", row.status, row.meaning));
  return text::format("Exit status: {}.", joined(out, "; "));
}

std::string man_page(const ToolModel& tool, const Manual& manual) {
  return text::format(
      page, fmt::arg("name", tool.name), fmt::arg("title", capitals(tool.name)), fmt::arg("version", tool.version),
      fmt::arg("what", roff(manual.title)), fmt::arg("synopses", synopses(tool)), fmt::arg("description", paragraphs(manual.description)),
      fmt::arg("subcommands", subcommands_part(tool)), fmt::arg("options", options_part(tool)), fmt::arg("exit", exit_part(manual)),
      fmt::arg("environment", named(manual.environment)), fmt::arg("files", named(manual.files)),
      fmt::arg("examples", examples_part(manual)), fmt::arg("bugs", paragraphs(manual.bugs)), fmt::arg("see_also", roff(manual.see_also)));
}

}  // namespace pp::tool
