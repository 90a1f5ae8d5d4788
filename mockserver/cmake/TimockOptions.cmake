option(TIMOCK_BUILD_KIT "Build timock-conformance, timock-load and timock-bench" ${PROJECT_IS_TOP_LEVEL})
option(TIMOCK_BUILD_TESTING "Build tests" ${PROJECT_IS_TOP_LEVEL})
option(TIMOCK_INSTALL "Generate install and package rules" ${PROJECT_IS_TOP_LEVEL})
option(TIMOCK_STATIC "Link programs that need nothing at run time" OFF)
option(TIMOCK_WERROR "Treat warnings as errors" OFF)
option(TIMOCK_COVERAGE "Count executed lines of the fake (g++)" OFF)
option(TIMOCK_TIDY "For clang-tidy, which is never compiled: several sources of the fake as one, too" OFF)
option(TIMOCK_FUZZERS "Build the libFuzzer targets (clang)" OFF)
set(TIMOCK_SANITIZE "" CACHE STRING "Sanitizers for this build: address;undefined or thread")

add_library(timock_dev INTERFACE)   # warnings; linked PRIVATE, never exported
target_compile_options(timock_dev INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Wold-style-cast
  -Woverloaded-virtual -Wimplicit-fallthrough -Wformat=2
  $<$<CXX_COMPILER_ID:GNU>:-Wduplicated-cond;-Wlogical-op;-Wsuggest-override>
  $<$<CXX_COMPILER_ID:Clang>:-Wthread-safety>
  $<$<BOOL:${TIMOCK_WERROR}>:-Werror>)
if(CMAKE_UNITY_BUILD)   # g++ takes what is in an unnamed namespace of another source for a mistake
  target_compile_options(timock_dev INTERFACE
    $<$<CXX_COMPILER_ID:GNU>:-Wno-shadow;-Wshadow=local;-Wno-subobject-linkage>)
endif()
if(TIMOCK_STATIC)
  set(OPENSSL_USE_STATIC_LIBS ON)
  set(ZLIB_USE_STATIC_LIBS ON)
  set(libuv_USE_STATIC_LIBS ON)
  string(APPEND CMAKE_EXE_LINKER_FLAGS " -static-pie -Wl,-z,pack-relative-relocs")
endif()
if(TIMOCK_SANITIZE)
  list(JOIN TIMOCK_SANITIZE "," _timock_san)
  add_compile_options(-fsanitize=${_timock_san} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${_timock_san})
endif()
if(TIMOCK_COVERAGE)
  add_link_options(--coverage)
endif()
if(TIMOCK_FUZZERS)
  add_compile_options(-fsanitize=fuzzer-no-link)
  add_custom_target(fuzzers)
endif()

# Where CMAKE_UNITY_BUILD is on, several sources of tests, suite and benchmarks are compiled as one, which
# saves half of their time. The fake never is: its sanitizers see what is shipped. clang-tidy, which compiles nothing,
# looks at several of its sources together.
# timock_compile_alone(file ...): sources that share the name of something private with another source of
# their target.
function(timock_compile_alone)
  set_source_files_properties(${ARGN} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()

# timock_add_library(NAME SOURCES ... [HEADERS ...] [PUBLIC ...] [PRIVATE ...]): the target
# timock_NAME with the alias timock::NAME. HEADERS are public ones, relative to include/timock.
function(timock_add_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;HEADERS;PUBLIC;PRIVATE")
  set(mockserver "${PROJECT_SOURCE_DIR}/mockserver")
  list(TRANSFORM arg_HEADERS PREPEND "${mockserver}/include/timock/")
  add_library(timock_${name} STATIC)
  add_library(timock::${name} ALIAS timock_${name})
  target_sources(timock_${name}
    PRIVATE ${arg_SOURCES}
    PUBLIC FILE_SET HEADERS BASE_DIRS "${mockserver}/include" FILES ${arg_HEADERS})
  target_include_directories(timock_${name} PRIVATE "${mockserver}/src")
  target_compile_features(timock_${name} PUBLIC cxx_std_20)
  target_link_libraries(timock_${name}
    PUBLIC ${arg_PUBLIC} PRIVATE $<BUILD_INTERFACE:timock_dev> ${arg_PRIVATE})
  if(TIMOCK_COVERAGE)
    target_compile_options(timock_${name} PRIVATE --coverage -fprofile-update=atomic)
  endif()
  set_target_properties(timock_${name} PROPERTIES
    UNITY_BUILD ${TIMOCK_TIDY} EXPORT_NAME ${name} POSITION_INDEPENDENT_CODE ON
    VERIFY_INTERFACE_HEADER_SETS ON CXX_EXTENSIONS OFF)
endfunction()

# timock_kit_needs(PACKAGE ...): find_package for what the kit and the tests need and the fake does not.
function(timock_kit_needs package)
  find_package(${package} ${ARGN} QUIET)
  if(NOT ${package}_FOUND)
    message(FATAL_ERROR "${package} is not installed, which timock-conformance, timock-load, timock-bench "
      "and the tests need.\nInstall it: sh mockserver/install_packages build kit\n"
      "Or build the fake alone: -DTIMOCK_BUILD_KIT=OFF -DTIMOCK_BUILD_TESTING=OFF")
  endif()
  set(${package}_FOUND TRUE PARENT_SCOPE)
endfunction()

# timock_discover_tests(NAME label): each test of a GoogleTest program as one of ctest. Where it is
# instrumented, it starts slowly: all its tests in one process or a few, which also sees what one leaves to the next.
# Not those of label program: each starts programs of its own, and they go side by side.
# The sources of a test are not what is tested: ASan, unlike TSan, which must see each lock, does not look at them,
# which is a third of the time to build.
function(timock_discover_tests name label)
  if(TIMOCK_SANITIZE MATCHES address)
    target_compile_options(${name} PRIVATE -fno-sanitize=all)
  endif()
  if(TIMOCK_SANITIZE AND NOT label STREQUAL "program")
    set(shards 1)
    if(label STREQUAL "conformance" OR label STREQUAL "load")   # minutes long
      set(shards 4)
    endif()
    foreach(shard RANGE 1 ${shards})
      math(EXPR index "${shard} - 1")
      add_test(NAME ${name}.${shard} COMMAND ${name} --gtest_brief=1)
      set_tests_properties(${name}.${shard} PROPERTIES LABELS "${label}" TIMEOUT 900
        ENVIRONMENT "GTEST_TOTAL_SHARDS=${shards};GTEST_SHARD_INDEX=${index}")
    endforeach()
  else()
    gtest_discover_tests(${name} NO_PRETTY_VALUES PROPERTIES LABELS "${label}" TIMEOUT 300)
  endif()
endfunction()

# timock_add_test(NAME LABEL label SOURCES ... LIBS ...): one GoogleTest program. Tests may include
# the private headers below mockserver/src.
function(timock_add_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "LABEL" "SOURCES;LIBS")
  add_executable(${name} ${arg_SOURCES})
  target_include_directories(${name} PRIVATE
    "${PROJECT_SOURCE_DIR}/mockserver/src" "${PROJECT_SOURCE_DIR}/mockserver/tests")
  target_compile_definitions(${name} PRIVATE
    TIMOCK_FIXTURES_DIR="${PROJECT_SOURCE_DIR}/fixtures")
  target_link_libraries(${name} PRIVATE
    ${arg_LIBS} timock_dev nlohmann_json::nlohmann_json GTest::gtest_main)
  timock_discover_tests(${name} "${arg_LABEL}")
endfunction()

# timock_add_fuzzer(NAME SOURCE file SEEDS dir LIBS ...): one libFuzzer program, where they are built.
# A ctest replays its seeds and looks on from there for some seconds.
function(timock_add_fuzzer name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "SOURCE;SEEDS" "LIBS")
  if(NOT TIMOCK_FUZZERS)
    return()
  endif()
  add_executable(${name} ${arg_SOURCE})
  add_dependencies(fuzzers ${name})
  target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}/mockserver/src")
  target_link_libraries(${name} PRIVATE ${arg_LIBS} timock_dev)
  target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  set(found "${CMAKE_CURRENT_BINARY_DIR}/${name}.found")
  file(MAKE_DIRECTORY "${found}")
  add_test(NAME fuzz.${name}
    COMMAND ${name} -max_total_time=10 -timeout=5 -rss_limit_mb=1024 -print_final_stats=1
            "-artifact_prefix=${found}/" "${found}" "${arg_SEEDS}")
  set_tests_properties(fuzz.${name} PROPERTIES LABELS fuzz TIMEOUT 120)
endfunction()
