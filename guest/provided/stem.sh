#!/bin/bash
# Waits for a function: a start that began before anybody knew for which one.
#
# Once the server has a function, and its code is in its place, it writes to standard input the words
# of the command that runs it, one on each line, and the function's environment, each variable as
# NAME=value. A zero byte ends the command and every variable. The command gets these variables and
# no others, and finds its standard input empty, as every function does.
printf 'glis: waiting\n'
mapfile -t -d '' message
exec </dev/null
printf 'glis: beginning\n'
mapfile -t command <<<"${message[0]}"
exec /usr/bin/env -i "${message[@]:1}" "${command[@]}"
