// The baseline of capture scanning: libpcap hands over every packet of a file, and nothing is done with it.
#include <pcap/pcap.h>

#include <cstdio>
#include <cstdlib>

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: pcap_loop FILE\n", stderr);
    return 2;
  }
  char error[PCAP_ERRBUF_SIZE];
  pcap_t* const capture = pcap_open_offline(argv[1], error);
  if (capture == nullptr) {
    std::fprintf(stderr, "pcap_loop: %s\n", error);
    return 3;
  }
  unsigned long long packets = 0;
  const auto count = [](u_char* user, const pcap_pkthdr*, const u_char*) { ++*reinterpret_cast<unsigned long long*>(user); };
  const int status = pcap_loop(capture, -1, count, reinterpret_cast<u_char*>(&packets));
  if (status < 0) std::fprintf(stderr, "pcap_loop: %s\n", pcap_geterr(capture));
  std::printf("%llu packets\n", packets);
  pcap_close(capture);
  return status < 0 ? 3 : 0;
}
