'use strict';
/* The context object that handlers get. */

/** Adds what the request and the environment say to the given members. */
function createContext(headers, members) {
  const { env } = process;
  const deadline = Number.parseInt(headers['lambda-runtime-deadline-ms'], 10);
  return Object.defineProperties(
    {
      functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
      functionName: env.AWS_LAMBDA_FUNCTION_NAME,
      memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
      logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
      logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
      clientContext: parse(headers['lambda-runtime-client-context']),
      identity: parse(headers['lambda-runtime-cognito-identity']),
      invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
      awsRequestId: headers['lambda-runtime-aws-request-id'],
      xRayTraceId: headers['lambda-runtime-trace-id'],
      getRemainingTimeInMillis: () => deadline - Date.now(),
    },
    Object.getOwnPropertyDescriptors(members)
  );
}

function parse(header) {
  return header ? JSON.parse(header) : undefined;
}

module.exports = { createContext };
