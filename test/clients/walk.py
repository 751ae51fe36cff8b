"""Walks the API with boto3, unmodified: python walk.py ENDPOINT FILE PROTOCOL. FILE holds the declaration of a pipeline.

Prints a line for each thing that it has seen; the first that is not as it should be ends it with a traceback.
"""

import io
import json
import sys
import time
import zipfile
from datetime import datetime, timezone

from botocore.config import Config
from botocore.exceptions import ClientError, ParamValidationError

from speaking import speaking

SECONDS = 120
endpoint, file, protocol = sys.argv[1:]
with open(file, encoding="utf-8") as text:
    declaration = json.load(text)
name = declaration["name"]
review = {"pipelineName": name, "stageName": "Approve", "actionName": "Review"}


def client(service, **config):
    return speaking(protocol).client(
        service,
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(**config),
    )


pipelines = client("codepipeline")
unchecked = client("codepipeline", parameter_validation=False)
storage = client("s3", s3={"addressing_style": "path"})


def seen(what):
    print(what, flush=True)


def wait(what, ask):
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        found = ask()
        if found:
            return found
        time.sleep(0.2)
    raise AssertionError(f"Waited {SECONDS} s in vain for {what}.")


def refusal(operation, **given):
    """The code and message with which an operation is refused, and its HTTP status."""
    try:
        operation(**given)
    except ClientError as error:
        told = error.response["Error"]
        return told["Code"], told["Message"], error.response["ResponseMetadata"]["HTTPStatusCode"]
    raise AssertionError(f"{operation.__name__} was not refused.")


def pages(operation, result, **given):
    return [each for page in pipelines.get_paginator(operation).paginate(**given) for each in page[result]]


def token(run):
    stage = pipelines.get_pipeline_state(name=name)["stageStates"][1]
    inside = stage.get("latestExecution", {}).get("pipelineExecutionId") == run
    return inside and stage["actionStates"][0].get("latestExecution", {}).get("token")


def ended(run):
    execution = pipelines.get_pipeline_execution(pipelineName=name, pipelineExecutionId=run)["pipelineExecution"]
    return execution["status"] != "InProgress" and execution


def runs():
    return pipelines.list_pipeline_executions(pipelineName=name)["pipelineExecutionSummaries"]


def recent(moment):
    return moment.tzinfo is not None and abs((datetime.now(timezone.utc) - moment).total_seconds()) < 600


def create():
    for bucket in (f"{name}-source", f"{name}-site"):
        storage.create_bucket(Bucket=bucket)
    storage.put_bucket_versioning(Bucket=f"{name}-source", VersioningConfiguration={"Status": "Enabled"})
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("index.html", "<h1>By boto3</h1>")
    storage.put_object(Bucket=f"{name}-source", Key="site.zip", Body=packed.getvalue())
    created = pipelines.create_pipeline(pipeline=declaration)["pipeline"]
    assert created["version"] == 1, created
    assert refusal(pipelines.create_pipeline, pipeline=declaration)[0] == "PipelineNameInUseException"
    seen("CreatePipeline")


def show_and_change():
    got = pipelines.get_pipeline(name=name)
    assert recent(got["metadata"]["created"]) and recent(got["metadata"]["updated"]), got["metadata"]
    assert got["metadata"]["pipelineArn"] == f"arn:aws:codepipeline:us-east-1:000000000000:{name}", got["metadata"]
    seen("GetPipeline")
    updated = pipelines.update_pipeline(pipeline=got["pipeline"])["pipeline"]
    assert updated == {**got["pipeline"], "version": 2}, updated
    assert pipelines.get_pipeline(name=name, version=1)["pipeline"] == got["pipeline"]
    seen("UpdatePipeline")


def list_pipelines():
    for other in ("one", "two"):
        pipelines.create_pipeline(pipeline={**declaration, "name": f"{name}-{other}"})
    listed = pages("list_pipelines", "pipelines", PaginationConfig={"PageSize": 1})
    assert [each["name"] for each in listed] == [name, f"{name}-one", f"{name}-two"], listed
    assert listed[0]["version"] == 2 and recent(listed[0]["created"]), listed[0]
    page = pipelines.list_pipelines(maxResults=2)
    assert len(page["pipelines"]) == 2 and page["nextToken"], page
    seen("ListPipelines, page by page")


def reject_first():
    first = runs()[0]["pipelineExecutionId"]
    pipelines.put_approval_result(
        **review,
        token=wait("the first approval", lambda: token(first)),
        result={"status": "Rejected", "summary": "Not this one"},
    )
    assert wait("the first run's end", lambda: ended(first))["status"] == "Failed"
    seen("PutApprovalResult, rejecting")


def start_once():
    started = [pipelines.start_pipeline_execution(name=name, clientRequestToken="of-mine") for _ in range(2)]
    assert started[0]["pipelineExecutionId"] == started[1]["pipelineExecutionId"], started
    assert len(runs()) == 2, runs()
    seen("StartPipelineExecution, once for one token")
    return started[0]["pipelineExecutionId"]


def approve(run):
    given = {**review, "token": wait("the approval", lambda: token(run))}
    seen("GetPipelineState")
    wrong = {**given, "token": "00000000-0000-4000-8000-000000000000"}
    approved = {"status": "Approved", "summary": "Grüße 🚀"}
    assert refusal(pipelines.put_approval_result, **wrong, result=approved)[0] == "InvalidApprovalTokenException"
    assert recent(pipelines.put_approval_result(**given, result=approved)["approvedAt"])
    try:
        pipelines.put_approval_result(**given, result=approved)
        raise AssertionError("It was approved twice.")
    except pipelines.exceptions.ApprovalAlreadyCompletedException:
        seen("PutApprovalResult, approving once")


def read_run(run):
    execution = wait("the run's end", lambda: ended(run))
    assert execution["status"] == "Succeeded" and execution["pipelineVersion"] == 2, execution
    assert execution["artifactRevisions"][0]["name"] == "Site", execution
    seen("GetPipelineExecution")
    listed = pages("list_pipeline_executions", "pipelineExecutionSummaries", pipelineName=name, PaginationConfig={"PageSize": 1})
    assert [each["status"] for each in listed] == ["Succeeded", "Failed"], listed
    assert recent(listed[0]["startTime"]) and listed[0]["lastUpdateTime"] >= listed[0]["startTime"], listed[0]
    seen("ListPipelineExecutions, page by page")
    given = {"pipelineName": name, "filter": {"pipelineExecutionId": run}, "PaginationConfig": {"PageSize": 1}}
    actions = pages("list_action_executions", "actionExecutionDetails", **given)
    assert [each["actionName"] for each in actions] == ["Publish", "Review", "Fetch"], actions
    assert actions[1]["output"]["executionResult"]["externalExecutionSummary"] == "Grüße 🚀", actions[1]
    assert actions[1]["updatedBy"] == "arn:aws:iam::000000000000:root", actions[1]
    seen("ListActionExecutions, page by page")
    served = storage.get_object(Bucket=f"{name}-site", Key="index.html")
    assert served["Body"].read() == b"<h1>By boto3</h1>" and served["ContentType"].startswith("text/html"), served
    seen("the deployed file")


def refusals():
    code, message, status = refusal(pipelines.get_pipeline, name="never-was")
    assert (code, status) == ("PipelineNotFoundException", 400) and "never-was" in message, (code, message, status)
    missing = "00000000-0000-7000-8000-000000000000"
    assert refusal(pipelines.get_pipeline_execution, pipelineName=name, pipelineExecutionId=missing)[0] == "PipelineExecutionNotFoundException"
    seen("what is not there")
    try:
        pipelines.get_pipeline(name="", version=0)
        raise AssertionError("boto3 checks lengths by itself.")
    except ParamValidationError:
        pass
    code, message, status = refusal(unchecked.get_pipeline, name="no name!", version=0)
    assert (code, status) == ("ValidationException", 400) and "2 validation errors detected" in message, message
    assert refusal(unchecked.create_pipeline)[0] == "ValidationException"
    if protocol == "json":  # botocore's CBOR itself cannot write a number in the place of a text
        code, message, _ = refusal(unchecked.create_pipeline, pipeline={**declaration, "name": 5})
        assert code in ("SerializationException", "ValidationException") and message, (code, message)
    code, message, _ = refusal(pipelines.create_pipeline, pipeline={**declaration, "name": "one-stage", "stages": declaration["stages"][:1]})
    assert code == "InvalidStructureException" or code == "InvalidStageDeclarationException", (code, message)
    seen("what the server itself refuses")
    before = time.monotonic()
    code, message, status = refusal(pipelines.override_stage_condition, pipelineName=name, stageName=declaration["stages"][1]["name"], pipelineExecutionId=missing, conditionType="BEFORE_ENTRY")
    assert code == "ConditionNotOverridableException" and "no such execution" in message, (code, message)
    assert time.monotonic() - before < 5, "A refusal that boto3 repeats is a slow one."
    seen("a condition that is not there")


def delete():
    for each in (name, f"{name}-one", f"{name}-two", name):
        pipelines.delete_pipeline(name=each)
    assert refusal(pipelines.get_pipeline_state, name=name)[0] == "PipelineNotFoundException"
    assert pages("list_pipelines", "pipelines") == []
    seen("DeletePipeline, also of none")


create()
reject_first()
show_and_change()
list_pipelines()
newest = start_once()
approve(newest)
read_run(newest)
refusals()
delete()
