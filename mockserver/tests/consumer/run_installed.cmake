# Installs the build BUILD below WORK, then builds and runs the consumer program of SRC against that
# alone: by find_package with GENERATOR, or by pkg-config when PKG_CONFIG names it. CXX is the compiler.
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
  execute_process(COMMAND ${CMAKE_COMMAND} --build "${WORK}/build" COMMAND_ERROR_IS_FATAL ANY)
endif()
execute_process(COMMAND "${app}" COMMAND_ERROR_IS_FATAL ANY)
