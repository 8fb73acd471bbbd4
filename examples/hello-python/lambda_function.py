def lambda_handler(event, context):
    query = event.get("queryStringParameters") or {}
    name = query.get("name") or event.get("name") or "world"
    print(f"Greeting {name}")
    return {"message": f"Hello, {name}!"}
