"""The context object that handlers get."""

import os
import sys
import time

from . import codec


class LambdaContext:
    def __init__(self, headers):
        environment = os.environ
        self.aws_request_id = headers["lambda-runtime-aws-request-id"]
        self.log_group_name = environment.get("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = environment.get("AWS_LAMBDA_LOG_STREAM_NAME")
        self.function_name = environment.get("AWS_LAMBDA_FUNCTION_NAME")
        self.memory_limit_in_mb = environment.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        self.function_version = environment.get("AWS_LAMBDA_FUNCTION_VERSION")
        self.invoked_function_arn = headers.get("lambda-runtime-invoked-function-arn")
        self.client_context = _client_context(headers.get("lambda-runtime-client-context"))
        self.identity = _identity(headers.get("lambda-runtime-cognito-identity"))
        self._epoch_deadline_time_in_ms = int(headers.get("lambda-runtime-deadline-ms", 0))

    def get_remaining_time_in_millis(self):
        return max(self._epoch_deadline_time_in_ms - int(time.time() * 1000), 0)

    def log(self, message):
        """Writes the message as it is, without line break."""
        sys.stdout.write(str(message))

    def __repr__(self):
        members = ",".join(f"{name}={value}" for name, value in vars(self).items())
        return f"{self.__class__.__name__}([{members}])"


class ClientContext:
    """What a mobile client sends along."""

    __slots__ = ("custom", "env", "client")

    def __init__(self, custom, env, client):
        self.custom, self.env, self.client = custom, env, client

    def __repr__(self):
        return f"ClientContext([custom={self.custom},env={self.env},client={self.client}])"


class Client:
    __slots__ = (
        "installation_id",
        "app_title",
        "app_version_name",
        "app_version_code",
        "app_package_name",
    )

    def __init__(self, members):
        for name in self.__slots__:
            setattr(self, name, members.get(name))

    def __repr__(self):
        members = ",".join(f"{name}={getattr(self, name)}" for name in self.__slots__)
        return f"Client([{members}])"


class CognitoIdentity:
    __slots__ = ("cognito_identity_id", "cognito_identity_pool_id")

    def __init__(self, identity_id=None, pool_id=None):
        self.cognito_identity_id, self.cognito_identity_pool_id = identity_id, pool_id

    def __repr__(self):
        return (
            f"CognitoIdentity([cognito_identity_id={self.cognito_identity_id},"
            f"cognito_identity_pool_id={self.cognito_identity_pool_id}])"
        )


def _client_context(header):
    if not header:
        return None
    members = codec.decode(header.encode())
    client = members.get("client")
    return ClientContext(
        members.get("custom"), members.get("env"), Client(client) if client else None
    )


def _identity(header):
    """Always an object; without a Cognito caller its members are None."""
    if not header:
        return CognitoIdentity()
    members = codec.decode(header.encode())
    return CognitoIdentity(members.get("cognitoIdentityId"), members.get("cognitoIdentityPoolId"))
