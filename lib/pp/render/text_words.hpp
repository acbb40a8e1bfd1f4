// The words that lines, blocks, summaries and other tools share.
#pragma once

#include <string>
#include <string_view>

#include "pp/base/utf8.hpp"
#include "pp/inspect/record.hpp"
#include "pp/render/format.hpp"
#include "pp/wire/header.hpp"

namespace pp::render {

/// "v1 TCP4", "v2 TCP6", "v2 LOCAL".
void append_header_words(std::string& out, const Header& header, const inspect::Record& record);
std::string header_words(const Header& header, const inspect::Record& record);

/// "192.0.2.10:56324 > 198.51.100.20:443"; paths for UNIX; empty when there is no address that a receiver may use.
std::string address_words(const Header& header, const Style& style);

/// The announced source alone.
void append_client(std::string& out, const Header& header, const Style& style);

/// "a TLS ClientHello, SNI www.example.com, ALPN h2".
std::string payload_words(const inspect::Payload& payload, const Style& style);

/// A UNIX path, with "@" in front of an abstract name, or "(unnamed)".
std::string path_words(Bytes block, const Style& style);

/// Where to look: "frame 4", "bad.pcap frame 4", "frame 4, header byte 29"; empty for bytes from an argument or standard
/// input. `finding` adds the byte, when it is about one.
std::string place_words(const inspect::Record& record, const lint::Finding* finding, const Style& style);

inline Charset charset(const Style& style) { return style.ascii ? Charset::ascii : Charset::utf8; }

}  // namespace pp::render
