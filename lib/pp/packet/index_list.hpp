// A doubly linked list through elements that are found by number, in a vector or a pool that may move them.
#pragma once

#include <cstdint>

namespace pp::packet {

inline constexpr std::uint32_t no_index = UINT32_MAX;

/// The neighbours of an element, stored in it.
struct IndexLinks {
  std::uint32_t prev = no_index;
  std::uint32_t next = no_index;
};

/// `links_of(index)` gives the element's links in this list.
class IndexList {
 public:
  template <class LinksOf>
  void push_back(std::uint32_t index, const LinksOf& links_of) {
    links_of(index) = {back_, no_index};
    (back_ == no_index ? front_ : links_of(back_).next) = index;
    back_ = index;
  }

  /// The element must be in the list.
  template <class LinksOf>
  void remove(std::uint32_t index, const LinksOf& links_of) {
    const IndexLinks links = links_of(index);
    (links.prev == no_index ? front_ : links_of(links.prev).next) = links.next;
    (links.next == no_index ? back_ : links_of(links.next).prev) = links.prev;
  }

  /// no_index when the list is empty.
  std::uint32_t front() const noexcept { return front_; }

 private:
  std::uint32_t front_ = no_index;
  std::uint32_t back_ = no_index;
};

}  // namespace pp::packet
