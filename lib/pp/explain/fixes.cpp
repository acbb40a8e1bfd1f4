#include "pp/explain/fixes.hpp"

#include "pp/explain/products.hpp"
#include "pp/text/format.hpp"

namespace pp::explain {
namespace {

// A service that only sends is never the receiver.
const Product* receiver(std::string_view product) {
  const Product* row = find_product(product);
  return row != nullptr && row->group != Group::cloud ? row : nullptr;
}

std::string known(const Product& row, const std::string& sender) {
  if (row.receive.empty()) {
    return text::format("turn the header off on the sender: {} cannot read one", row.name);
  }
  std::string out = text::format("on the receiver: {}", row.receive);
  if (!row.trust.empty() && row.receive.find(row.trust) == row.receive.npos) text::append(out, ", with {} in {}", sender, row.trust);
  if (!row.trust.empty() && row.receive.find(row.trust) != row.receive.npos) text::append(out, ", with {} in it", sender);
  return out + "; or turn the header off on the sender";
}

}  // namespace

std::string receiving_fix(std::string_view product, const std::string& sender) {
  if (const Product* row = receiver(product); row != nullptr) return known(*row, sender);
  return text::format("on the receiver: {}, {}, and trust {}; or turn the header off on the sender", find_product("nginx")->receive,
                      find_product("haproxy")->receive, sender);
}

std::string mail_receiving_fix(std::string_view product, const std::string& sender) {
  if (const Product* row = receiver(product); row != nullptr) return known(*row, sender);
  return text::format("on the receiver: {}, {}; or turn the header off on the sender", find_product("Postfix")->receive,
                      find_product("Exim")->receive);
}

std::string trusting_fix(std::string_view product, const std::string& sender) {
  const Product* row = receiver(product);
  if (row == nullptr || row->trust.empty()) return text::format("on the receiver: list {} among the trusted senders", sender);
  return text::format("on the receiver: add {} to {}'s {}", sender, row->name, row->trust);
}

std::string_view sending_fix() noexcept {
  return "on the sender: haproxy \"server ... send-proxy-v2\", nginx \"proxy_protocol on\"; or take the option off the receiver's port";
}

std::string datagram_sending_fix() {
  return "on the sender: dnsdist \"useProxyProtocol=true\", nginx stream \"proxy_protocol on\"; few receivers of datagrams read a header, "
         "and none of QUIC that is widely used";
}

}  // namespace pp::explain
