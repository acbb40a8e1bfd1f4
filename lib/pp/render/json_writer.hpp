// One line of JSON, put together value by value; for everything but the records themselves (json_record.cpp).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace pp::render {

/// Members of an object are written in the order of the calls. Strings must be UTF-8; shown_text() takes any bytes.
class JsonWriter {
 public:
  JsonWriter();
  ~JsonWriter();
  JsonWriter(const JsonWriter&) = delete;

  void key(std::string_view key);
  void open_object();
  void close_object();
  void open_array();
  void close_array();
  void string(std::string_view value);
  /// Above 2^53, which readers do not keep, a string of digits.
  void number(std::uint64_t value);

  void text(std::string_view key, std::string_view value);
  /// As it is when it is UTF-8, else with the bytes that are not escaped.
  void shown_text(std::string_view key, std::string_view value);
  void number(std::string_view key, std::uint64_t value);
  void flag(std::string_view key, bool value);

  /// Appends the line with its end.
  void finish(std::string& out) const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

/// Appends JSON in which a terminal finds nothing to obey: such characters stand in strings alone, and \u says the same.
void append_safe_json(std::string& out, std::string_view json);

}  // namespace pp::render
