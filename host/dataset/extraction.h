// From an audio file to its raw features: decoding, framing, Backend::features, block by block.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "backend.h"

namespace fractalsync {

/// `fractalsync`: the causal definition that is trained on. `librosa`: librosa 0.10's own, for comparing
/// (librosa_definition.h).
enum class FeatureDefinition { fractalsync, librosa };

/// Everything that the features of a file depend on besides the file: a version number, to be raised with any change of
/// the numbers, all constants and options, and whose rounding they have (Backend::arithmetic): a run on one device does
/// not depend on what another has left in the cache.
std::string extractor_configuration(FeatureDefinition definition, const std::string& arithmetic);

/// Thrown by extract_features once `stop` is set.
class ExtractionStopped : public Error {
 public:
  ExtractionStopped() : Error("reading audio was stopped") {}
};

/// Backend::features, or what hands a block to the thread that may call it.
using ComputeFeatures = std::function<void(const FeatureSpec& spec, const PcmBlock& pcm, const FeatureRows& rows)>;

/// Raw features [frames, 6] of one file, frame-major; n samples at 22 050 Hz make 1 + n / 512 frames. Memory beyond the
/// result does not grow with the file's length (`librosa` keeps 128 mel bands per frame). Throws Error, one sentence
/// that names the file, when it cannot be read.
std::vector<float> extract_features(const ComputeFeatures& compute, const std::filesystem::path& audio,
                                    FeatureDefinition definition, const std::atomic<bool>* stop = nullptr);
std::vector<float> extract_features(Backend& backend, const std::filesystem::path& audio, FeatureDefinition definition,
                                    const std::atomic<bool>* stop = nullptr);

/// Repeats the last row of `rows` [frames, columns] until there are `frames` of them. There must be one.
void pad_with_last_frame(std::vector<float>& rows, int columns, std::int64_t frames);

}  // namespace fractalsync
