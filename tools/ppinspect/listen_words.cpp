#include "ppinspect/listen_words.hpp"

#include <iterator>
#include <stdexcept>

#include "cli/duration_words.hpp"
#include "cli/option_words.hpp"
#include "pp/net/listen.hpp"

namespace pp::tool {
namespace {

ReplyForm parse_reply(const std::string& word) {
  constexpr std::string_view words[] = {"none", "close", "ok", "json", "http", "echo"};
  for (std::size_t i = 0; i < std::size(words); ++i) {
    if (words[i] == word) return static_cast<ReplyForm>(i);
  }
  refuse("--reply " + in_quotes(word) + " is none of none, close, ok, json, http, echo");
}

ListenAddress parse_listen_word(const std::string& word) {
  try {
    return parse_listen_address(word);
  } catch (const std::runtime_error& error) {
    refuse(error.what());
  }
}

}  // namespace

void declare_listen(CLI::App& app, InspectOptions& o, ListenWords& w) {
  app.option_defaults()->group("Listening");
  each_word(
      app, "-L,--listen", o.listen,
      "listen on [HOST:]PORT, unix:PATH or udp:[HOST:]PORT and show what senders send; repeatable; a port alone is loopback only, '*:PORT' every interface",
      "ADDR");
  app.add_option("--reply", w.reply,
                 "what a sender is answered: close (nothing), none (and stay open), ok, json or http (the record), echo")
      ->type_name("FORM");
  app.add_flag("--once", o.once, "end after the first connection or datagram");
  app.add_option("--wait", w.wait, "how long a connection may take for its whole header (5s)")->type_name("TIME");
  app.add_option("--max-connections", o.max_connections, "connections open at one time; more are closed at once and counted")
      ->type_name("N");
}

void check_listen(InspectOptions& o, const ListenWords& w) {
  if (!w.reply.empty()) o.reply = parse_reply(w.reply);
  if (!w.wait.empty()) o.wait = timeout_word("--wait", w.wait);
  if (o.wait.count() == 0) refuse("--wait is above 0");
  for (const std::string& word : o.listen) {
    const bool udp = parse_listen_word(word).kind == ListenAddress::Kind::udp;
    if (udp && o.reply == ReplyForm::http) refuse("--reply http does not go with " + in_quotes(word) + ": HTTP is not spoken in datagrams");
  }
  if (o.listen.empty()) {
    if (o.once) refuse("--once goes with -L");
    if (!w.reply.empty()) refuse("--reply goes with -L");
    if (!w.wait.empty()) refuse("--wait goes with -L");
    if (o.max_connections) refuse("--max-connections goes with -L");
  }
  if (o.max_connections == std::size_t{0}) refuse("--max-connections is above 0");
  if (!o.listen.empty() && (!o.files.empty() || !o.hex.empty())) refuse("-L does not go with files or -x");
  if (!o.listen.empty() && !o.filter.empty()) refuse("a packet filter does not go with -L");
}

}  // namespace pp::tool
