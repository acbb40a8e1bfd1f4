// The server behind a proxying receiver: it answers each request with the addresses that the receiver sends on.
#pragma once

#include <list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "pp/net/acceptor.hpp"
#include "pp/net/event_loop.hpp"

namespace pp::tool {

class Origin {
 public:
  /// Listens on "PORT" (loopback) or "HOST:PORT". `loop` must outlive it. Throws std::runtime_error, std::system_error.
  Origin(EventLoop& loop, const std::string& address);
  ~Origin();

  /// What arrived after the receiver's own header on the connection whose request holds the mark; nullptr for none.
  const std::string* received(std::string_view mark) const;

 private:
  struct Connection;

  void accept(Fd fd);
  void serve(Connection& connection);
  void answer(Connection& connection);
  static void reply(Connection& connection, std::string_view status, std::string_view body);

  EventLoop& loop_;
  std::vector<Fd> sockets_;
  Acceptor acceptor_;
  std::list<Connection> connections_;
  std::map<std::string, std::string, std::less<>> received_;
};

}  // namespace pp::tool
