// TLVs in words: what a type is called, and a value as people read it.
#pragma once

#include <string>

#include "pp/inspect/record.hpp"
#include "pp/render/format.hpp"
#include "pp/wire/crc_judgement.hpp"
#include "pp/wire/header.hpp"
#include "pp/wire/tlv.hpp"
#include "pp/wire/tlv_types.hpp"

namespace pp::render {

/// "AUTHORITY", a vendor's name for its own, or "0xf1 EXPERIMENT".
std::string tlv_name(const Tlv& tlv, TlvScope scope);

/// `marks` are of the header that the TLV is in. Long values are cut and say so; with style.redacted a size is all that is
/// said.
std::string tlv_value(const Tlv& tlv, TlvScope scope, CrcMarks& marks, const Style& style);

/// " = SSL + CERT_SESS", from the client byte of an SSL TLV.
std::string ssl_client_words(std::uint8_t client);
std::string ssl_verify_words(const Ssl& ssl);

/// What a receiver may act on, in one line: "AUTHORITY www.example.com, ALPN h2, SSL TLSv1.3 CN alice". Empty when the
/// record's header, which is `header`, has no such TLV.
std::string notable_tlvs(const inspect::Record& record, const Header& header, const Style& style);

}  // namespace pp::render
