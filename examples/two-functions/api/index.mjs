export const handler = async (event) => ({
  statusCode: 200,
  headers: { "content-type": "text/plain" },
  body: `${process.env.GREETING}, ${event.queryStringParameters?.name ?? "stranger"}\n`,
});
