// The attacks that docs/serve.md lists, each with its outcome. After each the server still answers.
#include <array>

#include "host/io/atomic_file.h"
#include "host/serve/storage.h"
#include "serve/serving.h"
#include "support/sounds.h"

namespace fractalsync {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using test::Client;
using test::Reply;
using Json = nlohmann::ordered_json;

class Attack : public test::Serving {
 protected:
  void SetUp() override {
    options_.http.patience = {.idle = 2000ms, .head = 500ms, .grace = 500ms, .pace = 1024};
    options_.audio.seconds = 600;
    make_music();
    serve();
  }
  void TearDown() override {
    if (!server_) return;
    EXPECT_EQ(test::request(port_, "GET", "/healthz").status, 200) << "it must still answer";
  }
  Reply get(const std::string& path, const test::Fields& fields = {}) {
    return test::request(port_, "GET", path, "", fields);
  }
  Reply start(const std::string& data_dir) {
    return test::post_json(port_, "/api/train/start", Json({{"data_dir", data_dir}}).dump());
  }
  void restart() {
    stop();
    serve();
  }
};

TEST_F(Attack, NamesThatLeaveTheirFolder) {
  write_file_atomically(folder_ / "secret.onnx", "secret");
  write_file_atomically(folder_ / "secret.wav", "secret");
  for (const std::string name :
       {"..", "../secret.onnx", "..%2Fsecret.onnx", "..%2F..%2Fsecret.wav", "%2e%2e%2fsecret.onnx", "..%5Csecret.onnx",
        "%2Fetc%2Fpasswd", "/etc/passwd", "x%00.onnx", ".", "", "%2e", "....%2F%2Fsecret.onnx", "C:%5Csecret"}) {
    for (const std::string& path : {"/api/models/" + name, "/api/models/" + name + "/file",
                                    "/api/audio/" + name + "/file", "/api/train/runs/" + name}) {
      const Reply reply = get(path);
      EXPECT_TRUE(reply.status == 404 || reply.status == 400 || reply.status == 405) << path << " " << reply.status;
      EXPECT_EQ(reply.body.find("secret\n"), std::string::npos);
    }
    for (const std::string& path : {"/api/models/" + name, "/api/audio/" + name, "/api/train/runs/" + name})
      EXPECT_NE(test::request(port_, "DELETE", path).status, 200) << path;
  }
  EXPECT_TRUE(fs::exists(folder_ / "secret.onnx") && fs::exists(folder_ / "secret.wav"));
}

TEST_F(Attack, UploadedNamesBecomeNoPaths) {
  test::write_sound(folder_ / "a.wav", test::SoundFormat::wav_int16, 22050, 1, test::sines(440, 22050, 1, 2205));
  const std::string wav = read_file(folder_ / "a.wav");
  for (const std::string& name : std::vector<std::string>{"../../escaped.wav", "/tmp/escaped.wav", "a/b.wav", ".wav",
                                                          std::string(5000, 'x'), "a\tb"}) {
    const Json kept = test::post_form(port_, "/api/audio/upload", {{"files", name, wav}}).json();
    if (name.size() > 4000) continue;  // a part's head that large is refused
    ASSERT_EQ(kept["uploaded"].size(), 1u) << kept.dump();
    const fs::path path = data() / kept["uploaded"][0]["name"].get<std::string>();
    EXPECT_TRUE(fs::exists(path));
    EXPECT_EQ(path.parent_path(), data() / "uploads");
    EXPECT_TRUE(serve::is_plain_name(path.filename().string())) << path;
  }
  EXPECT_FALSE(fs::exists(folder_ / "escaped.wav") || fs::exists("/tmp/escaped.wav"));
}

TEST_F(Attack, DataFoldersElsewhere) {
  fs::create_directories(folder_ / "other");
  fs::copy(data() / "0.wav", folder_ / "other/0.wav");
  fs::create_directory_symlink(folder_ / "other", data() / "link");
  for (const std::string& folder :
       {(folder_ / "other").string(), std::string("/"), std::string("/etc"), std::string(".."), std::string("../other"),
        std::string("audio/../../other"), std::string("link"), std::string("audio/link"), std::string(""),
        std::string("~"), std::string("0.wav")})
    EXPECT_EQ(start(folder).status, 422) << folder;
}

TEST_F(Attack, LinksInTheDataFolderAreNotFollowedOut) {
  fs::create_directories(folder_ / "other");
  fs::copy(data() / "0.wav", folder_ / "other/private.wav");
  fs::create_symlink(folder_ / "other/private.wav", data() / "file.wav");
  fs::create_directory_symlink(folder_ / "other", data() / "folder.wav");
  fs::create_symlink(data() / "0.wav", data() / "within.wav");
  const Json files = get("/api/audio").json()["files"];
  int readable = 0;
  for (const Json& file : files) readable += file["readable"].get<bool>() ? 1 : 0;
  EXPECT_EQ(readable, 4) << files.dump();
  EXPECT_EQ(get("/api/audio/file.wav/file").status, 404);
  EXPECT_EQ(get("/api/audio/folder.wav%2Fprivate.wav/file").status, 404);
  ASSERT_EQ(test::post_json(port_, "/api/train/start", small_training(", \"epochs\": 1")).status, 200);
  const Json done = trained();
  EXPECT_EQ(done["status"], "completed") << done.dump();
  EXPECT_EQ(done["music"]["files"], 4);
  EXPECT_EQ(done["unreadable"].size(), 2u);
}

TEST_F(Attack, SoundThatUnpacksToHours) {
  // Silence compresses a thousandfold: 20 minutes in some kilobytes, beyond the 10 that this server takes.
  test::write_sound(folder_ / "bomb.flac", test::SoundFormat::flac_int16, 8000, 1,
                    std::vector<float>(8000 * 1200, 0.0f));
  const std::string bomb = read_file(folder_ / "bomb.flac");
  EXPECT_LT(bomb.size(), 100000u);
  const Json reply = test::post_form(port_, "/api/audio/upload", {{"files", "bomb.flac", bomb}}).json();
  ASSERT_EQ(reply["rejected"].size(), 1u) << reply.dump();
  EXPECT_EQ(reply["rejected"][0]["reason"], "its sound is longer than 10 minutes");
  EXPECT_TRUE(fs::is_empty(data() / "uploads"));
}

TEST_F(Attack, DecodingThatTakesTooLong) {
  options_.audio.decoding_seconds = 0;
  restart();
  const Json reply =
      test::post_form(port_, "/api/audio/upload", {{"files", "a.wav", read_file(data() / "0.wav")}}).json();
  EXPECT_EQ(reply["rejected"][0]["reason"], "it takes too long to decode");
}

TEST_F(Attack, TenGigabytesAreRefusedBeforeTheyAreSent) {
  Client client(port_);
  client.send(
      "POST /api/audio/upload HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=B\r\n"
      "Content-Length: 10737418240\r\nExpect: 100-continue\r\n\r\n");
  const Reply reply = client.reply(5s);
  EXPECT_EQ(reply.status, 413);
  EXPECT_EQ(reply.fields.at("connection"), "close");
  EXPECT_TRUE(client.closed(10s));
}

TEST_F(Attack, ChunksWithoutEnd) {
  options_.audio.request_bytes = 1 << 20;
  restart();
  Client client(port_);
  client.send(
      "POST /api/audio/upload HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=B\r\n"
      "Transfer-Encoding: chunked\r\n\r\n");
  const std::string begin = "--B\r\nContent-Disposition: form-data; name=\"files\"\r\n\r\n";
  client.send("3D\r\n" + begin + std::string(0x3D - begin.size(), 'x') + "\r\n");
  const std::string chunk = "8000\r\n" + std::string(0x8000, 'x') + "\r\n";
  int sent = 0;
  while (sent < 1000 && client.send(chunk)) ++sent;
  EXPECT_EQ(client.reply(5s).status, 413);
  EXPECT_TRUE(fs::is_empty(data() / "uploads"));
  // JSON has its own, smaller limit.
  Client json(port_);
  json.send(
      "POST /api/train/start HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
      "Transfer-Encoding: chunked\r\n\r\nFFFFFFF\r\n");
  EXPECT_EQ(json.reply(5s).status, 413);
}

TEST_F(Attack, SlowlorisInTheHead) {
  Client client(port_);
  client.send("GET / HTTP/1.1\r\nHost: localhost\r\n");
  const auto begin = std::chrono::steady_clock::now();
  std::thread drip([&] {
    for (int i = 0; i < 100 && client.send("X-A: b\r\n"); ++i) std::this_thread::sleep_for(100ms);
  });
  Reply reply;
  reply = client.reply(20s);
  EXPECT_EQ(reply.status, 408);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 9s) << "however steadily it drips";
  EXPECT_TRUE(client.closed(20s));
  drip.join();
}

TEST_F(Attack, SlowlorisInTheBody) {
  Client client(port_);
  client.send(
      "POST /api/train/start HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
      "60000\r\n\r\n{");
  std::thread drip([&] {
    for (int i = 0; i < 100 && client.send(" "); ++i) std::this_thread::sleep_for(100ms);
  });
  EXPECT_EQ(client.reply(20s).status, 408);
  EXPECT_TRUE(client.closed(20s));
  drip.join();
}

TEST_F(Attack, AHeadWithoutEnd) {
  Client client(port_);
  client.send("GET / HTTP/1.1\r\nHost: localhost\r\nX: ");
  const std::string piece(8192, 'x');
  for (int i = 0; i < 64 && client.send(piece); ++i) {
  }
  EXPECT_EQ(client.reply(10s).status, 431);
}

TEST_F(Attack, TooManyConnections) {
  options_.http.connections = 8;
  restart();
  std::vector<std::unique_ptr<Client>> idle;
  for (int i = 0; i < 8; ++i) {
    idle.push_back(std::make_unique<Client>(port_));
    idle.back()->send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
    EXPECT_EQ(idle.back()->reply().status, 200);
  }
  const Reply refused = get("/healthz");
  EXPECT_EQ(refused.status, 429);
  EXPECT_FALSE(refused.detail().empty());
  // Who is silent for too long makes room.
  EXPECT_TRUE(idle.front()->closed(20s));
  int status = 429;
  for (int i = 0; i < 100 && status == 429; ++i, std::this_thread::sleep_for(50ms)) status = get("/healthz").status;
  EXPECT_EQ(status, 200);
}

TEST_F(Attack, TooManyStreams) {
  options_.streams = 4;
  restart();
  std::vector<std::unique_ptr<Client>> streams;
  for (int i = 0; i < 4; ++i) {
    streams.push_back(std::make_unique<Client>(port_));
    streams.back()->send("GET /api/train/events HTTP/1.1\r\nHost: localhost\r\n\r\n");
    streams.back()->receive(10s, [](const std::string& got) { return got.find("event: status") != std::string::npos; });
  }
  EXPECT_EQ(get("/api/train/events").status, 429);
  EXPECT_EQ(get("/api/train/status").status, 200);
  streams.clear();
  Client next(port_);
  bool open = false;
  for (int i = 0; i < 100 && !open; ++i, std::this_thread::sleep_for(50ms)) {
    Client again(port_);
    again.send("GET /api/train/events HTTP/1.1\r\nHost: localhost\r\n\r\n");
    open = again.receive(5s, [](const std::string& got) { return got.find("\r\n\r\n") != std::string::npos; })
               .starts_with("HTTP/1.1 200");
  }
  EXPECT_TRUE(open) << "streams that were left give their places back";
}

TEST_F(Attack, AnotherHost) {
  for (const std::string host :
       {"evil.example", "evil.example:8000", "localhost.evil.example", "127.0.0.1.evil.example", "",
        "localhost:", "localhost:x", "[::1", "10.0.0.1", "127.0.0.1@evil.example"})
    EXPECT_EQ(get("/api/train/status", {{"Host", host}}).status, 403) << host;
  for (const std::string host : {"localhost", "localhost:9", "127.0.0.1", "[::1]:8000", "LOCALHOST:8000"})
    EXPECT_EQ(get("/api/train/status", {{"Host", host}}).status, 200) << host;
  EXPECT_EQ(get("/", {{"Host", "evil.example"}}).status, 403) << "the app itself, too";
}

TEST_F(Attack, RequestsOfOtherPages) {
  const std::string own = "http://localhost:" + std::to_string(port_);
  const auto post = [&](const test::Fields& fields) {
    return test::post_json(port_, "/api/train/stop", "{}", fields).status;
  };
  for (const std::string origin :
       {"http://evil.example", "null", "http://localhost:1", "http://127.0.0.1:1", "file://"})
    EXPECT_EQ(post({{"Origin", origin}}), 403) << origin;
  EXPECT_EQ(post({{"Sec-Fetch-Site", "cross-site"}}), 403);
  EXPECT_EQ(post({{"Sec-Fetch-Site", "same-site"}}), 403);
  EXPECT_EQ(post({{"Origin", own}, {"Sec-Fetch-Site", "same-origin"}}), 409) << "our own page";
  EXPECT_EQ(get("/api/train/status", {{"Sec-Fetch-Site", "cross-site"}}).status, 403);
  EXPECT_EQ(get("/", {{"Sec-Fetch-Site", "cross-site"}}).status, 200) << "a link to the app";
  const Reply preflight = test::request(port_, "OPTIONS", "/api/train/start", "", {{"Origin", "http://evil.example"}});
  EXPECT_EQ(preflight.status, 403);
  for (const Reply& reply : {preflight, get("/api/train/status")})
    EXPECT_FALSE(reply.fields.contains("access-control-allow-origin"));
  const Reply form = test::request(port_, "POST", "/api/train/start", "data_dir=audio",
                                   {{"Content-Type", "application/x-www-form-urlencoded"}});
  EXPECT_EQ(form.status, 415) << "what a form of another page can send";
}

TEST_F(Attack, WithoutTheToken) {
  options_.token = "correct horse";
  restart();
  for (const test::Fields& fields :
       {test::Fields{}, test::Fields{{"Authorization", "Bearer wrong horse"}},
        test::Fields{{"Authorization", "Bearer "}}, test::Fields{{"Authorization", "correct horse"}},
        test::Fields{{"Authorization", "Basic correct horse"}},
        test::Fields{{"Authorization", "Bearer correct horse battery"}}}) {
    for (const serve::Route& route : server_->router().routes()) {
      if (route.admission == serve::Admission::anyone) continue;
      const Reply reply = test::request(port_, route.method, route.path, "", fields);
      EXPECT_EQ(reply.status, 401) << route.path;
      EXPECT_EQ(reply.fields.at("www-authenticate"), "Bearer");
    }
  }
  EXPECT_EQ(get("/api/train/status", {{"Authorization", "Bearer correct horse"}}).status, 200);
  EXPECT_EQ(get("/").status, 200) << "the page that asks for the token";
  options_.token.clear();
  options_.host = "0.0.0.0";
  EXPECT_THROW(serve::Server{options_}, Error) << "nobody serves others without a token";
}

TEST_F(Attack, JsonThatIsNone) {
  const auto start_status = [&](const std::string& body) {
    return test::post_json(port_, "/api/train/start", body).status;
  };
  EXPECT_EQ(start_status(std::string(60000, '[')), 422);
  EXPECT_EQ(start_status("{\"data_dir\":" + std::string(30000, '[') + std::string(30000, ']') + "}"), 422);
  EXPECT_EQ(start_status(R"({"data_dir": "audio", "learning_rate": NaN})"), 422);
  EXPECT_EQ(start_status(R"({"data_dir": "audio", "learning_rate": 1e999})"), 422);
  EXPECT_EQ(start_status(R"({"data_dir": "audio", "learning_rate": -Infinity})"), 422);
  EXPECT_EQ(start_status(R"({"data_dir": "audio", "epochs": 99999999999999999999})"), 422);
  EXPECT_EQ(start_status(R"({"data_dir": "audio", "data_dir": "/etc"})"), 422);
  EXPECT_EQ(start_status("{\"data_dir\": \"\\u0000\"}"), 422);
  EXPECT_EQ(start_status(std::string(70000, ' ')), 413);
}

TEST_F(Attack, TwoStartsAtOnce) {
  std::array<int, 8> statuses{};
  std::vector<std::thread> clients;
  for (int& status : statuses)
    clients.emplace_back(
        [&] { status = test::post_json(port_, "/api/train/start", small_training(", \"epochs\": 100000")).status; });
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(std::count(statuses.begin(), statuses.end(), 200), 1);
  EXPECT_EQ(std::count(statuses.begin(), statuses.end(), 400), 7);
  EXPECT_EQ(get("/api/train/runs").json()["runs"].size(), 1u);
  test::post_json(port_, "/api/train/stop", "");
  trained();
}

TEST_F(Attack, TooManyUploadsAtATime) {
  options_.http.patience.grace = 20s;  // uploads that are left hanging stay
  options_.audio.uploads = 3;
  options_.models.uploads = 2;
  restart();
  const std::string wav = read_file(data() / "0.wav");
  const auto hanging = [&](const std::string& path, int count) {
    std::vector<std::unique_ptr<Client>> uploads;
    for (int i = 0; i < count; ++i) {
      uploads.push_back(std::make_unique<Client>(port_));
      uploads.back()->send("POST " + path +
                           " HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=B\r\n"
                           "Content-Length: 1000\r\nExpect: 100-continue\r\n\r\n");
      const auto invited = [](const std::string& got) { return got.find("100 Continue") != std::string::npos; };
      EXPECT_TRUE(invited(uploads.back()->receive(10s, invited))) << "it is being read: it has its place";
    }
    return uploads;
  };
  const auto music = hanging("/api/audio/upload", 3), models = hanging("/api/model/upload", 2);
  const auto upload = [&] { return test::post_form(port_, "/api/audio/upload", {{"files", "a.wav", wav}}); };
  const Reply refused = upload();
  EXPECT_EQ(refused.status, 429);
  EXPECT_FALSE(refused.detail().empty());
  EXPECT_EQ(test::post_form(port_, "/api/model/upload", {{"file", "a.onnx", "x"}}).status, 429);
  EXPECT_EQ(get("/api/audio").status, 200) << "all else goes on";
  music.front()->send(std::string(1000, 'x'));  // no form
  EXPECT_EQ(music.front()->reply(10s).status, 400);
  EXPECT_EQ(upload().status, 200) << "one that has ended gives its place back";
}

TEST_F(Attack, QuotasHold) {
  const std::string wav = read_file(data() / "0.wav");  // 176 KB
  options_.audio.quota_bytes = 400000;
  options_.audio.file_bytes = 200000;
  options_.models.file_bytes = 1000;
  restart();
  const auto upload = [&] { return test::post_form(port_, "/api/audio/upload", {{"files", "a.wav", wav}}); };
  EXPECT_EQ(upload().status, 200);
  EXPECT_EQ(upload().status, 200);
  EXPECT_EQ(upload().status, 507);
  const Json large = test::post_form(port_, "/api/audio/upload", {{"files", "large.wav", wav + wav}}).json();
  EXPECT_TRUE(large.contains("detail") || large["rejected"].size() == 1) << large.dump();
  EXPECT_EQ(get("/api/audio").json()["files"].size(), 5u);
  EXPECT_EQ(test::post_form(port_, "/api/model/upload", {{"file", "a.onnx", std::string(2000, 'x')}}).status, 413);
  int left = 0;
  for (const auto& entry : fs::directory_iterator(data() / "uploads"))
    left += entry.path().extension() == ".tmp" ? 1 : 0;
  EXPECT_EQ(left, 0) << "what was refused is gone";
}

TEST_F(Attack, PipelinedAndSmuggledRequests) {
  Client client(port_);
  client.send(
      "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\nGET /api/train/status HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_EQ(client.reply().json()["status"], "ok");
  EXPECT_EQ(client.reply().json()["status"], "idle");
  // A refused request's body is never taken for the next request.
  client.send(
      "POST /nowhere HTTP/1.1\r\nHost: localhost\r\nContent-Length: 49\r\n\r\n"
      "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n       ");
  EXPECT_EQ(client.reply().status, 404);
  EXPECT_EQ(client.reply(3s).status, 0);
  EXPECT_TRUE(client.closed(10s));
}

TEST_F(Attack, AnswersCarryTheUsualFields) {
  for (const Reply& reply :
       {get("/"), get("/api/train/status"), get("/api/nowhere"), get("/", {{"Host", "evil.example"}})}) {
    EXPECT_EQ(reply.fields.at("x-content-type-options"), "nosniff");
    EXPECT_EQ(reply.fields.at("x-frame-options"), "DENY");
    EXPECT_EQ(reply.fields.at("cross-origin-resource-policy"), "same-origin");
    EXPECT_EQ(reply.fields.at("referrer-policy"), "no-referrer");
    const std::string policy = reply.fields.at("content-security-policy");
    EXPECT_EQ(policy.find("unsafe-inline"), std::string::npos);
    EXPECT_NE(policy.find("default-src 'none'"), std::string::npos);
    EXPECT_FALSE(reply.fields.contains("server"));
    EXPECT_FALSE(reply.fields.at("fractalsync-version").empty()) << "by which the app knows the server";
  }
  EXPECT_EQ(get("/api/train/status").fields.at("cache-control"), "no-store");
}

}  // namespace
}  // namespace fractalsync
