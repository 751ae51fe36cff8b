"""
Checks what `SLUICE_RECORD` has recorded: each request of a function against AWS's service models, each event of a function against its
published shape, and the sample events. Prints counts and every failure with its line; ends with 1 on a failure, and when nothing was recorded.
    verify-requests.py FOLDER | --self-test
"""

import json
import re
import sys
from collections import Counter
from pathlib import Path

from verify.events import check_event, kind_of
from verify.requests import check_request
from verify.self_test import self_test
from verify.tree import callable_operations, sample_events

ROLE_OF_FUNCTION = re.compile(r"arn:[^:]+:sts::\d+:assumed-role/(?P<stack>[\w-]+?)-\w+FunctionRole-\w+/(?P=stack)-\w+Function-\w+")
# The record holds questions and policies too, for `npm run permissions`.
KINDS = ("request", "event")
LIBRARY_IN_FUNCTION = "exec-env/AWS_Lambda_"


def main(folder):
    requests, events, others, failures = Counter(), Counter(), Counter(), []
    checked = {}
    for path in sorted(Path(folder).glob("*.jsonl")):
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                record = json.loads(line)
                if record["kind"] not in KINDS:
                    continue
                problems = check(record, requests, events, others, checked)
                failures += [f"{path}:{number}: {problem}" for problem in problems]
    samples = Counter()
    for path, record in sample_events():
        failures += [f"{path}: {problem}" for problem in check(record, requests, samples, others, checked)]
    print_counts(requests, events, samples, others)
    for failure in failures:
        print(f"FAILED {failure}")
    if not requests or not events:
        print("FAILED nothing was recorded: run the tests with SLUICE_RECORD naming a folder")
    return 1 if failures or not requests or not events else 0


def check(record, requests, events, others, checked):
    if record["kind"] == "event":
        problems = check_event(record)
        if problems is None:
            others[f"events whose shape is our own ({record['source']})"] += 1
            return []
        events[kind_of(record)] += 1
        return [f"event of {record['source']} for {record['function']}: {problem}" for problem in problems]
    if not is_of_function(record):
        others["requests of others than functions"] += 1
        return []
    if "bodyLeftOut" in record:
        others["requests whose body is too large to be recorded"] += 1
        return []
    # A user's function calls Sluice's API at the path by which IAM decides; the rest is CodePipeline's.
    if record["service"] == "codepipeline" and record["path"] == f"/{record['operation']}":
        record = {**record, "path": "/"}
    # What a request says is the same whoever sends it and when: it is read once.
    said = json.dumps([record.get(name) for name in ("service", "operation", "method", "path", "query", "body", "bodyBase64")])
    key = said + json.dumps(sorted(name for name in record["headers"])) + headers_said(record["headers"])
    if key not in checked:
        checked[key] = check_request(record)
    operation, problems = checked[key]
    requests[record["service"], operation or record["operation"]] += 1
    return [f"{record['service']} {record['operation']} of {record['caller']}: {problem}" for problem in problems]


def headers_said(headers):
    changing = re.compile(r"(user-agent|amz-sdk-.*|x-amz-date|x-amz-content-sha256|x-amz-user-agent|host)")
    return json.dumps({name: value for name, value in headers.items() if not changing.fullmatch(name)})


def is_of_function(record):
    """Signed by a function's role, or by a role that a function has assumed: the SDK says where it runs."""
    agent = record["headers"].get("user-agent") or ""
    return ROLE_OF_FUNCTION.fullmatch(record["caller"]) is not None or LIBRARY_IN_FUNCTION in agent


def print_counts(requests, events, samples, others):
    services = {service for service, _ in requests}
    print(f"{requests.total()} requests of {len(requests)} operations of {len(services)} services checked against AWS's models")
    for (service, operation), count in sorted(requests.items()):
        print(f"  {count:7} {service} {operation}")
    print(f"{events.total()} events of {len(events)} kinds checked against their published shapes")
    for kind, count in sorted(events.items()):
        print(f"  {count:7} {kind}")
    print(f"{samples.total()} sample events of {len(samples)} kinds checked")
    unsent = callable_operations() - {operation for _, operation in requests}
    print(f"operations in the functions' code that no recorded request asked for: {', '.join(sorted(unsent)) or 'none'}")
    for what, count in sorted(others.items()):
        print(f"not checked: {count} {what}")


if __name__ == "__main__":
    given = sys.argv[1:]
    if given == ["--self-test"]:
        sys.exit(self_test())
    if len(given) != 1:
        sys.exit("verify-requests.py FOLDER | --self-test")
    sys.exit(main(given[0]))
