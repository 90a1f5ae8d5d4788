# Installs the build BUILD below WORK, then builds and runs the consumer program of SRC against that
# alone: by find_package with GENERATOR, or by pkg-config when PKG_CONFIG names it. CXX is the compiler.
# Fails when a program of SRC does not name a function that one of the headers declares.
function(names_every_function program)
  file(READ "${SRC}/${program}.cc" text)
  foreach(header IN LISTS ARGN)
    file(READ "${SRC}/../../include/timock/${header}.h" code)
    string(REGEX REPLACE "//[^\n]*" "" code "${code}")
    string(REGEX MATCHALL "[A-Za-z_]+[(]" names "${code}")
    string(REPLACE "(" "" names "${names}")
    # Not functions of timock, but a type of one, and what the inline ones call.
    list(REMOVE_ITEM names void count load fetch_add start_)
    foreach(name IN LISTS names)
      if(NOT text MATCHES "[^A-Za-z_]${name}[^A-Za-z_]")
        message(FATAL_ERROR "${program}.cc does not use ${name} of timock/${header}.h; add it")
      endif()
    endforeach()
  endforeach()
endfunction()

file(REMOVE_RECURSE "${WORK}")
execute_process(COMMAND ${CMAKE_COMMAND} --install "${BUILD}" --prefix "${WORK}/prefix" --strip
  OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
if(PKG_CONFIG)
  file(GLOB_RECURSE pc "${WORK}/prefix/*/timock.pc")
  cmake_path(GET pc PARENT_PATH directory)
  set(ENV{PKG_CONFIG_PATH} "${directory}")
  cmake_path(GET directory PARENT_PATH libraries)
  foreach(package timock timock-shared)
    execute_process(COMMAND "${PKG_CONFIG}" --cflags --libs ${package}
      OUTPUT_VARIABLE flags OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
    separate_arguments(flags UNIX_COMMAND "${flags}")
    execute_process(COMMAND "${CXX}" -std=c++20 "${SRC}/main.cc" ${flags} -o "${WORK}/app_${package}"
      COMMAND_ECHO STDOUT COMMAND_ERROR_IS_FATAL ANY)
    execute_process(COMMAND ${CMAKE_COMMAND} -E env "LD_LIBRARY_PATH=${libraries}" "${WORK}/app_${package}"
      COMMAND_ERROR_IS_FATAL ANY)
  endforeach()
else()
  execute_process(COMMAND ${CMAKE_COMMAND} -G "${GENERATOR}" -S "${SRC}" -B "${WORK}/build"
    "-DCMAKE_PREFIX_PATH=${WORK}/prefix" "-DCMAKE_CXX_COMPILER=${CXX}" COMMAND_ERROR_IS_FATAL ANY)
  execute_process(COMMAND ${CMAKE_COMMAND} --build "${WORK}/build" --target app gtest_kit alone
    COMMAND_ERROR_IS_FATAL ANY)
  foreach(program app gtest_kit usersig_alone core_alone server_alone usersig_shared core_shared server_shared)
    execute_process(COMMAND "${WORK}/build/${program}" COMMAND_ERROR_IS_FATAL ANY)
  endforeach()
  names_every_function(usersig_alone clock user_sig)
  names_every_function(core_alone app error_code fault http_message journal profile service throttle)
  names_every_function(server_alone server)
  # Nothing but what the headers declare is exported, and nothing installed has debug information.
  execute_process(COMMAND sh "${SRC}/exports.sh" "${SRC}/../../cmake/timock.map" "${WORK}/prefix" "${WORK}/build"
    COMMAND_ERROR_IS_FATAL ANY)
endif()
