#include "host/audio/vorbis_codec.h"

#include <dlfcn.h>

#include <algorithm>

#include "core/check.h"

extern "C" {
#include <libavcodec/avcodec.h>
}

namespace fractalsync {
namespace {

/// What is used of libavcodec and of libavutil, on which it depends; of the version that this was compiled with.
class Library {
 public:
  static const Library& get() {
    static const Library library;
    return library;
  }
  bool there() const { return handle_ != nullptr; }

#define FS_FUNCTION(name) decltype(&::name) const name = find<decltype(&::name)>(#name)
 private:
  template <class Function>
  Function find(const char* name) const {
    return there() ? reinterpret_cast<Function>(::dlsym(handle_, name)) : nullptr;
  }
  void* const handle_ = ::dlopen("libavcodec.so." AV_STRINGIFY(LIBAVCODEC_VERSION_MAJOR), RTLD_NOW | RTLD_LOCAL);

 public:
  FS_FUNCTION(av_log_set_level);
  FS_FUNCTION(av_mallocz);
  FS_FUNCTION(av_frame_alloc);
  FS_FUNCTION(av_frame_free);
  FS_FUNCTION(av_packet_alloc);
  FS_FUNCTION(av_packet_free);
  FS_FUNCTION(avcodec_find_decoder);
  FS_FUNCTION(avcodec_alloc_context3);
  FS_FUNCTION(avcodec_free_context);
  FS_FUNCTION(avcodec_open2);
  FS_FUNCTION(avcodec_send_packet);
  FS_FUNCTION(avcodec_receive_frame);
#undef FS_FUNCTION

 private:
  // What is wrong with a file is said by its decoder, and once.
  Library() {
    if (there()) av_log_set_level(AV_LOG_QUIET);
  }
};

/// The headers as libavcodec wants them: their number less one, the sizes of all but the last in base 255, themselves.
std::string laced(const VorbisHeaders& headers) {
  std::string all(1, 2);
  for (const std::string* header : {&headers.identification, &headers.comment})
    all.append(header->size() / 255, '\xff').push_back(static_cast<char>(header->size() % 255));
  return all + headers.identification + headers.comment + headers.setup;
}

class AvVorbis final : public VorbisCodec {
 public:
  AvVorbis(const Library& library, int channels)
      : library_(library),
        channels_(channels),
        context_(library.avcodec_alloc_context3(library.avcodec_find_decoder(AV_CODEC_ID_VORBIS))),
        packet_(library.av_packet_alloc()),
        frame_(library.av_frame_alloc()) {
    FS_CHECK(context_ != nullptr && packet_ != nullptr && frame_ != nullptr);
  }
  ~AvVorbis() override {
    library_.avcodec_free_context(&context_);
    library_.av_packet_free(&packet_);
    library_.av_frame_free(&frame_);
  }
  AvVorbis(const AvVorbis&) = delete;
  AvVorbis& operator=(const AvVorbis&) = delete;

  bool open(const VorbisHeaders& headers) {
    const std::string all = laced(headers);
    context_->extradata = static_cast<std::uint8_t*>(library_.av_mallocz(all.size() + AV_INPUT_BUFFER_PADDING_SIZE));
    FS_CHECK(context_->extradata != nullptr);
    context_->extradata_size = static_cast<int>(all.size());
    std::copy(all.begin(), all.end(), context_->extradata);
    context_->thread_count = 1;
    return library_.avcodec_open2(context_, nullptr, nullptr) == 0 && context_->sample_fmt == AV_SAMPLE_FMT_FLTP;
  }

  bool decode(View<const std::uint8_t> packet, std::vector<float>& interleaved) override {
    // It only reads the packet, and copies it to where it may read beyond the end.
    packet_->data = const_cast<std::uint8_t*>(packet.data());
    packet_->size = static_cast<int>(packet.size());
    if (library_.avcodec_send_packet(context_, packet_) != 0) return false;
    for (;;) {
      const int result = library_.avcodec_receive_frame(context_, frame_);
      if (result == AVERROR(EAGAIN)) return true;
      if (result != 0) return false;
      append(interleaved);
    }
  }

 private:
  void append(std::vector<float>& interleaved) const {
    const std::size_t before = interleaved.size(), instants = static_cast<std::size_t>(frame_->nb_samples);
    const auto channels = static_cast<std::size_t>(channels_);
    interleaved.resize(before + instants * channels);
    for (std::size_t channel = 0; channel < channels; ++channel) {
      const auto* samples = reinterpret_cast<const float*>(frame_->extended_data[channel]);
      float* to = interleaved.data() + before + channel;
      for (std::size_t i = 0; i < instants; ++i) to[i * channels] = samples[i];
    }
  }

  const Library& library_;
  const int channels_;
  AVCodecContext* context_;
  AVPacket* packet_;
  AVFrame* frame_;
};

}  // namespace

std::unique_ptr<VorbisCodec> open_vorbis_codec(const VorbisHeaders& headers, int channels) {
  const Library& library = Library::get();
  if (!library.there()) return nullptr;
  auto codec = std::make_unique<AvVorbis>(library, channels);
  if (!codec->open(headers)) return nullptr;
  return codec;
}

}  // namespace fractalsync
