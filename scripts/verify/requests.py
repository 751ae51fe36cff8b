"""A recorded request against the model of its service: decoded by the model, then validated by botocore, then by the model's limits."""

import base64
import json
import re
from urllib.parse import parse_qsl

from botocore.exceptions import UnknownServiceError
from botocore.validate import ParamValidator

from .bodies import from_form, from_json, from_xml, parse_xml
from .limits import breaches
from .scalars import from_text
from .services import operation_model, operation_names, service_model
from .templates import rest_operation, template

# Headers of the signature, of HTTP and of SDKs, that no operation's model names.
OWN_HEADERS = re.compile(
    r"x-amz-(date|content-sha256|user-agent|target|decoded-content-length|trailer|te|api-version)|(?!x-amz-).*"
)
OWN_PARAMETERS = re.compile(r"X-Amz-(Algorithm|Content-Sha256|Date|Expires|SignedHeaders|User-Agent)|x-id")
CHECKSUM = re.compile(r"content-md5|x-amz-checksum-\w+")


class Breach(Exception):
    """A request that cannot be read by the model at all."""


def check_request(record):
    """The operation that a request asks for, and a list of what is wrong with it; the operation is None when it asks for none."""
    try:
        model = service_model(record["service"])
    except UnknownServiceError:
        return None, [f"AWS has no service {record['service']}"]
    protocol = model.metadata["protocol"]
    try:
        name = OPERATIONS[protocol](record, model)
        operation = operation_model(record["service"], name)
        params, problems = PARAMETERS[protocol](record, operation)
    except Breach as breach:
        return None, [str(breach)]
    shape = operation.input_shape
    problems = [*problems, *of_host(record, operation, params), *of_checksum(record, operation)]
    if shape is None:
        return name, [*problems, *([f"{name} takes no parameters"] if params else [])]
    report = ParamValidator().validate(params, shape).generate_report()
    return name, [*problems, *filter(None, report.split("\n")), *breaches(params, shape)]


def json_operation(record, model):
    prefix, _, name = record["headers"].get("x-amz-target", "").rpartition(".")
    if prefix != model.metadata["targetPrefix"] or name not in operation_names(record["service"]):
        raise Breach(f"X-Amz-Target {prefix}.{name} is no operation of {model.service_id}")
    return name


def query_operation(record, model):
    fields = dict(parse_qsl(body_of(record).decode(), keep_blank_values=True))
    name = fields.get("Action")
    if name not in operation_names(record["service"]):
        raise Breach(f"Action {name} is no operation of {model.service_id}")
    if fields.get("Version") != model.api_version:
        raise Breach(f"Version {fields.get('Version')} is not {model.api_version}")
    return name


def path_operation(record, model):
    name = rest_operation(record)
    if name is None:
        wanted = f"{record['method']} {record['path']}?{record['query']}"
        raise Breach(f"{wanted} ({record['operation']}) is no operation of {model.service_id}")
    claimed = dict(parse_qsl(record["query"])).get("x-id", name)
    if claimed != name:
        raise Breach(f"x-id={claimed} on a request for {name}")
    return name


def json_parameters(record, operation):
    version = operation.service_model.metadata["jsonVersion"]
    problems = [*of_root(record), *of_content_type(record, f"application/x-amz-json-{version}")]
    return json_of(body_of(record), operation.input_shape), problems


def query_parameters(record, operation):
    pairs = parse_qsl(body_of(record).decode(), keep_blank_values=True)
    fields = dict(pairs)
    problems = [*of_root(record), *of_content_type(record, "application/x-www-form-urlencoded")]
    if len(fields) < len(pairs):
        problems.append("a field stands in the form twice")
    del fields["Action"], fields["Version"]
    params = from_form(fields, operation.input_shape, "") if operation.input_shape else {}
    return params, [*problems, *(f"unknown field {name}" for name in fields)]


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


def listed(values, shape):
    return [from_text(value, shape.member) for value in values]


def header_value(text, shape):
    if shape.type_name == "list":
        return listed([part.strip() for part in text.split(",")], shape)
    return from_text(text, shape, "rfc822")


def body_of(record, otherwise=None):
    if "bodyBase64" in record:
        return base64.b64decode(record["bodyBase64"])
    if "body" in record:
        return record["body"].encode()
    if otherwise is None:
        raise Breach("the body was not recorded")
    return otherwise


def of_root(record):
    if (record["method"], record["path"], record["query"]) != ("POST", "/", ""):
        yield f"{record['method']} {record['path']}?{record['query']} is not POST /"


def of_content_type(record, wanted):
    given = record["headers"].get("content-type", "").split(";")[0]
    if given != wanted:
        yield f"Content-Type {given!r} is not {wanted}"


def of_host(record, operation, params):
    prefix = (operation.endpoint or {}).get("hostPrefix")
    if prefix and not record["headers"]["host"].startswith(prefix.format(**params)):
        yield f"the host {record['headers']['host']} does not begin with {prefix}"


def of_checksum(record, operation):
    if not (operation.http_checksum_required or (operation.http_checksum or {}).get("requestChecksumRequired")):
        return
    names = [*record["headers"], *record["headers"].get("x-amz-trailer", "").split(",")]
    if not any(CHECKSUM.fullmatch(name) for name in names):
        yield f"{operation.name} requires a checksum"


OPERATIONS = {
    "json": json_operation,
    "query": query_operation,
    "rest-json": path_operation,
    "rest-xml": path_operation,
}
PARAMETERS = {
    "json": json_parameters,
    "query": query_parameters,
    "rest-json": rest_parameters,
    "rest-xml": rest_parameters,
}
