exports.handler = async (event) => {
  const name = event.queryStringParameters?.name ?? event.name ?? "world";
  console.log(`Greeting ${name}`);
  return { message: `Hello, ${name}!` };
};
