#include "host/video/video_file.h"

#include <array>
#include <cstdio>
#include <string_view>
#include <utility>
#include <vector>

#include "core/check.h"
#include "host/audio/ffmpeg_input.h"

namespace fractalsync {
namespace {

struct Container {
  std::string_view ending, format;
  std::vector<std::string> codecs;
};

/// Of a quality at which a picture of fine moving detail shows no blocks, and as fast as drawing it.
const std::vector<Container>& containers() {
  static const std::vector<std::string> h264 = {"-c:v", "libx264", "-preset", "medium", "-crf",
                                                "18",   "-c:a",    "aac",     "-b:a",   "256k"};
  static const std::vector<std::string> vp9 = {"-c:v", "libvpx-vp9", "-crf", "24",   "-b:v",    "0",    "-row-mt",
                                               "1",    "-cpu-used",  "4",    "-c:a", "libopus", "-b:a", "192k"};
  static const std::vector<Container> all = {
      {".mp4", "mp4", h264}, {".mov", "mov", h264}, {".mkv", "matroska", h264}, {".webm", "webm", vp9}};
  return all;
}

const Container* container_of(const std::filesystem::path& path) {
  for (const Container& container : containers())
    if (path.extension() == container.ending) return &container;
  return nullptr;
}

std::string decimal(double seconds) {
  std::array<char, 32> text;
  return {text.data(), static_cast<std::size_t>(std::snprintf(text.data(), text.size(), "%.6f", seconds))};
}

VideoSpec checked(const std::filesystem::path& path, VideoSpec spec) {
  FS_CHECK(container_of(path) != nullptr && spec.fps >= 1 && spec.seconds > 0 && spec.start >= 0);
  if (spec.width % 2 != 0 || spec.height % 2 != 0)
    throw Error("cannot make a video of " + std::to_string(spec.width) + " x " + std::to_string(spec.height) +
                " pixels: both sides must be even");
  return spec;
}

std::vector<std::string> command(const std::filesystem::path& path, const VideoSpec& spec, const std::string& file) {
  const Container& container = *container_of(path);
  // Without -xerror ffmpeg ends well after it could not write the end of a file.
  std::vector<std::string> words = {"ffmpeg", "-nostdin", "-hide_banner", "-v", "error", "-xerror", "-y"};
  const auto add = [&](const std::vector<std::string>& more) { words.insert(words.end(), more.begin(), more.end()); };
  add({"-f", "rawvideo", "-pixel_format", "rgb24", "-video_size",
       std::to_string(spec.width) + "x" + std::to_string(spec.height), "-framerate", std::to_string(spec.fps), "-i",
       "pipe:0"});
  add({"-ss", decimal(spec.start), "-t", decimal(spec.seconds)});
  add(ffmpeg_input(spec.song));
  // The song's own tags and cover stay behind: they are not those of the video.
  add({"-map", "0:v:0", "-map", "1:a:0", "-map_metadata", "-1", "-map_chapters", "-1"});
  // Colours as every player takes those of a film: BT.709 in the narrow range.
  add({"-vf", "scale=out_color_matrix=bt709:out_range=tv:flags=accurate_rnd+full_chroma_int,format=yuv420p",
       "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv"});
  add(container.codecs);
  if (container.format == "mp4" || container.format == "mov") add({"-movflags", "+faststart"});
  add({"-f", std::string(container.format), "file:" + file});
  return words;
}

ChildProcess start(const std::vector<std::string>& words) {
  try {
    return ChildProcess(words, ChildInput::ours);
  } catch (const NoSuchProgram&) {
    throw Error("a video is made by ffmpeg, which is not installed (apt-get install ffmpeg)");
  }
}

}  // namespace

bool is_video_name(const std::filesystem::path& path) { return container_of(path) != nullptr; }

VideoFile::VideoFile(const std::filesystem::path& path, const VideoSpec& spec)
    : path_(path), spec_(checked(path, spec)), file_(path), ffmpeg_(start(command(path, spec, file_.temporary()))) {}

void VideoFile::add(const Image& image) {
  FS_CHECK(image.width == spec_.width && image.height == spec_.height);
  const View<const char> bytes(reinterpret_cast<const char*>(image.rgb.data()),
                               static_cast<std::int64_t>(image.rgb.size()));
  if (ffmpeg_.write(bytes)) return;
  ffmpeg_.succeeded();
  refuse();
}

void VideoFile::finish() {
  if (!ffmpeg_.succeeded()) refuse();
  file_.commit();
}

void VideoFile::refuse() {
  const std::string why = ffmpeg_.last_words();
  throw Error("ffmpeg could not make '" + path_.string() + "': " + (why.empty() ? "it ended without a word" : why));
}

}  // namespace fractalsync
