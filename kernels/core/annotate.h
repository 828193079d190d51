// Markers for code that both the CPU loops and the CUDA kernels compile.
#pragma once

// Formulas are always inlined: the CPU files are compiled once per instruction set, and an out-of-line
// copy of a shared formula could otherwise be linked into code that runs on an older processor.
#if defined(__CUDACC__)
#define FS_FORMULA __host__ __device__ __forceinline__
#else
#define FS_FORMULA [[gnu::always_inline]] inline
#endif
