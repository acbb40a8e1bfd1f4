# Debian packages: `scripts/package`, or `cpack` in a build. The tools with their manual pages, completions and documents, and
# the library. Component `plain` is for installations that are no package.
set(PP_MAINTAINER "the proxyproto authors <maintainers@proxyproto.invalid>" CACHE STRING "maintainer of the Debian packages")

set(documents ${PROJECT_SOURCE_DIR}/README.md ${PROJECT_SOURCE_DIR}/CONTRIBUTING.md)
if(PP_TOOLS)
  install(FILES ${documents} ${PROJECT_SOURCE_DIR}/CHANGELOG.md ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT plain)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/docs DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT plain)
endif()

# Debian's own changelog has one entry: this packaging of the version that CHANGELOG.md begins with, on its day.
set(PP_DEBIAN_RELEASE 1)
file(STRINGS ${PROJECT_SOURCE_DIR}/CHANGELOG.md released REGEX "^## ${PROJECT_VERSION} \\([0-9]+-[0-9]+-[0-9]+\\)$")
string(REGEX MATCH "[0-9]+-[0-9]+-[0-9]+" released "${released}")
if(NOT released)
  set(released today)  # a version that is still being written
endif()
if(PP_GZIP)
  execute_process(COMMAND ${CMAKE_COMMAND} -E env LC_ALL=C date -u -R -d ${released} OUTPUT_VARIABLE released OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  file(WRITE ${CMAKE_BINARY_DIR}/changelog.Debian "proxyproto (${PROJECT_VERSION}-${PP_DEBIAN_RELEASE}) unstable; urgency=medium

  * Version ${PROJECT_VERSION}; changelog.gz says what is new.

 -- ${PP_MAINTAINER}  ${released}
")
  execute_process(COMMAND ${PP_GZIP} -9n INPUT_FILE ${CMAKE_BINARY_DIR}/changelog.Debian OUTPUT_FILE ${CMAKE_BINARY_DIR}/changelog.Debian.gz)
  execute_process(COMMAND ${PP_GZIP} -9n INPUT_FILE ${PROJECT_SOURCE_DIR}/CHANGELOG.md OUTPUT_FILE ${CMAKE_BINARY_DIR}/changelog.gz)
endif()

# Debian wants each package's copyright and changelog in a folder of its name.
function(pp_debian_documents component package)
  set(folder ${CMAKE_INSTALL_DATADIR}/doc/${package})
  install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${folder} RENAME copyright COMPONENT ${component} EXCLUDE_FROM_ALL)
  if(PP_GZIP)
    install(FILES ${CMAKE_BINARY_DIR}/changelog.gz ${CMAKE_BINARY_DIR}/changelog.Debian.gz DESTINATION ${folder} COMPONENT ${component} EXCLUDE_FROM_ALL)
  endif()
endfunction()
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/CHANGELOG.md)
pp_debian_documents(debian proxyproto-tools)
pp_debian_documents(debian_development libproxyproto-dev)
install(FILES ${documents} DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/proxyproto-tools COMPONENT debian EXCLUDE_FROM_ALL)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/docs DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/proxyproto-tools COMPONENT debian EXCLUDE_FROM_ALL)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME proxyproto)
set(CPACK_PACKAGE_CONTACT ${PP_MAINTAINER})
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "")  # each package has its own
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_GROUPING ONE_PER_GROUP)
set(CPACK_COMPONENTS_ALL tools debian development debian_development)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE ${PP_DEBIAN_RELEASE})
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

set(CPACK_DEBIAN_TOOLS_PACKAGE_NAME proxyproto-tools)
set(CPACK_DEBIAN_TOOLS_PACKAGE_SECTION net)
set(CPACK_DEBIAN_TOOLS_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_TOOLS_PACKAGE_SUGGESTS "tcpdump, jq")
set(CPACK_DEBIAN_TOOLS_DESCRIPTION "shows, judges and makes PROXY protocol headers
The PROXY protocol puts a small header in front of a connection so that a
server behind a load balancer learns the client's address.

ppinspect shows these headers from capture files, pipes, interfaces and
listening sockets, says what is wrong with them, and who has to change what.
ppgen makes headers, right and wrong ones, for tests of receivers.")

set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libproxyproto-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SUGGESTS "g++, proxyproto-tools")
set(CPACK_DEBIAN_DEVELOPMENT_DESCRIPTION "reads PROXY protocol headers in servers
A static library for C++20, and a shared one for C and other languages, that
take exactly the PROXY protocol header, version 1 or 2, off a connection, and
say what it announces.

With headers, a CMake package and a pkg-config module.")
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SHLIBDEPS ON)

include(CPack)
cpack_add_component_group(tools)
cpack_add_component_group(development)
foreach(component tools debian)
  cpack_add_component(${component} GROUP tools)
endforeach()
foreach(component development debian_development)
  cpack_add_component(${component} GROUP development)
endforeach()
