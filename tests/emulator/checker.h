// What the emulator tells the checker (checker.cpp), which follows every access of a kernel: exact races, reads of what
// nobody wrote, accesses outside of the arrays. In builds without it these are empty (no_checker.cpp).
#pragma once

#include <cstddef>

namespace emulator::checker {

enum class Kind { global, shared };

void allocated(void* block, std::size_t bytes, Kind kind);
void released(void* block);
/// A kernel is about to start: nothing that came before can race with it.
void launch_began();
/// Memory that a new block takes over: what is in it counts as never written.
void refreshed(void* block);
/// Bytes were copied by the runtime; `source` is not a device's when it comes from the host or is a set value.
void copied(void* destination, const void* source, std::size_t bytes);
/// The running thread reads and writes `bytes` at once (or only reads).
void atomic_access(const void* address, std::size_t bytes, bool writes);
/// False where the accesses of kernels are not followed.
bool present();

}  // namespace emulator::checker
