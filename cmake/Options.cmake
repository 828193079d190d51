# Compiler options that every target of the project shares.
add_library(fractalsync_options INTERFACE)
target_compile_options(fractalsync_options INTERFACE $<$<COMPILE_LANGUAGE:CXX>:
  # Contraction changes up to 2 % of the pixels of a Julia set between compilers: fused multiply-add only
  # where the code says so.
  -ffp-contract=off
  -Wall -Wextra -Wpedantic -Wshadow -Wno-unknown-pragmas
  # GCC 12 sees overlapping copies in std::string's operator+ (its bug 105651).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
  $<$<BOOL:${FRACTALSYNC_WERROR}>:-Werror>>)
target_include_directories(fractalsync_options INTERFACE $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>
  $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/kernels>)
add_finding("compiler" "${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}, ${CMAKE_BUILD_TYPE}")
