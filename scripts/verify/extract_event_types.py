"""
Writes event-types.json from the EventBridge schema registry of AWS, as the npm package @aws-cdk/aws-service-spec publishes it (Apache-2.0):
    npm pack @aws-cdk/aws-service-spec@0.1.216 && tar xzf aws-cdk-aws-service-spec-*.tgz
    python3 scripts/verify/extract_event_types.py package
"""

import gzip
import json
import sys
from pathlib import Path

WANTED = ["aws.codebuild@CodeBuildBuildStateChange", "aws.states@StepFunctionsExecutionStatusChange"]


def main(package):
    version = json.loads((package / "package.json").read_text())["version"]
    with gzip.open(package / "db.json.gz") as file:
        schema = json.load(file)["schema"]
    types = {entity["$id"]: entity for entity in schema["eventTypeDefinition"]["entities"]}
    events = {entity["name"]: entity for entity in schema["event"]["entities"]}

    def plain(kind):
        if kind["type"] == "ref":
            return structure(kind["reference"]["$ref"])
        if kind["type"] in ("array", "map"):
            return {"type": kind["type"], "element": plain(kind["element"])}
        return {"type": kind["type"]}

    def structure(reference):
        members = types[reference]["properties"]
        return {
            "type": "structure",
            "required": [name for name, member in members.items() if member.get("required")],
            "members": {name: plain(member["type"]) for name, member in members.items()},
        }

    found = {
        f"{events[name]['source']} {events[name]['detailType']}": structure(events[name]["rootProperty"]["$ref"])
        for name in WANTED
    }
    written = {"source": f"@aws-cdk/aws-service-spec {version}", "details": found}
    Path(__file__).with_name("event-types.json").write_text(json.dumps(written, indent=1) + "\n")


main(Path(sys.argv[1]))
