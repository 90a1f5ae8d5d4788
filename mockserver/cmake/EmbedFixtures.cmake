# Compiles fixture files into the library, so that it needs none at run time.
#
# timock_embed_fixtures(OUTPUT file.cc HEADER h NAMESPACE n FIXTURES path ...): paths are relative to
# fixtures/. The source defines `std::string_view n::EmbeddedFixture(std::string_view path)`, empty for
# an unknown path, as the header declares it.

function(timock_embed_fixtures)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "OUTPUT;HEADER;NAMESPACE" "FIXTURES")
  set(script "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/embed_fixtures_script.cmake")
  set(root "${PROJECT_SOURCE_DIR}/fixtures")
  list(TRANSFORM arg_FIXTURES PREPEND "${root}/" OUTPUT_VARIABLE inputs)
  list(JOIN arg_FIXTURES "|" names)
  add_custom_command(OUTPUT "${arg_OUTPUT}"
    COMMAND ${CMAKE_COMMAND} "-DROOT=${root}" "-DNAMES=${names}" "-DOUTPUT=${arg_OUTPUT}"
            "-DHEADER=${arg_HEADER}" "-DNAMESPACE=${arg_NAMESPACE}" -P "${script}"
    DEPENDS ${inputs} "${script}"
    COMMENT "Embedding fixtures" VERBATIM)
endfunction()
