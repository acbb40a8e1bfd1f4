// The option table of headers, which several subcommands share.
#include "ppgen/header_options.hpp"

#include <climits>

#include "cli/parse_args.hpp"
#include "cli/suggest.hpp"
#include "cli/usage.hpp"
#include "pp/forge/catalogue.hpp"
#include "ppgen/known_names.hpp"
#include "ppgen/parse_args.hpp"
#include "ppgen/parse_tlv.hpp"

namespace pp::tool {
namespace {

using Args = HeaderArguments;
using Row = OptionRow<HeaderArguments>;

/// An empty value would look as if the option had not been given.
template <auto Member>
void take_some_text(Args& a, const Given& given) {
  if (given.value.empty()) refuse("{0} needs a value: {0} {1}", given.option, given.row.value);
  a.*Member = given.value;
}

void take_case(Args& a, const Given& given) {
  auto found = forge::find_case(given.value);
  if (!found) {
    refuse("{} '{}': unknown case; 'ppgen list cases' lists them{}", given.option, given.value, suggest(given.value, case_names()));
  }
  a.known_case = std::make_shared<const forge::Case>(std::move(*found));
}

void take_mutation(Args& a, const Given& given) {
  const forge::Mutation* found = forge::find_mutation(std::string(given.value));
  if (found == nullptr) {
    refuse("{} '{}': unknown mutation; 'ppgen list mutations' lists them{}", given.option, given.value,
           suggest(given.value, mutation_names()));
  }
  a.mutations.push_back(found);
}

void take_series(Args& a, const Given& given) {
  const std::uint64_t number = parse_integer(given.option, given.value, UINT64_MAX);
  a.series = number <= UINT_MAX ? forge::find_series(static_cast<unsigned>(number)) : nullptr;
  if (a.series == nullptr) refuse("{} '{}': expected a number from 1 to {}", given.option, given.value, forge::newest_series().number);
}

// clang-format off
constexpr Row rows[] = {
    {{.names = "-1", .help = "version 1, one line of text", .excludes = "-2"}, turn_on<&Args::v1>},
    {{.names = "-2", .otherwise = "this version", .help = "version 2, binary"}, turn_on<&Args::v2>},
    {{.names = "--local", .help = "a header without a client, as health checks send it: LOCAL (with -1: UNKNOWN)"}, turn_on<&Args::local>},
    {{.names = "--unknown", .help = "PROXY UNKNOWN, version 1", .excludes = "-2"}, turn_on<&Args::unknown>},
    {{.names = "--unspec", .help = "family and transport UNSPEC, version 2", .excludes = "-1,--unknown,--dgram"}, turn_on<&Args::unspec>},
    {{.names = "--src", .value = "ADDR[:PORT]", .otherwise = "a documentation address", .help = "source address and port",
      .more = "Names are not looked up. The family of the header follows from the addresses: IPv4 beside IPv6 is announced as IPv4-mapped.", .excludes = "--unix"},
     take_some_text<&Args::source>},
    {{.names = "--dst", .value = "ADDR[:PORT]", .otherwise = "a documentation address", .help = "destination address and port", .excludes = "--unix"},
     take_some_text<&Args::destination>},
    {{.names = "--unix", .value = "SRC,DST", .help = "UNIX paths of up to 108 bytes; @NAME is an abstract name"}, take_some_text<&Args::unix_paths>},
    {{.names = "--dgram", .help = "transport DGRAM, version 2"}, turn_on<&Args::dgram>},
    {{.names = "--spp", .help = "Simple Proxy Protocol: 38 bytes before the content of a UDP datagram",
      .more = "A format of its own: it takes --src, --dst, --patch, --truncate, --append and --chain only."},
     turn_on<&Args::simple>},
    {{.names = "--tlv", .value = "TYPE=VALUE", .allowed = {.listed = tlv_assignments, .others = true},
      .help = "add a TLV by name or 0xNN; VALUE is text, text:.., hex:.., b64:.. or @FILE",
      .more = "TLVs keep their order. A name accepts only values that fit its type; 0xNN accepts any bytes.", .repeatable = true},
     [](Args& a, const Given& given) { a.tlvs.push_back(parse_tlv(given.value)); }},
    {{.names = "--ssl", .value = "KEY=VALUE,..", .allowed = {.listed = ssl_assignments, .others = true},
      .help = "add an SSL TLV, such as version=TLSv1.3,cn=alice,verify=0",
      .more = "Keys are version, cn, cipher, sig_alg, key_alg, group, sig_scheme, cert and 0xNN for TLVs inside the SSL TLV, client for its flags "
              "(ssl, cert_conn, cert_sess, joined by +, or a number) and verify for its result. A comma in a value is written \\,.",
      .repeatable = true},
     [](Args& a, const Given& given) { a.tlvs.push_back(parse_ssl(given.value)); }},
    {{.names = "--crc32c", .value = "[=bad|HEX]", .help = "add a CRC32C TLV at the end; =bad makes it wrong, =HEX sets it", .without_value = "good"},
     take_some_text<&Args::crc>},
    {{.names = "--pad-to", .value = "N", .help = "add a NOOP TLV that makes the header N bytes long"}, take_some_text<&Args::pad_to>},
    {{.names = "--set", .value = "FIELD=VALUE",
      .allowed = {.fixed = "len=|ver=|cmd=|fam=|sig=|proto=|src=|dst=|sport=|dport=|rest=|eol=", .others = true},
      .help = "force a field to VALUE, even if invalid: len ver cmd fam sig; with -1 sig proto src dst sport dport rest eol",
      .more = "fam holds family and transport (one byte), sig the signature as hexadecimal digits; the fields of version 1 take text or hex:..", .repeatable = true},
     add_text<&Args::sets>},
    {{.names = "--patch", .value = "OFFSET=HEX", .help = "overwrite bytes after length and checksum have been computed", .repeatable = true}, add_text<&Args::patches>},
    {{.names = "--truncate", .value = "N", .help = "keep only the first N bytes"}, take_some_text<&Args::truncate>},
    {{.names = "--append", .value = "HEX", .help = "append bytes after the header"}, take_some_text<&Args::append>},
    {{.names = "--chain", .help = "repeat the header once more, directly after itself", .repeatable = true}, [](Args& a, const Given&) { ++a.chain; }},
    {{.names = "--case", .value = "ID", .allowed = {.listed = case_names, .others = true}, .help = "a header of the catalogue, by id or alias; see 'ppgen list cases'",
      .excludes = "--from-json"},
     take_case},
    {{.names = "--from-json", .value = "FILE", .help = "the headers that `ppinspect -o json` printed, byte for byte; '-' is standard input"}, take_some_text<&Args::from_json>},
    {{.names = "--seed", .value = "S", .help = "a random valid header: every family, TLV and size",
      .more = "The same seed gives the same headers on every machine. With --mutate it is the seed of the damage."},
     [](Args& a, const Given& given) { a.seed = parse_integer(given.option, given.value, UINT64_MAX); }},
    {{.names = "--series", .value = "N", .otherwise = "the newest", .help = "which series --seed draws from: its lists of TLV types never change",
      .more = "A version of ppgen that knows more TLV types has a series more. The items of a series stay the same.", .needs = "--seed"},
     take_series},
    {{.names = "--index", .value = "N", .otherwise = "0", .help = "start with item N of the series of --seed or --from-json"},
     [](Args& a, const Given& given) { a.index = parse_integer(given.option, given.value, UINT64_MAX); }},
    {{.names = "--mutate", .value = "NAME", .allowed = {.listed = mutation_names, .others = true}, .help = "damage the header, decided by --seed; see 'ppgen list mutations'", .repeatable = true},
     take_mutation},
    {{.names = "--count", .value = "N", .otherwise = "1; with --from-json all", .help = "number of headers, one after the other"},
     [](Args& a, const Given& given) { a.count = parse_integer(given.option, given.value, UINT64_MAX); }},
};
// clang-format on

}  // namespace

void add_header_options(CommandLine& line, HeaderArguments& arguments, const std::function<void()>& noted) {
  line.add("Header", rows, arguments, noted);
}

}  // namespace pp::tool
