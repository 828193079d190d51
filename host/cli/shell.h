// Commands as people can paste them into a shell.
#pragma once

#include <string>
#include <vector>

namespace fractalsync::cli {

/// The words, separated by spaces, each quoted where a POSIX shell would otherwise not take it for that one word.
std::string shell_command(const std::vector<std::string>& words);

}  // namespace fractalsync::cli
