# Install, find_package and pkg-config. Consumers are held to it by the tests of label `package`.
# mockserver/packaging/make makes packages of it.
include(CMakePackageConfigHelpers)
set(_dir "${CMAKE_INSTALL_LIBDIR}/cmake/timock")

# In link order: each one needs only those behind it.
set(_libraries timock_server timock_control timock_core timock_usersig timock_json timock_text)
install(TARGETS ${_libraries} EXPORT timockTargets
  FILE_SET HEADERS COMPONENT dev
  ARCHIVE COMPONENT dev)
install(TARGETS timock_gtest EXPORT timockTargets FILE_SET HEADERS COMPONENT dev)
if(TARGET timock_shared)
  install(TARGETS timock_shared EXPORT timockTargets
    LIBRARY COMPONENT shared NAMELINK_COMPONENT dev)
endif()
# `cmake --install --strip` strips programs and shared libraries alone.
install(CODE "
  if(CMAKE_INSTALL_DO_STRIP)
    file(GLOB archives \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_LIBDIR}/libtimock_*.a\")
    execute_process(COMMAND \"${CMAKE_STRIP}\" --strip-debug --enable-deterministic-archives \${archives}
      COMMAND_ERROR_IS_FATAL ANY)
  endif()" COMPONENT dev)
install(TARGETS timock RUNTIME COMPONENT runtime)
if(TARGET timock-bench)
  install(TARGETS timock-conformance timock-load RUNTIME COMPONENT runtime)
  install(TARGETS timock-bench RUNTIME COMPONENT bench)  # in no package: it measures a build on its machine
endif()
install(EXPORT timockTargets NAMESPACE timock:: DESTINATION "${_dir}" COMPONENT dev)
configure_package_config_file(mockserver/cmake/timockConfig.cmake.in timockConfig.cmake
  INSTALL_DESTINATION "${_dir}")
write_basic_package_version_file(timockConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/timockConfig.cmake"
  "${CMAKE_CURRENT_BINARY_DIR}/timockConfigVersion.cmake" mockserver/cmake/Findlibuv.cmake
  DESTINATION "${_dir}" COMPONENT dev)

file(RELATIVE_PATH TIMOCK_PC_PREFIX "/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/.")
list(TRANSFORM _libraries PREPEND "-l" OUTPUT_VARIABLE TIMOCK_PC_LIBS)
list(JOIN TIMOCK_PC_LIBS " " TIMOCK_PC_LIBS)
foreach(_name timock timock-shared)
  configure_file(mockserver/cmake/${_name}.pc.in ${_name}.pc @ONLY)
  install(FILES "${CMAKE_CURRENT_BINARY_DIR}/${_name}.pc"
    DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig" COMPONENT dev)
endforeach()
