// Finding audio below a folder, whatever the folder looks like.
#include "host/dataset/discovery.h"

#include <gtest/gtest.h>

#include <fstream>

#include "core/check.h"
#include "support/compare.h"
#include "support/unprivileged.h"

namespace fractalsync {
namespace {

namespace fs = std::filesystem;

class Discovery : public testing::Test {
 protected:
  void touch(const std::string& name) {
    fs::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name) << "x";
  }
  std::vector<std::string> found(int max_files = 0) {
    std::vector<std::string> names;
    for (const fs::path& path : find_audio_files(folder_.path(), max_files).files)
      names.push_back(path.lexically_relative(folder_.path()).string());
    return names;
  }
  /// The sentence of the error.
  static std::string refusal(const fs::path& folder) {
    try {
      find_audio_files(folder);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }
  using Names = std::vector<std::string>;
  const test::TemporaryFolder folder_;
};

TEST_F(Discovery, FindsEveryKindInAnyCaseInOrder) {
  for (const char* name : {"b.WAV", "a/z.flac", "a.ogg", "a/b/c.Mp3", "x.opus", "y.m4a", "z.aiff", "z.aif", "z.aac",
                           "readme.txt", "wav", ".wav", "song.wav.part", "B.wav"})
    touch(name);
  EXPECT_EQ(found(),
            (Names{"B.wav", "a.ogg", "a/b/c.Mp3", "a/z.flac", "b.WAV", "x.opus", "y.m4a", "z.aac", "z.aif", "z.aiff"}));
  EXPECT_EQ(found(3), (Names{"B.wav", "a.ogg", "a/b/c.Mp3"}));
  EXPECT_EQ(found(100).size(), 10u);
}

TEST_F(Discovery, UnicodeAndSpacesInNames) {
  touch("caf\xc3\xa9 \xe9\x9f\xb3\xe6\xa5\xbd/a song.wav");
  touch(" leading.ogg");
  touch("not utf-8 \xff.mp3");
  EXPECT_EQ(found(), (Names{" leading.ogg", "caf\xc3\xa9 \xe9\x9f\xb3\xe6\xa5\xbd/a song.wav", "not utf-8 \xff.mp3"}));
}

TEST_F(Discovery, AFolderNamedLikeAudioIsAFolder) {
  touch("album.wav/song.flac");
  EXPECT_EQ(found(), (Names{"album.wav/song.flac"}));
}

TEST_F(Discovery, SymlinkLoopsEnd) {
  touch("a/song.wav");
  fs::create_directory_symlink("..", folder_ / "a/up");
  fs::create_directory_symlink("itself", folder_ / "itself");
  fs::create_directory_symlink("a", folder_ / "b");
  EXPECT_EQ(found(), (Names{"a/song.wav"}));
}

TEST_F(Discovery, LinksAreFollowed) {
  const test::TemporaryFolder elsewhere;
  std::ofstream(elsewhere / "far.wav") << "x";
  fs::create_directory_symlink(elsewhere.path(), folder_ / "linked");
  fs::create_symlink(elsewhere / "far.wav", folder_ / "near.wav");
  EXPECT_EQ(found(), (Names{"linked/far.wav", "near.wav"}));
}

TEST_F(Discovery, LinksThatLeadNowhereAreReported) {
  touch("song.wav");
  fs::create_symlink("gone.wav", folder_ / "dangling.wav");
  fs::create_symlink("gone.txt", folder_ / "dangling.txt");
  const AudioFiles audio = find_audio_files(folder_.path());
  ASSERT_EQ(audio.unreadable.size(), 1u);
  EXPECT_EQ(audio.unreadable[0].path, (folder_ / "dangling.wav").string());
  EXPECT_EQ(audio.files.size(), 1u);
}

TEST_F(Discovery, NoSuchFolder) {
  EXPECT_NE(refusal(folder_ / "no").find("No such file or directory"), std::string::npos);
}

TEST_F(Discovery, NotAFolder) {
  touch("song.wav");
  EXPECT_NE(refusal(folder_ / "song.wav").find("is a file, not a folder"), std::string::npos);
}

TEST_F(Discovery, EmptyFolder) {
  EXPECT_NE(refusal(folder_.path()).find("there is no audio in '"), std::string::npos);
  touch("notes.txt");
  EXPECT_NE(refusal(folder_.path()).find(".flac"), std::string::npos);
}

TEST_F(Discovery, FoldersThatMayNotBeListedAreReported) {
  touch("open/song.wav");
  touch("closed/song.wav");
  fs::permissions(folder_.path(), fs::perms::all);
  fs::permissions(folder_ / "closed", fs::perms::none);
  EXPECT_TRUE(test::unprivileged([&] {
    const AudioFiles audio = find_audio_files(folder_.path());
    return audio.files.size() == 1 && audio.unreadable.size() == 1 &&
           audio.unreadable[0].path == (folder_ / "closed").string() &&
           audio.unreadable[0].reason == "cannot read '" + (folder_ / "closed").string() + "': Permission denied";
  }));
  EXPECT_TRUE(
      test::unprivileged([&] { return refusal(folder_ / "closed").find("Permission denied") != std::string::npos; }));
  fs::permissions(folder_ / "closed", fs::perms::owner_all);
}

}  // namespace
}  // namespace fractalsync
