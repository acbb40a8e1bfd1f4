#include "ppinspect/listen.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <stdexcept>

#include "pp/base/utf8.hpp"
#include "pp/net/listen.hpp"
#include "pp/text/format.hpp"
#include "ppinspect/answer.hpp"

namespace pp::tool {
namespace {

serve::Reply reply_of(ReplyForm form) {
  switch (form) {
    case ReplyForm::none: return serve::Reply::none;
    case ReplyForm::close: return serve::Reply::close;
    case ReplyForm::ok:
    case ReplyForm::json: return serve::Reply::text;
    case ReplyForm::http: return serve::Reply::http;
    case ReplyForm::echo: return serve::Reply::echo;
  }
  return serve::Reply::close;
}

void introduce(const Session& session, const serve::Listener& listener) {
  for (const std::string& address : listener.addresses())
    std::fprintf(stderr, "listening on %s\n", shown(session.concealed(address), Charset::ascii).c_str());
  for (const std::string& word : session.options().listen) {
    if (parse_listen_address(word).scope != ListenAddress::Scope::every_interface) continue;
    std::fputs("open to every interface: anyone who reaches this port can send to it\n", stderr);
  }
}

/// One place to connect to, which the introduction names, and the sender's family says which of its addresses it is.
bool one_address(const Session& session) {
  if (session.options().listen.size() != 1) return false;
  return parse_listen_address(session.options().listen.front()).scope != ListenAddress::Scope::every_interface;
}

/// "1 connection refused: ...", "2 connections refused: ...".
void count(Session& session, std::uint64_t n, std::string_view noun, std::string_view what) {
  if (n > 0) session.say("{} {}", text::Counted{n, noun}, what);
}

void tell_counts(Session& session, const serve::Listener& listener, const serve::ListenOptions& o) {
  const serve::ListenCounts& c = listener.counts();
  count(session, c.refused, "connection", text::format("refused: {} were open (--max-connections)", o.max_connections));
  count(session, c.refused_sender, "connection", text::format("refused: {} were open from one address", o.max_from_sender));
  count(session, c.evicted, "connection", text::format("closed early: the oldest, to keep memory below {} MiB", o.max_memory >> 20U));
  count(session, c.pauses, "time", "no descriptor was left: accepting waited (ulimit -n)");
  const serve::DatagramCounts& d = listener.datagram_counts();
  count(session, d.without_header, "more datagram", "without a header on flows of which that is said above");
  count(session, d.unanswered, "datagram", "not answered: the answer would have been longer");
  count(session, d.flows_forgotten, "UDP flow", text::format("forgotten: more than {} at one time", serve::Datagrams::flows_kept));
}

}  // namespace

serve::ListenOptions listen_options(const InspectOptions& options) {
  serve::ListenOptions out;
  out.once = options.once;
  out.wait = options.wait;
  out.reply = reply_of(options.reply);
  if (options.listen.empty()) return out;
  const std::size_t most = serve::most_connections();
  if (options.max_connections && *options.max_connections > most) {
    throw std::runtime_error(text::format(
        "--max-connections {} is more than the {} that can be served here: 16384 at most, and no more than descriptors allow (ulimit -n)",
        *options.max_connections, most));
  }
  out.max_connections = options.max_connections.value_or(most);
  // A load balancer may hold many, but never so many that nobody else gets in.
  out.max_from_sender = std::max<std::size_t>(out.max_connections / 4, 1);
  return out;
}

void inspect_listener(Session& session, serve::Listener& listener) {
  session.has_streams();
  introduce(session, listener);
  if (one_address(session)) session.own_address_said();
  session.explainer().begin(explain::Patience::at_once);
  AnswerWriter writer(session.options().reply);
  bool answering = false;
  std::uint64_t next_flow = 0;
  session.observe([&](const inspect::Record& record) {
    if (answering) writer.add(record);
  });
  serve::ListenHandlers handlers;
  handlers.settled = [&](const inspect::Chunk& chunk, serve::Answer* answer) {
    // A UDP flow is one however many datagrams it has, and new flows have rising numbers.
    if (!chunk.flow.udp || chunk.flow.connection >= next_flow) {
      ++session.tally().connections;
      if (chunk.flow.udp) next_flow = chunk.flow.connection + 1;
    }
    answering = answer != nullptr;
    if (answering) writer.start(answer->most);
    session.inspector().flow(chunk);
    if (answering) answer->text = writer.take();
  };
  handlers.batch = [&] { session.offer(true); };
  if (session.options().summary) handlers.tick = std::chrono::milliseconds(250);
  handlers.stop = [&] {
    session.live_summary();
    if (session.report_if_wanted()) {
      std::fprintf(stderr, "%zu connections open, %zu KiB held for them\n", listener.open(), listener.memory() >> 10U);
    }
    return !session.wanted();
  };
  session.begin_input("-L");
  listener.run(handlers);
  session.observe(nullptr);
  tell_counts(session, listener, listen_options(session.options()));
  for (const std::string& path : listener.remove_paths())
    session.say("{} is left behind: the user that this process became may not remove it; the next listener replaces it", path);
}

}  // namespace pp::tool
