import { setTimeout } from "node:timers/promises";

export const handler = awslambda.streamifyResponse(async (event, stream) => {
  stream.setContentType("text/plain");
  for (let second = 3; second > 0; second--) {
    stream.write(`${second}\n`);
    await setTimeout(1000);
  }
  stream.end("lift-off\n");
});
