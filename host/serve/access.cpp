#include "host/serve/access.h"

#include <arpa/inet.h>
#include <unistd.h>

#include <algorithm>
#include <optional>

#include "host/serve/request_head.h"

namespace fractalsync::serve {
namespace {

/// The name of "name", "name:port", "[::1]" or "[::1]:port", without brackets; nothing when it is none of these.
std::optional<std::string> name_of(const std::string& authority) {
  std::string name = authority, port;
  if (authority.starts_with('[')) {
    const std::size_t end = authority.find(']');
    if (end == std::string::npos) return std::nullopt;
    name = authority.substr(1, end - 1);
    port = authority.substr(end + 1);
  } else if (const std::size_t colon = authority.find(':'); colon != std::string::npos) {
    name = authority.substr(0, colon);
    port = authority.substr(colon);
  }
  const bool good_port = port.empty() || (port[0] == ':' && port.size() > 1 && port.size() <= 6 &&
                                          port.find_first_not_of("0123456789", 1) == std::string::npos);
  if (name.empty() || !good_port) return std::nullopt;
  return lowered(name);
}

bool is_address(const std::string& name) {
  unsigned char bytes[16];
  return ::inet_pton(AF_INET, name.c_str(), bytes) == 1 || ::inet_pton(AF_INET6, name.c_str(), bytes) == 1;
}

}  // namespace

bool is_loopback(const std::string& host) {
  if (lowered(host) == "localhost") return true;
  in_addr v4{};
  in6_addr v6{};
  if (::inet_pton(AF_INET, host.c_str(), &v4) == 1) return (ntohl(v4.s_addr) >> 24) == 127;
  return ::inet_pton(AF_INET6, host.c_str(), &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

bool equal_in_constant_time(const std::string& a, const std::string& b) {
  volatile unsigned char difference = a.size() == b.size() ? 0 : 1;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const char other = b.empty() ? '\0' : b[i % b.size()];
    difference = static_cast<unsigned char>(difference | (a[i] ^ other));
  }
  return difference == 0;
}

Access::Access(const std::string& host, std::vector<std::string> allowed_hosts, std::string token)
    : names_(std::move(allowed_hosts)), any_address_(!is_loopback(host)), token_(std::move(token)) {
  for (std::string& name : names_) name = lowered(name);
  names_.push_back(lowered(host));
  char own[256] = {};
  if (any_address_ && ::gethostname(own, sizeof own - 1) == 0) {
    names_.push_back(lowered(own));
    names_.push_back(lowered(own) + ".local");
  }
}

bool Access::is_own_name(const std::string& name) const {
  return is_loopback(name) || (any_address_ && is_address(name)) ||
         std::find(names_.begin(), names_.end(), name) != names_.end();
}

void Access::check_source(const RequestHead& head) const {
  const std::string host = head.field("host");
  const std::optional<std::string> name = name_of(host);
  if (!name || !is_own_name(*name))
    throw HttpError(403, "this server is not known by the name that the request gives (--allow-host adds one)");
  const std::string origin = lowered(head.field("origin")), own = lowered(host);
  if (!origin.empty() && origin != "http://" + own && origin != "https://" + own)
    throw HttpError(403, "requests of other pages are not answered");
  // A browser says where a request comes from even where it sends no Origin. An address typed or followed to the app's
  // page itself is no request of another page.
  const std::string site = head.field("sec-fetch-site");
  const bool to_page = (head.method == "GET" || head.method == "HEAD") && !head.path.starts_with("/api/");
  if (!site.empty() && site != "same-origin" && site != "none" && !to_page)
    throw HttpError(403, "requests of other pages are not answered");
}

void Access::check_token(const RequestHead& head) const {
  if (token_.empty()) return;
  const std::string given = head.field("authorization");
  constexpr std::string_view kScheme = "bearer ";
  if (lowered(given.substr(0, kScheme.size())) == kScheme &&
      equal_in_constant_time(given.substr(kScheme.size()), token_))
    return;
  throw HttpError(401, "this server wants its token: Authorization: Bearer TOKEN");
}

std::vector<std::pair<std::string, std::string>> security_fields() {
  return {
      // The app: its own scripts and styles, WebAssembly, a worker and an audio worklet of its own, sound and pictures
      // that it makes itself (blob:).
      {"Content-Security-Policy",
       "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:; style-src 'self'; "
       "img-src 'self' blob: data:; media-src 'self' blob:; font-src 'self'; connect-src 'self' blob:; "
       "manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
      {"X-Content-Type-Options", "nosniff"},
      {"X-Frame-Options", "DENY"},
      {"Referrer-Policy", "no-referrer"},
      {"Cross-Origin-Opener-Policy", "same-origin"},
      {"Cross-Origin-Resource-Policy", "same-origin"},
      {"Permissions-Policy", "camera=(), geolocation=(), payment=(), usb=()"},
  };
}

}  // namespace fractalsync::serve
