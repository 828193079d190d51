#include "host/cli/train_options.h"

#include <CLI/CLI.hpp>

#include "host/train/options.h"

namespace fractalsync::cli {
namespace {

/// CLI::Range lets through what is not a number.
template <class T>
CLI::Validator within(T low, T high) {
  const std::string range = CLI::detail::to_string(low) + " to " + CLI::detail::to_string(high);
  return CLI::Validator(
      [low, high, range](const std::string& text) {
        T value{};
        return CLI::detail::lexical_cast(text, value) && value >= low && value <= high
                   ? std::string()
                   : "'" + text + "' is not a number from " + range;
      },
      "in [" + CLI::detail::to_string(low) + " - " + CLI::detail::to_string(high) + "]");
}

/// An option of the command, and what its value is now.
template <class T>
struct Added {
  CLI::Option* option;
  std::function<T()> value;
};

/// One overload per kind of option.
template <class T>
Added<T> add(CLI::App& command, const std::string& name, const std::string& meaning, const NumberOption<T>& number,
             JobOptions& job) {
  T& value = number.of(job);
  CLI::Option* option = command.add_option(name, value, meaning);
  option->check(within<T>(number.low, number.high))->capture_default_str();
  return {option, [&value] { return value; }};
}

Added<bool> add(CLI::App& command, const std::string& name, const std::string& meaning, const FlagOption& flag,
                JobOptions& job) {
  bool& value = flag.of(job);
  return {command.add_flag(name, value, meaning), [&value] { return value; }};
}

Added<std::size_t> add(CLI::App& command, const std::string& name, const std::string& meaning,
                       const ChoiceOption& choice, JobOptions& job) {
  CLI::Option* option = command.add_option_function<std::string>(
      name, [&choice, &job](const std::string& word) { choice.choose(job, word); }, meaning);
  option->check(CLI::IsMember(choice.words))->default_str(choice.words[choice.get(job)]);
  return {option, [&choice, &job] { return choice.get(job); }};
}

Added<std::vector<int>> add(CLI::App& command, const std::string& name, const std::string& meaning,
                            const SizesOption& sizes, JobOptions& job) {
  std::vector<int>& value = sizes.of(job);
  CLI::Option* option = command.add_option(name, value, meaning);
  option->check(within(sizes.low, sizes.high))
      ->expected(0, static_cast<int>(sizes.most))
      ->delimiter(',')
      ->capture_default_str();
  return {option, [&value] { return value; }};
}

}  // namespace

template <class T>
void TrainOptions::keep(CLI::Option& option, const std::function<T()>& value) {
  kept_.emplace_back(&option, [&option, value] {
    const T before = value();
    option.run_callback();
    return value() != before;
  });
}

std::shared_ptr<TrainOptions> TrainOptions::add_to(CLI::App& command, JobOptions& job) {
  std::shared_ptr<TrainOptions> options(new TrainOptions(job));
  for (const TrainOption& option : train_options())
    std::visit(
        [&](const auto& kind) {
          const auto [added, value] = add(command, "--" + option.name, option.meaning, kind, job);
          if (option.kept) options->keep(*added, value);
          if (option.name == kIterationsOption) options->iterations_ = added;
        },
        option.kind);
  return options;
}

void TrainOptions::finish(std::uint64_t seed) {
  job_.config.seed = seed;
  try {
    settle(job_.config, iterations_->count() > 0);
  } catch (const OptionError& error) {
    throw CLI::ValidationError("--" + error.option(), error.what());
  }
}

void TrainOptions::check_against(const TrainConfig& run) {
  job_.config = run;
  for (const auto& [option, changes] : kept_)
    if (option->count() > 0 && changes()) throw CLI::ValidationError(option->get_name(), kResumedKeepsItsOwn);
}

}  // namespace fractalsync::cli
