// Runs a command and writes what it used to a file: usage FILE COMMAND [ARGUMENT...]
//   seconds of CPU, peak of resident KiB, seconds on the clock, exit status (128 + the signal)
// A small parent of its own, since the peak that the kernel gives for a child counts what its parent held at the exec.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fputs("usage: usage FILE COMMAND [ARGUMENT...]\n", stderr);
    return 2;
  }
  const auto begin = std::chrono::steady_clock::now();
  const pid_t child = ::fork();
  if (child == 0) {
    ::execvp(argv[2], argv + 2);
    std::perror(argv[2]);
    ::_exit(127);
  }
  int status = 0;
  struct rusage used {};
  if (child < 0 || ::wait4(child, &status, 0, &used) < 0) {
    std::perror("usage");
    return 1;
  }
  const std::chrono::duration<double> clock = std::chrono::steady_clock::now() - begin;
  const auto seconds = [](const timeval& t) { return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec); };
  std::FILE* const out = std::fopen(argv[1], "w");
  if (out == nullptr) {
    std::perror(argv[1]);
    return 1;
  }
  std::fprintf(out, "%.6f %ld %.6f %d\n", seconds(used.ru_utime) + seconds(used.ru_stime), used.ru_maxrss, clock.count(),
               WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
  return std::fclose(out) == 0 ? 0 : 1;
}
