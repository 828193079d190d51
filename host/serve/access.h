// Who may ask: the host that a request names, the page that sent it, and the token.
#pragma once

#include <string>
#include <vector>

#include "host/serve/http.h"

namespace fractalsync::serve {

/// Is this an address of the machine itself ("localhost", 127.x.x.x, ::1)?
bool is_loopback(const std::string& host);

/// Compares in a time that depends on the lengths alone.
bool equal_in_constant_time(const std::string& a, const std::string& b);

class Access {
 public:
  /// `host`: what the server listens on. `allowed_hosts`: further names that it is known by. `token`: empty for none.
  Access(const std::string& host, std::vector<std::string> allowed_hosts, std::string token);

  /// Throws HttpError(403) when the request names another host than ours (a name that an attacker has pointed at this
  /// machine: DNS rebinding), or when a page of another origin sent it.
  void check_source(const RequestHead& head) const;
  /// Throws HttpError(401) without the token, where there is one.
  void check_token(const RequestHead& head) const;

 private:
  bool is_own_name(const std::string& name) const;

  std::vector<std::string> names_;
  bool any_address_;  ///< an address cannot be rebound, so any of ours will do
  std::string token_;
};

/// What every answer says to browsers.
std::vector<std::pair<std::string, std::string>> security_fields();

}  // namespace fractalsync::serve
