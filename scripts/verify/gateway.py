"""Calls Sluice's API through the emulated API Gateway, signed as some user or not at all."""

import json
import ssl
import urllib.error
import urllib.request

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from emulator import ACCOUNT, REGION


class Gateway:
    def __init__(self, emulator, api_url):
        self.endpoint = emulator.endpoint
        self.host = api_url.removeprefix("https://")
        self.api = self.host.split(".")[0]
        self.trust = ssl.create_default_context(cafile=emulator.certificate)
        self.iam = emulator.client("iam")

    def arn(self, *path):
        """What a policy names to allow calls of a path."""
        return f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{self.api}/$default/POST/{'/'.join(path)}"

    def user(self, name, *allowed):
        """A user who may call these paths and nothing else."""
        self.iam.create_user(UserName=name)
        statement = {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": [self.arn(*path) for path in allowed]}
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self.iam.put_user_policy(UserName=name, PolicyName="call", PolicyDocument=document)
        key = self.iam.create_access_key(UserName=name)["AccessKey"]
        return Credentials(key["AccessKeyId"], key["SecretAccessKey"])

    def call(self, credentials, path, body):
        """Answers status and body, whatever they are. The name of the host is the API's, the address the emulator's."""
        where, data = "/" + "/".join(path), json.dumps(body).encode()
        request = AWSRequest("POST", f"https://{self.host}{where}", data=data,
                             headers={"content-type": "application/x-amz-json-1.1"})
        if credentials:
            SigV4Auth(credentials, "execute-api", REGION).add_auth(request)
        headers = {**dict(request.headers.items()), "host": self.host}
        sent = urllib.request.Request(self.endpoint + where, data=data, headers=headers, method="POST")
        try:
            with urllib.request.urlopen(sent, context=self.trust, timeout=60) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as refused:
            text = refused.read().decode()
            try:
                return refused.code, json.loads(text)
            except ValueError:
                return refused.code, {"message": text}
