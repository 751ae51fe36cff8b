"""The body of a recorded request, and what it holds as JSON or XML."""

import base64
import json

from .bodies import from_json, parse_xml


class Breach(Exception):
    """A request that cannot be read by the model at all."""


def body_of(record, otherwise=None):
    if "bodyBase64" in record:
        return base64.b64decode(record["bodyBase64"])
    if "body" in record:
        return record["body"].encode()
    if otherwise is None:
        raise Breach("the body was not recorded")
    return otherwise


def json_of(body, shape):
    try:
        value = json.loads(body or b"{}")
    except ValueError as error:
        raise Breach(f"the body is no JSON: {error}") from error
    return value if shape is None else from_json(value, shape)


def xml_root(body, shape):
    try:
        root = parse_xml(body)
    except SyntaxError as error:
        raise Breach(f"the body is no XML: {error}") from error
    namespace = shape.serialization.get("xmlNamespace", {}).get("uri")
    name = shape.serialization.get("name", shape.name)
    wanted = f"{{{namespace}}}{name}" if namespace else name
    if root.tag != wanted:
        raise Breach(f"the body's element is {root.tag}, not {wanted}")
    return root
