// Ogg Vorbis: pages by libogg, packets by libavcodec. Rules of the stream: RFC 3533 (pages), Vorbis I, section 4.2
// (headers) and appendix A (positions in an Ogg stream).
#include <ogg/ogg.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/check.h"
#include "host/audio/decoder.h"
#include "host/audio/vorbis_codec.h"

namespace fractalsync {
namespace {

constexpr char kMagic[] = "\x01vorbis";

/// The pages of a file, in order; what is between them is left out.
class Pages {
 public:
  explicit Pages(int fd, std::int64_t first_byte = 0) : fd_(fd), at_(first_byte) { ogg_sync_init(&sync_); }
  ~Pages() { ogg_sync_clear(&sync_); }
  Pages(const Pages&) = delete;
  Pages& operator=(const Pages&) = delete;

  /// The next one, which stays until the next call. False at the end of the file.
  bool next(ogg_page& page) {
    constexpr long kBytesAtOnce = 1 << 16;
    for (;;) {
      const int found = ogg_sync_pageout(&sync_, &page);
      if (found > 0) return true;
      if (found < 0) continue;  // bytes that are no page
      char* const buffer = ogg_sync_buffer(&sync_, kBytesAtOnce);
      FS_CHECK(buffer != nullptr);
      const ssize_t got = ::pread(fd_, buffer, kBytesAtOnce, at_);
      if (got <= 0) return false;
      at_ += got;
      ogg_sync_wrote(&sync_, static_cast<long>(got));
    }
  }

 private:
  int fd_;
  std::int64_t at_;
  ogg_sync_state sync_{};
};

/// Packets of one logical stream.
class Packets {
 public:
  explicit Packets(int serial) { FS_CHECK_EQ(ogg_stream_init(&stream_, serial), 0); }
  ~Packets() { ogg_stream_clear(&stream_); }
  Packets(const Packets&) = delete;
  Packets& operator=(const Packets&) = delete;

  void put(ogg_page& page) { ogg_stream_pagein(&stream_, &page); }
  /// The next one that is whole.
  bool next(ogg_packet& packet) {
    for (;;) {
      const int found = ogg_stream_packetout(&stream_, &packet);
      if (found >= 0) return found > 0;
    }
  }

 private:
  ogg_stream_state stream_{};
};

struct Identification {
  int serial = 0, channels = 0, rate = 0;
};

/// Of a file whose first page begins a Vorbis stream.
bool identify(Pages& pages, ogg_page& page, Identification& stream) {
  constexpr long kBytes = 30;  // of an identification header
  if (!pages.next(page) || !ogg_page_bos(&page) || page.body_len < kBytes) return false;
  if (std::memcmp(page.body, kMagic, sizeof kMagic - 1) != 0) return false;
  std::uint32_t rate = 0;
  std::memcpy(&rate, page.body + 12, sizeof rate);
  stream = {ogg_page_serialno(&page), page.body[11], static_cast<int>(rate)};
  // Vorbis I says what channels are up to eight.
  return stream.channels >= 1 && stream.channels <= 8 && stream.rate > 0;
}

/// The last position that the file's end tells of; -1 when there is none.
std::int64_t last_position(int fd, int serial) {
  constexpr std::int64_t kLargestPage = 65307;
  const std::int64_t size = ::lseek(fd, 0, SEEK_END);
  Pages pages(fd, std::max<std::int64_t>(size - 2 * kLargestPage, 0));
  std::int64_t last = -1;
  for (ogg_page page; pages.next(page);)
    if (ogg_page_serialno(&page) == serial && ogg_page_granulepos(&page) >= 0) last = ogg_page_granulepos(&page);
  return last;
}

class VorbisDecoder final : public Decoder {
 public:
  explicit VorbisDecoder(int fd) : pages_(fd) {}

  /// False when libavcodec cannot do it.
  bool open(int fd) {
    ogg_page page;
    if (!identify(pages_, page, stream_)) return false;
    promised_ = std::max<std::int64_t>(last_position(fd, stream_.serial), 0);
    packets_ = std::make_unique<Packets>(stream_.serial);
    packets_->put(page);
    VorbisHeaders headers;
    for (std::string* header : {&headers.identification, &headers.comment, &headers.setup}) {
      ogg_packet packet;
      while (!packets_->next(packet)) {
        if (!pages_.next(page)) return false;
        if (ogg_page_serialno(&page) == stream_.serial) packets_->put(page);
      }
      header->assign(reinterpret_cast<const char*>(packet.packet), static_cast<std::size_t>(packet.bytes));
    }
    codec_ = open_vorbis_codec(headers, stream_.channels);
    return codec_ != nullptr;
  }
  void own(AudioFile&& file) { file_ = std::move(file); }

  int rate() const override { return stream_.rate; }
  int channels() const override { return stream_.channels; }
  std::int64_t promised_instants() const override { return promised_; }

  std::int64_t read(View<float> interleaved) override {
    std::int64_t filled = 0;
    while (filled < interleaved.size()) {
      if (given_ == decoded_.size() && !decode_page()) break;
      const std::size_t count =
          std::min(decoded_.size() - given_, static_cast<std::size_t>(interleaved.size() - filled));
      std::copy_n(decoded_.data() + given_, count, interleaved.data() + filled);
      given_ += count;
      filled += static_cast<std::int64_t>(count);
    }
    return filled / stream_.channels;
  }

 private:
  /// The next page's instants into `decoded_`. False at the end of the file.
  bool decode_page() {
    decoded_.clear();
    given_ = 0;
    ogg_page page;
    if (!pages_.next(page)) {
      check_end();
      return false;
    }
    if (ogg_page_bos(&page)) refuse_chained_ogg(file_.path);
    if (ogg_page_serialno(&page) != stream_.serial) return true;
    packets_->put(page);
    ogg_packet packet;
    while (packets_->next(packet)) {
      // An empty packet has no sound, and tells libavcodec that there are no more.
      if (packet.bytes > 0 && !codec_->decode({packet.packet, packet.bytes}, decoded_))
        refuse("a packet is not Vorbis");
    }
    place(ogg_page_granulepos(&page), ogg_page_eos(&page) != 0);
    return true;
  }

  /// A page says at which instant it ends. The first one thereby tells where the stream begins, possibly within what it
  /// holds; the last one that the end of what it holds is none of the sound.
  void place(std::int64_t position, bool last) {
    ended_ = ended_ || last;
    std::int64_t count = static_cast<std::int64_t>(decoded_.size()) / stream_.channels;
    if (position >= 0 && !begun_ && count > 0) {
      begun_ = true;
      start_ = last ? 0 : std::max<std::int64_t>(position - count, 0);
      if (!last && position < count) drop_front(count - position);
    }
    count = static_cast<std::int64_t>(decoded_.size()) / stream_.channels;
    if (last && position >= 0) count = std::clamp<std::int64_t>(position - start_ - done_, 0, count);
    decoded_.resize(static_cast<std::size_t>(count * stream_.channels));
    done_ += count;
    if (position >= 0) end_ = position;
  }
  void drop_front(std::int64_t instants) {
    decoded_.erase(decoded_.begin(), decoded_.begin() + instants * stream_.channels);
  }

  void check_end() const {
    if (!ended_) refuse("its Ogg stream has no end");
    if (static_cast<double>(end_ - start_ - done_) > kOggSlack * stream_.rate) refuse("fewer samples than it promises");
  }

  [[noreturn]] void refuse(const std::string& why) const { refuse_cut_audio(file_.path, done_, stream_.rate, why); }

  AudioFile file_;
  Pages pages_;
  std::unique_ptr<Packets> packets_;
  std::unique_ptr<VorbisCodec> codec_;
  Identification stream_;
  std::int64_t promised_ = 0;
  std::vector<float> decoded_;  // of the page at hand
  std::size_t given_ = 0;
  bool begun_ = false, ended_ = false;
  std::int64_t start_ = 0, end_ = 0, done_ = 0;  // instants: positions of the stream's ends, and what was decoded
};

}  // namespace

std::unique_ptr<Decoder> open_vorbis(AudioFile& file) {
  auto decoder = std::make_unique<VorbisDecoder>(file.descriptor.get());
  if (!decoder->open(file.descriptor.get())) return nullptr;
  decoder->own(std::move(file));
  return decoder;
}

}  // namespace fractalsync
