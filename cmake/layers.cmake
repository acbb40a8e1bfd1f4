# The layers that are the product (cmake/install.cmake), bottom up: their headers, libraries and proxyproto::NAME install.
set(PP_INSTALLED_LAYERS base wire lint net)

# pp_layer(NAME SOURCES ... USES layer... LINKS library...): one layer of lib/pp as a static library pp_NAME. It links
# only the layers that it names, so an include of any other does not find its way into the build; the test of the
# include graph reads the same lines.
function(pp_layer name)
  cmake_parse_arguments(arg "" "" "SOURCES;USES;LINKS" ${ARGN})
  list(TRANSFORM arg_SOURCES PREPEND pp/${name}/)
  add_library(pp_${name} STATIC ${arg_SOURCES})
  add_library(proxyproto::${name} ALIAS pp_${name})
  target_include_directories(pp_${name} PUBLIC
    $<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_compile_features(pp_${name} PUBLIC cxx_std_20)
  target_link_libraries(pp_${name} PRIVATE $<BUILD_INTERFACE:pp_flags> ${arg_LINKS})
  foreach(layer ${arg_USES})
    target_link_libraries(pp_${name} PUBLIC pp_${layer})
  endforeach()
  set_target_properties(pp_${name} PROPERTIES EXPORT_NAME ${name} POSITION_INDEPENDENT_CODE ON)

  if(name IN_LIST PP_INSTALLED_LAYERS)
    if(arg_LINKS)
      message(FATAL_ERROR "layer ${name}: an installed layer links no third-party library")
    endif()
    set_target_properties(pp_${name} PROPERTIES OUTPUT_NAME proxyproto_${name})
    install(TARGETS pp_${name} EXPORT proxyproto ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
    install(DIRECTORY pp/${name}/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/pp/${name} FILES_MATCHING PATTERN *.hpp)
  endif()
endfunction()
