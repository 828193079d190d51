# What `cmake --install` puts where: the program, the libraries that are of use to others with their headers, and the
# package by which find_package(FractalSync) finds them. The headers lie in a folder of their own, since their names
# (core/view.h) are short.
include(CMakePackageConfigHelpers)
set(headers ${CMAKE_INSTALL_INCLUDEDIR}/fractalsync)
set(package ${CMAKE_INSTALL_LIBDIR}/cmake/FractalSync)

install(TARGETS fractalsync RUNTIME)
# The browser app, where it has been built (scripts/build-web): `fractalsync serve` looks for it there.
install(DIRECTORY apps/web/dist/ DESTINATION ${CMAKE_INSTALL_DATADIR}/fractalsync/web OPTIONAL)
install(FILES LICENSE README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})

install(FILES kernels/backend.h kernels/make_backend.h DESTINATION ${headers})
foreach(folder core stages math)
  install(DIRECTORY kernels/${folder} DESTINATION ${headers} FILES_MATCHING
    PATTERN "*.h" PATTERN "*.glsl" PATTERN "common.inc")
endforeach()
# What writes, reads, evaluates and verifies files; how a graph is built stays inside.
install(FILES onnx_export/metadata.h onnx_export/model.h onnx_export/pipeline.h onnx_export/reader.h
  onnx_export/verify.h onnx_export/verify_pipeline.h DESTINATION ${headers}/onnx_export)
install(FILES onnx_export/evaluate/evaluate.h onnx_export/evaluate/tensor.h DESTINATION ${headers}/onnx_export/evaluate)

set(libraries kernels make_backend onnx_export onnx_schema)
if(FRACTALSYNC_HAS_CUDA)
  list(APPEND libraries cuda)
endif()
foreach(library IN LISTS libraries)
  set_target_properties(fractalsync_${library} PROPERTIES EXPORT_NAME ${library})
  target_include_directories(fractalsync_${library} INTERFACE $<INSTALL_INTERFACE:${headers}>)
endforeach()
list(TRANSFORM libraries PREPEND fractalsync_ OUTPUT_VARIABLE targets)
install(TARGETS ${targets} EXPORT FractalSyncTargets ARCHIVE)
install(EXPORT FractalSyncTargets NAMESPACE FractalSync:: DESTINATION ${package})

configure_package_config_file(cmake/FractalSyncConfig.cmake.in ${PROJECT_BINARY_DIR}/FractalSyncConfig.cmake
  INSTALL_DESTINATION ${package})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/FractalSyncConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/FractalSyncConfig.cmake ${PROJECT_BINARY_DIR}/FractalSyncConfigVersion.cmake
  DESTINATION ${package})
