// The catalogue, what is sent around a header: none at all, a second one, a large payload, an early end.
#pragma once

#include <array>

#include "pp/forge/case.hpp"
#include "pp/forge/recipes.hpp"

namespace pp::forge {

/// Another client than v1() and v2() announce.
inline Draft other_client(Draft d) { return ends(std::move(d), "203.0.113.66", 56324, "198.51.100.20", 443); }

// A row to a line.
// clang-format off
inline constexpr std::array around_rows = {
    CaseRow{"none/payload", "NOH-01", "2", Asks::must_reject, {"not-proxy", 0}, {}, [] { return raw(); },
            "no header: the payload alone"},
    CaseRow{"none/tls-client-hello", "", "2", Asks::must_reject, {"not-proxy", 0}, idles(), [] { return raw(std::string("\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03", 11) + std::string(505, '\x11')); },
            "TLS ClientHello, no header"},
    CaseRow{"none/ssh-banner", "NOH-03", "2", Asks::must_reject, {"not-proxy", 0}, idles(), [] { return raw("SSH-2.0-OpenSSH_9.2\r\n"); },
            "SSH banner, no header"},
    CaseRow{"none/five-bytes", "", "2", Asks::must_reject, {"not-proxy", 0}, idles(), [] { return raw(std::string_view("\x16\x03\x01\x02\0", 5)); },
            "5 bytes of TLS then idle"},
    CaseRow{"none/idle", "", "2", Asks::may_either, {"not-proxy", 0}, idles(), [] { return raw(); },
            "connect, send nothing"},
    CaseRow{"none/close", "FRG-13", "2", Asks::may_either, {"not-proxy", 0}, ends(), [] { return raw(); },
            "connect and close at once"},
    CaseRow{"v2/truncated/16-and-silence", "", "2.2", Asks::must_reject, {"truncated", 16}, idles(), [] { return cut(v2(), 16); },
            "first 16 bytes, then idle"},
    CaseRow{"v1/length/endless", "", "2.1", Asks::must_reject, {"v1-protocol", 6}, idles(), [] { return raw("PROXY " + std::string(65536, 'A')); },
            "PROXY + 64 KiB, no newline"},
    CaseRow{"v2/delivery/split-1", "", "2", Asks::should_tolerate, {}, split_at(1), [] { return v2(); },
            "v2 split after 1 byte"},
    CaseRow{"v2/delivery/split-12", "", "2", Asks::should_tolerate, {}, split_at(12), [] { return v2(); },
            "v2 split after 12 bytes"},
    CaseRow{"v2/coalesced/3k", "", "2", Asks::must_accept, {}, large_payload(), [] { return v2(); },
            "v2 + 3 KB payload in one segment"},
    CaseRow{"v1/coalesced/3k", "", "2", Asks::must_accept, {}, large_payload(), [] { return v1(); },
            "v1 + 3 KB payload in one segment"},
    CaseRow{"v1/twice/v1", "DBL-01", "2", Asks::second_header, {}, {}, [] { return twice(v1(), other_client(v1())); },
            "second header after the first (v1 v1)"},
    CaseRow{"v1/twice/v2", "DBL-02", "2", Asks::second_header, {}, {}, [] { return twice(v1(), other_client(v2())); },
            "second header after the first (v1 v2)"},
    CaseRow{"v2/twice/v1", "DBL-03", "2", Asks::second_header, {}, {}, [] { return twice(v2(), other_client(v1())); },
            "second header after the first (v2 v1)"},
    CaseRow{"v2/twice/v2", "", "2", Asks::second_header, {}, {}, [] { return twice(v2(), other_client(v2())); },
            "second header after the first (v2 v2)"},
    CaseRow{"v2/twice/after-local", "DBL-05", "2", Asks::second_header, {}, {}, [] { return twice(body(local(), 0x00, {}), other_client(v2())); },
            "second header after the first (LOCAL PROXY)"},
    CaseRow{"v1/twice/after-unknown", "DBL-06", "2", Asks::second_header, {}, {}, [] { return twice(unknown(), other_client(v1())); },
            "second header after the first (UNKNOWN TCP4)"},
    CaseRow{"v1/desync/lf-crlf", "", "2.1", Asks::must_reject, {"v1-line-end", 45}, {}, [] { return line_end(v1(), "\n\r\n"); },
            "LF-only line, an empty line, then the payload"},
    CaseRow{"v1/desync/unknown-lf-crlf", "", "2.1", Asks::must_reject, {"v1-line-end", 13}, {}, [] { return line_end(unknown(), "\n\r\n"); },
            "UNKNOWN ended by LF, an empty line, then the payload"},
    CaseRow{"v1/desync/cr-crlf", "", "2.1", Asks::must_reject, {"v1-line-end", 46}, {}, [] { return line_end(v1(), "\r\r\n"); },
            "CR-only line, an empty line, then the payload"},
    CaseRow{"v2/desync/length-0-address", "", "2.2", Asks::must_reject, {"v2-length-short", 14}, {}, [] { return length(v2(), 0); },
            "0x11, length 0, and 12 address bytes after the header, then the payload"},
};
// clang-format on

}  // namespace pp::forge
