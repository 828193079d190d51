// Where a data set begins: the audio files below a folder.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace fractalsync {

/// Something that was left out, and why: one sentence that names it.
struct UnreadableFile {
  std::string path, reason;
};

struct AudioFiles {
  std::vector<std::filesystem::path> files;  ///< each begins with the folder as given; in order of their bytes
  std::vector<UnreadableFile> unreadable;    ///< folders that could not be listed, links that lead nowhere
};

/// All files below `folder` whose names end like audio (.wav .flac .ogg .opus .mp3 .m4a .aac .aiff .aif, in any case),
/// links followed, every folder visited once however many links lead to it. The first `max_files` of them; 0: all.
/// `within`, where it is not empty: links that lead out of this folder are left out, as unreadable. Throws Error, one
/// sentence, when there is no such folder, it is no folder or cannot be listed, or it holds no such file.
AudioFiles find_audio_files(const std::filesystem::path& folder, int max_files = 0,
                            const std::filesystem::path& within = {});

}  // namespace fractalsync
