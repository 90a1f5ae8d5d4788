# Compiles fixture files into the library, so that it needs none at run time.
#
# timock_embed_fixtures(OUTPUT file.cc FIXTURES path ...): paths are relative to fixtures/. The source
# defines `std::string_view timock::EmbeddedFixture(std::string_view path)`, empty for an unknown path.
set(TIMOCK_EMBED_SCRIPT "${CMAKE_CURRENT_LIST_DIR}/embed_fixtures_script.cmake")

function(timock_embed_fixtures)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "OUTPUT" "FIXTURES")
  set(root "${PROJECT_SOURCE_DIR}/fixtures")
  list(TRANSFORM arg_FIXTURES PREPEND "${root}/" OUTPUT_VARIABLE inputs)
  list(JOIN arg_FIXTURES "|" names)
  add_custom_command(OUTPUT "${arg_OUTPUT}"
    COMMAND ${CMAKE_COMMAND} "-DROOT=${root}" "-DNAMES=${names}" "-DOUTPUT=${arg_OUTPUT}"
            -P "${TIMOCK_EMBED_SCRIPT}"
    DEPENDS ${inputs} "${TIMOCK_EMBED_SCRIPT}"
    COMMENT "Embedding fixtures" VERBATIM)
endfunction()
