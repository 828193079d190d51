# FRACTALSYNC_CUDA decides about the CUDA backend:
#   OFF   never
#   ON    always, for every common GPU unless CMAKE_CUDA_ARCHITECTURES says otherwise; what is missing stops, by name
#   AUTO  when this machine can both build and use it (nvcc and a GPU), for the GPU that is here. On a machine without a
#         GPU it would take minutes to build kernels that nothing there can run.
# Sets FRACTALSYNC_HAS_CUDA and, with it, the target fractalsync_cuda_options.
set(FRACTALSYNC_OLDEST_NVCC 12.4)  # C++20, and the C++ interface of NVTX
find_program(FRACTALSYNC_NVCC nvcc HINTS ${CMAKE_CUDA_COMPILER} ENV CUDACXX ENV CUDA_PATH ENV CUDA_HOME
  PATHS /usr/local/cuda PATH_SUFFIXES bin)
mark_as_advanced(FRACTALSYNC_NVCC)

# The libraries of the toolkit that the backend uses: what they are called, and their header and library (Thrust is all
# headers).
set(FRACTALSYNC_CUDA_LIBRARIES "cuFFT:cufft.h:cufft" "cuBLASLt:cublasLt.h:cublasLt" "Thrust:thrust/version.h:")

# Why CUDA cannot be built here, in one sentence that names the fix; empty when it can.
function(find_cuda_obstacle result)
  set(${result} "" PARENT_SCOPE)
  if(NOT FRACTALSYNC_NVCC)
    set(${result} "there is no nvcc: put the CUDA toolkit's bin folder on PATH, or set CUDA_PATH" PARENT_SCOPE)
    return()
  endif()
  execute_process(COMMAND ${FRACTALSYNC_NVCC} --version OUTPUT_VARIABLE version ERROR_VARIABLE version
    RESULT_VARIABLE failed)
  if(failed OR NOT version MATCHES "release ([0-9]+\\.[0-9]+)")
    set(${result} "${FRACTALSYNC_NVCC} does not tell its version: repair or reinstall the CUDA toolkit" PARENT_SCOPE)
    return()
  endif()
  set(FRACTALSYNC_NVCC_VERSION ${CMAKE_MATCH_1} PARENT_SCOPE)
  if(CMAKE_MATCH_1 VERSION_LESS FRACTALSYNC_OLDEST_NVCC)
    set(${result} "${FRACTALSYNC_NVCC} is version ${CMAKE_MATCH_1}: install CUDA ${FRACTALSYNC_OLDEST_NVCC} or newer"
      PARENT_SCOPE)
    return()
  endif()
  get_filename_component(root ${FRACTALSYNC_NVCC} REALPATH)
  get_filename_component(root ${root} DIRECTORY)
  get_filename_component(root ${root} DIRECTORY)
  foreach(entry IN LISTS FRACTALSYNC_CUDA_LIBRARIES)
    string(REPLACE ":" ";" entry "${entry}")
    list(GET entry 0 name)
    list(GET entry 1 header)
    list(GET entry 2 library)
    string(TOUPPER ${name} variable)
    find_path(FRACTALSYNC_${variable}_INCLUDE ${header} HINTS ${root}
      PATH_SUFFIXES include include/cccl targets/x86_64-linux/include targets/x86_64-linux/include/cccl)
    mark_as_advanced(FRACTALSYNC_${variable}_INCLUDE)
    set(found "${FRACTALSYNC_${variable}_INCLUDE}")
    if(library)
      find_library(FRACTALSYNC_${variable} ${library} HINTS ${root} PATH_SUFFIXES lib64 lib targets/x86_64-linux/lib)
      mark_as_advanced(FRACTALSYNC_${variable})
      set(found "${FRACTALSYNC_${variable}}")
    endif()
    if(NOT found OR NOT FRACTALSYNC_${variable}_INCLUDE)
      set(${result} "${name} is missing beside ${FRACTALSYNC_NVCC}: install the toolkit's ${name} development package"
        PARENT_SCOPE)
      return()
    endif()
  endforeach()
endfunction()

# Is there a GPU that the kernel knows of? (The second is that of Windows' subsystem for Linux.)
function(find_gpu result)
  set(${result} FALSE PARENT_SCOPE)
  if(EXISTS /dev/nvidia0 OR EXISTS /dev/dxg)
    set(${result} TRUE PARENT_SCOPE)
  endif()
endfunction()

# Machine code for what is common, and at the end PTX, which the driver compiles for whatever comes later.
function(choose_architectures version)
  if(DEFINED CMAKE_CUDA_ARCHITECTURES)
    return()
  endif()
  if(FRACTALSYNC_CUDA STREQUAL "AUTO")
    set(CMAKE_CUDA_ARCHITECTURES native PARENT_SCOPE)
  elseif(version VERSION_GREATER_EQUAL 12.8)
    set(CMAKE_CUDA_ARCHITECTURES 75-real 80-real 86-real 89-real 90-real 100-real 120 PARENT_SCOPE)
  else()
    set(CMAKE_CUDA_ARCHITECTURES 75-real 80-real 86-real 89-real 90 PARENT_SCOPE)
  endif()
endfunction()

set(FRACTALSYNC_HAS_CUDA FALSE)
if(FRACTALSYNC_CUDA STREQUAL "OFF")
  add_finding("CUDA" "off")
elseif(NOT FRACTALSYNC_CUDA MATCHES "^(AUTO|ON)$")
  message(FATAL_ERROR "FRACTALSYNC_CUDA is '${FRACTALSYNC_CUDA}': it must be AUTO, ON or OFF.")
else()
  find_cuda_obstacle(obstacle)
  find_gpu(gpu)
  if(obstacle AND FRACTALSYNC_CUDA STREQUAL "ON")
    message(FATAL_ERROR "FRACTALSYNC_CUDA is ON, but ${obstacle}.")
  elseif(obstacle)
    add_finding("CUDA" "off (${obstacle})")
  elseif(FRACTALSYNC_CUDA STREQUAL "AUTO" AND NOT gpu)
    add_finding("CUDA" "off (nvcc ${FRACTALSYNC_NVCC_VERSION} is here, but no GPU; -DFRACTALSYNC_CUDA=ON builds it anyway)")
  else()
    set(FRACTALSYNC_HAS_CUDA TRUE)
  endif()
endif()

if(FRACTALSYNC_HAS_CUDA)
  choose_architectures(${FRACTALSYNC_NVCC_VERSION})
  set(CMAKE_CUDA_COMPILER ${FRACTALSYNC_NVCC})
  enable_language(CUDA)
  # CMake 3.25 does not know what nvcc 13 calls C++20 (what it always called it).
  foreach(kind STANDARD EXTENSION)
    if(NOT CMAKE_CUDA20_${kind}_COMPILE_OPTION)
      set(CMAKE_CUDA20_${kind}_COMPILE_OPTION "-std=c++20")
    endif()
  endforeach()
  # Keeps what --resource-usage says beside each object.
  set(CMAKE_CUDA_COMPILER_LAUNCHER ${PROJECT_SOURCE_DIR}/cmake/keep-resources ${CMAKE_CUDA_COMPILER_LAUNCHER})
  find_package(CUDAToolkit REQUIRED)
  add_library(fractalsync_cuda_options INTERFACE)
  target_compile_options(fractalsync_cuda_options INTERFACE $<$<COMPILE_LANGUAGE:CUDA>:
    # As on the CPU: a fused multiply-add is written as one.
    --fmad=false
    # std::numeric_limits and the like.
    --expt-relaxed-constexpr
    -Xcompiler=-ffp-contract=off,-Wall,-Wextra
    # Says the registers, spills and shared memory of every kernel.
    --resource-usage
    $<$<BOOL:${FRACTALSYNC_WERROR}>:-Werror=all-warnings>>)
  add_finding("CUDA" "nvcc ${CMAKE_CUDA_COMPILER_VERSION}, host compiler ${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}")
  list(JOIN CMAKE_CUDA_ARCHITECTURES " " architectures)
  add_finding("CUDA architectures" "${architectures}")
  add_finding("cuFFT" "${FRACTALSYNC_CUFFT}")
  add_finding("cuBLASLt" "${FRACTALSYNC_CUBLASLT}")
  add_finding("Thrust" "${FRACTALSYNC_THRUST_INCLUDE}")
endif()
