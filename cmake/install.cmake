# What `cmake --install` gives beside the layers' own files: the tools, the CMake package and the pkg-config module.
foreach(tool ppinspect ppgen)
  if(TARGET ${tool})
    install(TARGETS ${tool} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT tools)
  endif()
endforeach()

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/proxyproto)
install(EXPORT proxyproto NAMESPACE proxyproto:: FILE proxyproto-targets.cmake DESTINATION ${package_dir})
configure_package_config_file(cmake/proxyproto-config.cmake.in ${CMAKE_BINARY_DIR}/package/proxyproto-config.cmake
  INSTALL_DESTINATION ${package_dir} NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(${CMAKE_BINARY_DIR}/package/proxyproto-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/package/proxyproto-config.cmake ${CMAKE_BINARY_DIR}/package/proxyproto-config-version.cmake
  DESTINATION ${package_dir})

# A linker reads archives left to right: a layer stands before the layers that it uses.
set(layers ${PP_INSTALLED_LAYERS})
list(REVERSE layers)
set(PP_PC_LIBS "")
foreach(layer ${layers})
  if(TARGET pp_${layer})
    string(APPEND PP_PC_LIBS " -lproxyproto_${layer}")
  endif()
endforeach()

# Paths relative to the .pc file, so that the tree may be moved as a whole; absolute directories stay as they are.
set(pc_dir ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
if(IS_ABSOLUTE ${CMAKE_INSTALL_LIBDIR})
  set(PP_PC_PREFIX ${CMAKE_INSTALL_PREFIX})
else()
  cmake_path(SET pc_full_dir ${CMAKE_INSTALL_PREFIX})
  cmake_path(APPEND pc_full_dir ${pc_dir})
  cmake_path(RELATIVE_PATH CMAKE_INSTALL_PREFIX BASE_DIRECTORY ${pc_full_dir} OUTPUT_VARIABLE up)
  set(PP_PC_PREFIX "\${pcfiledir}/${up}")
endif()
foreach(kind LIBDIR INCLUDEDIR)
  set(PP_PC_${kind} ${CMAKE_INSTALL_${kind}})
  if(NOT IS_ABSOLUTE ${CMAKE_INSTALL_${kind}})
    set(PP_PC_${kind} "\${prefix}/${CMAKE_INSTALL_${kind}}")
  endif()
endforeach()
configure_file(cmake/proxyproto.pc.in ${CMAKE_BINARY_DIR}/package/proxyproto.pc @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/package/proxyproto.pc DESTINATION ${pc_dir})
