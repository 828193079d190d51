#include "host/serve/option_json.h"

#include <cstdio>
#include <cstdlib>

#include "host/train/options.h"

namespace fractalsync::serve {
namespace {

constexpr std::int64_t kLargestSeed = (std::int64_t{1} << 53) - 1;  ///< what every JSON reader keeps exactly
constexpr std::size_t kLongestPath = 4096;

std::string underscored(std::string name) {
  for (char& c : name)
    if (c == '-') c = '_';
  return name;
}

/// A float as the decimal that it was written as: .9f is 0.9 and not 0.89999998.
double decimal(float value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", static_cast<double>(value));
  return std::strtod(text, nullptr);
}
double decimal(double value) { return value; }
int decimal(int value) { return value; }

/// One overload per kind of option: what a list says of it besides name, group and meaning.
template <class T>
Json described(const NumberOption<T>& number, JobOptions& defaults) {
  return {{"type", std::is_integral_v<T> ? "integer" : "number"},
          {"default", decimal(number.of(defaults))},
          {"minimum", decimal(number.low)},
          {"maximum", decimal(number.high)}};
}
Json described(const FlagOption& flag, JobOptions& defaults) {
  return {{"type", "boolean"}, {"default", flag.of(defaults)}};
}
Json described(const ChoiceOption& choice, JobOptions& defaults) {
  return {{"type", "string"}, {"default", choice.words[choice.get(defaults)]}, {"choices", choice.words}};
}
Json described(const SizesOption& sizes, JobOptions& defaults) {
  return {{"type", "integers"},
          {"default", sizes.of(defaults)},
          {"minimum", sizes.low},
          {"maximum", sizes.high},
          {"most", sizes.most}};
}

template <class T>
void take(const NumberOption<T>& number, const Json& value, JobOptions& job) {
  number.of(job) = static_cast<T>(value.get<double>());
}
void take(const FlagOption& flag, const Json& value, JobOptions& job) { flag.of(job) = value.get<bool>(); }
void take(const ChoiceOption& choice, const Json& value, JobOptions& job) {
  choice.choose(job, value.get<std::string>());
}
void take(const SizesOption& sizes, const Json& value, JobOptions& job) {
  sizes.of(job).clear();
  for (const Json& size : value) sizes.of(job).push_back(static_cast<int>(size.get<double>()));
}

/// A listed option as a property of the schema.
Json property(const Json& option) {
  Json schema = {{"description", option["meaning"]}, {"default", option["default"]}};
  const std::string type = option["type"];
  Json one = {{"type", type}};
  for (const char* bound : {"minimum", "maximum"})
    if (option.contains(bound)) one[bound] = option[bound];
  if (option.contains("choices")) one["enum"] = option["choices"];
  if (type != "integers") {
    schema.update(one);
    return schema;
  }
  one["type"] = "integer";
  schema.update(Json{{"type", "array"}, {"items", one}, {"maxItems", option["most"]}});
  return schema;
}

}  // namespace

Json list_options(std::uint64_t seed) {
  Json options = Json::array();
  JobOptions defaults = default_options();
  for (const TrainOption& option : train_options()) {
    Json json = {{"name", underscored(option.name)}};
    json.update(std::visit([&](const auto& kind) { return described(kind, defaults); }, option.kind));
    json["group"] = kOptionGroupNames[static_cast<int>(option.group)];
    json["meaning"] = option.meaning;
    options.push_back(std::move(json));
  }
  options.push_back({{"name", "seed"},
                     {"type", "integer"},
                     {"default", seed},
                     {"minimum", 0},
                     {"maximum", kLargestSeed},
                     {"group", kOptionGroupNames[static_cast<int>(OptionGroup::training)]},
                     {"meaning", kSeedMeaning}});
  return options;
}

Json start_schema(std::uint64_t seed) {
  Json properties;
  properties["data_dir"] = {
      {"type", "string"}, {"maxLength", kLongestPath}, {"description", "the server's music folder, or one below it"}};
  for (const Json& option : list_options(seed)) properties[option["name"].get<std::string>()] = property(option);
  return {{"type", "object"},
          {"properties", properties},
          {"required", Json::array({"data_dir"})},
          {"additionalProperties", false}};
}

JobOptions options_from(const Json& request, std::uint64_t seed) {
  JobOptions job = default_options();
  for (const TrainOption& option : train_options()) {
    const std::string name = underscored(option.name);
    if (request.contains(name)) std::visit([&](const auto& kind) { take(kind, request[name], job); }, option.kind);
  }
  job.config.seed = request.contains("seed") ? static_cast<std::uint64_t>(request["seed"].get<double>()) : seed;
  try {
    settle(job.config, request.contains(kIterationsOption));
  } catch (const OptionError& error) {
    throw HttpError(422, "'" + underscored(error.option()) + "' " + error.what());
  }
  return job;
}

}  // namespace fractalsync::serve
