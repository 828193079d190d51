// make_demo_audio FOLDER [PIECE...]: writes the album, or the named pieces of it, as Ogg Vorbis.
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <sndfile.hh>
#include <string>

#include "core/check.h"
#include "data/make_demo_audio/pieces.h"

namespace fractalsync::demo {
namespace {

constexpr double kVorbisQuality = 0.35;

void write_ogg(const std::filesystem::path& path, const Piece& piece, const Stereo& sound) {
  SndfileHandle file(path.string(), SFM_WRITE, SF_FORMAT_OGG | SF_FORMAT_VORBIS, 2, static_cast<int>(kSampleRate));
  if (file.error() != SF_ERR_NO_ERROR) throw Error("cannot write '" + path.string() + "': " + file.strError());
  double quality = kVorbisQuality;
  file.command(SFC_SET_VBR_ENCODING_QUALITY, &quality, sizeof quality);
  file.setString(SF_STR_TITLE, piece.title);
  file.setString(SF_STR_ARTIST, "FractalSync");
  file.setString(SF_STR_LICENSE, "CC0-1.0");
  // In short writes: libsndfile's Vorbis encoder puts a whole write on the stack.
  constexpr std::size_t kFrames = 4096;
  std::vector<float> interleaved;
  for (std::size_t first = 0; first < sound.frames(); first += kFrames) {
    interleaved.clear();
    for (std::size_t i = first; i < std::min(first + kFrames, sound.frames()); ++i) {
      interleaved.push_back(sound.left[i]);
      interleaved.push_back(sound.right[i]);
    }
    const auto count = static_cast<sf_count_t>(interleaved.size());
    if (file.write(interleaved.data(), count) != count)
      throw Error("cannot write '" + path.string() + "': " + file.strError());
  }
}

int run(int argc, char** argv) {
  if (argc < 2 || std::string(argv[1]) == "--help") {
    std::cout << "usage: make_demo_audio FOLDER [PIECE...]\nWrites the demo music as Ogg Vorbis. Pieces:";
    for (const Piece& piece : album()) std::cout << ' ' << piece.file;
    std::cout << '\n';
    return argc < 2 ? 2 : 0;
  }
  const std::filesystem::path folder = argv[1];
  const std::vector<std::string> wanted(argv + 2, argv + argc);
  std::filesystem::create_directories(folder);
  for (const Piece& piece : album()) {
    if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), piece.file) == wanted.end()) continue;
    const Stereo sound = piece.play();
    const std::filesystem::path path = folder / (std::string(piece.file) + ".ogg");
    write_ogg(path, piece, sound);
    std::cout << path.string() << ": " << static_cast<double>(sound.frames()) / kSampleRate << " s\n";
  }
  return 0;
}

}  // namespace
}  // namespace fractalsync::demo

int main(int argc, char** argv) {
  try {
    return fractalsync::demo::run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "make_demo_audio: " << error.what() << '\n';
    return 1;
  }
}
