// The page that `evaluate --report` writes: whole, alone, with the numbers of --json, whatever the music is called.
#include <fstream>
#include <nlohmann/json.hpp>

#include "host/io/atomic_file.h"
#include "support/markup.h"
#include "support/sounds.h"
#include "workshop.h"

namespace fractalsync {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using test::Finished;

class Report : public test::Workshop {
 protected:
  void SetUp() override {
    make_music("music");
    ASSERT_EQ(run(small_training("music")).status, 0);
  }
  static test::Words evaluate(const std::string& folder, const std::string& page, const test::Words& more = {}) {
    test::Words words = {"evaluate",    "--checkpoint", "out/best.ckpt", "--data-dir", folder,
                         "--cache-dir", "cache",        "--threads",     "1",          "--report",
                         page};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
  json evaluated(const std::string& folder, const std::string& page) {
    const Finished run = this->run(evaluate(folder, page, {"--json"}));
    EXPECT_EQ(run.status, 0) << run.err;
    return json::parse(run.out.substr(run.out.rfind("\n{") + 1));
  }
};

/// Appends the numbers of an object in order; what is null has no number on a page.
void append_numbers(const json& object, std::vector<double>& numbers) {
  if (object.is_number()) numbers.push_back(object.get<double>());
  if (object.is_object())
    for (const auto& each : object) append_numbers(each, numbers);
}

TEST_F(Report, IsOneWellFormedFileWithTheNumbersOfTheJson) {
  const Finished run = this->run(evaluate("music", "pages/new/out.html", {"--json"}));
  ASSERT_EQ(run.status, 0) << run.err;
  const auto all = nlohmann::ordered_json::parse(run.out.substr(run.out.rfind("\n{") + 1));
  const std::string page = read_file(folder_ / "pages/new/out.html");
  const test::Markup markup = test::read_markup(page);
  ASSERT_EQ(markup.fault, "");

  std::vector<double> shown, expected;
  int pictures = 0, plots = 0;
  for (const test::Tag& tag : markup.tags) {
    EXPECT_NE(tag.name, "script");
    EXPECT_NE(tag.name, "link");
    pictures += tag.name == "img";
    plots += tag.name == "svg";
    for (const auto& [name, value] : tag.attributes) {
      if (name == "src" || name == "href") {
        EXPECT_TRUE(value.starts_with("data:image/png;base64,iVBORw0KGgo") || value == "#mandelbrot")
            << value.substr(0, 80);
      }
      if (tag.name == "data") shown.push_back(std::stod(value));
    }
  }
  for (const char* const elsewhere : {"http:", "https:", "url(", "@import"})
    EXPECT_EQ(page.find(elsewhere), std::string::npos) << elsewhere;
  // Four rows of pictures, as many of them as 4 s have room for; two plots a pair, two maps, the symbol, no history.
  EXPECT_GE(pictures, 2 * 4 * 2);
  EXPECT_EQ(plots, 2 * (4 * 2 + 1) + 1 + 1);

  const auto append = [&](const auto& object) { append_numbers(json(object), expected); };
  const auto append_pairs = [&](const nlohmann::ordered_json& c) {
    for (const auto& r : c) append(r);
  };
  const auto append_table = [&](const nlohmann::ordered_json& judged) {
    append_pairs(judged.at("hard"));
    append(judged.at("silence_ratio"));
    append_pairs(judged.at("soft"));
  };
  const nlohmann::ordered_json& overall = all.at("overall");
  append_pairs(overall.at("hard"));
  append(overall.at("silence_ratio"));
  append_table(overall);
  for (const auto& file : all.at("files")) append_table(file);
  append_pairs(overall.at("beauty"));
  for (const auto& file : all.at("files")) {
    for (const auto& [pair, r] : file.at("hard").items()) {
      append(r);
      append(file.at("soft").at(pair));
    }
    append_pairs(file.at("beauty"));
  }
  EXPECT_EQ(shown, expected);
}

TEST_F(Report, TheSameEvaluationGivesTheSameBytes) {
  evaluated("music", "a.html");
  evaluated("music", "b.html");
  EXPECT_EQ(read_file(folder_ / "a.html"), read_file(folder_ / "b.html"));
}

TEST_F(Report, NamesAreTextWhateverTheyAre) {
  const std::string names[] = {"<img src=x onerror=alert(1)>.wav", "\"'&amp;\n.wav", "not utf-8 \xff\x01.wav",
                               "<i/script>.wav"};
  fs::create_directories(folder_ / "odd/<i");
  for (const std::string& name : names)
    test::write_sound(folder_ / "odd" / name, test::SoundFormat::wav_int16, 22050, 1, test::music(5, 22050, 1));
  ASSERT_EQ(run(evaluate("odd", "odd.html")).status, 0);
  const test::Markup markup = test::read_markup(read_file(folder_ / "odd.html"));
  ASSERT_EQ(markup.fault, "");
  for (const test::Tag& tag : markup.tags) {
    EXPECT_NE(tag.name, "script");
    EXPECT_NE(tag.name, "i");
    for (const auto& [name, value] : tag.attributes) EXPECT_FALSE(name.starts_with("on")) << name;
  }
  for (const char* const text : {"&lt;img src=x onerror=alert(1)&gt;.wav", "&quot;&#39;&amp;amp;\n.wav",
                                 "not utf-8 \xef\xbf\xbd\xef\xbf\xbd.wav", "&lt;i/script&gt;.wav"})
    EXPECT_NE(markup.text.find(text), std::string::npos) << text;
}

TEST_F(Report, WhereItCannotBeWrittenNothingIsJudged) {
  std::ofstream(folder_ / "file") << "This is not a folder.\n";
  expect_refused(evaluate("music", "file/out.html"), 1, "cannot make the folder 'file'");
  // As somebody without permissions, who has to reach the program and its folder.
  fs::copy_file(program_, folder_ / "fractalsync");
  program_ = (folder_ / "fractalsync").string();
  fs::permissions(folder_.path(), fs::perms(0755));
  fs::create_directory(folder_ / "closed");
  fs::permissions(folder_ / "closed", fs::perms(0555));
  expect_refused(evaluate("music", "closed/out.html", {"--no-cache"}), 1,
                 "cannot write to the folder 'closed': Permission denied", test::RunAs::nobody);
  fs::create_directory(folder_ / "folder.html");
  expect_refused(evaluate("music", "folder.html"), 1, "folder.html");
}

}  // namespace
}  // namespace fractalsync
