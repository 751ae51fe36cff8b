"""The URI templates of a model: which operation a request asks for, and what its path says."""

import re
from functools import cache
from urllib.parse import parse_qsl, unquote

from .services import operation_model, operation_names


class Template:
    """A method and a URI such as `/{Bucket}/{Key+}?delete`."""

    def __init__(self, http):
        self.method = http["method"]
        path, _, query = http["requestUri"].partition("?")
        self.literals = dict(parse_qsl(query, keep_blank_values=True))
        self.path = re.compile("".join(self.part(text) for text in re.split(r"(\{[^}]+\})", path)))

    @staticmethod
    def part(text):
        if not text.startswith("{"):
            return re.escape(text)
        name = text[1:-1]
        return f"(?P<{name[:-1]}>.+)" if name.endswith("+") else f"(?P<{name}>[^/]+)"

    def labels(self, record):
        """The labels of the path, decoded; None when the request is not of this template."""
        found = self.path.fullmatch(path_of(record))
        query = dict(parse_qsl(record["query"], keep_blank_values=True))
        fits = found and record["method"] == self.method and self.literals.items() <= query.items()
        return {name: unquote(text) for name, text in found.groupdict().items()} if fits else None


def path_of(record):
    """A bucket that is in the path and not in the host leaves the slash behind it that its own path would be."""
    path = record["path"]
    return path[:-1] if record["service"] == "s3" and re.fullmatch("/[^/]+/", path) else path


@cache
def template(service, operation):
    return Template(operation_model(service, operation).http)


def rest_operation(record):
    """The operation of a REST request: what it was recorded as, where its template fits; else the only one that fits."""
    service, name = record["service"], record["operation"]
    if name in operation_names(service) and template(service, name).labels(record) is not None:
        return name
    fitting = [each for each in operation_names(service) if template(service, each).labels(record) is not None]
    return fitting[0] if len(fitting) == 1 and name not in operation_names(service) else None
