#include "host/cli/shell.h"

namespace fractalsync::cli {
namespace {

bool is_plain(const std::string& word) {
  constexpr const char* kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./,=:+@%";
  return !word.empty() && word.find_first_not_of(kPlain) == std::string::npos;
}

/// Within single quotes a shell takes everything as it stands; a single quote itself has to stand outside.
std::string quoted(const std::string& word) {
  std::string text = "'";
  for (const char c : word) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

}  // namespace

std::string shell_command(const std::vector<std::string>& words) {
  std::string command;
  for (const std::string& word : words)
    command += (command.empty() ? "" : " ") + (is_plain(word) ? word : quoted(word));
  return command;
}

}  // namespace fractalsync::cli
