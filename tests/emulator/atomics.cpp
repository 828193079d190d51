// The atomic operations themselves: plain code, since one operating system thread runs all CUDA threads.
#include <algorithm>
#include <utility>

#include "emulator/device.h"

namespace emulator {
namespace {

template <class T>
T add(T* address, T value) {
  return std::exchange(*address, static_cast<T>(*address + value));
}
template <class T>
T compare_and_swap(T* address, T expected, T value) {
  const T before = *address;
  if (before == expected) *address = value;
  return before;
}

}  // namespace

unsigned atomic_add(unsigned* address, unsigned value) { return add(address, value); }
int atomic_add(int* address, int value) { return add(address, value); }
unsigned long long atomic_add(unsigned long long* address, unsigned long long value) { return add(address, value); }
float atomic_add(float* address, float value) { return add(address, value); }
double atomic_add(double* address, double value) { return add(address, value); }
int atomic_max(int* address, int value) { return std::exchange(*address, std::max(*address, value)); }
unsigned atomic_max(unsigned* address, unsigned value) { return std::exchange(*address, std::max(*address, value)); }
int atomic_min(int* address, int value) { return std::exchange(*address, std::min(*address, value)); }
unsigned atomic_min(unsigned* address, unsigned value) { return std::exchange(*address, std::min(*address, value)); }
unsigned atomic_exchange(unsigned* address, unsigned value) { return std::exchange(*address, value); }
int atomic_exchange(int* address, int value) { return std::exchange(*address, value); }
unsigned atomic_compare_and_swap(unsigned* address, unsigned expected, unsigned value) {
  return compare_and_swap(address, expected, value);
}
int atomic_compare_and_swap(int* address, int expected, int value) { return compare_and_swap(address, expected, value); }

}  // namespace emulator
