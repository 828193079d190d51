// A client that sends exactly the bytes it is told to, so that it can misbehave.
#pragma once

#include <chrono>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/io/descriptor.h"

namespace fractalsync::test {

struct Reply {
  int status = 0;                             ///< 0: the connection ended before there was one
  std::map<std::string, std::string> fields;  ///< names in lower case
  std::string body;

  /// A value that is no JSON is null.
  nlohmann::ordered_json json() const { return nlohmann::ordered_json::parse(body, nullptr, false); }
  std::string detail() const { return json().value("detail", ""); }
};

using Fields = std::vector<std::pair<std::string, std::string>>;

class Client {
 public:
  /// Throws when it cannot connect to 127.0.0.1.
  explicit Client(int port);

  /// False when the server does not take it all.
  bool send(std::string_view bytes);
  /// What comes within `patience`, until `enough` says so or the connection ends; everything so far.
  template <class Enough>
  const std::string& receive(std::chrono::milliseconds patience, Enough&& enough) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (!enough(received_) && receive_some(deadline)) {
    }
    return received_;
  }
  /// The next whole answer; status 0 when none comes within `patience`.
  Reply reply(std::chrono::milliseconds patience = std::chrono::seconds(60));
  /// Has the server closed? Waits `patience` for it.
  bool closed(std::chrono::milliseconds patience);

 private:
  bool receive_some(std::chrono::steady_clock::time_point deadline);

  Descriptor socket_;
  std::string received_;
  bool ended_ = false;
};

/// One request on a connection of its own. `fields` come after Host, and in its place where they have one.
Reply request(int port, const std::string& method, const std::string& path, const std::string& body = "",
              const Fields& fields = {});
Reply post_json(int port, const std::string& path, const std::string& body, const Fields& more = {});

struct FormFile {
  std::string name, filename, content;
};
Reply post_form(int port, const std::string& path, const std::vector<FormFile>& files, const Fields& more = {});

}  // namespace fractalsync::test
