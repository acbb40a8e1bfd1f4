# What the tools write of themselves: manual pages and completions, made with every build and installed with the tools. A
# cross build goes without, unless CMAKE_CROSSCOMPILING_EMULATOR runs its tools.
if(CMAKE_CROSSCOMPILING AND NOT CMAKE_CROSSCOMPILING_EMULATOR)
  message(STATUS "cross build: no manual pages and completions; the tools write them, see --man-page and --completion")
  return()
endif()

# pp_written(TOOL FILE ARGUMENTS...): FILE, below interface/ in the build, is what the tool prints.
function(pp_written tool file)
  set(path ${CMAKE_BINARY_DIR}/interface/${file})
  cmake_path(GET path PARENT_PATH folder)
  file(MAKE_DIRECTORY ${folder})
  add_custom_command(OUTPUT ${path} COMMAND ${tool} ${ARGN} > ${path} DEPENDS ${tool} VERBATIM)
  set_property(GLOBAL APPEND PROPERTY PP_WRITTEN ${path})
endfunction()

set(written ${CMAKE_BINARY_DIR}/interface)
set(where ${CMAKE_INSTALL_DATADIR})
foreach(tool ppinspect ppgen)
  pp_written(${tool} man/${tool}.1 --man-page)
  pp_written(${tool} bash/${tool} --completion bash)
  pp_written(${tool} zsh/_${tool} --completion zsh)
  pp_written(${tool} fish/${tool}.fish --completion fish)
  install(FILES ${written}/man/${tool}.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT tools)
  install(FILES ${written}/bash/${tool} DESTINATION ${where}/bash-completion/completions COMPONENT tools)
  install(FILES ${written}/fish/${tool}.fish DESTINATION ${where}/fish/vendor_completions.d COMPONENT tools)
  # zsh looks into other folders below /usr than below /usr/local.
  install(FILES ${written}/zsh/_${tool} DESTINATION ${where}/zsh/site-functions COMPONENT plain)
  install(FILES ${written}/zsh/_${tool} DESTINATION ${where}/zsh/vendor-completions COMPONENT debian EXCLUDE_FROM_ALL)
endforeach()
get_property(files GLOBAL PROPERTY PP_WRITTEN)
add_custom_target(interface ALL DEPENDS ${files})
