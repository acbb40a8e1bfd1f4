// A listening UNIX socket: whose it is, what it may replace, and what it takes away with it.
#include "pp/net/unix_listener.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

namespace {
using namespace pp;
namespace fs = std::filesystem;

struct UnixListen : testing::Test {
  fs::path folder;
  void SetUp() override {
    char name[] = "/tmp/pp-unix-XXXXXX";
    ASSERT_NE(::mkdtemp(name), nullptr);
    folder = name;
  }
  void TearDown() override { fs::remove_all(folder); }

  std::string at(const char* name) const { return (folder / name).string(); }
  std::string refusal(const std::string& path) const {
    try {
      listen_on_unix(path);
    } catch (const std::runtime_error& e) {
      return e.what();
    }
    return "";
  }
};

int dial(const std::string& path) {
  const Fd fd(::socket(AF_UNIX, SOCK_STREAM, 0));
  sockaddr_un a{};
  a.sun_family = AF_UNIX;
  std::memcpy(a.sun_path, path.data(), path.size());
  return ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&a), sizeof a) == 0 ? 0 : errno;
}

mode_t mode_of(const std::string& path) {
  struct stat s {};
  return ::lstat(path.c_str(), &s) == 0 ? s.st_mode & 07777U : 0;
}

/// A socket's file whose process is gone.
void leave_dead(const std::string& path, int type = SOCK_STREAM) {
  const Fd fd(::socket(AF_UNIX, type, 0));
  sockaddr_un a{};
  a.sun_family = AF_UNIX;
  std::memcpy(a.sun_path, path.data(), path.size());
  ASSERT_EQ(::bind(fd.get(), reinterpret_cast<const sockaddr*>(&a), sizeof a), 0);
}

TEST_F(UnixListen, IsItsOwnersAloneAndGoesWithHim) {
  for (const mode_t mask : {mode_t{0}, mode_t{022}, mode_t{077}}) {
    const mode_t before = ::umask(mask);
    {
      const UnixListener l = listen_on_unix(at("s"));
      EXPECT_EQ(mode_of(at("s")), 0600U);
      EXPECT_NE(::fcntl(l.fd.get(), F_GETFL) & O_NONBLOCK, 0);
      EXPECT_NE(::fcntl(l.fd.get(), F_GETFD) & FD_CLOEXEC, 0);
      EXPECT_EQ(dial(at("s")), 0);
    }
    ::umask(before);
    EXPECT_FALSE(fs::exists(at("s")));
  }
}

TEST_F(UnixListen, ReplacesADeadSocketAndNothingElse) {
  leave_dead(at("dead"));
  leave_dead(at("datagram"), SOCK_DGRAM);
  for (const char* name : {"dead", "datagram"}) {
    const UnixListener l = listen_on_unix(at(name));
    EXPECT_EQ(dial(at(name)), 0) << name;
  }
  const UnixListener live = listen_on_unix(at("live"));
  EXPECT_EQ(refusal(at("live")), "cannot listen on unix:" + at("live") + ": Address already in use");
  EXPECT_EQ(dial(at("live")), 0);
  std::ofstream(at("file")) << "kept";
  EXPECT_EQ(refusal(at("file")), "cannot listen on unix:" + at("file") + ": it exists and is not a socket");
  fs::create_symlink(at("elsewhere"), at("link"));
  EXPECT_EQ(refusal(at("link")), "cannot listen on unix:" + at("link") + ": it exists and is not a socket");
  EXPECT_TRUE(fs::is_symlink(at("link")));
  std::string kept;
  std::ifstream(at("file")) >> kept;
  EXPECT_EQ(kept, "kept");
}

TEST_F(UnixListen, TakesAwayOnlyItsOwn) {
  {
    UnixListener l = listen_on_unix(at("s"));
    fs::remove(at("s"));
    std::ofstream(at("s")) << "another's";
  }
  EXPECT_TRUE(fs::exists(at("s")));
  fs::remove(at("s"));
  {
    UnixListener first = listen_on_unix(at("s"));
    UnixListener moved = std::move(first);
    first = UnixListener{};
    EXPECT_TRUE(fs::exists(at("s")));
    EXPECT_EQ(moved.file.path(), at("s"));
  }
  EXPECT_FALSE(fs::exists(at("s")));
}

TEST_F(UnixListen, SaysWhyNot) {
  EXPECT_EQ(refusal(""), "cannot listen on unix:: the path is missing");
  EXPECT_EQ(refusal("@name"), "cannot listen on unix:@name: an abstract name has no permissions, everyone on this machine could connect");
  const std::string longest = at("") + std::string(107 - at("").size(), 'x');
  EXPECT_EQ(refusal(longest), "");
  EXPECT_EQ(refusal(longest + "x"), "cannot listen on unix:" + longest + "x: the path is longer than 107 bytes");
  EXPECT_EQ(refusal(at("no/such")), "cannot listen on unix:" + at("no/such") + ": No such file or directory");
}

}  // namespace
