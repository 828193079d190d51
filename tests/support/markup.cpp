#include "support/markup.h"

#include <algorithm>
#include <cctype>

namespace fractalsync::test {
namespace {

constexpr const char* kDoctype = "<!DOCTYPE html>\n";

bool holds_bare_ampersand(const std::string& text) {
  for (std::size_t at = text.find('&'); at != std::string::npos; at = text.find('&', at + 1)) {
    const auto begins = [&](const char* entity) { return text.compare(at, std::string(entity).size(), entity) == 0; };
    if (!begins("&amp;") && !begins("&lt;") && !begins("&gt;") && !begins("&quot;") && !begins("&#39;")) return true;
  }
  return false;
}

}  // namespace

Markup read_markup(const std::string& page) {
  Markup markup;
  const auto fail = [&](const std::string& why) {
    markup.fault = why;
    return markup;
  };
  if (!page.starts_with(kDoctype)) return fail("no document type");
  std::vector<std::string> open;
  std::size_t at = std::string(kDoctype).size();
  while (at < page.size()) {
    const std::size_t begin = std::min(page.find('<', at), page.size());
    markup.text += page.substr(at, begin - at);
    if (begin == page.size()) break;
    // No value of ours holds a '>' either: it is escaped.
    const std::size_t end = page.find('>', begin);
    if (end == std::string::npos) return fail("a tag that does not end");
    std::string inside = page.substr(begin + 1, end - begin - 1);
    at = end + 1;
    if (inside.starts_with("/")) {
      if (open.empty() || open.back() != inside.substr(1)) return fail("</" + inside.substr(1) + "> closes nothing");
      open.pop_back();
      continue;
    }
    const bool closed = inside.ends_with("/");
    if (closed) inside.pop_back();
    const auto is_letter = [](unsigned char c) { return std::isalnum(c) != 0; };
    Tag tag{{inside.begin(), std::find_if_not(inside.begin(), inside.end(), is_letter)}, {}};
    if (tag.name.empty()) return fail("a tag without a name: <" + inside + ">");
    std::size_t rest = tag.name.size();
    while (rest < inside.size()) {
      const std::size_t equals = inside.find("=\"", rest),
                        quote = equals == std::string::npos ? equals : inside.find('"', equals + 2);
      if (inside[rest] != ' ' || quote == std::string::npos)
        return fail("attributes of <" + inside.substr(0, 80) + ">");
      tag.attributes.emplace_back(inside.substr(rest + 1, equals - rest - 1),
                                  inside.substr(equals + 2, quote - equals - 2));
      if (holds_bare_ampersand(tag.attributes.back().second)) return fail("a bare & in <" + inside.substr(0, 80) + ">");
      rest = quote + 1;
    }
    if (!closed) open.push_back(tag.name);
    markup.tags.push_back(std::move(tag));
  }
  if (!open.empty()) return fail("<" + open.back() + "> is not closed");
  if (holds_bare_ampersand(markup.text)) return fail("a bare & in the text");
  return markup;
}

}  // namespace fractalsync::test
