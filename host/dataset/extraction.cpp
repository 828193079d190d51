#include "host/dataset/extraction.h"

#include "core/check.h"
#include "host/dataset/frame_reader.h"
#include "host/dataset/librosa_definition.h"

namespace fractalsync {
namespace {

constexpr int kExtractorVersion = 2;
constexpr std::int64_t kFramesPerBlock = 1024;  ///< 24 s; 2 MB of samples

FeatureSpec feature_spec(FeatureDefinition definition) {
  FeatureSpec spec;
  if (definition == FeatureDefinition::librosa) spec.mel_floor = kLibrosaMelFloor;
  return spec;
}

/// `rows` more rows of `columns` at the end of `values`.
Matrix<float> append_rows(std::vector<float>& values, std::int64_t rows, std::int64_t columns) {
  const std::size_t before = values.size();
  values.resize(before + static_cast<std::size_t>(rows * columns));
  return {values.data() + before, rows, columns};
}

}  // namespace

std::string extractor_configuration(FeatureDefinition definition, const std::string& arithmetic) {
  return detail::concat("version ", kExtractorVersion, ", rate ", kSampleRate, ", frame ", kFftSize, ", hop ", kHop,
                        ", mel bands ", kMelBands, ", mel floor ", feature_spec(definition).mel_floor, ", rolloff ",
                        kRolloffShare, ", zero crossing ", kZeroCrossingThreshold, ", definition ",
                        definition == FeatureDefinition::librosa ? "librosa" : "fractalsync", ", rounded as ",
                        arithmetic);
}

std::vector<float> extract_features(const ComputeFeatures& compute, const std::filesystem::path& audio,
                                    FeatureDefinition definition, const std::atomic<bool>* stop) {
  const FeatureSpec spec = feature_spec(definition);
  const bool librosa = definition == FeatureDefinition::librosa;
  PcmStream pcm(audio);
  FrameReader reader(pcm, kFramesPerBlock);
  std::vector<float> raw, mel_db;
  for (;;) {
    if (stop != nullptr && *stop) throw ExtractionStopped();
    const PcmBlock block = reader.next();
    const std::int64_t rows = block.rows();
    if (rows == 0) break;
    FeatureRows out{append_rows(raw, rows, kBaseFeatures), {}};
    if (librosa) out.mel_db = append_rows(mel_db, rows, kMelBands);
    compute(spec, block, out);
  }
  const std::int64_t frames = static_cast<std::int64_t>(raw.size()) / kBaseFeatures;
  if (librosa)
    apply_librosa_definition({raw.data(), frames, kBaseFeatures},
                             Matrix<const float>{mel_db.data(), frames, kMelBands});
  return raw;
}

std::vector<float> extract_features(Backend& backend, const std::filesystem::path& audio, FeatureDefinition definition,
                                    const std::atomic<bool>* stop) {
  const auto compute = [&backend](const FeatureSpec& spec, const PcmBlock& pcm, const FeatureRows& rows) {
    backend.features(spec, pcm, rows);
  };
  return extract_features(compute, audio, definition, stop);
}

void pad_with_last_frame(std::vector<float>& rows, int columns, std::int64_t frames) {
  const std::size_t width = static_cast<std::size_t>(columns), wanted = width * static_cast<std::size_t>(frames);
  FS_CHECK(columns > 0 && rows.size() >= width && rows.size() % width == 0);
  rows.reserve(wanted);
  while (rows.size() < wanted) rows.push_back(rows[rows.size() - width]);
}

}  // namespace fractalsync
