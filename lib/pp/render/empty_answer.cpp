#include "pp/render/empty_answer.hpp"

#include <algorithm>

#include "pp/inspect/payload.hpp"
#include "pp/render/layout.hpp"
#include "pp/render/text_words.hpp"
#include "pp/text/format.hpp"

namespace pp::render {
namespace {

using inspect::PortSeen;
using text::Counted;

/// Nothing passed the filter.
bool all_rejected(const Seen& seen) { return seen.rejected > 0 && seen.rejected == seen.packets; }

/// Every connection began before the capture.
bool all_begun(const Seen& seen) { return seen.connections > 0 && seen.without_start == seen.connections && seen.conversations == 0; }

std::string begun_words(std::uint64_t connections) {
  if (connections == 1) return "the connection";
  if (connections == 2) return "both connections";
  return text::format("all {}", Counted{connections, "connection"});
}

std::string what_was_read(const Seen& seen) {
  std::string out;
  if (seen.connections > 0) text::append(out, "{}, ", Counted{seen.connections, "connection"});
  if (seen.conversations > 0) text::append(out, "{} of UDP, ", Counted{seen.conversations, "conversation"});
  text::append(out, "{} read", Counted{seen.packets, "packet"});
  return out;
}

std::string port_list(const Seen& seen) {
  std::string out;
  for (const PortSeen& port : seen.ports)
    text::append(out, "{}{} ({})", out.empty() ? "" : ", ", port.port, Counted{port.connections, "connection"});
  return out;
}

std::string where(const PortSeen& port, const Style& style) {
  if (port.several || style.redacted) return text::format("*:{}", port.port);
  return text::format("{}", text::Endpoint{port.address, port.port});
}

std::string begins_with(const PortSeen& port, const Style& style) {
  const Bytes bytes = port.begins.view();
  if (bytes.empty()) return {};
  const inspect::Payload payload = inspect::identify(bytes);
  return text::format("{} with {}", port.connections == 1 ? "begins" : "the first begins",
                      style.redacted ? std::string(title(payload.kind)) : payload_words(payload, style));
}

}  // namespace

void Seen::add(const Seen& one) {
  input = one.input;
  if (!one.filter.empty()) filter = one.filter;
  inputs += 1;
  packets += one.packets;
  rejected += one.rejected;
  connections += one.connections;
  conversations += one.conversations;
  without_start += one.without_start;
  with_bytes += one.with_bytes;
  for (const PortSeen& port : one.ports) {
    const auto known =
        std::find_if(ports.begin(), ports.end(), [&](const PortSeen& p) { return p.port == port.port && p.address == port.address; });
    if (known != ports.end()) {
      known->connections += port.connections;
      known->several |= port.several;
    } else if (ports.size() < most_ports) {
      ports.push_back(port);
    }
  }
}

std::string empty_line(const Seen& seen, const Style& style) {
  if (all_rejected(seen)) {
    const std::string filter = style.redacted ? std::string("the filter") : text::format("the filter '{}'", text::Shown{seen.filter});
    return seen.packets == 1 ? text::format("The only packet does not pass {}", filter)
                             : text::format("None of the {} passes {}", Counted{seen.packets, "packet"}, filter);
  }
  const std::string_view in = !style.frames ? "was seen" : style.names ? "in these captures" : "in this capture";
  if (all_begun(seen)) return text::format("No PROXY header {}: {} began before the capture", in, begun_words(seen.connections));
  const bool silent = seen.connections > 0 && seen.with_bytes == 0 && seen.conversations == 0;
  return text::format("No PROXY header {}: {}{}", in, what_was_read(seen), silent ? "; no connection carried a byte" : "");
}

std::vector<std::string> empty_details(const Seen& seen, const Style& style) {
  std::vector<std::string> out;
  if (all_rejected(seen)) {
    if (!seen.ports.empty()) append_wrapped(out.emplace_back(), text::format("Ports in the file: {}", port_list(seen)), 0, 2, style);
    return out;
  }
  if (all_begun(seen)) {
    out.emplace_back("Start the capture before the connections: the header is the first thing on each.");
    return out;
  }
  for (const PortSeen& port : seen.ports) {
    std::string line = text::format("{:<22} {:<16} {}", where(port, style), text::format("{}", Counted{port.connections, "connection"}),
                                    begins_with(port, style));
    line.erase(line.find_last_not_of(' ') + 1);
    std::string& to = out.emplace_back("  ");
    append_wrapped(to, line, 2, 4, style);
  }
  if (!seen.ports.empty() && style.frames) {
    const std::string input = style.redacted || seen.input == "-" ? std::string("FILE") : text::format("{}", text::Shown{seen.input});
    append_wrapped(out.emplace_back(),
                   text::format("If {} should get headers: ppinspect -e {} {} says who does not send them.",
                                seen.ports.size() == 1 ? "that port" : "one of them", seen.ports.front().port, input),
                   0, 2, style);
  }
  return out;
}

std::string none_selected(std::uint64_t headers) {
  return headers == 1 ? std::string("the only header is not selected") : text::format("none of {} is selected", Counted{headers, "header"});
}

}  // namespace pp::render
