#include "emulator/engine.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <memory>
#include <utility>
#include <vector>

#include "emulator/checker.h"
#include "emulator/fiber.h"
#include "emulator/memory.h"
#include "emulator/tensor.h"

uint3 threadIdx, blockIdx;
dim3 blockDim, gridDim;

namespace emulator {
namespace {

constexpr unsigned kLanes = 32;
constexpr unsigned kLargestBlock = 1024;

enum class State { ready, at_block_barrier, at_warp_operation, at_grid_barrier, done };

struct Block;

struct Thread {
  explicit Thread(void (*entry)()) : fiber(entry) {}

  Fiber fiber;
  ThreadContext context{};
  Block* block = nullptr;
  State state = State::done;
  Place place;  ///< where it waits
  // Of the warp operation that it waits in:
  unsigned mask = 0;
  WarpKind kind = WarpKind::sync;
  int source = 0;
  void* value = nullptr;
  std::size_t bytes = 0;
  unsigned result = 0;
};

struct Warp {
  unsigned waiting = 0, exited = 0;
  std::uint32_t epoch = 0;
};

/// Freed by its owner; shared memory that a kernel has asked for.
struct SharedChunk {
  ~SharedChunk() {
    if (data == nullptr) return;
    checker::released(data);
    std::free(data);
  }
  void* data = nullptr;
  std::size_t bytes = 0;

  void make(std::size_t size, std::size_t alignment) {
    bytes = size;
    // Of exactly this size, so that the address sanitizer sees the first byte behind it.
    if (posix_memalign(&data, std::max<std::size_t>(alignment, 16), size) != 0) throw std::bad_alloc();
    std::memset(data, 0xff, size);
    checker::allocated(data, size, checker::Kind::shared);
  }
};

struct Block {
  std::vector<Thread*> threads;
  std::vector<Warp> warps;
  unsigned alive = 0, arrived = 0;
  std::uint32_t epoch = 0;
  Place place;  ///< of the barrier that threads wait at
  unsigned votes = 0, last_votes = 0;
  SharedChunk dynamic;
  std::vector<std::unique_ptr<SharedChunk>> statics;
};

struct Variable {
  std::size_t bytes, alignment;
};
std::vector<Variable>& variables() {
  static auto& all = *new std::vector<Variable>;
  return all;
}

struct Engine {
  Fiber host;
  std::vector<std::unique_ptr<Thread>> pool;
  Thread* running = nullptr;
  std::vector<Thread*> ready;  ///< a ring would do; shuffled picks need an array
  std::size_t first_ready = 0;
  std::vector<std::unique_ptr<Block>> blocks;
  LaunchShape shape;
  const BoundKernel* kernel = nullptr;
  bool inside = false;
  unsigned grid_arrived = 0, grid_threads = 0;
  std::uint32_t grid_epoch = 0;
  std::uint64_t random = 0;
  std::string fault;
};
Engine& engine() {
  static Engine& instance = *new Engine;
  return instance;
}

std::uint64_t next_random() {  // xorshift64
  std::uint64_t& r = engine().random;
  r ^= r << 13;
  r ^= r >> 7;
  r ^= r << 17;
  return r;
}

void make_ready(Thread* thread) {
  thread->state = State::ready;
  engine().ready.push_back(thread);
}

Thread* take_ready() {
  Engine& e = engine();
  if (e.first_ready == e.ready.size()) {
    e.ready.clear();
    e.first_ready = 0;
    return nullptr;
  }
  if (e.random != 0) {
    const std::size_t left = e.ready.size() - e.first_ready;
    std::swap(e.ready[e.first_ready], e.ready[e.first_ready + next_random() % left]);
  }
  return e.ready[e.first_ready++];
}

/// Goes on with a thread, or with the host when there is none.
void run(Thread* next) {
  engine().running = next;
  if (next == nullptr) return;
  threadIdx = next->context.thread;
  blockIdx = next->context.block;
}
Fiber& fiber_of(Thread* thread) { return thread != nullptr ? thread->fiber : engine().host; }

/// Runs somebody else until the running thread is ready again.
void wait() {
  Engine& e = engine();
  Thread* const self = e.running;
  Thread* const next = take_ready();
  if (next == self) return;
  run(next);
  Fiber::switch_between(self->fiber, fiber_of(next));
}

std::string name(const Place& place) {
  const std::string file = place.file_name();
  return file.substr(file.rfind('/') + 1) + ":" + std::to_string(place.line());
}

bool same(const Place& a, const Place& b) {
  return a.line() == b.line() && a.column() == b.column() && std::strcmp(a.file_name(), b.file_name()) == 0;
}

std::string hex(unsigned value) {
  char text[16];
  std::snprintf(text, sizeof text, "%08x", value);
  return text;
}

void complete(const Block& block, unsigned warp, unsigned lanes, WarpKind kind) {
  const auto lane = [&](unsigned l) { return block.threads[warp * kLanes + l]; };
  if (kind == WarpKind::ballot) {
    unsigned votes = 0;
    for (unsigned l = 0; l < kLanes; ++l)
      if (lanes >> l & 1) votes |= static_cast<unsigned>(lane(l)->source != 0) << l;
    for (unsigned l = 0; l < kLanes; ++l)
      if (lanes >> l & 1) lane(l)->result = votes;
  } else if (kind == WarpKind::shuffle) {
    unsigned char values[kLanes][16];
    for (unsigned l = 0; l < kLanes; ++l)
      if (lanes >> l & 1) std::memcpy(values[l], lane(l)->value, lane(l)->bytes);
    for (unsigned l = 0; l < kLanes; ++l) {
      if (!(lanes >> l & 1)) continue;
      const auto source = static_cast<unsigned>(lane(l)->source);
      if (!(lanes >> source & 1))
        fail("shuffle at " + name(lane(l)->place) + ": lane " + std::to_string(l) + " reads lane " +
             std::to_string(source) + ", which does not take part (mask " + hex(lane(l)->mask) + ")");
      std::memcpy(lane(l)->value, values[source], lane(l)->bytes);
    }
  } else if (kind == WarpKind::mma) {
    if (lanes != 0xffffffffu) fail("a tensor core's product by a part of a warp (lanes " + hex(lanes) + ")");
    const MmaOperands* operands[kLanes];
    for (unsigned l = 0; l < kLanes; ++l) operands[l] = static_cast<const MmaOperands*>(lane(l)->value);
    multiply_tf32(operands);
  }
}

/// Lets those lanes of a warp go on that are all there.
void settle_warp(Block& block, unsigned index) {
  Warp& warp = block.warps[index];
  for (unsigned l = 0; l < kLanes; ++l) {
    if (!(warp.waiting >> l & 1)) continue;
    const Thread& asking = *block.threads[index * kLanes + l];
    const unsigned needed = asking.mask & ~warp.exited;
    if ((warp.waiting & needed) != needed) continue;
    bool agreed = true;
    for (unsigned k = 0; k < kLanes && agreed; ++k) {
      if (!(needed >> k & 1)) continue;
      const Thread& other = *block.threads[index * kLanes + k];
      agreed = other.mask == asking.mask;
      if (agreed && (other.kind != asking.kind || !same(other.place, asking.place)))
        fail("a warp's lanes meet at different operations: lane " + std::to_string(l) + " at " + name(asking.place) +
             ", lane " + std::to_string(k) + " at " + name(other.place));
    }
    if (!agreed) continue;
    complete(block, index, needed, asking.kind);
    // Only __syncwarp orders memory.
    if (asking.kind == WarpKind::sync) ++warp.epoch;
    warp.waiting &= ~needed;
    for (unsigned k = 0; k < kLanes; ++k)
      if (needed >> k & 1) make_ready(block.threads[index * kLanes + k]);
  }
}

[[noreturn]] void end_of_thread() {
  Thread& self = *engine().running;
  Block& block = *self.block;
  if (block.arrived > 0)
    fail("a thread ends while " + std::to_string(block.arrived) + " of its block wait at the barrier " +
         name(block.place));
  self.state = State::done;
  --block.alive;
  Warp& warp = block.warps[self.context.warp];
  warp.exited |= 1u << self.context.lane;
  if (warp.waiting != 0) settle_warp(block, self.context.warp);
  Thread* const next = take_ready();
  run(next);
  Fiber::leave_for_good(self.fiber, fiber_of(next));
  std::abort();
}

void thread_main() {
  Fiber::arrived();
  Engine& e = engine();
  e.inside = false;
  e.kernel->call(e.kernel->arguments.get());
  e.inside = true;
  end_of_thread();
}

void set_up(Block& block, std::uint64_t rank, std::size_t first_thread) {
  Engine& e = engine();
  const dim3 g = e.shape.grid, b = e.shape.block;
  const unsigned threads = b.x * b.y * b.z;
  block.threads.clear();
  block.warps.assign((threads + kLanes - 1) / kLanes, Warp{});
  block.alive = threads;
  block.arrived = block.votes = 0;
  block.epoch = 0;
  for (const auto& chunk : block.statics)
    if (chunk) {
      std::memset(chunk->data, 0xff, chunk->bytes);
      checker::refreshed(chunk->data);
    }
  if (block.dynamic.data != nullptr) {
    std::memset(block.dynamic.data, 0xff, block.dynamic.bytes);
    checker::refreshed(block.dynamic.data);
  }
  for (unsigned i = 0; i < threads; ++i) {
    Thread* const thread = e.pool[first_thread + i].get();
    thread->block = &block;
    thread->context = {{i % b.x, i / b.x % b.y, i / b.x / b.y},
                       {static_cast<unsigned>(rank % g.x), static_cast<unsigned>(rank / g.x % g.y),
                        static_cast<unsigned>(rank / g.x / g.y)},
                       i, i % kLanes, i / kLanes, threads, rank};
    thread->fiber.prepare();
    block.threads.push_back(thread);
    make_ready(thread);
  }
  for (unsigned lane = threads; lane < block.warps.size() * kLanes; ++lane)
    block.warps[lane / kLanes].exited |= 1u << lane % kLanes;
}

std::string waiting_threads() {
  std::string text;
  int listed = 0;
  for (const auto& block : engine().blocks)
    for (const Thread* thread : block->threads) {
      if (thread->state == State::done || ++listed > 4) continue;
      const char* what = thread->state == State::at_block_barrier  ? "barrier"
                         : thread->state == State::at_grid_barrier ? "grid barrier"
                                                                   : "warp operation";
      text += "; thread " + std::to_string(thread->context.rank) + " of block " +
              std::to_string(thread->context.block_rank) + " at the " + what + " " + name(thread->place);
      if (thread->state == State::at_warp_operation) text += " with mask " + hex(thread->mask);
    }
  return text;
}

/// Runs the blocks that are set up until all their threads have ended.
void run_blocks() {
  Engine& e = engine();
  while (Thread* const next = take_ready()) {
    run(next);
    Fiber::switch_between(e.host, next->fiber);
    run(nullptr);
    if (!e.fault.empty()) {
      e.ready.clear();
      e.first_ready = 0;
      throw Fault(std::exchange(e.fault, {}));
    }
  }
  for (const auto& block : e.blocks)
    if (block->alive > 0) throw Fault("threads wait for ever" + waiting_threads());
}

}  // namespace

const ThreadContext& current() {
  if (engine().running == nullptr) throw Fault("a device function was called outside of a kernel");
  return engine().running->context;
}
int current_lane() { return static_cast<int>(current().lane); }
bool in_kernel() { return engine().running != nullptr; }

Inside::Inside() { engine().inside = true; }
Inside::~Inside() { engine().inside = false; }
bool is_inside() { return engine().inside; }

bool in_arguments(const void* address) {
  const auto* const first = static_cast<const char*>(engine().kernel->arguments.get());
  const auto* const at = static_cast<const char*>(address);
  return at >= first && at < first + engine().kernel->bytes;
}

void set_seed(std::uint64_t seed) { engine().random = seed * 0x9E3779B97F4A7C15u; }

void fail(const std::string& what) {
  const Inside inside;
  Engine& e = engine();
  if (e.running == nullptr) throw Fault(what);
  const ThreadContext& c = e.running->context;
  e.fault = what + " [thread " + std::to_string(c.rank) + " of block " + std::to_string(c.block_rank) + "]";
  // No unwinding: a fault may come from within what the compiler takes for a plain load.
  Thread* const self = e.running;
  run(nullptr);
  Fiber::leave_for_good(self->fiber, e.host);
  std::abort();
}

void run_kernel(const LaunchShape& shape, const BoundKernel& kernel) {
  Engine& e = engine();
  if (e.running != nullptr) fail("a kernel launches a kernel");
  e.shape = shape;
  e.kernel = &kernel;
  gridDim = shape.grid;
  blockDim = shape.block;
  const std::uint64_t blocks = std::uint64_t{shape.grid.x} * shape.grid.y * shape.grid.z;
  const unsigned threads = shape.block.x * shape.block.y * shape.block.z;
  const std::size_t together = shape.cooperative ? blocks : 1;
  while (e.pool.size() < together * threads) e.pool.push_back(std::make_unique<Thread>(&thread_main));
  e.blocks.clear();
  for (std::size_t i = 0; i < together; ++i) {
    e.blocks.push_back(std::make_unique<Block>());
    if (shape.shared_bytes > 0) e.blocks.back()->dynamic.make(shape.shared_bytes, 128);
  }
  e.grid_arrived = 0;
  e.grid_threads = static_cast<unsigned>(blocks) * threads;
  e.grid_epoch = 0;
  checker::launch_began();
  const DeviceAccess access;
  if (shape.cooperative) {
    for (std::size_t i = 0; i < together; ++i) set_up(*e.blocks[i], i, i * threads);
    run_blocks();
  } else {
    // Blocks in turn, or in an order of the seed's: those of a launch may not count on any.
    std::vector<std::uint64_t> order(blocks);
    for (std::uint64_t i = 0; i < blocks; ++i) order[i] = i;
    for (std::uint64_t i = blocks; e.random != 0 && i > 1; --i) std::swap(order[i - 1], order[next_random() % i]);
    for (const std::uint64_t rank : order) {
      set_up(*e.blocks[0], rank, 0);
      run_blocks();
    }
  }
  e.blocks.clear();
}

int block_barrier(BarrierKind kind, bool predicate, const Place& place) {
  const Inside inside;
  Thread& self = *engine().running;
  Block& block = *self.block;
  if (block.arrived == 0)
    block.place = place;
  else if (!same(block.place, place))
    fail("threads of a block meet at different barriers: " + name(place) + " and " + name(block.place));
  if (block.alive != block.threads.size())
    fail("barrier " + name(place) + " after " + std::to_string(block.threads.size() - block.alive) +
         " threads of the block have ended");
  block.votes += predicate;
  self.place = place;
  self.state = State::at_block_barrier;
  if (++block.arrived == block.alive) {
    block.arrived = 0;
    ++block.epoch;
    block.last_votes = std::exchange(block.votes, 0u);
    for (Thread* thread : block.threads)
      if (thread->state == State::at_block_barrier) make_ready(thread);
  }
  wait();
  const auto votes = static_cast<int>(block.last_votes);
  if (kind == BarrierKind::all) return votes == static_cast<int>(block.threads.size());
  return kind == BarrierKind::any ? votes > 0 : votes;
}

void grid_barrier(const Place& place) {
  const Inside inside;
  Engine& e = engine();
  if (!e.shape.cooperative) fail("grid barrier " + name(place) + " in a launch that is not cooperative");
  Thread& self = *e.running;
  self.place = place;
  self.state = State::at_grid_barrier;
  if (++e.grid_arrived == e.grid_threads) {
    e.grid_arrived = 0;
    ++e.grid_epoch;
    for (const auto& block : e.blocks)
      for (Thread* thread : block->threads)
        if (thread->state == State::at_grid_barrier) make_ready(thread);
  }
  wait();
}

unsigned warp_operation(unsigned mask, WarpKind kind, int source, void* value, std::size_t bytes, const Place& place) {
  const Inside inside;
  Thread& self = *engine().running;
  if (!(mask >> self.context.lane & 1)) fail("warp operation " + name(place) + ": mask " + hex(mask) + " lacks its own lane");
  self.mask = mask;
  self.kind = kind;
  self.source = source;
  self.value = value;
  self.bytes = bytes;
  self.place = place;
  self.state = State::at_warp_operation;
  self.block->warps[self.context.warp].waiting |= 1u << self.context.lane;
  settle_warp(*self.block, self.context.warp);
  wait();
  return self.result;
}

void atomic_point() {
  const Inside inside;
  if (engine().random == 0 || (next_random() & 3) != 0) return;
  make_ready(engine().running);
  wait();
}

SharedVariable::SharedVariable(std::size_t bytes, std::size_t alignment) : number(variables().size()) {
  const Inside inside;
  variables().push_back({bytes, alignment});
}

void* static_shared(std::size_t variable) {
  const Inside inside;
  Block& block = *engine().running->block;
  if (block.statics.size() <= variable) block.statics.resize(variable + 1);
  std::unique_ptr<SharedChunk>& chunk = block.statics[variable];
  if (!chunk) {
    chunk = std::make_unique<SharedChunk>();
    chunk->make(variables()[variable].bytes, variables()[variable].alignment);
  }
  return chunk->data;
}

void* dynamic_shared() { return engine().running->block->dynamic.data; }

Epoch current_epoch() {
  const Thread& self = *engine().running;
  return {self.block->epoch, self.block->warps[self.context.warp].epoch, engine().grid_epoch};
}
bool on_own_stack(const void* address) { return engine().running->fiber.on_stack(address); }
bool on_any_stack(const void* address) {
  for (const auto& thread : engine().pool)
    if (thread->fiber.on_stack(address)) return true;
  return false;
}

}  // namespace emulator
