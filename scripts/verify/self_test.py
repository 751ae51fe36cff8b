"""Requests and events that are right and must pass, and the same, broken in one place each, that must not."""

from copy import deepcopy

from .events import check_event
from .requests import check_request

JSON = {
    "service": "dynamodb",
    "operation": "GetItem",
    "method": "POST",
    "path": "/",
    "query": "",
    "headers": {"content-type": "application/x-amz-json-1.0", "x-amz-target": "DynamoDB_20120810.GetItem"},
    "body": '{"TableName":"table","Key":{"pk":{"S":"a"}},"ReturnConsumedCapacity":"TOTAL"}',
}
QUERY = {
    "service": "sts",
    "operation": "AssumeRole",
    "method": "POST",
    "path": "/",
    "query": "",
    "headers": {"content-type": "application/x-www-form-urlencoded"},
    "body": "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fr&RoleSessionName=run"
    "&DurationSeconds=3600&Tags.member.1.Key=run&Tags.member.1.Value=1",
}
REST_JSON = {
    "service": "lambda",
    "operation": "Invoke",
    "method": "POST",
    "path": "/2015-03-31/functions/f/invocations",
    "query": "",
    "headers": {"x-amz-invocation-type": "Event", "content-length": "2"},
    "body": "{}",
}
REST_BODY = {
    "service": "scheduler",
    "operation": "CreateSchedule",
    "method": "POST",
    "path": "/schedules/s",
    "query": "",
    "headers": {"content-type": "application/json"},
    "body": '{"ScheduleExpression":"rate(1 day)","FlexibleTimeWindow":{"Mode":"OFF"},"Target":{"Arn":"arn:aws:sqs:us-east-1:'
    '123456789012:q","RoleArn":"arn:aws:iam::123456789012:role/r"},"ClientToken":"t"}',
}
REST_XML = {
    "service": "s3",
    "operation": "DeleteObjects",
    "method": "POST",
    "path": "/bucket",
    "query": "delete=",
    "headers": {"content-md5": "x", "content-type": "application/xml"},
    "body": '<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Object><Key>a</Key></Object><Quiet>true</Quiet></Delete>',
}
S3_OBJECT = {
    "service": "s3",
    "operation": "PutObject",
    "method": "PUT",
    "path": "/bucket/a/b",
    "query": "x-id=PutObject",
    "headers": {"content-length": "3", "x-amz-storage-class": "STANDARD", "x-amz-meta-a": "b"},
}
S3_BUCKET = {
    "service": "s3",
    "operation": "GetBucketVersioning",
    "method": "GET",
    "path": "/bucket/",
    "query": "versioning=",
    "headers": {},
    "body": "",
}
API = {
    "source": "api-gateway",
    "payload": {
        "version": "2.0",
        "routeKey": "POST /",
        "rawPath": "/",
        "rawQueryString": "",
        "headers": {"host": "h"},
        "requestContext": {
            "accountId": "1",
            "apiId": "a",
            "domainName": "d",
            "domainPrefix": "d",
            "http": {"method": "POST", "path": "/", "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1", "userAgent": ""},
            "requestId": "r",
            "routeKey": "POST /",
            "stage": "$default",
            "time": "12/Mar/2020:19:03:58 +0000",
            "timeEpoch": 1583348638390,
        },
        "isBase64Encoded": False,
    },
}
STREAM = {
    "source": "dynamodb-stream",
    "payload": {
        "Records": [
            {
                "eventID": "1",
                "eventName": "INSERT",
                "eventVersion": "1.1",
                "eventSource": "aws:dynamodb",
                "awsRegion": "us-east-1",
                "eventSourceARN": "arn",
                "dynamodb": {
                    "ApproximateCreationDateTime": 1,
                    "Keys": {"pk": {"S": "a"}},
                    "SequenceNumber": "1",
                    "SizeBytes": 1,
                    "StreamViewType": "KEYS_ONLY",
                },
            }
        ]
    },
}
ENDED = {
    "source": "eventbridge",
    "payload": {
        "version": "0",
        "id": "6a7e8feb-b491-4cf7-a9f1-bf3703467718",
        "detail-type": "Step Functions Execution Status Change",
        "source": "aws.states",
        "account": "123456789012",
        "time": "2017-12-22T18:43:48Z",
        "region": "us-east-1",
        "resources": [],
        "detail": {
            "executionArn": "a",
            "stateMachineArn": "m",
            "name": "n",
            "status": "FAILED",
            "startDate": 1,
            "stopDate": 2,
            "input": "{}",
            "output": None,
        },
    },
}
PUT = {
    "source": "eventbridge",
    "payload": {**ENDED["payload"], "source": "of-the-account", "detail-type": "Refused", "detail": {"why": "no"}},
}
UPLOADED = {
    "source": "eventbridge",
    "payload": {
        **ENDED["payload"],
        "source": "aws.s3",
        "detail-type": "Object Created",
        "detail": {
            "version": "0",
            "bucket": {"name": "b"},
            "object": {"key": "k", "size": 1, "etag": "e", "sequencer": "0"},
            "request-id": "r",
            "requester": "123456789012",
            "reason": "PutObject",
        },
    },
}
SCHEDULED = {
    "source": "eventbridge",
    "payload": {**ENDED["payload"], "source": "aws.events", "detail-type": "Scheduled Event", "detail": {}},
}
EVENTS = (API, STREAM, ENDED, PUT, UPLOADED, SCHEDULED)

# What is broken, in which request, what is replaced, by what: in the body, or the member that a dotted path names.
BROKEN_REQUESTS = [
    ("json: a required member is missing", JSON, "body", '"TableName":"table",', ""),
    ("json: an unknown member", JSON, "body", '"TableName"', '"Table":"t","TableName"'),
    ("json: an unknown member inside", JSON, "body", '{"S":"a"}', '{"S":"a","X":1}'),
    ("json: a wrong type", JSON, "body", '"table"', "1"),
    ("json: a wrong enum", JSON, "body", "TOTAL", "ALL"),
    ("json: a union of two", JSON, "body", '{"S":"a"}', '{"S":"a","N":"1"}'),
    ("json: too long", JSON, "body", '"table"', f'"{"t" * 1025}"'),
    ("json: no JSON", JSON, "body", "}}", "}"),
    ("json: a wrong operation", JSON, "headers.x-amz-target", "GetItem", "FetchItem"),
    ("json: a wrong version", JSON, "headers.content-type", "1.0", "1.1"),
    ("json: a wrong path", JSON, "path", "/", "/items"),
    ("json: a wrong service", JSON, "service", "dynamodb", "dynamite"),
    ("query: a required member is missing", QUERY, "body", "&RoleSessionName=run", ""),
    ("query: an unknown member", QUERY, "body", "&Tags", "&Colour=red&Tags"),
    ("query: an unknown member inside", QUERY, "body", "1.Value", "1.Content"),
    ("query: a wrong type", QUERY, "body", "3600", "an-hour"),
    ("query: out of range", QUERY, "body", "3600", "5"),
    ("query: a wrong pattern", QUERY, "body", "RoleSessionName=run", "RoleSessionName=a%2Fb"),
    ("query: a wrong version", QUERY, "body", "2011-06-15", "2011-06-16"),
    ("query: a wrong path", QUERY, "path", "/", "/sts"),
    ("rest-json: a wrong enum in a header", REST_JSON, "headers.x-amz-invocation-type", "Event", "Later"),
    ("rest-json: a wrong path", REST_JSON, "path", "invocations", "invocation"),
    ("rest-json: a wrong method", REST_JSON, "method", "POST", "PUT"),
    ("rest-json: an unknown parameter", REST_JSON, "query", "", "Colour=red"),
    ("rest-json: a required member is missing", REST_BODY, "body", '"ScheduleExpression":"rate(1 day)",', ""),
    ("rest-json: an unknown member", REST_BODY, "body", '"ClientToken"', '"Colour":"red","ClientToken"'),
    ("rest-json: a wrong type", REST_BODY, "body", '{"Mode":"OFF"}', '"OFF"'),
    ("rest-json: a wrong enum", REST_BODY, "body", '"OFF"', '"SOMETIMES"'),
    ("rest-xml: a required member is missing", REST_XML, "body", "<Key>a</Key>", ""),
    ("rest-xml: an unknown member", REST_XML, "body", "<Quiet>", "<Colour>red</Colour><Quiet>"),
    ("rest-xml: a wrong type", REST_XML, "body", "<Quiet>true", "<Quiet>perhaps"),
    ("rest-xml: a wrong element", REST_XML, "body", "Delete", "Remove"),
    ("rest-xml: a missing namespace", REST_XML, "body", ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"', ""),
    ("rest-xml: a required checksum is missing", REST_XML, "headers.content-md5", "content-md5", None),
    ("rest-xml: a wrong enum in a header", S3_OBJECT, "headers.x-amz-storage-class", "STANDARD", "ATTIC"),
    ("rest-xml: an unknown header", S3_OBJECT, "headers.x-amz-colour", None, "red"),
    ("rest-xml: a wrong path", S3_OBJECT, "path", "/bucket/a/b", "/bucket"),
    ("rest-xml: a body where there is none", S3_BUCKET, "body", None, "<a/>"),
    ("rest-xml: another operation", S3_OBJECT, "query", "PutObject", "GetObject"),
]
BROKEN_EVENTS = [
    ("API Gateway: a required member is missing", API, "payload.rawPath", "", None),
    ("API Gateway: an unknown member inside", API, "payload.requestContext.http.port", None, 1),
    ("API Gateway: a wrong type", API, "payload.isBase64Encoded", None, "no"),
    ("DynamoDB: a wrong enum", STREAM, "payload.Records.0.eventName", None, "UPSERT"),
    ("DynamoDB: no attribute value", STREAM, "payload.Records.0.dynamodb.Keys.pk", None, "a"),
    ("EventBridge: a required member is missing", ENDED, "payload.account", "", None),
    ("EventBridge: a required member is missing of an event that an account put", PUT, "payload.account", "", None),
    ("EventBridge: an event that is not published", ENDED, "payload.detail-type", None, "Something Else"),
    ("EventBridge: a required member of the detail is missing", ENDED, "payload.detail.status", "", None),
    ("EventBridge: an unknown member of the detail", ENDED, "payload.detail.colour", None, "red"),
    ("EventBridge: a wrong type in the detail", ENDED, "payload.detail.startDate", None, "today"),
    ("EventBridge: a member of an object's event is missing", UPLOADED, "payload.detail.object.key", "", None),
    ("EventBridge: an unknown member of a schedule's event", SCHEDULED, "payload.detail.colour", None, "red"),
    ("a source without a published shape", ENDED, "source", None, "moon"),
]


def self_test():
    """Answers an exit status, and prints what was not as it must be."""
    requests = (JSON, QUERY, REST_JSON, REST_BODY, REST_XML, S3_OBJECT, S3_BUCKET)
    refused = [f"{each['operation']}, which is right: {check_request(each)[1]}" for each in requests if check_request(each)[1]]
    refused += [f"{each['source']}, which is right: {check_event(each)}" for each in EVENTS if check_event(each)]
    passed = [what for what, *how in BROKEN_REQUESTS if not check_request(broken(*how))[1]]
    passed += [what for what, *how in BROKEN_EVENTS if not check_event(broken(*how))]
    for line in [*(f"refused: {each}" for each in refused), *(f"not found: {each}" for each in passed)]:
        print(f"FAILED {line}")
    print(f"{len(BROKEN_REQUESTS) + len(BROKEN_EVENTS) - len(passed)} of {len(BROKEN_REQUESTS) + len(BROKEN_EVENTS)} faults found")
    return 1 if refused or passed else 0


def broken(whole, path, old, new):
    """A copy with one member replaced: a part of its text, all of it where `old` is None or empty, or without it where `new` is None."""
    copy = deepcopy(whole)
    *folders, name = path.split(".")
    inside = copy
    for folder in folders:
        inside = inside[int(folder)] if isinstance(inside, list) else inside[folder]
    if new is None:
        del inside[name]
    elif old:
        if old not in inside[name]:
            raise ValueError(f"{path} has no {old}")
        inside[name] = inside[name].replace(old, new)
    else:
        inside[name] = new
    return copy
