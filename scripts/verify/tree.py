"""What the tree says beside the records: the sample events, and the calls that the functions' code can make."""

import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# The service that hands each sample to its handler.
SOURCES = {
    "api": "api-gateway",
    "approval-link": "api-gateway",
    "approval-link-answer": "api-gateway",
    "webhook": "api-gateway",
    "webhook-bitbucket": "api-gateway",
    "webhook-gitlab": "api-gateway",
    "webhook-pull-request": "api-gateway",
    "publish": "dynamodb-stream",
    "build-event": "eventbridge",
    "execution-status-change": "eventbridge",
    "start": "eventbridge",
    "start-schedule": "eventbridge",
    "clean-up": "scheduler",
    "sweep": "scheduler",
    "approval": "step-functions",
    "build": "step-functions",
    "close-run": "step-functions",
    "decide": "step-functions",
    "git": "step-functions",
    "rule": "step-functions",
    "s3": "step-functions",
    "settle-action": "step-functions",
    "approval-look-again": "a function",
    "build-cancel": "a function",
}

# Commands of the DocumentClient, which are named after no operation.
DOCUMENT_COMMANDS = {
    "BatchGet": "BatchGetItem",
    "BatchWrite": "BatchWriteItem",
    "Delete": "DeleteItem",
    "Get": "GetItem",
    "Put": "PutItem",
    "TransactGet": "TransactGetItems",
    "TransactWrite": "TransactWriteItems",
    "Update": "UpdateItem",
}


def sample_events():
    """The samples as records of events, each with its file."""
    for path in sorted((ROOT / "events").glob("*.json")):
        source = SOURCES.get(path.stem, f"nobody that is known ({path.stem})")
        yield path, {"kind": "event", "source": source, "function": path.stem, "payload": json.loads(path.read_text())}


def callable_operations():
    """The operations of the commands that the functions' code makes."""
    texts = (path.read_text() for path in (ROOT / "functions").rglob("*.ts"))
    names = {name for text in texts for name in re.findall(r"new (\w+)Command\(", text)}
    return {DOCUMENT_COMMANDS.get(name, name) for name in names}
