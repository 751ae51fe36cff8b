"""A recorded request against the model of its service: decoded by the model, then validated by botocore, then by the model's limits."""

import re
from urllib.parse import parse_qsl

from botocore.exceptions import UnknownServiceError
from botocore.validate import ParamValidator

from .bodies import from_form
from .limits import breaches
from .rest import rest_parameters
from .services import operation_model, operation_names, service_model
from .templates import rest_operation
from .wire import Breach, body_of, json_of

CHECKSUM = re.compile(r"content-md5|x-amz-checksum-\w+")


def check_request(record):
    """The operation that a request asks for, and a list of what is wrong with it; the operation is None when it asks for none."""
    try:
        model = service_model(record["service"])
    except UnknownServiceError:
        return None, [f"AWS has no service {record['service']}"]
    # A service may speak several: CBOR, JSON and the query of CloudWatch, of which the SDK for JavaScript speaks JSON.
    protocol = next(each for each in model.metadata.get("protocols", [model.metadata["protocol"]]) if each in OPERATIONS)
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
