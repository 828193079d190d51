#include "host/dataset/statistics.h"

#include <algorithm>

#include "math/feature_statistics.h"

namespace fractalsync {
namespace {

/// 25 minutes. A GPU's sums depend on where pieces end, so it is the same for every training.
constexpr std::int64_t kStatisticsFrames = 1 << 16;

/// Adds up what goes by.
class Statistics {
 public:
  Statistics(Backend& backend, const WindowSpec& window)
      : backend_(backend),
        window_(window),
        room_(kStatisticsFrames + 2 * frames_beside(window)),
        read_(static_cast<std::size_t>(room_ * kBaseFeatures)),
        raw_(backend.memory(), room_ * kBaseFeatures),
        model_(backend.memory(), room_ * window.features()),
        moments_(static_cast<std::size_t>(window.features() / kBaseFeatures)) {}

  void add(const TrackVersion& version, FrameRange part) {
    const FrameRange under = frames_under(window_, part, version.track->frames());
    const Matrix<float> raw = raw_.matrix(under.count, kBaseFeatures),
                        model = model_.matrix(under.count, window_.features());
    const View<float> read = View<float>(read_).subview(0, under.count * kBaseFeatures);
    version.read(under, read);
    upload<float>(backend_, read, raw_.view().subview(0, read.size()));
    compute_model_features(backend_, window_, amplitude_gain(version.louder_by), raw, model);
    const Matrix<float> own = model.middle_rows(part.first - under.first, part.count);
    if (frames_ == 0) origin_ = to_host(backend_, View<const float>(own.row(0), own.cols()));
    backend_.feature_moments(origin_, own, moments_);
    frames_ += part.count;
  }

  FeatureStatistics result() const {
    if (frames_ == 0) throw Error("there is no audio to take feature statistics from");
    FeatureStatistics statistics;
    for (std::size_t six = 0; six < moments_.size(); ++six)
      math::append_statistics(moments_[six], &origin_[six * kBaseFeatures], frames_, statistics);
    return statistics;
  }

 private:
  Backend& backend_;
  WindowSpec window_;
  std::int64_t room_;
  std::vector<float> read_;
  Buffer<float> raw_, model_;
  std::vector<float> origin_;
  std::vector<FeatureMoments> moments_;
  std::int64_t frames_ = 0;
};

}  // namespace

FeatureStatistics take_statistics(Backend& backend, const WindowSpec& window, const std::vector<TrackVersion>& tracks) {
  Statistics statistics(backend, window);
  for (const TrackVersion& version : tracks) {
    const FrameRange range = version.range();
    for (std::int64_t done = 0; done < range.count; done += kStatisticsFrames)
      statistics.add(version, {range.first + done, std::min(kStatisticsFrames, range.count - done)});
  }
  return statistics.result();
}

}  // namespace fractalsync
