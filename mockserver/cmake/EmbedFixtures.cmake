# Compiles text files into a library, so that it needs none at run time.

# timock_embed_files(OUTPUT file.cc HEADER room/name.h NAMESPACE name FUNCTION Name FILES name=path ...):
# the source defines the function that HEADER declares, `std::string_view Name(std::string_view name)`,
# empty for an unknown name.
function(timock_embed_files)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "OUTPUT;HEADER;NAMESPACE;FUNCTION" "FILES")
  set(script "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/embed_fixtures_script.cmake")
  list(TRANSFORM arg_FILES REPLACE "^[^=]*=" "" OUTPUT_VARIABLE inputs)
  list(JOIN arg_FILES "|" files)
  add_custom_command(OUTPUT "${arg_OUTPUT}"
    COMMAND ${CMAKE_COMMAND} "-DFILES=${files}" "-DHEADER=${arg_HEADER}"
            "-DNAMESPACE=${arg_NAMESPACE}" "-DFUNCTION=${arg_FUNCTION}" "-DOUTPUT=${arg_OUTPUT}"
            -P "${script}"
    DEPENDS ${inputs} "${script}"
    COMMENT "Embedding files" VERBATIM)
  timock_compile_alone("${arg_OUTPUT}")
endfunction()

# timock_embed_fixtures(OUTPUT file.cc FIXTURES path ... [HEADER file.h NAMESPACE name]): paths are
# relative to fixtures/. The source defines timock::EmbeddedFixture, or that of another namespace as
# HEADER declares it.
function(timock_embed_fixtures)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "OUTPUT;HEADER;NAMESPACE" "FIXTURES")
  if(NOT arg_HEADER)
    set(arg_HEADER base/embedded_fixture.h)
    set(arg_NAMESPACE timock)
  endif()
  set(files "")
  foreach(path IN LISTS arg_FIXTURES)
    list(APPEND files "${path}=${PROJECT_SOURCE_DIR}/fixtures/${path}")
  endforeach()
  timock_embed_files(OUTPUT "${arg_OUTPUT}" HEADER "${arg_HEADER}" NAMESPACE "${arg_NAMESPACE}"
    FUNCTION EmbeddedFixture FILES ${files})
endfunction()
