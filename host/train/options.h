// The options of a training run, each once: name, meaning, range, and where its value goes. The command line and the
// HTTP API are both made of this list.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <variant>
#include <vector>

#include "core/check.h"
#include "host/train/job.h"

namespace fractalsync {

enum class OptionGroup { training, music, network, picture, loss };
inline constexpr const char* kOptionGroupNames[] = {"training", "music", "network", "picture", "loss"};

/// A number from `low` to `high`.
template <class T>
struct NumberOption {
  T& (*of)(JobOptions&);
  T low, high;
};

struct FlagOption {
  bool& (*of)(JobOptions&);
};

/// One of several words.
struct ChoiceOption {
  std::vector<std::string> words;
  std::size_t (*get)(const JobOptions&);
  void (*set)(JobOptions&, std::size_t);

  /// Sets it by a word that is one of them.
  void choose(JobOptions& job, const std::string& word) const {
    set(job, static_cast<std::size_t>(std::find(words.begin(), words.end(), word) - words.begin()));
  }
};

/// At most `most` integers from `low` to `high`.
struct SizesOption {
  std::vector<int>& (*of)(JobOptions&);
  int low, high;
  std::size_t most;
};

using OptionKind =
    std::variant<NumberOption<int>, NumberOption<float>, NumberOption<double>, FlagOption, ChoiceOption, SizesOption>;

struct TrainOption {
  std::string name;  ///< words joined by dashes; the HTTP API has underscores in their place
  OptionGroup group;
  std::string meaning;
  OptionKind kind;
  bool kept;  ///< a run keeps it from its first step to its last
};

/// In the order in which they are listed, and in which their values are to be set: the first one, the formulation,
/// decides the defaults of others.
const std::vector<TrainOption>& train_options();

/// What is trained where nothing is asked for: the recipe of the atlas.
JobOptions default_options();

inline constexpr const char* kIterationsOption = "iterations";  ///< its default depends on the image
inline constexpr const char* kSeedMeaning = "seed of all random choices";

/// One option has a value that it cannot have. The sentence does not name the option.
class OptionError : public Error {
 public:
  OptionError(std::string name, const std::string& why) : Error(why), name_(std::move(name)) {}
  /// As in TrainOption.
  const std::string& option() const { return name_; }

 private:
  std::string name_;
};

/// The recipe becomes that of the formulation, with all its defaults, unless it is one of it.
void set_formulation(TrainConfig& config, Formulation formulation);

/// Settles what depends on several options. Throws OptionError for values that cannot be.
void settle(TrainConfig& config, bool iterations_given);

}  // namespace fractalsync
