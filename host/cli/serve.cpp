// `fractalsync serve`: training from the browser.
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <thread>

#include "host/cli/commands.h"
#include "host/cli/common.h"
#include "host/serve/server.h"
#include "host/serve/web_files.h"

namespace fractalsync::cli {
namespace {

constexpr const char* kTokenVariable = "FRACTALSYNC_TOKEN";

struct ServeArguments {
  std::shared_ptr<CommonOptions> common;
  serve::ServeOptions serve;
  std::string cache_dir = "data/cache";
};

std::string address(const std::string& host, int port) {
  const bool v6 = host.find(':') != std::string::npos;
  return "http://" + (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

void run_serve(ServeArguments& arguments) {
  serve::ServeOptions& options = arguments.serve;
  // A device that cannot be had is told now, and not when a training starts.
  start(*arguments.common).reset();
  if (options.token.empty())
    if (const char* token = std::getenv(kTokenVariable)) options.token = token;
  options.training.device = arguments.common->device;
  options.training.threads = arguments.common->threads;
  options.training.seed = arguments.common->seed;
  options.training.cache = arguments.cache_dir;
  if (options.web_dir.empty()) options.web_dir = serve::find_web_files();
  serve::Server server(options);
  const int port = server.bind();
  // Before any thread that could be hit by the signal in its place.
  watch_for_interrupts();
  std::printf("fractalsync serves %s (Ctrl-C stops)\n", address(options.host, port).c_str());
  std::fflush(stdout);
  std::atomic<bool> ended{false};
  std::exception_ptr failure;
  std::thread serving([&] {
    try {
      server.run();
    } catch (...) {
      failure = std::current_exception();
    }
    ended = true;
  });
  while (!interrupted() && !ended) std::this_thread::sleep_for(std::chrono::milliseconds(50));
  const bool asked = interrupted();
  if (asked) spdlog::info("stopping: a training saves what can be resumed");
  server.stop();
  serving.join();
  if (failure) std::rethrow_exception(failure);
  if (!asked) throw Error("no more connections can be taken: the system refused");
}

}  // namespace

void add_serve(CLI::App& app) {
  CLI::App* command = app.add_subcommand("serve", "Train from the browser: an HTTP API and the browser app");
  auto arguments = std::make_shared<ServeArguments>();
  serve::ServeOptions& options = arguments->serve;
  command->add_option("--host", options.host, "address to listen on; one that others can reach needs a token")
      ->capture_default_str();
  command->add_option("--port", options.port, "port to listen on; 0: any free one")
      ->check(CLI::Range(0, 65535))
      ->capture_default_str();
  command->add_option("--token", options.token,
                      std::string("what requests must carry; better given as ") + kTokenVariable +
                          " in the environment, since others can see a command line");
  command->add_option("--allow-host", options.allowed_hosts, "a further name that the server is known by");
  command->add_option("--data-dir", options.data_dir, "folder of music; uploads go to a folder in it")
      ->default_str("data/audio");
  command->add_option("--model-dir", options.training.model_dir, "where trained and uploaded models are")
      ->default_str("models");
  command->add_option("--web-dir", options.web_dir, "the built browser app")
      ->default_str("where scripts/build-web puts it");
  command->add_option("--save-dir", options.training.save_dir, "where each run gets a folder")
      ->default_str("checkpoints");
  command->add_option("--cache-dir", arguments->cache_dir, "where features are kept between runs")
      ->capture_default_str();
  arguments->common = add_common_options(*command);
  command->callback([arguments] { run_serve(*arguments); });
}

}  // namespace fractalsync::cli
