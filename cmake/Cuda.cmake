# FRACTALSYNC_CUDA: AUTO and OFF build the CPU backend. This version has no CUDA kernels, so ON stops, with the reason.
find_program(FRACTALSYNC_NVCC nvcc HINTS ENV CUDA_PATH ENV CUDA_HOME PATHS /usr/local/cuda PATH_SUFFIXES bin)
mark_as_advanced(FRACTALSYNC_NVCC)

if(FRACTALSYNC_CUDA STREQUAL "OFF")
  add_finding("CUDA" "off")
elseif(FRACTALSYNC_CUDA STREQUAL "AUTO")
  if(FRACTALSYNC_NVCC)
    add_finding("CUDA" "off (nvcc is at ${FRACTALSYNC_NVCC}, but this version has no CUDA kernels)")
  else()
    add_finding("CUDA" "off (no nvcc; this version has no CUDA kernels)")
  endif()
elseif(NOT FRACTALSYNC_CUDA STREQUAL "ON")
  message(FATAL_ERROR "FRACTALSYNC_CUDA is '${FRACTALSYNC_CUDA}': it must be AUTO, ON or OFF.")
elseif(NOT FRACTALSYNC_NVCC)
  message(FATAL_ERROR "FRACTALSYNC_CUDA is ON, but there is no nvcc: put the CUDA toolkit's bin folder on PATH, or set "
    "CUDA_PATH.")
else()
  message(FATAL_ERROR "FRACTALSYNC_CUDA is ON and nvcc is at ${FRACTALSYNC_NVCC}, but this version has no CUDA "
    "kernels: configure with FRACTALSYNC_CUDA=OFF.")
endif()
