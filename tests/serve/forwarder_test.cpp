// The forwarder when sides are slow, end early, reset, or the system interrupts and takes bytes one by one.
#include "pp/serve/forwarder.hpp"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/un.h>

#include <atomic>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <mutex>
#include <thread>

#include "connection.hpp"
#include "faulty_calls.hpp"
#include "pp/net/unix_listener.hpp"

namespace {
using namespace pp;
using namespace pp::test;
using serve::ForwardCounts;
using serve::Forwarder;
using serve::ForwardOptions;

constexpr std::string_view header = "HEADER";

Fd listening(const char* at = "127.0.0.1:0") { return std::move(listen_on(parse_listen_address(at)).at(0)); }

/// A blocking socket; a send that the peer's reset ends is an error, not a signal.
Fd dial(std::uint16_t port, const char* from = "127.0.0.1") {
  Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_storage address;
  socklen_t size = to_sockaddr({*parse_ip(from), 0}, address);
  EXPECT_EQ(::bind(fd.get(), static_cast<sockaddr*>(static_cast<void*>(&address)), size), 0);
  size = to_sockaddr({*parse_ip("127.0.0.1"), port}, address);
  EXPECT_EQ(::connect(fd.get(), static_cast<sockaddr*>(static_cast<void*>(&address)), size), 0);
  const timeval patience{20, 0};
  ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  return fd;
}

Fd accept_one(int listener) {
  pollfd ready{listener, POLLIN, 0};
  EXPECT_EQ(::poll(&ready, 1, 20000), 1);
  Fd fd(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC));
  const timeval patience{20, 0};
  ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  return fd;
}

struct Rest {
  std::string bytes;
  int error = 0;  // 0: an orderly end
};
Rest read_to_end(int fd) {
  Rest out;
  char room[65536];
  for (;;) {
    const ssize_t n = ::recv(fd, room, sizeof room, 0);
    if (n > 0) {
      out.bytes.append(room, static_cast<std::size_t>(n));
    } else {
      out.error = n < 0 ? errno : 0;
      return out;
    }
  }
}

std::string read_exactly(int fd, std::size_t size) {
  std::string out(size, '\0');
  EXPECT_EQ(::recv(fd, out.data(), size, MSG_WAITALL), static_cast<ssize_t>(size));
  return out;
}

void reset(Fd& fd) {
  const linger at_once{1, 0};
  ASSERT_EQ(::setsockopt(fd.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once), 0);
  fd.reset();
}

std::string noise(std::uint64_t seed, std::size_t size) {
  Faults random{.state = seed * 0x9e3779b97f4a7c15U + 1};
  std::string out(size, '\0');
  for (std::size_t i = 0; i < size; i += 8) {
    const std::uint64_t word = random.next();
    std::memcpy(&out[i], &word, std::min<std::size_t>(8, size - i));
  }
  return out;
}

/// A forwarder in a thread of its own, to one target; its calls fail as `faults` says.
class Running {
 public:
  explicit Running(const ForwardOptions& options = {}, const Faults& faults = {}, Fd listener = listening())
      : target_listener(listening()),
        port(listen_port(listener.get())),
        target_(parse_target("127.0.0.1:" + std::to_string(listen_port(target_listener.get())))),
        faults_(faults) {
    std::vector<Fd> listeners;
    listeners.push_back(std::move(listener));
    const auto make = [this](const std::optional<Forwarder::Ends>& ends) {
      if (!ends) ++without_ends;
      return std::vector<std::uint8_t>(header.begin(), header.end());
    };
    forwarder_ = std::make_unique<Forwarder>(std::move(listeners), target_, options, make, [](const std::string&) {});
    std::signal(SIGURG, [](int) {});
    thread_ = std::thread([this] {
      test::faults = &faults_;
      forwarder_->run([this] {
        const std::scoped_lock lock(mutex_);
        counts_ = forwarder_->counts();
        return over_.load();
      });
    });
  }
  ~Running() { stop(); }

  /// What it has counted by the end.
  ForwardCounts stop() {
    over_ = true;
    if (thread_.joinable()) {
      ::pthread_kill(thread_.native_handle(), SIGURG);  // it asks after each signal, and once a second
      thread_.join();
    }
    return forwarder_->counts();
  }
  ForwardCounts counts() {
    const std::scoped_lock lock(mutex_);
    return counts_;
  }
  template <class Done>
  bool wait(Done&& done) {
    for (int i = 0; i < 20000; ++i) {
      if (done(counts())) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return false;
  }
  std::size_t injected() const { return faults_.injected; }

  Fd target_listener;
  std::uint16_t port;
  std::atomic<int> without_ends{0};

 private:
  Target target_;
  Faults faults_;
  std::unique_ptr<Forwarder> forwarder_;
  std::thread thread_;
  std::atomic<bool> over_{false};
  std::mutex mutex_;
  ForwardCounts counts_;
};

TEST(Forwarder, EveryByteArrivesOnceAndInOrderWhateverTheCallsDo) {
  struct Row {
    Faults faults;
    std::size_t size;
  };
  const Row rows[] = {
      {{.interrupted = 2}, 200000},
      {{.not_now = 2}, 200000},
      {{.most_bytes = 3}, 3000},
      {{.interrupted = 3, .not_now = 3, .most_bytes = 1000}, 200000},
      {{.interrupted = 4, .most_bytes = 100000}, 3000000},
  };
  std::uint64_t seed = 0;
  for (Row row : rows) {
    SCOPED_TRACE(seed);
    row.faults.state = ++seed;
    Running forwarder({}, row.faults);
    const std::string up = noise(seed, row.size), down = noise(~seed, row.size);
    Fd client = dial(forwarder.port);
    Fd server = accept_one(forwarder.target_listener.get());
    // Both talk at once, and each ends its direction when it has said all.
    std::thread client_talks([&] { send_all(client.get(), up), ::shutdown(client.get(), SHUT_WR); });
    std::thread server_talks([&] { send_all(server.get(), down), ::shutdown(server.get(), SHUT_WR); });
    Rest at_client;
    std::thread client_hears([&] { at_client = read_to_end(client.get()); });
    const Rest at_server = read_to_end(server.get());
    for (std::thread* t : {&client_talks, &server_talks, &client_hears}) t->join();
    EXPECT_EQ(at_server.error, 0);
    EXPECT_EQ(at_client.error, 0);
    EXPECT_TRUE(at_server.bytes == std::string(header) + up);
    EXPECT_TRUE(at_client.bytes == down);
    EXPECT_TRUE(forwarder.wait([](const ForwardCounts& c) { return c.finished == 1; }));
    const ForwardCounts counts = forwarder.stop();
    EXPECT_EQ(counts.to_target, up.size());
    EXPECT_EQ(counts.to_client, down.size());
    EXPECT_EQ(counts.open + counts.reset + counts.idle, 0U);
    if (row.faults.interrupted + row.faults.not_now > 0) {
      EXPECT_GT(forwarder.injected(), 0U);
    }
  }
}

TEST(Forwarder, OneDirectionEndsAndTheOtherGoesOn) {
  for (const bool client_first : {true, false}) {
    Running forwarder;
    Fd client = dial(forwarder.port);
    Fd server = accept_one(forwarder.target_listener.get());
    EXPECT_EQ(read_exactly(server.get(), header.size()), header);
    const int first = client_first ? client.get() : server.get(), second = client_first ? server.get() : client.get();
    send_all(first, "last words");
    ::shutdown(first, SHUT_WR);
    EXPECT_EQ(read_to_end(second).bytes, "last words");
    const std::string answer = noise(1, 500000);
    std::thread talks([&] { send_all(second, answer), ::shutdown(second, SHUT_WR); });
    const Rest heard = read_to_end(first);
    talks.join();
    EXPECT_EQ(heard.error, 0);
    EXPECT_TRUE(heard.bytes == answer);
    EXPECT_TRUE(forwarder.wait([](const ForwardCounts& c) { return c.finished == 1; }));
  }
}

TEST(Forwarder, AResetIsPassedOnBehindWhatWasSaidBefore) {
  for (const bool by_client : {true, false}) {
    Running forwarder;
    Fd client = dial(forwarder.port);
    Fd server = accept_one(forwarder.target_listener.get());
    EXPECT_EQ(read_exactly(server.get(), header.size()), header);
    Fd& gone = by_client ? client : server;
    Fd& other = by_client ? server : client;
    send_all(gone.get(), "said before");
    EXPECT_EQ(read_exactly(other.get(), 11), "said before");
    reset(gone);
    const Rest rest = read_to_end(other.get());
    EXPECT_EQ(rest.bytes, "");
    EXPECT_EQ(rest.error, ECONNRESET);
    EXPECT_TRUE(forwarder.wait([](const ForwardCounts& c) { return c.reset == 1 && c.open == 0; }));
  }
}

TEST(Forwarder, AResetWaitsUntilTheBytesBeforeAHalfCloseAreDelivered) {
  Running forwarder;
  const int small = 4096;  // of the receive buffer: the rest waits in the forwarder's socket, sent but not acknowledged
  ASSERT_EQ(::setsockopt(forwarder.target_listener.get(), SOL_SOCKET, SO_RCVBUF, &small, sizeof small), 0);
  Fd client = dial(forwarder.port);
  Fd server = accept_one(forwarder.target_listener.get());
  const std::string data = noise(3, 40000);
  send_all(client.get(), data);
  ASSERT_TRUE(forwarder.wait([&](const ForwardCounts& c) { return c.to_target == data.size(); }));
  ::shutdown(client.get(), SHUT_WR);
  send_all(server.get(), "x");  // handled after the client's end
  ASSERT_TRUE(forwarder.wait([](const ForwardCounts& c) { return c.to_client == 1; }));
  reset(client);
  send_all(server.get(), "y");  // meets the reset
  ASSERT_TRUE(forwarder.wait([](const ForwardCounts& c) { return c.to_client == 2; }));
  const Rest rest = read_to_end(server.get());
  EXPECT_EQ(rest.bytes.size(), header.size() + data.size());
  EXPECT_TRUE(rest.bytes == std::string(header) + data);
  EXPECT_EQ(rest.error, 0);
  server.reset();
  EXPECT_TRUE(forwarder.wait([](const ForwardCounts& c) { return c.reset == 1 && c.open == 0; }));
}

TEST(Forwarder, AResetAfterAHalfCloseStillEndsBoth) {
  Running forwarder;
  Fd client = dial(forwarder.port);
  Fd server = accept_one(forwarder.target_listener.get());
  ::shutdown(client.get(), SHUT_WR);
  EXPECT_EQ(read_to_end(server.get()).bytes, header);
  reset(server);
  EXPECT_EQ(read_to_end(client.get()).error, ECONNRESET);
  EXPECT_TRUE(forwarder.wait([](const ForwardCounts& c) { return c.reset == 1 && c.open == 0; }));
}

/// Sends until nothing more is taken; how much went out.
std::size_t send_until_stuck(int fd, const std::string& data) {
  std::size_t sent = 0;
  for (pollfd ready{fd, POLLOUT, 0}; sent < data.size() && ::poll(&ready, 1, 300) == 1;) {
    const ssize_t n = ::send(fd, data.data() + sent, data.size() - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n > 0) sent += static_cast<std::size_t>(n);
  }
  return sent;
}

TEST(Forwarder, ASlowSideHoldsTheOtherBackAndLosesNothing) {
  Running forwarder;
  Fd client = dial(forwarder.port);
  const int small = 65536;
  ::setsockopt(client.get(), SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
  Fd server = accept_one(forwarder.target_listener.get());
  const std::string data = noise(7, std::size_t{24} << 20);
  const std::size_t out = send_until_stuck(client.get(), data);
  EXPECT_LT(out, data.size()) << "nobody reads, and yet all is taken";
  const std::uint64_t taken = forwarder.counts().to_target;
  EXPECT_EQ(send_until_stuck(client.get(), data.substr(out)), 0U);
  EXPECT_EQ(forwarder.counts().to_target, taken);
  std::thread talks([&] { send_all(client.get(), std::string_view(data).substr(out)), ::shutdown(client.get(), SHUT_WR); });
  const Rest all = read_to_end(server.get());
  talks.join();
  EXPECT_EQ(all.error, 0);
  EXPECT_TRUE(all.bytes == std::string(header) + data);
}

TEST(Forwarder, AcceptingGoesOnAfterErrors) {
  Running forwarder({}, {.interrupted = 3, .accept_errors = 7});
  for (int i = 0; i < 5; ++i) {
    Fd client = dial(forwarder.port);
    Fd server = accept_one(forwarder.target_listener.get());
    EXPECT_EQ(read_exactly(server.get(), header.size()), header);
  }
  EXPECT_GE(forwarder.injected(), 7U);
  EXPECT_EQ(forwarder.stop().accepted, 5U);
}

TEST(Forwarder, AsManyFromOneSourceAsItMayHave) {
  ForwardOptions options;
  options.max_per_source = 2;
  {
    Running spared(options);
    std::vector<Fd> all;
    for (int i = 0; i < 4; ++i) {
      all.push_back(dial(spared.port));
      all.push_back(accept_one(spared.target_listener.get()));
    }
    EXPECT_EQ(spared.stop().over_source, 0U);
  }
  options.spare_loopback = false;
  Running forwarder(options);
  std::vector<Fd> held;
  for (const char* from : {"127.0.0.1", "127.0.0.1", "127.0.0.2"}) {
    held.push_back(dial(forwarder.port, from));
    held.push_back(accept_one(forwarder.target_listener.get()));
  }
  Fd third = dial(forwarder.port);
  EXPECT_EQ(read_to_end(third.get()).bytes, "");
  EXPECT_TRUE(forwarder.wait([](const ForwardCounts& c) { return c.over_source == 1; }));
  // One of the two goes: there is room for another.
  held[0].reset();
  held[1].reset();
  EXPECT_TRUE(forwarder.wait([](const ForwardCounts& c) { return c.open == 2; }));
  Fd again = dial(forwarder.port);
  EXPECT_TRUE(accept_one(forwarder.target_listener.get()));
  const ForwardCounts counts = forwarder.stop();
  EXPECT_EQ(counts.accepted, 4U);
  EXPECT_EQ(counts.over_source, 1U);
}

TEST(Forwarder, NetworksThatMayConnect) {
  ForwardOptions options;
  options.allow = {*parse_cidr("127.0.0.2")};
  Running forwarder(options);
  Fd other = dial(forwarder.port, "127.0.0.1");
  EXPECT_EQ(read_to_end(other.get()).bytes, "");
  Fd allowed = dial(forwarder.port, "127.0.0.2");
  EXPECT_TRUE(accept_one(forwarder.target_listener.get()));
  EXPECT_EQ(forwarder.stop().not_allowed, 1U);
}

TEST(Forwarder, UnixSocketsHaveNoEndsAndAreNotForwardedToThemselves) {
  char name[] = "/tmp/pp-forwarder-XXXXXX";
  ASSERT_NE(::mkdtemp(name), nullptr);
  const std::string path = std::string(name) + "/s";
  {
    UnixListener listener = listen_on_unix(path);
    Running forwarder({}, {}, std::move(listener.fd));
    Fd client(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    ASSERT_EQ(::connect(client.get(), static_cast<sockaddr*>(static_cast<void*>(&address)), sizeof address), 0);
    Fd server = accept_one(forwarder.target_listener.get());
    send_all(client.get(), "x");
    EXPECT_EQ(read_exactly(server.get(), header.size() + 1), std::string(header) + "x");
    EXPECT_EQ(forwarder.without_ends, 1);
  }
  UnixListener own = listen_on_unix(path);
  std::vector<Fd> listeners;
  listeners.push_back(std::move(own.fd));
  const Target target = parse_target("unix:" + std::string(name) + "/../" + (name + 5) + "/s");
  EXPECT_THROW(Forwarder(std::move(listeners), target, {}, {}, {}), serve::OwnTarget);
  std::filesystem::remove_all(name);
}

}  // namespace
