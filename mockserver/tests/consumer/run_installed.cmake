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
execute_process(COMMAND ${CMAKE_COMMAND} --install "${BUILD}" --prefix "${WORK}/prefix"
  OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
if(PKG_CONFIG)
  file(GLOB_RECURSE pc "${WORK}/prefix/*/timock.pc")
  cmake_path(GET pc PARENT_PATH directory)
  set(ENV{PKG_CONFIG_PATH} "${directory}")
  execute_process(COMMAND "${PKG_CONFIG}" --cflags --libs timock
    OUTPUT_VARIABLE flags OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  separate_arguments(flags UNIX_COMMAND "${flags}")
  set(app "${WORK}/app")
  execute_process(COMMAND "${CXX}" -std=c++20 "${SRC}/main.cc" ${flags} -o "${app}"
    COMMAND_ECHO STDOUT COMMAND_ERROR_IS_FATAL ANY)
else()
  set(app "${WORK}/build/app")
  execute_process(COMMAND ${CMAKE_COMMAND} -G "${GENERATOR}" -S "${SRC}" -B "${WORK}/build"
    "-DCMAKE_PREFIX_PATH=${WORK}/prefix" "-DCMAKE_CXX_COMPILER=${CXX}" COMMAND_ERROR_IS_FATAL ANY)
  execute_process(COMMAND ${CMAKE_COMMAND} --build "${WORK}/build" --target app alone
    COMMAND_ERROR_IS_FATAL ANY)
  foreach(library usersig core server)
    execute_process(COMMAND "${WORK}/build/${library}_alone" COMMAND_ERROR_IS_FATAL ANY)
  endforeach()
  names_every_function(usersig_alone clock user_sig)
  names_every_function(core_alone app error_code fault http_message journal profile service throttle)
  names_every_function(server_alone server)
endif()
execute_process(COMMAND "${app}" COMMAND_ERROR_IS_FATAL ANY)
