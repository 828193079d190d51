// A video file with the sound of a song, made by an ffmpeg process that pictures are handed to.
#pragma once

#include <filesystem>
#include <string>

#include "host/io/atomic_file.h"
#include "host/io/child_process.h"
#include "host/picture/image.h"

namespace fractalsync {

struct VideoSpec {
  int width = 1920, height = 1080;  ///< both even
  int fps = 60;
  std::filesystem::path song;
  double start = 0, seconds = 0;  ///< the part of the song that is heard
};

/// Whether a file of this name holds a video: .mp4, .mov, .mkv (H.264 and AAC) or .webm (VP9 and Opus).
bool is_video_name(const std::filesystem::path& path);

class VideoFile {
 public:
  /// Throws Error, a sentence for people, when a side is odd (the codecs keep one colour for two by two pixels), ffmpeg
  /// is not installed, or nothing can be written there.
  VideoFile(const std::filesystem::path& path, const VideoSpec& spec);

  /// The next picture. Throws Error with ffmpeg's own last line when ffmpeg has died.
  void add(const Image& image);

  /// After the last picture: waits for ffmpeg and puts the file in its place. Unless this returns there is no file.
  /// Throws Error with ffmpeg's own last line when it failed.
  void finish();

 private:
  [[noreturn]] void refuse();

  std::filesystem::path path_;
  VideoSpec spec_;
  PendingFile file_;
  ChildProcess ffmpeg_;  ///< ends before its file is removed
};

}  // namespace fractalsync
