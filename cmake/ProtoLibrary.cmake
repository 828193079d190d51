# add_proto_library(name FOLDER folder FILE path/in/folder.proto): a static library of the C++ classes that protoc
# generates from one schema, included as "path/in/folder.pb.h". They are nobody's source: our warnings are not for them.
find_package(Protobuf REQUIRED)

function(add_proto_library name)
  cmake_parse_arguments(arg "" "FOLDER;FILE" "" ${ARGN})
  string(REGEX REPLACE "\\.proto$" "" stem "${arg_FILE}")
  set(generated ${CMAKE_CURRENT_BINARY_DIR}/${name})
  file(MAKE_DIRECTORY ${generated})
  add_custom_command(
    OUTPUT ${generated}/${stem}.pb.cc ${generated}/${stem}.pb.h
    COMMAND protobuf::protoc --proto_path=${arg_FOLDER} --cpp_out=${generated} ${arg_FILE}
    DEPENDS ${arg_FOLDER}/${arg_FILE}
    VERBATIM)
  add_library(${name} STATIC ${generated}/${stem}.pb.cc)
  target_include_directories(${name} SYSTEM PUBLIC $<BUILD_INTERFACE:${generated}>)
  target_compile_options(${name} PRIVATE -O1)
  set_target_properties(${name} PROPERTIES CXX_CLANG_TIDY "")
  target_link_libraries(${name} PUBLIC protobuf::libprotobuf)
endfunction()
