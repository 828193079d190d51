// Markers for code that both the CPU loops and the CUDA kernels compile.
#pragma once

// Formulas are always inlined: the CPU files are compiled once per instruction set, and an out-of-line
// copy of a shared formula could otherwise be linked into code that runs on an older processor.
#if defined(__CUDACC__)
#define FS_FORMULA __host__ __device__ __forceinline__
#else
#define FS_FORMULA [[gnu::always_inline]] inline
#endif

// Members of views, which kernels take and read as the CPU loops do.
#if defined(__CUDACC__)
#define FS_HOST_DEVICE __host__ __device__
#else
#define FS_HOST_DEVICE
#endif

// Unrolls the loop that follows `count` times; each compiler has its own word for it. (nvcc hands its own on to the host
// compiler, which does not know it, when it compiles the host's side of a .cu.)
#define FS_PRAGMA(text) _Pragma(#text)
#if defined(__CUDA_ARCH__)
#define FS_UNROLL(count) FS_PRAGMA(unroll count)
#elif defined(__CUDACC__)
#define FS_UNROLL(count)
#else
#define FS_UNROLL(count) FS_PRAGMA(GCC unroll count)
#endif
