# Compiles text files into a library, so that it needs none at run time.
set(TIMOCK_EMBED_SCRIPT "${CMAKE_CURRENT_LIST_DIR}/embed_fixtures_script.cmake")

# timock_embed_files(OUTPUT file.cc HEADER room/name.h NAMESPACE name FUNCTION Name FILES name=path ...):
# the source defines the function that HEADER declares, `std::string_view Name(std::string_view name)`,
# empty for an unknown name.
function(timock_embed_files)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "OUTPUT;HEADER;NAMESPACE;FUNCTION" "FILES")
  list(TRANSFORM arg_FILES REPLACE "^[^=]*=" "" OUTPUT_VARIABLE inputs)
  list(JOIN arg_FILES "|" files)
  add_custom_command(OUTPUT "${arg_OUTPUT}"
    COMMAND ${CMAKE_COMMAND} "-DFILES=${files}" "-DHEADER=${arg_HEADER}"
            "-DNAMESPACE=${arg_NAMESPACE}" "-DFUNCTION=${arg_FUNCTION}" "-DOUTPUT=${arg_OUTPUT}"
            -P "${TIMOCK_EMBED_SCRIPT}"
    DEPENDS ${inputs} "${TIMOCK_EMBED_SCRIPT}"
    COMMENT "Embedding files" VERBATIM)
endfunction()

# timock_embed_fixtures(OUTPUT file.cc FIXTURES path ...): paths are relative to fixtures/. The source
# defines timock::EmbeddedFixture.
function(timock_embed_fixtures)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "OUTPUT" "FIXTURES")
  set(files "")
  foreach(path IN LISTS arg_FIXTURES)
    list(APPEND files "${path}=${PROJECT_SOURCE_DIR}/fixtures/${path}")
  endforeach()
  timock_embed_files(OUTPUT "${arg_OUTPUT}" HEADER core/embedded_fixture.h NAMESPACE timock
    FUNCTION EmbeddedFixture FILES ${files})
endfunction()
