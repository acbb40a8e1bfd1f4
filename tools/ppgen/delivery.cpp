#include "ppgen/delivery.hpp"

namespace pp::tool {

Delivery delivery_of(const forge::Plan& plan, std::size_t header_bytes) {
  Delivery out;
  out.gap = std::chrono::milliseconds(plan.pause_ms);
  if (plan.each_byte) {
    for (std::size_t i = 1; i <= header_bytes; ++i) out.splits.push_back(i);
  } else if (plan.at != 0) {
    out.splits = {plan.at};
  }
  const bool fin = plan.then == forge::Then::fin || plan.then == forge::Then::payload_and_fin;
  out.then = fin ? AfterSending::fin : plan.then == forge::Then::reset ? AfterSending::reset : AfterSending::stay;
  return out;
}

}  // namespace pp::tool
