// Instruction sets. The files named *_lanes.cpp are compiled once for each, with FRACTALSYNC_ISA naming the namespace
// that their code lands in; CpuKernels gathers one set of entry points, and dispatch.cpp picks the set at run time.
//
// A *_lanes.cpp file must not leave an inline function of another namespace out of line (the linker would merge it
// with the copies that older processors run): plain arrays in, plain arrays out, no containers. The test
// IsaObjects.HoldNoSharedWeakSymbols looks at the object files.
#pragma once

#ifndef FRACTALSYNC_ISA
#define FRACTALSYNC_ISA baseline
#endif

/// Declares the table `name` of every instruction set.
#if defined(FRACTALSYNC_X86)
#define FRACTALSYNC_DECLARE_KERNELS(Type, name) \
  namespace baseline {                          \
  extern const Type name;                       \
  }                                             \
  namespace avx2 {                              \
  extern const Type name;                       \
  }                                             \
  namespace avx512 {                            \
  extern const Type name;                       \
  }                                             \
  static_assert(true)
#else
#define FRACTALSYNC_DECLARE_KERNELS(Type, name) \
  namespace baseline {                          \
  extern const Type name;                       \
  }                                             \
  static_assert(true)
#endif
