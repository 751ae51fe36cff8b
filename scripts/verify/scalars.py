"""Text of headers, paths, queries, forms and XML as the values that a model means by it."""

import base64
import binascii
from datetime import datetime
from email.utils import parsedate_to_datetime

NUMBERS = {"integer": int, "long": int, "float": float, "double": float}


def from_text(text, shape, time_format="iso8601"):
    """The value; the text itself where it is none, which the validator then refuses by its type."""
    kind = shape.type_name
    try:
        if kind in NUMBERS:
            return NUMBERS[kind](text)
        if kind == "blob":
            return base64.b64decode(text, validate=True)
        if kind == "timestamp":
            return time_from(text, shape.serialization.get("timestampFormat", time_format))
    except (ValueError, binascii.Error):
        return NotAValue(text)
    if kind == "boolean":
        return {"true": True, "false": False}.get(text, NotAValue(text))
    return text


class NotAValue:
    """What stands where a value should: of no type that a validator takes."""

    def __init__(self, text):
        self.text = text

    def __repr__(self):
        return repr(self.text)


def time_from(text, form):
    if form == "unixtimestamp":
        return datetime.fromtimestamp(float(text))
    if form == "rfc822":
        return parsedate_to_datetime(text)
    if not text.endswith("Z"):
        raise ValueError(text)
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
