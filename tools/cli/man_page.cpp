#include <algorithm>

#include "cli/manual.hpp"

namespace pp::tool {
namespace {

/// Text as roff reads it: what it would change is named, and no line begins with a request.
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

std::string bold(std::string_view text) { return "\\fB" + roff(text) + "\\fR"; }
std::string italic(std::string_view text) { return "\\fI" + roff(text) + "\\fR"; }

std::string sentence(std::string_view text) {
  std::string out = roff(text) + ".\n";
  if (out.front() >= 'a' && out.front() <= 'z') out.front() = static_cast<char>(out.front() - 32);
  return out;
}

std::string capitals(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return out;
}

std::string term(const OptionModel& option) {
  if (option.positional) return italic(option.names.front());
  std::string out;
  for (const std::string& name : option.names) out += (out.empty() ? "" : ", ") + bold(name);
  if (option.kind == ValueKind::none) return out;
  return out + (option.optional_value ? "[=" + italic(option.type) + "]" : " " + italic(option.type));
}

std::string entry(const OptionModel& option) { return ".TP\n" + term(option) + "\n" + roff(option.help) + "\n"; }

/// Positionals first.
std::string entries(const CommandModel& command, const std::string& group) {
  std::string positionals, options;
  for (const OptionModel& option : command.options) {
    if (option.group == group) (option.positional ? positionals : options) += entry(option);
  }
  return positionals + options;
}

std::string paragraphs(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    out += roff(text.substr(0, end)) + "\n";
    text = end == std::string_view::npos ? "" : text.substr(end + 1);
  }
  return out;
}

std::string synopsis(const CommandModel& command) { return bold(command.name) + " " + roff(command.operands) + "\n"; }

/// Options that several subcommands have in the same words stand in one section of their own.
struct Shared {
  std::string group, text;
  std::size_t users = 0;
};
std::vector<Shared> shared_groups(const ToolModel& tool) {
  std::vector<Shared> out;
  for (const CommandModel& sub : tool.subcommands) {
    for (const std::string& group : groups(sub)) {
      const std::string text = entries(sub, group);
      const auto same = std::find_if(out.begin(), out.end(), [&](const Shared& s) { return s.group == group && s.text == text; });
      if (same == out.end()) {
        out.push_back({group, text, 1});
      } else {
        ++same->users;
      }
    }
  }
  std::erase_if(out, [](const Shared& s) { return s.users < 2 || s.group == "Options" || s.group == "Positionals"; });
  return out;
}

std::string subcommand_part(const CommandModel& sub, const std::vector<Shared>& shared) {
  std::string out = ".SS " + bold(sub.name) + " " + roff(sub.operands) + "\n" + sentence(sub.summary);
  for (const std::string& group : groups(sub)) {
    const std::string text = entries(sub, group);
    const auto apart = std::find_if(shared.begin(), shared.end(), [&](const Shared& s) { return s.group == group && s.text == text; });
    out += apart == shared.end() ? text : ".PP\nAlso the " + bold(capitals(group + " options")) + " below.\n";
  }
  return sub.footer.empty() ? out : out + ".PP\n" + paragraphs(sub.footer);
}

}  // namespace

std::string exit_text(const Manual& manual) {
  std::string out = "Exit status:";
  for (const ExitStatus& row : manual.exit) {
    out += " " + std::to_string(row.status) + " " + std::string(row.meaning) + (&row == &manual.exit.back() ? "." : ";");
  }
  return out;
}

std::string man_page(const ToolModel& tool, const Manual& manual) {
  std::string out = ".\\\" Written by: " + tool.name + " --man-page\n.TH " + capitals(tool.name) + " 1 \"\" \"proxyproto " + tool.version +
                    "\" \"User Commands\"\n";
  out += ".SH NAME\n" + tool.name + " \\- " + roff(manual.title) + "\n.SH SYNOPSIS\n";
  if (tool.subcommands.empty()) out += synopsis(tool.own);
  for (const CommandModel& sub : tool.subcommands) out += (&sub == tool.subcommands.data() ? "" : ".br\n") + synopsis(sub);
  out += ".SH DESCRIPTION\n";
  for (const std::string_view& paragraph : manual.description)
    out += (&paragraph == manual.description.data() ? "" : ".PP\n") + roff(paragraph) + "\n";
  const std::vector<Shared> shared = shared_groups(tool);
  if (!tool.subcommands.empty()) out += ".SH SUBCOMMANDS\n";
  for (const CommandModel& sub : tool.subcommands) out += subcommand_part(sub, shared);
  for (const Shared& s : shared) out += ".SH \"" + capitals(s.group) + " OPTIONS\"\n" + s.text;
  out += ".SH OPTIONS\n";
  const std::vector<std::string> own = groups(tool.own);
  for (const std::string& group : own) out += (own.size() > 1 ? ".SS " + roff(group) + "\n" : "") + entries(tool.own, group);
  out += ".SH \"EXIT STATUS\"\n";
  for (const ExitStatus& row : manual.exit) out += ".TP\n" + bold(std::to_string(row.status)) + "\n" + roff(row.meaning) + "\n";
  out += ".SH EXAMPLES\n";
  for (const Example& e : manual.examples) out += ".PP\n" + roff(e.what) + ":\n.PP\n.RS 4\n.EX\n" + roff(e.command) + "\n.EE\n.RE\n";
  return out + ".SH \"SEE ALSO\"\n" + roff(manual.see_also) + "\n";
}

}  // namespace pp::tool
