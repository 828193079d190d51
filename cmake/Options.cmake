# Compiler options that every target of the project shares.
add_library(fractalsync_options INTERFACE)
target_compile_options(fractalsync_options INTERFACE
  # Contraction changes up to 2 % of the pixels of a Julia set between compilers: fused multiply-add only
  # where the code says so.
  -ffp-contract=off
  -Wall -Wextra -Wpedantic -Wshadow -Wno-unknown-pragmas
  # GCC 12 sees overlapping copies in std::string's operator+ (its bug 105651).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
  $<$<BOOL:${FRACTALSYNC_WERROR}>:-Werror>)
target_include_directories(fractalsync_options INTERFACE $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>
  $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/kernels>)
add_finding("compiler" "${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}, ${CMAKE_BUILD_TYPE}")

# join_sources(target): compiles the target's sources a few at a time as one, because most of the time goes into the
# headers that they share (CLI11 takes 5 s per file, the Protobuf classes 2 s). Names in their anonymous namespaces are
# therefore unique within a library. FRACTALSYNC_JOIN_SOURCES=OFF compiles every file alone, as the preset `tidy` does.
option(FRACTALSYNC_JOIN_SOURCES "Compile several sources of a library together" ON)
mark_as_advanced(FRACTALSYNC_JOIN_SOURCES)
function(join_sources target)
  set_target_properties(${target} PROPERTIES UNITY_BUILD ${FRACTALSYNC_JOIN_SOURCES} UNITY_BUILD_BATCH_SIZE 8)
endfunction()
