// The browser app: static files of one folder.
#pragma once

#include <filesystem>
#include <string>

#include "host/serve/http.h"

namespace fractalsync::serve {

class WebFiles {
 public:
  /// `folder` may be missing: a page then says how to build the app.
  explicit WebFiles(std::filesystem::path folder) : folder_(std::move(folder)) {}

  bool built() const;
  /// The file at the request's path; index.html for a path that ends in a slash. Throws HttpError(404).
  HttpResponse respond(const RequestHead& head) const;

 private:
  std::filesystem::path folder_;
};

/// Where the app is: what scripts/build-web made, or beside an installed program; empty when it is at neither place.
std::filesystem::path find_web_files();

}  // namespace fractalsync::serve
