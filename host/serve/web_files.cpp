#include "host/serve/web_files.h"

#include <sys/stat.h>

#include <map>
#include <system_error>

#include "host/serve/request_head.h"
#include "host/serve/storage.h"

namespace fractalsync::serve {
namespace {

namespace fs = std::filesystem;

constexpr const char* kNotBuilt =
    "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>FractalSync</title>"
    "<p>The browser app is not here: scripts/build-web builds it, and --web-dir says where it is.</p></html>\n";

std::string web_type(const std::string& name) {
  static const std::map<std::string, std::string> types = {{".html", "text/html; charset=utf-8"},
                                                           {".js", "text/javascript; charset=utf-8"},
                                                           {".mjs", "text/javascript; charset=utf-8"},
                                                           {".css", "text/css; charset=utf-8"},
                                                           {".json", "application/json"},
                                                           {".webmanifest", "application/manifest+json"},
                                                           {".svg", "image/svg+xml"},
                                                           {".png", "image/png"},
                                                           {".jpg", "image/jpeg"},
                                                           {".ico", "image/x-icon"},
                                                           {".wasm", "application/wasm"},
                                                           {".onnx", "application/octet-stream"},
                                                           {".ogg", "audio/ogg"},
                                                           {".woff2", "font/woff2"},
                                                           {".txt", "text/plain; charset=utf-8"}};
  const auto at = types.find(fs::path(name).extension().string());
  return at == types.end() ? "application/octet-stream" : at->second;
}

std::string entity_tag(const Descriptor& file) {
  struct stat status {};
  ::fstat(file.get(), &status);
  return "\"" + std::to_string(status.st_size) + "-" + std::to_string(status.st_mtim.tv_sec) + "-" +
         std::to_string(status.st_mtim.tv_nsec) + "\"";
}

}  // namespace

bool WebFiles::built() const { return !folder_.empty() && open_beneath(folder_, {"index.html"}).has_value(); }

HttpResponse WebFiles::respond(const RequestHead& head) const {
  std::vector<std::string> parts = split_path(head.path);
  if (parts.back().empty()) parts.back() = "index.html";
  std::optional<Descriptor> file = folder_.empty() ? std::nullopt : open_beneath(folder_, parts);
  if (!file && head.path == "/") {
    HttpResponse page;
    page.content_type = web_type("index.html");
    page.body = kNotBuilt;
    return page;
  }
  if (!file) throw HttpError(404, "there is nothing at this address");
  const std::string tag = entity_tag(*file);
  HttpResponse response;
  if (head.field("if-none-match") == tag)
    response.status = 304;
  else
    response = file_response(*std::move(file), web_type(parts.back()), head);
  response.fields.emplace_back("ETag", tag);
  // The build puts a hash of the content into the names below assets/.
  response.fields.emplace_back("Cache-Control",
                               parts.front() == "assets" ? "public, max-age=31536000, immutable" : "no-cache");
  return response;
}

fs::path find_web_files() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  // PREFIX/bin/fractalsync beside PREFIX/share/fractalsync/web; build/bin/fractalsync within the sources.
  for (const fs::path& candidate : {program.parent_path() / "../share/fractalsync/web",
                                    program.parent_path() / "../../apps/web/dist", fs::path("apps/web/dist")})
    if (fs::is_regular_file(candidate / "index.html", error)) return candidate.lexically_normal();
  return {};
}

}  // namespace fractalsync::serve
