// HTML that is well-formed XML too, read tag by tag: what the tests know of a page without a browser.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace fractalsync::test {

struct Tag {
  std::string name;
  std::vector<std::pair<std::string, std::string>> attributes;  ///< values as they are written
};

struct Markup {
  std::string fault;      ///< empty when the page is well-formed
  std::vector<Tag> tags;  ///< in order, without those that close
  std::string text;       ///< what is between the tags, as it is written
};

/// Every tag is closed in order, every attribute quoted, no '<' or '&' outside of tags and entities.
Markup read_markup(const std::string& page);

}  // namespace fractalsync::test
