"""The Lambda API through boto3. Prints "ok" when all is as it should be."""
import base64
import io
import json
import os
import sys
import zipfile

import boto3
from botocore.exceptions import ClientError

code = """
import json
def lambda_handler(event, context):
    print('hello', event['name'])
    return {'hello': event['name'], 'memory': context.memory_limit_in_mb}
"""
archive = io.BytesIO()
with zipfile.ZipFile(archive, "w") as archive_file:
    archive_file.writestr("lambda_function.py", code)

# Named here because older releases of boto3 do not read it from the environment.
endpoint = os.environ["AWS_ENDPOINT_URL"]
account = boto3.client("sts", endpoint_url=endpoint).get_caller_identity()["Account"]
client = boto3.client("lambda", endpoint_url=endpoint)
runtime = sys.argv[1]


def refused(code, call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error.response
        return error.response["Error"]["Message"]
    raise AssertionError(f"{code} was expected")


created = client.create_function(
    FunctionName="from-python",
    Runtime=runtime,
    Handler="lambda_function.lambda_handler",
    Role=f"arn:aws:iam::{account}:role/any",
    Code={"ZipFile": archive.getvalue()},
    Tags={"team": "e2e"},
)
assert created["State"] == "Active", created
client.get_waiter("function_active_v2").wait(FunctionName="from-python")

answer = client.invoke(
    FunctionName="from-python", Payload=json.dumps({"name": "boto"}), LogType="Tail"
)
assert answer["StatusCode"] == 200
assert json.load(answer["Payload"]) == {"hello": "boto", "memory": "128"}
assert "hello boto" in base64.b64decode(answer["LogResult"]).decode()

client.publish_version(FunctionName="from-python")
client.create_alias(FunctionName="from-python", Name="live", FunctionVersion="1")
qualified = client.invoke(
    FunctionName="from-python", Qualifier="live", Payload=json.dumps({"name": "x"})
)
assert qualified["ExecutedVersion"] == "1"

assert client.list_tags(Resource=created["FunctionArn"])["Tags"] == {"team": "e2e"}
assert [f["FunctionName"] for f in client.list_functions()["Functions"]] == ["from-python"]
assert client.invoke(FunctionName="from-python", InvocationType="DryRun")["StatusCode"] == 204

refused("ResourceNotFoundException", client.get_function, FunctionName="absent")
refused("ResourceConflictException", client.create_alias, FunctionName="from-python", Name="live",
        FunctionVersion="1")
refused("InvalidParameterValueException", client.update_function_code, FunctionName="from-python",
        ZipFile=b"this is no zip")
refused("ValidationException", client.update_function_configuration, FunctionName="from-python",
        MemorySize=20_000)
refused("InvalidRequestContentException", client.invoke, FunctionName="from-python", Payload=b"{")

client.delete_function(FunctionName="from-python")
refused("ResourceNotFoundException", client.invoke, FunctionName="from-python")
print("ok")
