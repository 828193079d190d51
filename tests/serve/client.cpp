#include "serve/client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <stdexcept>

namespace fractalsync::test {
namespace {

constexpr const char* kBoundary = "----a boundary of the tests";

std::map<std::string, std::string> parse_fields(std::string_view head) {
  std::map<std::string, std::string> fields;
  for (std::size_t begin = head.find("\r\n"); begin != std::string_view::npos;) {
    begin += 2;
    const std::size_t end = std::min(head.find("\r\n", begin), head.size());
    const std::string_view line = head.substr(begin, end - begin);
    if (const std::size_t colon = line.find(": "); colon != std::string_view::npos) {
      std::string name(line.substr(0, colon));
      for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      fields[name] = line.substr(colon + 2);
    }
    begin = end < head.size() ? end : std::string_view::npos;
  }
  return fields;
}

}  // namespace

Client::Client(int port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
    throw std::runtime_error("cannot connect to port " + std::to_string(port));
}

bool Client::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool Client::receive_some(std::chrono::steady_clock::time_point deadline) {
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
  pollfd waiting{socket_.get(), POLLIN, 0};
  if (ended_ || left <= 0 || ::poll(&waiting, 1, static_cast<int>(left) + 1) <= 0) return false;
  char bytes[65536];
  const ssize_t got = ::recv(socket_.get(), bytes, sizeof bytes, 0);
  ended_ = got <= 0;
  if (!ended_) received_.append(bytes, static_cast<std::size_t>(got));
  return !ended_;
}

Reply Client::reply(std::chrono::milliseconds patience) {
  const auto whole_head = [](const std::string& bytes) { return bytes.find("\r\n\r\n") != std::string::npos; };
  receive(patience, whole_head);
  const std::size_t end = received_.find("\r\n\r\n");
  if (end == std::string::npos || !received_.starts_with("HTTP/1.1 ")) return {};
  Reply reply{std::stoi(received_.substr(9, 3)), parse_fields(received_.substr(0, end)), ""};
  received_.erase(0, end + 4);
  if (reply.status == 100) return this->reply(patience);
  const auto length = reply.fields.find("content-length");
  const std::size_t size = length == reply.fields.end() ? 0 : std::stoul(length->second);
  receive(patience, [&](const std::string& bytes) { return bytes.size() >= size; });
  reply.body = received_.substr(0, size);
  received_.erase(0, reply.body.size());
  return reply;
}

bool Client::closed(std::chrono::milliseconds patience) {
  receive(patience, [](const std::string&) { return false; });
  return ended_;
}

Reply request(int port, const std::string& method, const std::string& path, const std::string& body,
              const Fields& fields) {
  std::string bytes = method + " " + path + " HTTP/1.1\r\n";
  const bool hosted = std::any_of(fields.begin(), fields.end(), [](const auto& f) { return f.first == "Host"; });
  if (!hosted) bytes += "Host: localhost:" + std::to_string(port) + "\r\n";
  for (const auto& [name, value] : fields) bytes.append(name).append(": ").append(value).append("\r\n");
  if (!body.empty() || method == "POST") bytes += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  Client client(port);
  client.send(bytes + "\r\n" + body);
  if (method == "HEAD") {
    client.receive(std::chrono::seconds(60), [](const std::string& got) { return got.ends_with("\r\n\r\n"); });
  }
  return client.reply();
}

Reply post_json(int port, const std::string& path, const std::string& body, const Fields& more) {
  Fields fields = {{"Content-Type", "application/json"}};
  fields.insert(fields.end(), more.begin(), more.end());
  return request(port, "POST", path, body, fields);
}

Reply post_form(int port, const std::string& path, const std::vector<FormFile>& files, const Fields& more) {
  std::string body;
  for (const FormFile& file : files)
    body += std::string("--") + kBoundary + "\r\nContent-Disposition: form-data; name=\"" + file.name +
            "\"; filename=\"" + file.filename + "\"\r\nContent-Type: application/octet-stream\r\n\r\n" + file.content +
            "\r\n";
  Fields fields = {{"Content-Type", std::string("multipart/form-data; boundary=\"") + kBoundary + "\""}};
  fields.insert(fields.end(), more.begin(), more.end());
  return request(port, "POST", path, body + "--" + kBoundary + "--\r\n", fields);
}

}  // namespace fractalsync::test
