// What reads bytes of strangers: the head of a request, its body, forms, JSON. First what they must say, then that no
// bytes at all bring them to anything but an HttpError.
#include <gtest/gtest.h>

#include <random>

#include "host/serve/access.h"
#include "host/serve/body_reader.h"
#include "host/serve/multipart.h"
#include "host/serve/request_head.h"
#include "host/serve/router.h"
#include "host/serve/schema.h"

namespace fractalsync::serve {
namespace {

const std::string kHead = "POST /api/train/start?x=1 HTTP/1.1\r\nHost: localhost:8000\r\nContent-Length: 12\r\n\r\n";

int head_status(const std::string& bytes) {
  try {
    parse_request_head(bytes);
    return 200;
  } catch (const HttpError& error) {
    return error.status();
  }
}

TEST(RequestHead, IsTakenApart) {
  const RequestHead head = parse_request_head(kHead);
  EXPECT_EQ(head.method, "POST");
  EXPECT_EQ(head.path, "/api/train/start");
  EXPECT_EQ(head.query, "x=1");
  EXPECT_EQ(head.field("host"), "localhost:8000");
  EXPECT_EQ(head.content_length, 12);
  EXPECT_TRUE(head.keep_alive);
  EXPECT_FALSE(parse_request_head("GET / HTTP/1.1\r\nhost: a\r\nCONNECTION: Close\r\n\r\n").keep_alive);
}

TEST(RequestHead, WhatIsForbiddenOrAmbiguousIsRefused) {
  const std::string get = "GET / HTTP/1.1\r\nHost: a\r\n";
  const std::pair<const char*, int> endings[] = {
      {"\r\n", 200},
      {"Content-Length: 1\r\nContent-Length: 2\r\n\r\n", 400},
      {"Host: b\r\n\r\n", 400},
      {"A: 1\r\nA: 2\r\n\r\n", 200},
      {"A : 1\r\n\r\n", 400},
      {"A: 1\r\n folded\r\n\r\n", 400},
      {"A: 1\nB: 2\r\n\r\n", 400},
      {"A: \x01\r\n\r\n", 400},
      {"no colon\r\n\r\n", 400},
      {"Content-Length: -1\r\n\r\n", 400},
      {"Content-Length: 99999999999999999999\r\n\r\n", 400},
      {"Content-Encoding: gzip\r\n\r\n", 415},
      {"Transfer-Encoding: gzip, chunked\r\n\r\n", 501},
      {"Transfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n", 400},
      {"Transfer-Encoding: chunked\r\n\r\n", 400},  // a GET has no body
  };
  for (const auto& [ending, status] : endings) EXPECT_EQ(head_status(get + ending), status) << ending;
  for (const char* line : {"GET /", "GET  HTTP/1.1", "GET http://a/ HTTP/1.1", "GET /\\ HTTP/1.1", "G T / HTTP/1.1"})
    EXPECT_EQ(head_status(line + std::string("\r\nHost: a\r\n\r\n")), 400) << line;
  EXPECT_EQ(head_status("TRACE / HTTP/1.1\r\nHost: a\r\n\r\n"), 405);
  EXPECT_EQ(head_status("GET / HTTP/2.0\r\nHost: a\r\n\r\n"), 505);
  EXPECT_EQ(head_status("GET / HTTP/1.1\r\n\r\n"), 400);
  EXPECT_EQ(head_status("GET /" + std::string(3000, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n"), 414);
  std::string many = get;
  for (int i = 0; i < 70; ++i) many += "A" + std::to_string(i) + ": x\r\n";
  EXPECT_EQ(head_status(many + "\r\n"), 431);
}

TEST(RequestHead, PathsAreSplitBeforeTheyAreDecoded) {
  EXPECT_EQ(split_path("/a/b%2Fc/%20"), (std::vector<std::string>{"a", "b/c", " "}));
  for (const char* path : {"", "a", "/%", "/%4", "/%zz", "/%00", "/%0d%0a"})
    EXPECT_THROW(split_path(path), HttpError) << path;
}

/// The body, or "status" when it is refused.
std::string body_of(const RequestHead& head, std::int64_t limit, const std::string& bytes) {
  std::size_t at = 0;
  std::string body;
  try {
    read_body(
        head, limit,
        [&](char* to, std::size_t size) {
          if (at == bytes.size()) throw HttpError(400, "the end");
          const std::size_t count = bytes.copy(to, std::min<std::size_t>(size, 3), at);
          at += count;
          return count;
        },
        [&](std::string_view piece) { body += piece; });
  } catch (const HttpError& error) {
    return std::to_string(error.status());
  }
  return body;
}

TEST(Body, ByLengthAndInChunks) {
  RequestHead head;
  head.content_length = 5;
  EXPECT_EQ(body_of(head, 5, "hello, and more"), "hello");
  EXPECT_EQ(body_of(head, 4, "hello"), "413");
  EXPECT_EQ(body_of(head, 5, "hel"), "400");
  head.chunked = true;
  EXPECT_EQ(body_of(head, 100, "5;x=y\r\nhello\r\nA\r\n0123456789\r\n0\r\nT: 1\r\n\r\n"), "hello0123456789");
  EXPECT_EQ(body_of(head, 14, "5\r\nhello\r\nA\r\n0123456789\r\n0\r\n\r\n"), "413");
  // The size alone is enough to refuse it, and no size overflows.
  EXPECT_EQ(body_of(head, 1000, "FFFFFFFFFFFFFFF\r\n"), "413");
  EXPECT_EQ(body_of(head, 1000, "FFFFFFFFFFFFFFFFFFFF\r\n"), "400");
  for (const char* broken : {"\r\n", "-1\r\n", "5\nhello\r\n0\r\n\r\n", "5\r\nhello0\r\n\r\n", "x\r\n", "5\r\nhello"})
    EXPECT_EQ(body_of(head, 100, broken), "400") << broken;
  EXPECT_EQ(body_of(head, 100, "1;" + std::string(400, 'x')), "400") << "a chunk's line without end";
}

/// "name|filename=content" of each part, fed in pieces of `step` bytes; "status" when the form is refused.
std::string parts_of_form(const std::string& boundary, const std::string& form, std::size_t step) {
  std::string all;
  try {
    MultipartParser parser(
        boundary, [&](const FormPart& part) { all += part.name + "|" + part.filename + "="; },
        [&](std::string_view data) { all += data; }, [&] { all += ";"; });
    for (std::size_t at = 0; at < form.size(); at += step) parser.feed(std::string_view(form).substr(at, step));
    parser.finish();
  } catch (const HttpError& error) {
    return std::to_string(error.status());
  }
  return all;
}

TEST(Form, PartsComeOutHoweverTheyArrive) {
  const std::string head = "Content-Disposition: form-data; name=\"files\"; filename=\"";
  const std::string form =
      "--B\r\n" + head + "a.wav\"\r\nContent-Type: audio/wav\r\n\r\none\r\n--Bother\r\n--B\r\n" + head +
      "b \\\"x\\\".wav\"\r\n\r\n\r\n--B\r\nContent-disposition: FORM-data; Name=plain\r\n\r\n2\r\n--B--\r\nepilogue";
  for (std::size_t step = 1; step < form.size(); ++step)
    EXPECT_EQ(parts_of_form("B", form, step), "400") << "'--Bother' after a line end is no boundary of this form";
  const std::string good =
      "--B\r\n" + head + "a.wav\"\r\nContent-Type: audio/wav\r\n\r\none\r\n--\r\n-B\r\n--B\r\n" + head +
      "b \\\"x\\\".wav\"\r\n\r\n\r\n--B\r\nContent-disposition: FORM-data; Name=plain\r\n\r\n2\r\n--B--\r\nepilogue";
  for (std::size_t step = 1; step <= good.size(); ++step)
    EXPECT_EQ(parts_of_form("B", good, step), "files|a.wav=one\r\n--\r\n-B;files|b \"x\".wav=;plain|=2;") << step;
}

TEST(Form, WhatIsBrokenIsRefused) {
  EXPECT_EQ(parts_of_form("B", "--B--", 1), "") << "no parts, no line end after the last boundary";
  EXPECT_EQ(parts_of_form("B", "--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx", 7), "400");
  EXPECT_EQ(parts_of_form("B", "--B\r\nA: b\r\n\r\nx\r\n--B--\r\n", 7), "400");
  EXPECT_EQ(parts_of_form("B", "--B\r\n" + std::string(5000, 'a'), 100), "400") << "a part's head without end";
  EXPECT_EQ(parts_of_form("B", std::string(100000, 'a'), 100), "400");
  EXPECT_EQ(multipart_boundary("Multipart/Form-Data; charset=x; boundary=\"a b\""), "a b");
  for (const char* type : {"multipart/form-data", "multipart/form-data; boundary=", "text/plain; boundary=a", ""})
    EXPECT_THROW(multipart_boundary(type), HttpError) << type;
}

TEST(JsonBodyText, DepthDoublesAndNumbers) {
  EXPECT_EQ(parse_json(R"({"a": [1, 2.5, true, null, "x"]})")["a"].size(), 5u);
  for (const std::string& text : {std::string("{\"a\": NaN}"), std::string("[Infinity]"), std::string("[1e999]"),
                                  std::string("{\"a\": 1, \"a\": 2}"), std::string("{"), std::string(),
                                  std::string("\xff"), std::string(60000, '['), std::string("[1] 2")}) {
    try {
      parse_json(text);
      ADD_FAILURE() << text.substr(0, 40);
    } catch (const HttpError& error) {
      EXPECT_EQ(error.status(), 422);
    }
  }
}

TEST(AccessRules, LoopbackIsToldFromTheRest) {
  for (const char* host : {"localhost", "LocalHost", "127.0.0.1", "127.8.9.1", "::1"})
    EXPECT_TRUE(is_loopback(host)) << host;
  for (const char* host :
       {"", "0.0.0.0", "::", "128.0.0.1", "localhost.example.com", "127.0.0.1.example.com", "::ffff:1.2.3.4"})
    EXPECT_FALSE(is_loopback(host)) << host;
}

TEST(AccessRules, TokensAreCompared) {
  EXPECT_TRUE(equal_in_constant_time("secret", "secret"));
  for (const char* other : {"", "secre", "secret ", "Secret", "secretsecret"})
    EXPECT_FALSE(equal_in_constant_time(other, "secret")) << other;
  EXPECT_FALSE(equal_in_constant_time("secret", ""));
}

/// Changes bytes, cuts, repeats, and joins pieces of what is good.
class Mutator {
 public:
  explicit Mutator(std::uint64_t seed) : random_(seed) {}

  std::size_t below(std::size_t count) { return count == 0 ? 0 : random_() % count; }
  std::string mutated(std::string text, const std::vector<std::string>& words) {
    for (std::size_t times = 1 + below(4); times > 0; --times) {
      const std::size_t at = below(text.size() + 1), length = below(text.size() - at + 1);
      switch (below(6)) {
        case 0:
          text.erase(at, length);
          break;
        case 1:
          text.insert(at, text.substr(at, length));
          break;
        case 2:
          text.insert(at, words[below(words.size())]);
          break;
        case 3:
          text.insert(at, 1, static_cast<char>(random_()));
          break;
        case 4:
          text.insert(at, below(3000), text.empty() ? 'x' : text[below(text.size())]);
          break;
        default:
          if (at < text.size()) text[at] = static_cast<char>(random_());
      }
    }
    return text;
  }

 private:
  std::mt19937_64 random_;
};

/// A router like the server's own, without anything behind it.
Router made_up_router(const Access& access) {
  Router router(access, [](const RequestHead& head) -> HttpResponse {
    split_path(head.path);
    throw HttpError(404, "none");
  });
  const Json schema = {{"type", "object"},
                       {"properties",
                        {{"epochs", {{"type", "integer"}, {"minimum", 1}, {"maximum", 1000}}},
                         {"hidden", {{"type", "array"}, {"maxItems", 4}, {"items", {{"type", "integer"}}}}},
                         {"image", {{"type", "string"}, {"enum", {"V", "Q"}}}}}},
                       {"required", {"epochs"}},
                       {"additionalProperties", false}};
  router.add({{"POST",
               "/api/train/start",
               "start",
               "",
               JsonBody{schema},
               {},
               [](const HttpRequest& request) {
                 const double epochs = request.json["epochs"].get<double>();
                 EXPECT_TRUE(epochs >= 1 && epochs <= 1000) << request.json.dump();
                 return json_response(request.json);
               }},
              {"POST", "/api/audio/{name}", "upload", "", FormBody{"files", {}}, {}, [](const HttpRequest& request) {
                 EXPECT_FALSE(request.path_values.at("name").empty());
                 std::size_t bytes = 0;
                 MultipartParser form(
                     multipart_boundary(request.head.field("content-type")), [](const FormPart&) {},
                     [&](std::string_view piece) { bytes += piece.size(); }, [] {});
                 request.read_body([&](std::string_view piece) { form.feed(piece); }, 20000);
                 form.finish();
                 EXPECT_LE(bytes, 20000u);
                 return json_response(bytes);
               }}});
  return router;
}

TEST(Fuzz, NoBytesBreakTheWayIn) {
  const std::uint64_t seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  Mutator mutate(seed);
  const Access access("127.0.0.1", {}, "");
  const Router router = made_up_router(access);
  const std::string json = R"({"epochs": 100, "hidden": [64, 32], "image": "V"})";
  const std::string form =
      "--B\r\nContent-Disposition: form-data; name=\"files\"; filename=\"a.wav\"\r\n\r\nsound\r\n--B--\r\n";
  const auto sized = [](const std::string& path, const std::string& type, const std::string& body) {
    return "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + type +
           "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  };
  const std::vector<std::string> good = {
      sized("/api/train/start", "application/json", json),
      sized("/api/audio/a%2Fb", "multipart/form-data; boundary=B", form),
      "POST /api/train/start HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: "
      "chunked\r\n\r\n10\r\n{\"epochs\": 100, \r\n11\r\n\"hidden\": [3, 4]}\r\n0\r\n\r\n",
      "GET /a/%41?x HTTP/1.1\r\nHost: localhost\r\nRange: bytes=0-1\r\nOrigin: http://localhost\r\n\r\n"};
  const std::vector<std::string> words = {"\r\n",
                                          "\r\n\r\n",
                                          "--B",
                                          "--B--\r\n",
                                          "Content-Length: 7\r\n",
                                          "\"",
                                          "[[[[",
                                          "{\"",
                                          "1e999",
                                          "-0",
                                          "NaN",
                                          "\\u0000",
                                          "\xc3\x28",
                                          "%2e%2e/",
                                          "Transfer-Encoding: chunked\r\n",
                                          "FFFFFFFFFFFFFFFF\r\n",
                                          "name=\"",
                                          "epochs",
                                          "Host: evil\r\n",
                                          std::string(1, '\0')};
  int answered = 0, refused = 0;
  for (int round = 0; round < 20000; ++round) {
    std::string bytes = good[mutate.below(good.size())];
    if (round >= 8) bytes = mutate.mutated(bytes, words);
    try {
      const std::size_t end = bytes.find("\r\n\r\n");
      if (end == std::string::npos) continue;
      const RequestHead head = parse_request_head(bytes.substr(0, end + 4));
      std::size_t at = end + 4;
      const BodyReader body = [&](std::int64_t limit, const BodySink& sink) {
        read_body(
            head, limit,
            [&](char* to, std::size_t size) {
              if (at >= bytes.size()) throw HttpError(400, "the end");
              const std::size_t count = bytes.copy(to, size, at);
              at += count;
              return count;
            },
            sink);
      };
      const HttpResponse response = router.handle(head, body);
      (response.status < 400 ? answered : refused) += 1;
      EXPECT_NO_THROW(Json::parse(response.body)) << response.body;
    } catch (const HttpError&) {
      ++refused;
    }
  }
  EXPECT_GT(answered, 100) << "most mutations lead nowhere: the good requests are not good any more";
  EXPECT_GT(refused, 1000);
}

}  // namespace
}  // namespace fractalsync::serve
