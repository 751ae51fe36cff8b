"""
Events that AWS's services hand to functions, against published shapes: the parser models of Powertools for AWS Lambda, strict and closed
to members that they do not have; and for what an event of EventBridge tells, the schema registry of AWS (event-types.json).
"""

import json
from pathlib import Path

from aws_lambda_powertools.utilities.parser.models import (
    APIGatewayProxyEventV2Model,
    DynamoDBStreamModel,
    EventBridgeModel,
)
from pydantic import ValidationError

MODELS = {
    "api-gateway": APIGatewayProxyEventV2Model,
    "dynamodb-stream": DynamoDBStreamModel,
    "eventbridge": EventBridgeModel,
    "scheduler": EventBridgeModel,
}

# The input of a state, and what one function tells another, is our own: no service makes its shape.
OWN = ("step-functions", "a function")

# Numbers that the models hold as times and the other way round: not to be compared strictly.
CONVERTED = ("timeEpoch", "eventVersion", "ApproximateCreationDateTime")

REGISTRY = json.loads(Path(__file__).with_name("event-types.json").read_text())["details"]

# What AWS's user guides document beyond the registry's schemas, by the path of the member: CodeBuild's "Build notifications input format
# reference", Step Functions' "Automating Step Functions event delivery".
DOCUMENTED = {
    "CodeBuild Build State Change.additional-information.build-number": "number",
    "Step Functions Execution Status Change.inputDetails": "object",
    "Step Functions Execution Status Change.outputDetails": "object",
    "Step Functions Execution Status Change.error": "string",
    "Step Functions Execution Status Change.cause": "string",
}
# Null in the guide's examples: what an execution does not have yet, or has not at all.
NULLABLE = {
    f"Step Functions Execution Status Change.{name}"
    for name in ("input", "output", "stopDate", "outputDetails", "error", "cause")
}
# Absent in the guide's examples: only builds in a VPC have these.
OPTIONAL = {
    f"CodeBuild Build State Change.additional-information.{name}" for name in ("network-interface", "vpc-config")
}


def structure(required, optional=()):
    members = {name: shape if isinstance(shape, dict) else {"type": shape} for name, shape in {**required, **dict(optional)}.items()}
    return {"type": "structure", "required": list(required), "members": members}


# Events that the registry's schemas leave out: Amazon S3's "EventBridge event message structure", and EventBridge's "Creating a rule that
# runs on a schedule", whose detail is empty.
GUIDES = {
    "aws.s3 Object Created": structure(
        {
            "version": "string",
            "bucket": structure({"name": "string"}),
            "object": structure(
                {"key": "string", "size": "integer", "etag": "string", "sequencer": "string"}, {"version-id": "string"}
            ),
            "request-id": "string",
            "requester": "string",
            "reason": "string",
        },
        {"source-ip-address": "string"},
    ),
    "aws.events Scheduled Event": structure({}),
}

TYPES = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "array": list,
    "map": dict,
    "object": dict,
    "structure": dict,
}


def kind_of(record):
    """What an event is, in the words that are counted."""
    payload = record["payload"]
    if record["source"] != "eventbridge":
        return record["source"]
    if is_made(payload):
        return "eventbridge: a target's own input"
    return f"eventbridge: {payload.get('source')}, {payload.get('detail-type')}"


def check_event(record):
    """A list of what is wrong with an event; None when its shape is our own."""
    source, payload = record["source"], record["payload"]
    if source in OWN or (source == "eventbridge" and is_made(payload)):
        return None
    if source not in MODELS:
        return [f"no published shape is known of events of {source}"]
    problems = of_model(MODELS[source], json.dumps(payload))
    return [*problems, *of_detail(payload)] if source == "eventbridge" and not is_put(payload) else problems


def is_put(payload):
    """Whether an account put the event on its bus itself: sources that begin with `aws.` are AWS's alone."""
    return not str(payload.get("source")).startswith("aws.")


def is_made(payload):
    """Whether a target's own Input or InputTransformer made the payload, whose shape is then the account's: nothing of an envelope is left."""
    return not any(name in payload for name in ("version", "detail-type", "source", "detail"))


def of_model(model, text):
    lax = {(error["loc"], error["msg"]) for error in errors(model, text, strict=False)}
    strict = {(error["loc"], error["msg"]) for error in errors(model, text, strict=True)}
    counted = lax | {(loc, said) for loc, said in strict if loc[-1] not in CONVERTED}
    return sorted(f"{'.'.join(map(str, loc))}: {said}" for loc, said in counted)


def errors(model, text, strict):
    try:
        model.model_validate_json(text, strict=strict, extra="forbid")
    except ValidationError as error:
        return error.errors()
    except (AttributeError, TypeError, IndexError) as error:
        # Powertools' reader of attribute values trusts what it gets.
        return [{"loc": ("",), "msg": f"it cannot be read: {error}"}]
    return []


def of_detail(payload):
    name, detail = payload.get("detail-type"), payload.get("detail")
    wanted = f"{payload.get('source')} {name}"
    shape = REGISTRY.get(wanted) or GUIDES.get(wanted)
    if shape is None:
        return [f"the registry has no event {wanted}"]
    return list(of_member(detail, shape, name))


def of_member(value, shape, at):
    if value is None and at in NULLABLE:
        return
    kind = shape["type"]
    if not isinstance(value, TYPES[kind]) or (isinstance(value, bool) and kind != "boolean"):
        yield f"{at}: {json.dumps(value)[:100]} is no {kind}"
    elif kind == "structure":
        yield from of_structure(value, shape, at)
    elif kind == "array":
        for item in value:
            yield from of_member(item, shape["element"], f"{at}[]")
    elif kind == "map":
        for item in value.values():
            yield from of_member(item, shape["element"], f"{at}.*")


def of_structure(value, shape, at):
    for name in shape["required"]:
        if name not in value and f"{at}.{name}" not in OPTIONAL:
            yield f"{at}: {name} is missing"
    for name, member in value.items():
        place = f"{at}.{name}"
        known = shape["members"].get(name) or ({"type": DOCUMENTED[place]} if place in DOCUMENTED else None)
        if known is None:
            yield f"{at}: {name} is unknown"
        else:
            yield from of_member(member, known, place)
