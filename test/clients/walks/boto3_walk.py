"""Walks the API with boto3, unmodified: python boto3_walk.py ENDPOINT DECLARATION."""

import json
import sys
import time

import boto3
from botocore.config import Config

endpoint, declared = sys.argv[1:3]
options = dict(endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test")
client = boto3.client("codepipeline", config=Config(retries={"max_attempts": 0}), **options)

with open(declared) as file:
    declaration = json.load(file)["pipeline"]
declaration["name"] = "by-boto3"


def refused(call, **given):
    try:
        call(**given)
    except client.exceptions.ClientError as error:
        return error.response["Error"]["Code"]
    raise AssertionError("not refused")


def wait(what, ask):
    for _ in range(600):
        found = ask()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError("waited in vain for " + what)


def token():
    states = client.get_pipeline_state(name="by-boto3")["stageStates"]
    return states[1]["actionStates"][0].get("latestExecution", {}).get("token")


def status(run):
    return client.get_pipeline_execution(pipelineName="by-boto3", pipelineExecutionId=run)["pipelineExecution"]["status"]


assert client.create_pipeline(pipeline=declaration)["pipeline"]["version"] == 1
assert refused(client.create_pipeline, pipeline=declaration) == "PipelineNameInUseException"
metadata = client.get_pipeline(name="by-boto3")["metadata"]
assert metadata["pipelineArn"] == "arn:aws:codepipeline:us-east-1:000000000000:by-boto3"
names = [each["name"] for page in client.get_paginator("list_pipelines").paginate() for each in page["pipelines"]]
assert "by-boto3" in names
run = client.list_pipeline_executions(pipelineName="by-boto3")["pipelineExecutionSummaries"][0]["pipelineExecutionId"]
approval = dict(pipelineName="by-boto3", stageName="Approve", actionName="Review", token=wait("an approval", token))
client.put_approval_result(**approval, result={"summary": "by boto3", "status": "Approved"})
again = refused(client.put_approval_result, **approval, result={"summary": "", "status": "Rejected"})
assert again == "ApprovalAlreadyCompletedException", again
wait("the end of the run", lambda: status(run) != "InProgress")
assert status(run) == "Succeeded", status(run)
pages = client.get_paginator("list_action_executions").paginate(pipelineName="by-boto3", PaginationConfig={"PageSize": 1})
actions = [each["actionName"] for page in pages for each in page["actionExecutionDetails"]]
assert actions == ["Publish", "Review", "Fetch"], actions
runs = [client.start_pipeline_execution(name="by-boto3", clientRequestToken="the-same")["pipelineExecutionId"] for _ in range(2)]
assert runs[0] == runs[1]
assert client.update_pipeline(pipeline=client.get_pipeline(name="by-boto3")["pipeline"])["pipeline"]["version"] == 2
assert refused(client.get_pipeline, name="not-there") == "PipelineNotFoundException"
stopped = refused(client.stop_pipeline_execution, pipelineName="by-boto3", pipelineExecutionId=runs[0])
assert stopped == "NotImplementedException", stopped
client.delete_pipeline(name="by-boto3")
client.delete_pipeline(name="by-boto3")
assert refused(client.get_pipeline_state, name="by-boto3") == "PipelineNotFoundException"
print("walked")
