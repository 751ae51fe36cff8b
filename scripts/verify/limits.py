"""What a model says of values and botocore's validator does not check: enums, upper limits, patterns, unions."""

import math
from functools import cache

import regex

SIZED = ("string", "list", "map", "blob")
NUMBERS = ("integer", "long", "float", "double")


def breaches(value, shape, at=""):
    """Yields a sentence for each value that is outside the model's limits; of a wrong type, ParamValidator speaks."""
    kind = shape.type_name
    if kind == "structure" and isinstance(value, dict):
        yield from of_union(value, shape, at)
        for name, member in value.items():
            if name in shape.members:
                yield from breaches(member, shape.members[name], f"{at}.{name}")
    elif kind == "list" and isinstance(value, list):
        for index, item in enumerate(value):
            yield from breaches(item, shape.member, f"{at}[{index}]")
    elif kind == "map" and isinstance(value, dict):
        for key, item in value.items():
            yield from breaches(key, shape.key, f"{at} (key {key!r})")
            yield from breaches(item, shape.value, f"{at}.{key}")
    yield from of_size(value, shape, at)
    if kind == "string" and isinstance(value, str):
        yield from of_text(value, shape, at)


def of_size(value, shape, at):
    kind, metadata = shape.type_name, shape.metadata
    if kind in SIZED and isinstance(value, (str, bytes, list, dict)):
        size = len(value)
    elif kind in NUMBERS and isinstance(value, (int, float)):
        size = value
        if isinstance(value, bool):
            yield f"{at}: {value} is no number"
    else:
        return
    if not metadata.get("min", -math.inf) <= size <= metadata.get("max", math.inf):
        yield f"{at}: {size} is not from {metadata.get('min')} to {metadata.get('max')}"


def of_text(value, shape, at):
    enum = shape.metadata.get("enum")
    if enum and value not in enum:
        yield f"{at}: {value!r} is none of {', '.join(enum)}"
    pattern = shape.metadata.get("pattern")
    if pattern and not compiled(pattern).fullmatch(value):
        yield f"{at}: {value[:100]!r} does not match {pattern}"


def of_union(value, shape, at):
    """DynamoDB's AttributeValue is a union that the model does not call one."""
    if shape.name == "AttributeValue" and len(value) != 1:
        yield f"{at}: an AttributeValue has one member, not {len(value)}"


@cache
def compiled(pattern):
    return regex.compile(pattern)
