"""Bodies on the wire as parameters, by the model: JSON, forms of the query protocol, XML. What the model does not know stays in, by its name on the wire, for the validator to find."""

import base64
import binascii
import xml.etree.ElementTree as xml
from datetime import datetime

from .scalars import NotAValue, from_text


def from_json(value, shape):
    """A JSON value, with the members' names of the model."""
    kind = shape.type_name
    if kind == "structure" and isinstance(value, dict) and not shape.is_document_type:
        names = {member.serialization.get("name", name): name for name, member in shape.members.items()}
        return {
            names.get(key, key): from_json(item, shape.members[names[key]]) if key in names else item
            for key, item in value.items()
        }
    if kind == "list" and isinstance(value, list):
        return [from_json(item, shape.member) for item in value]
    if kind == "map" and isinstance(value, dict):
        return {key: from_json(item, shape.value) for key, item in value.items()}
    if kind == "timestamp":
        return time_from_json(value, shape)
    if kind == "blob":
        return bytes_from_json(value)
    if kind in ("integer", "long", "float", "double") and isinstance(value, bool):
        return NotAValue(value)
    return value


def time_from_json(value, shape):
    if shape.serialization.get("timestampFormat", "unixtimestamp") != "unixtimestamp":
        return from_text(value, shape) if isinstance(value, str) else NotAValue(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return NotAValue(value)
    return datetime.fromtimestamp(value)


def bytes_from_json(value):
    try:
        return base64.b64decode(value, validate=True)
    except (TypeError, ValueError, binascii.Error):
        return NotAValue(value)


def from_form(fields, shape, prefix=""):
    """Takes what the shape names out of the fields of a form; what remains in them is unknown."""
    kind = shape.type_name
    if kind == "structure":
        return form_structure(fields, shape, prefix)
    if kind == "list":
        return form_list(fields, shape, prefix)
    if kind == "map":
        return form_map(fields, shape, prefix)
    return from_text(fields.pop(prefix), shape)


def form_structure(fields, shape, prefix):
    found = {}
    for name, member in shape.members.items():
        key = f"{prefix}.{wire_name(member, name)}" if prefix else wire_name(member, name)
        if is_there(fields, key):
            found[name] = from_form(fields, member, key)
    return found


def form_list(fields, shape, prefix):
    if fields.get(prefix) == "":
        fields.pop(prefix)
        return []
    if shape.serialization.get("flattened"):
        base = prefix.rsplit(".", 1)
        name = shape.member.serialization.get("name")
        prefix = ".".join([*base[:-1], name]) if name else prefix
    else:
        prefix = f"{prefix}.{shape.member.serialization.get('name', 'member')}"
    found = []
    while is_there(fields, f"{prefix}.{len(found) + 1}"):
        found.append(from_form(fields, shape.member, f"{prefix}.{len(found) + 1}"))
    return found


def form_map(fields, shape, prefix):
    prefix = prefix if shape.serialization.get("flattened") else f"{prefix}.entry"
    key_name = shape.key.serialization.get("name", "key")
    value_name = shape.value.serialization.get("name", "value")
    found = {}
    index = 1
    while is_there(fields, f"{prefix}.{index}"):
        key = fields.pop(f"{prefix}.{index}.{key_name}", "")
        at = f"{prefix}.{index}.{value_name}"
        found[key] = from_form(fields, shape.value, at) if is_there(fields, at) else NotAValue(None)
        index += 1
    return found


def is_there(fields, key):
    return key in fields or any(name.startswith(f"{key}.") for name in fields)


def wire_name(member, name):
    return member.serialization.get("name", name)


def parse_xml(body):
    return xml.fromstring(body)


def from_xml(element, shape):
    """An element as the shape's value; attributes and elements that the shape does not name stay in by their own names."""
    kind = shape.type_name
    if kind == "structure":
        return xml_structure(element, shape)
    if kind == "list":
        return [from_xml(item, shape.member) for item in element]
    if kind == "map":
        return {entry[0].text: from_xml(entry[1], shape.value) for entry in element}
    return from_text(element.text or "", shape)


def xml_structure(element, shape):
    names = {wire_name(member, name): name for name, member in shape.members.items()}
    found = {}
    for child in element:
        tag = child.tag.split("}")[-1]
        name = names.get(tag)
        if name is None:
            found[tag] = child.text
        elif shape.members[name].type_name == "list" and shape.members[name].serialization.get("flattened"):
            found.setdefault(name, []).append(from_xml(child, shape.members[name].member))
        elif name in found:
            found[f"{tag}, the second time"] = child.text
        else:
            found[name] = from_xml(child, shape.members[name])
    for key, value in element.attrib.items():
        key = key.split("}")[-1]
        name = next((each for wire, each in names.items() if wire.split(":")[-1] == key), key)
        found[name] = value
    return found
