"""boto3, unmodified, making the calls that it reads: python boto3-client.py ENDPOINT PROTOCOL. A call a line in, what it saw a line out."""

import base64
import json
import os
import sys
from datetime import datetime

from botocore.config import Config
from botocore.exceptions import ClientError
from botocore import xform_name

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
from speaking import speaking

endpoint, protocol = sys.argv[1:]
session = speaking(protocol)


def client(service, keys, **config):
    return session.client(
        service,
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id=keys["accessKeyId"],
        aws_secret_access_key=keys["secretAccessKey"],
        aws_session_token=keys.get("sessionToken"),
        config=Config(**config),
    )


pipelines = client("codepipeline", {"accessKeyId": "test", "secretAccessKey": "test"})


def ask(call):
    given = call["input"]
    if call["service"] == "codepipeline":
        return getattr(pipelines, xform_name(call["operation"]))(**given)
    storage = client("s3", call["credentials"], s3={"addressing_style": "path"})
    place = {"Bucket": given["bucket"], "Key": given["key"]}
    if call["operation"] == "GetObject":
        return {"bytes": base64.b64encode(storage.get_object(**place)["Body"].read()).decode()}
    storage.put_object(**place, Body=base64.b64decode(given["bytes"]))
    return {}


def see(call):
    try:
        output = ask(call)
    except ClientError as error:
        return {"error": {"type": type(error).__name__, "message": error.response["Error"]["Message"]}}
    return {"output": {name: value for name, value in output.items() if name != "ResponseMetadata"}}


def plain(value):
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"boto3 answered a {type(value)}: {value!r}")


for line in sys.stdin:
    print(json.dumps(see(json.loads(line)), default=plain), flush=True)
