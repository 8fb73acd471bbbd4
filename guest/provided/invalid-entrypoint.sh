#!/bin/bash
# Started instead of a function's bootstrap that cannot be: tells the Runtime API why, with $1.
message="Error: $1"
body="{\"errorType\":\"Runtime.InvalidEntrypoint\",\"errorMessage\":\"${message//\"/\\\"}\"}"
address="${AWS_LAMBDA_RUNTIME_API:?}"
exec 3<>"/dev/tcp/${address%:*}/${address##*:}"
printf 'POST /2018-06-01/runtime/init/error HTTP/1.1\r\nHost: %s\r\nConnection: close\r\nLambda-Runtime-Function-Error-Type: Runtime.InvalidEntrypoint\r\nContent-Type: application/vnd.aws.lambda.error+json\r\nContent-Length: %d\r\n\r\n%s' \
  "$address" "${#body}" "$body" >&3
while read -r line <&3 && [ -n "${line%$'\r'}" ]; do :; done
exit 1
