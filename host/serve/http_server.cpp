// The only file that includes cpp-httplib.
#include "host/serve/http_server.h"

#include <httplib.h>
#include <spdlog/spdlog.h>

#include <condition_variable>
#include <deque>
#include <optional>

#include "host/serve/body_reader.h"
#include "host/serve/request_head.h"

namespace fractalsync::serve {
namespace {

constexpr int kBacklog = 256;
constexpr std::size_t kFilePiece = 65536;
constexpr std::size_t kKeptRequests = 1000;

/// Set while a connection is refused for there being too many; by the thread that accepts.
thread_local bool refusing = false;

/// A thread per connection, at most so many; kept for the next ones.
class ConnectionThreads final : public httplib::TaskQueue {
 public:
  explicit ConnectionThreads(int most, StopSignal& stop, std::chrono::milliseconds farewell)
      : most_(static_cast<std::size_t>(most)), stop_(stop), farewell_(farewell) {}

  void enqueue(std::function<void()> connection) override {
    {
      const std::lock_guard lock(mutex_);
      if (waiting_ > tasks_.size() || threads_.size() < most_) {
        tasks_.push_back(std::move(connection));
        if (tasks_.size() > waiting_) threads_.emplace_back([this] { work(); });
        ready_.notify_one();
        return;
      }
    }
    refusing = true;
    connection();
    refusing = false;
  }

  void shutdown() override {
    stop_.close();
    std::unique_lock lock(mutex_);
    over_ = true;
    ready_.notify_all();
    if (!done_.wait_for(lock, farewell_, [this] { return working_ == 0 && tasks_.empty(); })) stop_.abort();
    lock.unlock();
    for (std::thread& thread : threads_) thread.join();
  }

 private:
  void work() {
    std::unique_lock lock(mutex_);
    for (;;) {
      ++waiting_;
      ready_.wait(lock, [this] { return !tasks_.empty() || over_; });
      --waiting_;
      if (tasks_.empty()) return;
      const std::function<void()> task = std::move(tasks_.front());
      tasks_.pop_front();
      ++working_;
      lock.unlock();
      task();
      lock.lock();
      --working_;
      done_.notify_all();
    }
  }

  std::size_t most_;
  StopSignal& stop_;
  std::chrono::milliseconds farewell_;
  std::mutex mutex_;
  std::condition_variable ready_, done_;
  std::deque<std::function<void()>> tasks_;
  std::vector<std::thread> threads_;
  std::size_t waiting_ = 0;
  int working_ = 0;
  bool over_ = false;
};

/// What the library sees of a connection: the request that we tell it, and a way out for the answer.
class AnswerStream final : public httplib::Stream {
 public:
  AnswerStream(Connection& connection, std::string request) : connection_(connection), request_(std::move(request)) {}

  bool is_readable() const override { return true; }
  bool is_writable() const override { return connection_.alive(); }
  ssize_t read(char* bytes, std::size_t size) override {
    const std::size_t count = request_.copy(bytes, size, taken_);
    taken_ += count;
    return static_cast<ssize_t>(count);
  }
  ssize_t write(const char* bytes, std::size_t size) override {
    good_ = good_ && connection_.write({bytes, size});
    return good_ ? static_cast<ssize_t>(size) : -1;
  }
  void get_remote_ip_and_port(std::string&, int&) const override {}
  void get_local_ip_and_port(std::string&, int&) const override {}
  socket_t socket() const override { return connection_.socket(); }
  bool good() const { return good_; }

 private:
  Connection& connection_;
  std::string request_;
  std::size_t taken_ = 0;
  bool good_ = true;
};

class LibraryEventSink final : public EventSink {
 public:
  LibraryEventSink(httplib::DataSink& sink, Connection& connection, const StopSignal& stop)
      : sink_(sink), connection_(connection), stop_(stop) {}
  bool write(std::string_view text) override {
    connection_.start_pace();
    return sink_.write(text.data(), text.size());
  }
  bool open() const override { return !stop_.closing() && connection_.alive(); }

 private:
  httplib::DataSink& sink_;
  Connection& connection_;
  const StopSignal& stop_;
};

/// Hands our answer to the library.
void translate(HttpResponse&& from, Connection& connection, const StopSignal& stop, httplib::Response& to) {
  to.status = from.status;
  for (const auto& [name, value] : from.fields) to.set_header(name, value);
  if (from.events) {
    to.set_chunked_content_provider(
        from.content_type, [run = std::move(from.events), &connection, &stop](std::size_t, httplib::DataSink& sink) {
          LibraryEventSink events(sink, connection, stop);
          run(events);
          sink.done();
          return true;
        });
  } else if (from.file && from.length > 0) {
    to.set_content_provider(
        static_cast<std::size_t>(from.length), from.content_type,
        [file = from.file, begin = from.offset](std::size_t offset, std::size_t left, httplib::DataSink& sink) {
          char bytes[kFilePiece];
          const ssize_t got =
              ::pread(file->get(), bytes, std::min(left, sizeof bytes), begin + static_cast<off_t>(offset));
          return got > 0 && sink.write(bytes, static_cast<std::size_t>(got));
        });
  } else {
    to.set_content(from.body, from.content_type);
  }
}

}  // namespace

class HttpServer::Gate final : public httplib::Server {
 public:
  Gate(serve::Handler handler, const HttpLimits& limits) : handler_(std::move(handler)), limits_(limits) {
    new_task_queue = [this] { return new ConnectionThreads(limits_.connections, stop_, limits_.farewell); };
    // The library's own choice, SO_REUSEPORT, would let a second server take half of our connections.
    set_socket_options([](socket_t socket) {
      const int yes = 1;
      ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    });
    // Only what answers say of themselves: connections are kept by serve_one's own loop.
    set_keep_alive_timeout(std::chrono::duration_cast<std::chrono::seconds>(limits.patience.idle).count());
    set_keep_alive_max_count(kKeptRequests);
    // The library is told of every request as "GET /" (serve_one), and finds its answer ready, with its thread.
    Get(".*", [this](const httplib::Request&, httplib::Response& to) {
      translate(std::move(*current_answer()), *current_connection(), stop_, to);
    });
  }

  int bind(const std::string& host, int port) {
    const int bound = port == 0 ? bind_to_any_port(host) : bind_to_port(host, port) ? port : -1;
    if (bound < 0)
      throw Error("cannot listen on " + host + ":" + std::to_string(port) +
                  ": is the port taken, or the address not of this machine?");
    // The library asks for 5, and a browser alone opens more at once.
    ::listen(svr_sock_, kBacklog);
    return bound;
  }

  void run() { listen_after_bind(); }

  /// Only the library's loop may close its socket: it ends when the socket no longer accepts. (Its own stop() would cut
  /// answers off in the middle.)
  void stop_accepting() {
    stop_.close();
    ::shutdown(svr_sock_, SHUT_RDWR);
  }

 private:
  static HttpResponse*& current_answer() {
    thread_local HttpResponse* answer = nullptr;
    return answer;
  }
  static Connection*& current_connection() {
    thread_local Connection* connection = nullptr;
    return connection;
  }

  bool process_and_close_socket(socket_t socket) override {
    const Descriptor owner(socket);
    Connection connection(socket, limits_.patience, stop_);
    if (refusing) {
      const std::string text = error_response(429, "too many connections; try again in a moment").body;
      // One attempt, which never waits: this thread accepts.
      const std::string answer =
          "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 1\r\nConnection: close\r\n"
          "Content-Type: application/json\r\nContent-Length: " +
          std::to_string(text.size()) + "\r\n\r\n" + text;
      ::send(socket, answer.data(), answer.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
      ::shutdown(socket, SHUT_WR);
      return false;
    }
    while (serve_one(connection)) {
    }
    return true;
  }

  /// One request and its answer; true when another may follow.
  bool serve_one(Connection& connection) {
    RequestHead head;
    bool body_left = false;
    HttpResponse answer;
    try {
      const std::optional<std::string> bytes = connection.read_head();
      if (!bytes) return false;
      body_left = true;  // until it is known that there is none
      head = parse_request_head(*bytes);
      body_left = head.has_body();
      answer = respond(head, connection, body_left);
    } catch (const HttpError& error) {
      body_left = true;
      answer = error_response(error.status(), error.what());
    }
    const bool last = body_left || !head.keep_alive || stop_.closing();
    if (last) answer.fields.emplace_back("Connection", "close");
    AnswerStream stream(connection, (head.method == "HEAD" ? "HEAD" : "GET") + std::string(" / HTTP/1.1\r\n\r\n"));
    current_answer() = &answer;
    current_connection() = &connection;
    bool unused = false;
    connection.start_pace();
    const bool written = process_request(stream, last, unused, nullptr) && stream.good();
    if (written && body_left) connection.linger();
    return written && !last;
  }

  /// What the handler answers. `body_left`: is there still something of the body that was not read?
  HttpResponse respond(const RequestHead& head, Connection& connection, bool& body_left) {
    const BodyReader body = [&](std::int64_t limit, const BodySink& sink) {
      connection.start_pace();
      bool invited = head.field("expect") != "100-continue";
      const ByteSource source = [&](char* bytes, std::size_t size) {
        if (!invited) connection.write("HTTP/1.1 100 Continue\r\n\r\n");
        invited = true;
        return connection.read(bytes, size);
      };
      read_body(head, limit, source, sink);
      body_left = false;
    };
    try {
      return handler_(head, body);
    } catch (const HttpError& error) {
      return error_response(error.status(), error.what());
    } catch (const std::exception& error) {
      spdlog::error("{} {}: {}", head.method, head.path, error.what());
      return error_response(500, "something went wrong here; the server's log says what");
    }
  }

  serve::Handler handler_;
  HttpLimits limits_;
  StopSignal stop_;
};

HttpServer::HttpServer(Handler handler, const HttpLimits& limits)
    : gate_(std::make_unique<Gate>(std::move(handler), limits)) {}
HttpServer::~HttpServer() = default;
int HttpServer::bind(const std::string& host, int port) { return gate_->bind(host, port); }
void HttpServer::run() { gate_->run(); }
void HttpServer::stop() { gate_->stop_accepting(); }

}  // namespace fractalsync::serve
