// The words that lines and blocks share.
#pragma once

#include <string>
#include <string_view>

#include "pp/base/utf8.hpp"
#include "pp/inspect/record.hpp"
#include "pp/render/format.hpp"
#include "pp/wire/header.hpp"

namespace pp::render {

/// Time and peers of a captured flow, or the input's name and line of a batch; ends in two spaces unless empty.
void append_place(std::string& out, const inspect::Record& record, const Style& style, State& state);

/// "v1 TCP4", "v2 PROXY TCP6", "v2 LOCAL".
std::string header_words(const Header& header, const inspect::Record& record);

/// "192.0.2.10:56324 > 198.51.100.20:443"; paths for UNIX; empty when no address is believed.
std::string address_words(const Header& header, const Style& style);

/// "TLS ClientHello, SNI www.example.com, ALPN h2".
std::string payload_words(const inspect::Payload& payload, const Style& style);

/// "http" where JSON says "http/1.1".
std::string_view short_name(inspect::PayloadKind kind) noexcept;

/// A UNIX path, with "@" in front of an abstract name, or "(unnamed)".
std::string path_words(Bytes block, const Style& style);

/// "  --> bad.pcap: frame 4, header byte 29 (0x1d)"; nothing for plain bytes from an argument or standard input.
void append_location(std::string& out, const inspect::Record& record, const lint::Finding& finding);

inline Charset charset(const Style& style) { return style.ascii ? Charset::ascii : Charset::utf8; }

}  // namespace pp::render
