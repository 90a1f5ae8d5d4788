# Install, find_package, pkg-config and Debian packages. Consumers are held to it by the tests of
# label `package`.
include(CMakePackageConfigHelpers)
set(_dir "${CMAKE_INSTALL_LIBDIR}/cmake/timock")

# In link order: each one needs only those behind it.
set(_libraries timock_server timock_control timock_core timock_usersig timock_json timock_text)
install(TARGETS ${_libraries} EXPORT timockTargets
  FILE_SET HEADERS COMPONENT dev
  ARCHIVE COMPONENT dev
  LIBRARY COMPONENT runtime NAMELINK_COMPONENT dev)
install(TARGETS timock RUNTIME COMPONENT runtime)
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
# Static libraries: what they need is linked with or without --static.
if(BUILD_SHARED_LIBS)
  set(TIMOCK_PC_PRIVATE ".private")
endif()
configure_file(mockserver/cmake/timock.pc.in timock.pc @ONLY)
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/timock.pc"
  DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig" COMPONENT dev)

set(CPACK_GENERATOR "DEB;TGZ")
set(CPACK_PACKAGE_CONTACT "maintainer@example.invalid")
set(CPACK_PACKAGE_VENDOR "timock authors")
set(CPACK_RESOURCE_FILE_LICENSE "${PROJECT_SOURCE_DIR}/LICENSE")
set(CPACK_COMPONENTS_ALL runtime dev)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_NAME timock)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_DEV_PACKAGE_NAME libtimock-dev)
set(CPACK_DEBIAN_DEV_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEV_PACKAGE_DEPENDS "libssl-dev, zlib1g-dev, libuv1-dev")
if(PROJECT_IS_TOP_LEVEL)
  include(CPack)
endif()
