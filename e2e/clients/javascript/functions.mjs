// The Lambda API through the AWS SDK for JavaScript. Prints "ok" when all is as it should be.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import {
  AddPermissionCommand, CreateFunctionCommand, CreateFunctionUrlConfigCommand, DeleteFunctionCommand,
  GetFunctionCommand, InvokeCommand, InvokeWithResponseStreamCommand, LambdaClient,
  ListFunctionsCommand, PublishVersionCommand, ResourceNotFoundException, waitUntilFunctionActiveV2,
} from '@aws-sdk/client-lambda';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';

const runtime = `nodejs${process.versions.node.split('.')[0]}.x`;
const gateway = process.argv[3];
const zip = readFileSync(process.argv[2]);
const lambda = new LambdaClient({ maxAttempts: 1 });
const text = (bytes) => new TextDecoder().decode(bytes);

const identity = await new STSClient({}).send(new GetCallerIdentityCommand({}));
assert.match(identity.Account, /^\d{12}$/);

const created = await lambda.send(new CreateFunctionCommand({
  FunctionName: 'from-javascript', Runtime: runtime, Handler: 'index.handler',
  Role: 'arn:aws:iam::000000000000:role/any', Code: { ZipFile: zip },
}));
assert.equal(created.Runtime, runtime);
await waitUntilFunctionActiveV2({ client: lambda, maxWaitTime: 10 }, { FunctionName: 'from-javascript' });

const answer = await lambda.send(new InvokeCommand({
  FunctionName: 'from-javascript', Payload: JSON.stringify({ name: 'sdk' }), LogType: 'Tail',
}));
assert.equal(answer.FunctionError, undefined);
assert.deepEqual(JSON.parse(text(answer.Payload)), { hello: 'sdk' });
assert.match(Buffer.from(answer.LogResult, 'base64').toString(), /REPORT RequestId/);

const version = await lambda.send(new PublishVersionCommand({ FunctionName: 'from-javascript' }));
assert.equal(version.Version, '1');

const streamed = await lambda.send(new InvokeWithResponseStreamCommand({
  FunctionName: 'from-javascript', Payload: JSON.stringify({ name: 'stream' }),
}));
let body = '';
let complete = false;
for await (const event of streamed.EventStream) {
  if (event.PayloadChunk) body += text(event.PayloadChunk.Payload);
  if (event.InvokeComplete) {
    assert.equal(event.InvokeComplete.ErrorCode, undefined);
    complete = true;
  }
}
assert.deepEqual(JSON.parse(body), { hello: 'stream' });
assert.ok(complete);

const url = await lambda.send(new CreateFunctionUrlConfigCommand({
  FunctionName: 'from-javascript', AuthType: 'NONE',
}));
const forbidden = await fetch(local(url.FunctionUrl));
assert.equal(forbidden.status, 403);
await lambda.send(new AddPermissionCommand({
  FunctionName: 'from-javascript', StatementId: 'public', Action: 'lambda:InvokeFunctionUrl',
  Principal: '*', FunctionUrlAuthType: 'NONE',
}));
const served = await fetch(local(url.FunctionUrl));
assert.equal(served.status, 200);
assert.deepEqual(await served.json(), {});

const listed = await lambda.send(new ListFunctionsCommand({}));
assert.deepEqual(listed.Functions.map((f) => f.FunctionName), ['from-javascript']);
await lambda.send(new DeleteFunctionCommand({ FunctionName: 'from-javascript' }));
await assert.rejects(
  lambda.send(new GetFunctionCommand({ FunctionName: 'from-javascript' })), ResourceNotFoundException);
console.log('ok');

// Names below localhost resolve in browsers, not in every resolver: use the path form.
function local(functionUrl) {
  const id = new URL(functionUrl).hostname.split('.')[0];
  return `${gateway}/_functions/${id}/`;
}
