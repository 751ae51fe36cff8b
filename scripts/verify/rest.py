"""A REST request as parameters, from all the places where its model puts them: path, query, headers, body."""

import re
from urllib.parse import parse_qsl

from .bodies import from_xml
from .scalars import from_text
from .templates import template
from .wire import body_of, json_of, xml_root

# Headers of the signature, of HTTP and of SDKs, that no operation's model names.
OWN_HEADERS = re.compile(
    r"x-amz-(date|content-sha256|user-agent|target|decoded-content-length|trailer|te|api-version)|(?!x-amz-).*"
)
# What AWS's SDKs add to an operation with the trait httpChecksum, whose model need not list it.
FLEXIBLE_CHECKSUM = re.compile(r"x-amz-checksum-(crc32|crc32c|crc64nvme|sha1|sha256)|x-amz-sdk-checksum-algorithm")
OWN_PARAMETERS = re.compile(r"X-Amz-(Algorithm|Content-Sha256|Date|Expires|SignedHeaders|User-Agent)|x-id")


def rest_parameters(record, operation):
    shape = operation.input_shape
    labels = template(record["service"], operation.name).labels(record)
    if shape is None:
        return {}, []
    query = parse_qsl(record["query"], keep_blank_values=True)
    headers = record["headers"]
    params, known_headers, known_parameters = {}, set(), set(template(record["service"], operation.name).literals)
    for name, member in shape.members.items():
        wire = member.serialization.get("name", name)
        location = member.serialization.get("location")
        if location == "uri":
            params[name] = from_text(labels[wire], member)
        elif location == "querystring":
            known_parameters.add(wire)
            values = [value for key, value in query if key == wire]
            if values:
                params[name] = listed(values, member) if member.type_name == "list" else from_text(values[-1], member)
        elif location == "header":
            known_headers.add(wire.lower())
            if wire.lower() in headers:
                params[name] = header_value(headers[wire.lower()], member)
        elif location == "headers":
            found = {key[len(wire) :]: value for key, value in headers.items() if key.startswith(wire.lower())}
            known_headers.update(wire.lower() + key for key in found)
            if found:
                params[name] = found
    if (operation.http_checksum or {}).get("requestAlgorithmMember"):
        known_headers.update(key for key in headers if FLEXIBLE_CHECKSUM.fullmatch(key))
    problems = [f"unknown header {key}" for key in headers if not OWN_HEADERS.fullmatch(key) and key not in known_headers]
    problems += [f"unknown parameter {key}" for key, _ in query if key not in known_parameters and not OWN_PARAMETERS.fullmatch(key)]
    problems += [f"unknown trailer {key}" for key in headers.get("x-amz-trailer", "").split(",") if key and key not in known_headers]
    params.update(payload_of(record, operation))
    return params, problems


def payload_of(record, operation):
    """What the body says: one member's value, or all members that are nowhere else."""
    shape = operation.input_shape
    payload = shape.serialization.get("payload")
    is_json = operation.service_model.metadata["protocol"] == "rest-json"
    if payload is None:
        inside = {name for name, member in shape.members.items() if "location" not in member.serialization}
        body = body_of(record)
        if not inside or not body:
            return {"a body": body} if body else {}
        return json_of(body, shape) if is_json else from_xml(xml_root(body, shape), shape)
    member = shape.members[payload]
    if member.type_name in ("blob", "string"):
        return {payload: body_of(record, b"")} if int(record["headers"].get("content-length", 1)) else {}
    body = body_of(record)
    if not body:
        return {}
    return {payload: json_of(body, member) if is_json else from_xml(xml_root(body, member), member)}


def listed(values, shape):
    return [from_text(value, shape.member) for value in values]


def header_value(text, shape):
    if shape.type_name == "list":
        return listed([part.strip() for part in text.split(",")], shape)
    return from_text(text, shape, "rfc822")
