/* The PROXY protocol for C and every language that can call C: parse, walk TLVs, encode, read from a descriptor.
 *
 * Specification: HAProxy's PROXY protocol, versions 1 and 2; numbers in parentheses are its sections. Nothing here allocates, except
 * pp_read_header for headers above 536 bytes. All functions may be called from several threads at once. Structures only ever grow
 * at their reserved places; the library's symbols carry versions.
 *
 *   pp_header header;
 *   if (pp_parse(bytes, size, &header) == PP_DONE) ...   the first header.size bytes are the header
 */
#ifndef PP_PROXYPROTO_H
#define PP_PROXYPROTO_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define PP_MAX_HEADER 65551  /* bytes of the longest header of version 2 */
#define PP_MAX_V1 107        /* bytes of the longest line of version 1 */

/* What bytes are. Any value but PP_NEED_MORE is final: more bytes never change it. */
enum pp_status {
  PP_NEED_MORE = 0, /* a header so far: more bytes decide */
  PP_DONE = 1,      /* the first `size` bytes are exactly the header */
  PP_MALFORMED = 2, /* begins as a header and breaks a rule: `fault`, `offset` */
  PP_MISSING = 3,   /* not a PROXY header: differs within "PROXY" or the signature */
  PP_TRUNCATED = 4, /* pp_read_header: the peer closed inside the header */
  PP_CLOSED = 5,    /* pp_read_header: the peer closed without a byte */
  PP_TIMEOUT = 6,   /* pp_read_header: the deadline passed first */
  PP_TOO_LONG = 7,  /* pp_read_header: the header is longer than the buffer */
  PP_IO = 8         /* pp_read_header: a system call failed, `error` has errno */
};

enum pp_family { PP_UNSPEC = 0, PP_INET = 1, PP_INET6 = 2, PP_UNIX = 3 };
enum pp_transport { PP_TRANSPORT_UNSPEC = 0, PP_STREAM = 1, PP_DGRAM = 2 };
enum pp_crc { PP_CRC_ABSENT = 0, PP_CRC_RIGHT = 1, PP_CRC_WRONG = 2 };

/* An IP address in network byte order and a port in the host's. */
typedef struct pp_address {
  uint8_t bytes[16]; /* the first `size` count, the others are zero */
  uint16_t port;
  uint8_t size; /* 4, 16, or 0 where there is no address that a receiver may use */
  uint8_t reserved;
} pp_address;

/* Offsets count from the header's first byte. The structure owns no memory: keep the bytes as long as offsets are used. */
typedef struct pp_header {
  int32_t status;       /* enum pp_status */
  uint32_t size;        /* PP_DONE: bytes of the header; PP_NEED_MORE: at least this many more are needed;
                           otherwise, of pp_read_header: bytes that were taken from the connection */
  uint32_t fault;       /* of PP_MALFORMED, PP_MISSING and PP_TRUNCATED: a number for pp_fault_code */
  uint32_t offset;      /* PP_MALFORMED, PP_MISSING: the first wrong byte */
  uint32_t tlv_offset;  /* PP_DONE: where TLVs begin and end; equal when there are none */
  uint32_t tlv_end;
  int32_t error;        /* PP_IO: errno */
  uint8_t version;      /* 1, 2, or 0 while unknown */
  uint8_t is_local;     /* v2 LOCAL or v1 UNKNOWN: the connection's own endpoints count (2.1, 2.2) */
  uint8_t family;       /* of PP_DONE: enum pp_family */
  uint8_t transport;    /* of PP_DONE: enum pp_transport */
  pp_address source;
  pp_address destination;
  uint32_t reserved[4];
} pp_header;

typedef struct pp_tlv {
  const uint8_t* value;
  uint32_t length;
  uint32_t offset; /* of the type byte */
  uint8_t type;
  uint8_t reserved[7];
} pp_tlv;

/* A walk over TLVs: pp_tlvs or pp_ssl_tlvs begin one. */
typedef struct pp_tlv_walk {
  const uint8_t* bytes;
  uint32_t at;
  uint32_t end;
} pp_tlv_walk;

/* What an SSL TLV begins with (2.2.6). */
typedef struct pp_ssl {
  uint32_t verify; /* 0: the client's certificate was verified */
  uint8_t client;  /* 0x01 SSL, 0x02 CERT_CONN, 0x04 CERT_SESS */
  uint8_t reserved[3];
} pp_ssl;

/* Parses the first bytes of a connection or a datagram (2.1, 2.2), from all that has been received so far. Returns header->status. */
int pp_parse(const void* bytes, size_t size, pp_header* header);

/* Takes exactly the header from the start of a stream socket or pipe: nothing that follows it. `buffer` gets the header's bytes;
 * headers longer than `room` are PP_TOO_LONG. `room` is at least PP_MAX_V1, else PP_IO with EINVAL. Waits for at most `timeout_ms`
 * (2 recommends 3000 or more), whatever the descriptor's flags. Returns header->status. */
int pp_read_header(int descriptor, int timeout_ms, void* buffer, size_t room, pp_header* header);

/* The path of a header of the family PP_UNIX: its length, and where it begins in `path`; without padding, and with the NUL that an
 * abstract name begins with. `which` is 0 for the source, 1 for the destination. 0 when there is none. */
size_t pp_unix_path(const pp_header* header, const void* bytes, int which, const char** path);

/* The name of a fault, "v1-port-range"; the section it breaks, "2.1"; the rule in words. An empty text for numbers without a fault. */
const char* pp_fault_code(uint32_t fault);
const char* pp_fault_section(uint32_t fault);
const char* pp_fault_rule(uint32_t fault);

/* Begins a walk over the TLVs of a header that is PP_DONE; `bytes` is what it was parsed from. */
void pp_tlvs(const pp_header* header, const void* bytes, pp_tlv_walk* walk);
/* 1: the next TLV is in `tlv`. 0: that was all. -1: the rest does not divide into TLVs (2.2), and the walk is over. */
int pp_tlv_next(pp_tlv_walk* walk, pp_tlv* tlv);
/* Begins a walk over the TLVs inside an SSL TLV. 0 when the TLV is too short for its fixed part, else 1. */
int pp_ssl_tlvs(const pp_tlv* tlv, const void* bytes, pp_ssl* ssl, pp_tlv_walk* walk);
/* All CRC32C TLVs of a header together (2.2.3). A receiver that looks at them must not accept PP_CRC_WRONG. */
int pp_crc32c(const pp_header* header, const void* bytes);

/* Each encoder returns the bytes written, or 0 when `room` is too small or the arguments do not go together: addresses of two
 * families, TLVs above 65,535 bytes. */
size_t pp_encode_v1(const pp_address* source, const pp_address* destination, void* out, size_t room);
size_t pp_encode_v1_unknown(void* out, size_t room);
/* `tlvs` are encoded TLVs, see pp_encode_tlv; a CRC32C TLV is added after them when `crc32c` is not 0. */
size_t pp_encode_v2(const pp_address* source, const pp_address* destination, int transport, const void* tlvs, size_t tlvs_size, int crc32c,
                    void* out, size_t room);
size_t pp_encode_v2_local(const void* tlvs, size_t tlvs_size, int crc32c, void* out, size_t room);
size_t pp_encode_tlv(uint8_t type, const void* value, size_t length, void* out, size_t room);

/* "192.0.2.1" or "2001:db8::1" as an address, in the grammar of (2.1). 1, or 0 when it is neither. */
int pp_address_from_text(const char* text, uint16_t port, pp_address* address);
/* The text of the address with a NUL: 46 bytes are always enough. Its length, or 0 when `room` is too small. */
size_t pp_address_text(const pp_address* address, char* out, size_t room);

#ifdef __cplusplus
}
#endif

#endif
