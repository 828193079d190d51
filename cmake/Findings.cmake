# What the configuration found, one line each, printed at the end.
set_property(GLOBAL PROPERTY FRACTALSYNC_FINDINGS "")

function(add_finding name value)
  set_property(GLOBAL APPEND PROPERTY FRACTALSYNC_FINDINGS "${name}: ${value}")
endfunction()

function(print_findings)
  get_property(findings GLOBAL PROPERTY FRACTALSYNC_FINDINGS)
  message(STATUS "FractalSync ${PROJECT_VERSION}")
  foreach(finding IN LISTS findings)
    message(STATUS "  ${finding}")
  endforeach()
endfunction()
