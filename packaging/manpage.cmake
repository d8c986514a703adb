# SPDX-License-Identifier: GPL-3.0-or-later
# cmake -DPROGRAM=PATH -DSUMMARY=TEXT -DVERSION=X [-DCOMMANDS="a;b"] -DOUTPUT=FILE.1.gz -P manpage.cmake
# Makes a manual page of what the program, and each of its commands, says to --help.
cmake_minimum_required(VERSION 3.25)
get_filename_component(name "${PROGRAM}" NAME)

function(help_of result)
    execute_process(COMMAND "${CMAKE_COMMAND}" -E env QT_QPA_PLATFORM=offscreen "${PROGRAM}" ${ARGN} --help
        OUTPUT_VARIABLE text RESULT_VARIABLE code)
    if(code)
        list(JOIN ARGN " " words)
        message(FATAL_ERROR "${name} ${words} --help ended with ${code}")
    endif()
    # A backslash, and a dot or quote at the start of a line, would be roff's.
    string(REPLACE "\\" "\\e" text "${text}")
    string(REPLACE "-" "\\-" text "${text}")
    string(REGEX REPLACE "(^|\n)([.'])" "\\1\\\\&\\2" text "${text}")
    set(${result} "${text}" PARENT_SCOPE)
endfunction()

help_of(text)
set(page ".TH ${name} 1 \"\" \"FedCCTR Studio ${VERSION}\"\n.SH NAME\n${name} \\- ${SUMMARY}\n.SH DESCRIPTION\n.nf\n${text}.fi\n")
foreach(command IN LISTS COMMANDS)
    string(REPLACE " " ";" words "${command}")
    help_of(text ${words})
    string(TOUPPER "${command}" heading)
    string(APPEND page ".SH ${heading}\n.nf\n${text}.fi\n")
endforeach()
get_filename_component(folder "${OUTPUT}" DIRECTORY)
file(WRITE "${folder}/${name}.1" "${page}")
find_program(GZIP gzip REQUIRED)
execute_process(COMMAND "${GZIP}" -9nf "${folder}/${name}.1" COMMAND_ERROR_IS_FATAL ANY)
