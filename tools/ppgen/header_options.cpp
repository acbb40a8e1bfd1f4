// The options of a header as they are declared; what they mean is in gen_header.cpp.
#include "ppgen/header.hpp"
#include "ppgen/value_words.hpp"
#include "ppgen/words.hpp"
#include "cli/suggest.hpp"
#include "cli/option_words.hpp"
#include "pp/forge/catalogue.hpp"

namespace pp::tool {

std::string with_default_value(const std::string& word) {
  if (word == "--crc32c") return word + "=good";
  return word == "--tls" ? word + "=*" : word;
}

void HeaderOptions::declare(CLI::App& sub) {
  sub.option_defaults()->group("Header");
  declare_fields(sub);
  declare_damage(sub);
  declare_origin(sub);
  sub.option_defaults()->group("Options");
}

void HeaderOptions::on_text(CLI::App& sub, const char* name, std::function<void(const std::string&)> take, const char* help,
                            const char* type) {
  const auto noted = [this, take = std::move(take)](const std::string& text) {
    take(text);
    given_ = true;
  };
  on_word(sub, name, noted, help, type);
}

void HeaderOptions::text(CLI::App& sub, const char* name, std::string& where, const char* help, const char* type) {
  const auto take = [&where, name](const std::string& text) {
    if (text.empty()) refuse(std::string(name) + ": expected a value");
    where = text;
  };
  on_text(sub, name, take, help, type);
}

void HeaderOptions::flag(CLI::App& sub, const char* name, bool& where, const char* help) {
  const auto take = [this, &where] { where = given_ = true; };
  sub.add_flag_callback(name, take, help);
}

void HeaderOptions::declare_fields(CLI::App& sub) {
  flag(sub, "-1", v1_, "version 1, one line of text");
  flag(sub, "-2", v2_, "version 2, binary (default)");
  flag(sub, "--local", local_, "LOCAL: no client behind the connection (v1: UNKNOWN)");
  flag(sub, "--unknown", unknown_, "PROXY UNKNOWN, version 1");
  flag(sub, "--unspec", unspec_, "family and transport UNSPEC");
  text(sub, "--src", source_, "source address and port; documentation addresses by default", "ADDR[:PORT]");
  text(sub, "--dst", destination_, "destination address and port", "ADDR[:PORT]");
  text(sub, "--unix", unix_, "UNIX paths of up to 108 bytes; @NAME is an abstract name", "SRC,DST");
  flag(sub, "--dgram", dgram_, "transport DGRAM");
  flag(sub, "--spp", simple_, "Simple Proxy Protocol: 38 bytes in front of a UDP datagram");
  const auto tlv = [this](const std::string& word) { tlvs_.push_back(tlv_word(word)); };
  on_text(sub, "--tlv", tlv, "a TLV by name or 0xNN; VALUE is text, text:.., hex:.., b64:.. or @FILE; repeatable, order kept",
          "TYPE=VALUE");
  const auto ssl = [this](const std::string& word) { tlvs_.push_back(ssl_word(word)); };
  on_text(sub, "--ssl", ssl, "an SSL TLV: version=TLSv1.3,cipher=..,cn=..,client=ssl+cert_conn,verify=0", "KEY=VALUE,..");
  text(sub, "--crc32c", crc_, "a CRC32C TLV at the end; --crc32c=bad for a wrong one, --crc32c=HEX for one of your own", "[=bad|HEX]");
  text(sub, "--pad-to", pad_to_, "a NOOP TLV that makes the header N bytes long", "N");
}

void HeaderOptions::declare_damage(CLI::App& sub) {
  const auto keep = [](std::vector<std::string>& where) { return [&where](const std::string& word) { where.push_back(word); }; };
  on_text(sub, "--set", keep(sets_),
          "write a field as told: len= ver= cmd= fam= (both nibbles) sig=HEX; with -1 sig= proto= src= dst= sport= dport= rest= eol=",
          "FIELD=VALUE");
  on_text(sub, "--patch", keep(patches_), "overwrite bytes once all is computed; repeatable", "OFFSET=HEX");
  text(sub, "--truncate", truncate_, "keep the first N bytes", "N");
  text(sub, "--append", append_, "bytes behind the header", "HEX");
  const auto again = [this] {
    ++chain_;
    given_ = true;
  };
  sub.add_flag_callback("--chain", again, "the header twice; once more for each further --chain")
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->trigger_on_parse();
}

void HeaderOptions::declare_origin(CLI::App& sub) {
  const auto known = [this](const std::string& word) { take_case(word); };
  on_text(sub, "--case", known, "a header of the catalogue by its id or alias; see 'ppgen list cases'", "ID");
  text(sub, "--from-json", from_json_, "the headers that `ppinspect -o json` printed, byte for byte; '-' is standard input", "FILE");
  const auto seed = [this](const std::string& word) { seed_ = number_word("--seed", word, UINT64_MAX); };
  on_text(sub, "--seed", seed, "a random valid header: every family, TLV and size", "S");
  const auto index = [this](const std::string& word) { index_ = number_word("--index", word, UINT64_MAX); };
  on_text(sub, "--index", index, "item N of the series of --seed or --from-json, from 0", "N");
  const auto mutation = [this](const std::string& word) { take_mutation(word); };
  on_text(sub, "--mutate", mutation, "seeded damage; see 'ppgen list mutations'; repeatable", "NAME");
  const auto count = [this](const std::string& word) {
    count_ = number_word("--count", word, UINT64_MAX);
    counted_ = true;
  };
  on_text(sub, "--count", count, "this many headers, one after the other", "N");
}

void HeaderOptions::take_case(const std::string& id) {
  auto found = forge::find_case(id);
  if (!found)
    refuse("--case " + in_quotes(id) + ": no case of that name; see 'ppgen list cases'" + did_you_mean(id, gen_value_words(), "--case"));
  case_ = std::make_shared<const forge::Case>(std::move(*found));
}

void HeaderOptions::take_mutation(const std::string& name) {
  const forge::Mutation* found = forge::find_mutation(name);
  if (found == nullptr)
    refuse("--mutate " + in_quotes(name) + ": no mutation of that name; see 'ppgen list mutations'" +
           did_you_mean(name, gen_value_words(), "--mutate"));
  mutations_.push_back(found);
}

}  // namespace pp::tool
