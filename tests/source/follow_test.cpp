// A file that is followed and replaced by another of its name. Inode numbers are unique on one device alone, so stat() goes
// through this test (--wrap), which can put a file on another device.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "pp/source/file.hpp"

namespace {
bool other_device = false;
}

extern "C" {
int __real_stat(const char* path, struct stat* out);
int __wrap_stat(const char* path, struct stat* out);
int __wrap_stat(const char* path, struct stat* out) {
  const int result = __real_stat(path, out);
  if (result == 0 && other_device) ++out->st_dev;
  return result;
}
}

namespace {
using pp::source::InputFile;

class Follow : public testing::Test {
 protected:
  Follow() {
    char name[] = "/tmp/pp-follow-XXXXXX";
    folder_ = ::mkdtemp(name);
    path_ = folder_ + "/log";
    write(path_);
  }
  ~Follow() override {
    other_device = false;
    std::filesystem::remove_all(folder_);
  }
  static void write(const std::string& path) { std::ofstream(path) << "four"; }

  std::string folder_;
  std::string path_;
};

TEST_F(Follow, TheSameFileIsNotReplaced) {
  InputFile file(path_);
  file.follow();
  EXPECT_EQ(file.wait(4, 0), InputFile::Change::idle);
}

TEST_F(Follow, AnotherInodeOfThatName) {
  InputFile file(path_);
  file.follow();
  write(folder_ + "/new");
  std::filesystem::rename(folder_ + "/new", path_);
  EXPECT_EQ(file.wait(4, 0), InputFile::Change::replaced);
}

TEST_F(Follow, TheSameInodeNumberOnAnotherDevice) {
  InputFile file(path_);
  file.follow();
  other_device = true;
  EXPECT_EQ(file.wait(4, 0), InputFile::Change::replaced);
}

TEST_F(Follow, AFileWithoutItsNameIsFollowedOn) {
  InputFile file(path_);
  file.follow();
  std::filesystem::remove(path_);
  EXPECT_EQ(file.wait(4, 0), InputFile::Change::idle);
}

}  // namespace
