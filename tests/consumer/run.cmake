# Installs the build into an empty folder, and configures, builds and runs the consumer against what lies there.
# Called with BUILD (the build folder), SOURCE (this folder), WORK (a folder to make anew), GENERATOR, BUILD_TYPE,
# COMPILER and FLAGS (those of the build: a sanitized library wants a sanitized program).
file(REMOVE_RECURSE ${WORK})
function(run)
  execute_process(COMMAND ${ARGN} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

run(${CMAKE_COMMAND} --install ${BUILD} --config ${BUILD_TYPE} --prefix ${WORK}/prefix)
run(${WORK}/prefix/bin/fractalsync --version)
file(GLOB_RECURSE licences ${WORK}/prefix/LICENSE)
if(NOT licences)
  message(FATAL_ERROR "the licence is not installed")
endif()
# A path of the build or the source in the package would work here and nowhere else.
file(GLOB_RECURSE package ${WORK}/prefix/*.cmake)
foreach(file IN LISTS package)
  file(READ ${file} text)
  cmake_path(GET SOURCE PARENT_PATH tests)
  cmake_path(GET tests PARENT_PATH project)
  string(FIND "${text}" "${project}/" at)
  if(NOT at EQUAL -1)
    message(FATAL_ERROR "${file} names a folder of the build")
  endif()
endforeach()

run(${CMAKE_COMMAND} -S ${SOURCE} -B ${WORK}/build -G ${GENERATOR} -DCMAKE_BUILD_TYPE=${BUILD_TYPE}
  -DCMAKE_CXX_COMPILER=${COMPILER} "-DCMAKE_CXX_FLAGS=${FLAGS}" -DCMAKE_PREFIX_PATH=${WORK}/prefix)
run(${CMAKE_COMMAND} --build ${WORK}/build --config ${BUILD_TYPE})
run(${WORK}/build/consumer)
