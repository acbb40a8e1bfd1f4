/* Accepts connections on a loopback port that a load balancer sends PROXY headers to, and answers each with the client's address.
 *
 *   cc -std=c11 echo_client_address.c -lproxyproto -o echo_client_address && ./echo_client_address 9000
 */
#define _POSIX_C_SOURCE 200809L
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <pp/proxyproto.h>

static void serve(int connection) {
  uint8_t bytes[4096];
  char answer[256], client[64];
  pp_header header;
  if (pp_read_header(connection, 3000, bytes, sizeof bytes, &header) != PP_DONE) {
    /* Nothing about the header goes to the peer: it is not a client that could use it. */
    fprintf(stderr, "no header: status %d %s at byte %u\n", header.status, pp_fault_code(header.fault), header.offset);
    return;
  }
  if (header.source.size == 0) {
    snprintf(answer, sizeof answer, "the connection's own address counts\n");
  } else {
    pp_address_text(&header.source, client, sizeof client);
    snprintf(answer, sizeof answer, "client %s port %u\n", client, header.source.port);
  }
  if (write(connection, answer, strlen(answer)) < 0) perror("write");

  pp_tlv_walk walk;
  pp_tlv tlv;
  pp_tlvs(&header, bytes, &walk);
  while (pp_tlv_next(&walk, &tlv) > 0) {
    snprintf(answer, sizeof answer, "TLV 0x%02x, %u bytes\n", tlv.type, tlv.length);
    if (write(connection, answer, strlen(answer)) < 0) perror("write");
  }
}

int main(int argc, char** argv) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
  address.sin_port = htons((uint16_t)(argc > 1 ? atoi(argv[1]) : 0));
  socklen_t size = sizeof address;
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  if (listener < 0 || bind(listener, (struct sockaddr*)&address, size) != 0 || listen(listener, 16) != 0 ||
      getsockname(listener, (struct sockaddr*)&address, &size) != 0) {
    perror("cannot listen");
    return 1;
  }
  printf("listening on 127.0.0.1:%u\n", ntohs(address.sin_port));
  fflush(stdout);
  for (;;) {
    const int connection = accept(listener, NULL, NULL);
    if (connection < 0) return 1;
    serve(connection);
    close(connection);
  }
}
