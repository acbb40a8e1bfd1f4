// How the answers of each protocol are read: is it complete, of which class is it, whose address does it tell. For the table of
// apps alone.
#pragma once

#include <string>

#include "pp/base/bytes.hpp"
#include "pp/judge/told.hpp"

namespace pp::judge {

bool http_complete(Bytes answer, bool datagram);
std::string http_class(Bytes answer, bool datagram);

bool smtp_complete(Bytes answer, bool datagram);
std::string smtp_class(Bytes answer, bool datagram);

bool imap_complete(Bytes answer, bool datagram);
std::string imap_class(Bytes answer, bool datagram);

bool dns_complete(Bytes answer, bool datagram);
std::string dns_class(Bytes answer, bool datagram);
std::string dns_text(Bytes answer, bool datagram);

bool sip_complete(Bytes answer, bool datagram);
std::string sip_class(Bytes answer, bool datagram);
Told sip_told(Bytes answer, std::string_view mark);

bool stun_complete(Bytes answer, bool datagram);
std::string stun_class(Bytes answer, bool datagram);
Told stun_told(Bytes answer, std::string_view mark);

bool irc_complete(Bytes answer, bool datagram);
std::string irc_class(Bytes answer, bool datagram);
Told irc_told(Bytes answer, std::string_view mark);

bool mysql_complete(Bytes answer, bool datagram);
std::string mysql_class(Bytes answer, bool datagram);
Told mysql_told(Bytes answer, std::string_view mark);

bool tls_complete(Bytes answer, bool datagram);
std::string tls_class(Bytes answer, bool datagram);

bool never_complete(Bytes answer, bool datagram);
/// A line, after the greeting if there is one.
bool text_complete(Bytes answer, bool datagram);
/// Anything.
bool some_complete(Bytes answer, bool datagram);
/// The class that ppinspect names.
std::string any_class(Bytes answer, bool datagram);

}  // namespace pp::judge
