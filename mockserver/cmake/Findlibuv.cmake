# libuv as libuv::libuv, its static library where libuv_USE_STATIC_LIBS is on. Debian ships no CMake package
# of it; installed beside timockConfig.cmake, too.
find_path(libuv_INCLUDE_DIR uv.h)
if(libuv_USE_STATIC_LIBS)
  find_library(libuv_LIBRARY NAMES libuv.a libuv_a.a)
else()
  find_library(libuv_LIBRARY uv)
endif()
mark_as_advanced(libuv_INCLUDE_DIR libuv_LIBRARY)
if(libuv_INCLUDE_DIR)
  file(STRINGS "${libuv_INCLUDE_DIR}/uv/version.h" _numbers REGEX "define UV_VERSION_(MAJOR|MINOR|PATCH) +[0-9]")
  list(TRANSFORM _numbers REPLACE "[^0-9]+" "")
  list(JOIN _numbers "." libuv_VERSION)
endif()
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(libuv
  REQUIRED_VARS libuv_LIBRARY libuv_INCLUDE_DIR VERSION_VAR libuv_VERSION)
if(libuv_FOUND AND NOT TARGET libuv::libuv)
  add_library(libuv::libuv UNKNOWN IMPORTED)
  set_target_properties(libuv::libuv PROPERTIES
    IMPORTED_LOCATION "${libuv_LIBRARY}" INTERFACE_INCLUDE_DIRECTORIES "${libuv_INCLUDE_DIR}")
endif()
