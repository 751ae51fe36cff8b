"""Each resource of the template, as SAM's translator makes it, against what the emulator's own APIs say of it."""

import json
import os
import re
import subprocess

from botocore.exceptions import ClientError

from describe import DESCRIBERS, describe
from intrinsics import Intrinsics

# Where the code is: SAM puts it there under names of its own.
NOT_COMPARED = {"Code", "Tags", "DefinitionS3Location", "DefinitionSubstitutions"}
# Those whose names count only within an API or a role.
NAMED_WITHIN = {"AWS::ApiGatewayV2::Stage", "AWS::ApiGatewayV2::Route", "AWS::IAM::Policy"}


class Resources:
    """`dropped`: by type, the properties that the emulator does not keep. One that it does keep is an error."""

    def __init__(self, emulator, stack, tally, dropped):
        translator = os.path.join(os.path.dirname(__file__), "..", "transform.py")
        # `sam` is of the environment that has SAM's translator.
        python = os.path.join(os.path.dirname(which("sam")), "python")
        made = subprocess.run([python, translator, "template.yaml"], cwd=stack.tree, capture_output=True, text=True, check=True)
        self.template = json.loads(made.stdout)
        self.emulator, self.stack, self.tally, self.dropped = emulator, stack, tally, dropped
        self.wanted, self.ids = {}, {}
        self.intrinsics = Intrinsics(emulator, stack, self.template)

    def check(self, when):
        """One check for each resource; for one whose condition does not hold, that it is not there."""
        for logical, resource in self.template["Resources"].items():
            name = f"{when}: {resource['Type']} {logical}"
            if "Condition" in resource and not self.intrinsics.holds(resource["Condition"]):
                self.tally.check(f"{name} is not there", logical not in self.stack.resources, "it is")
                continue
            try:
                found = self._wrong(logical, resource["Type"], resource.get("Properties", {}))
            except Exception as error:
                found = [f"{type(error).__name__}: {error}"]
            self.tally.check(name, not found, "; ".join(found))

    def check_same(self):
        """That an update replaced nothing."""
        now = {logical: self.stack.id(logical) for logical in self.stack.resources}
        before, self.ids = self.ids, now
        replaced = [f"{logical}: {found} is now {now.get(logical)}" for logical, found in before.items() if now.get(logical) != found]
        self.tally.check("the update replaces no resource", before and not replaced, "; ".join(replaced))

    def check_names(self):
        """That a second stack in the same account and Region would find every name free."""
        self.ids = {logical: self.stack.id(logical) for logical in self.stack.resources}
        generated = re.compile(rf"{self.stack.name}|^[0-9a-f-]{{8,}}$")
        taken = [f"{logical} is {found}" for logical, found in self.ids.items()
                 if not generated.search(found) and self.template["Resources"][logical]["Type"] not in NAMED_WITHIN]
        self.tally.check("a second stack would find every name free", not taken, "; ".join(taken))

    def check_gone(self):
        """After the stack's deletion: what is to be kept is there, everything else is not."""
        for logical, resource in self.template["Resources"].items():
            if logical not in self.stack.resources:
                continue
            kept = resource.get("DeletionPolicy") == "Retain"
            there = self._there(logical, resource["Type"])
            self.tally.check(f"deleted: {resource['Type']} {logical} is {'kept' if kept else 'gone'}", there == kept,
                             "it is not" if kept else "it is still there")

    def _there(self, logical, kind):
        try:
            found = describe(self.emulator, kind, self.stack.id(logical), self.wanted[logical])
        except (ClientError, LookupError, StopIteration):
            return False
        return "said" not in found

    def _wrong(self, logical, kind, properties):
        if logical not in self.stack.resources:
            return ["the stack has no such resource"]
        if kind not in DESCRIBERS:
            return [f"scripts/verify/describe.py has no describer for {kind}"]
        wanted = self.intrinsics.resolve({name: value for name, value in properties.items() if name not in NOT_COMPARED})
        if kind == "AWS::StepFunctions::StateMachine":
            wanted["Definition"] = self._definition(properties["DefinitionSubstitutions"])
        self.wanted[logical] = wanted
        found = describe(self.emulator, kind, self.stack.id(logical), wanted)
        dropped = self.dropped.get(kind, set()) & set(wanted)
        kept = [name for name in dropped if not any(differences(found, {name: wanted[name]}))]
        if kept:
            return [f"the emulator keeps {', '.join(kept)} now: docs/verify-deploy.md need not leave it out"]
        return list(differences(found, {name: value for name, value in wanted.items() if name not in dropped}))

    def _definition(self, substitutions):
        with open(os.path.join(self.stack.tree, "statemachines", "pipeline-run.asl.json")) as file:
            text = file.read()
        for name, value in substitutions.items():
            text = text.replace(f"${{{name}}}", self.intrinsics.resolve(value))
        return json.loads(text)


def differences(found, wanted, at=""):
    """Where what was found lacks or differs from what is wanted; what it has more is no difference."""
    if isinstance(wanted, dict):
        for name, value in wanted.items():
            if not isinstance(found, dict) or name not in found:
                yield f"{at}{name} is not in {str(found)[:500]}"
            else:
                yield from differences(found[name], value, f"{at}{name}.")
    elif isinstance(wanted, list) and isinstance(found, list) and len(found) == len(wanted):
        for index, (one, other) in enumerate(zip(ordered(found), ordered(wanted))):
            yield from differences(one, other, f"{at}{index}.")
    elif str(found) != str(wanted) and not (is_number(wanted) and found == wanted):
        yield f"{at[:-1]} is {found!r} instead of {wanted!r}"


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def ordered(values):
    """Lists of plain words are sets to AWS."""
    return sorted(values) if all(isinstance(one, str) for one in values) else values


def which(program):
    return next(path for path in (os.path.join(folder, program) for folder in os.environ["PATH"].split(os.pathsep))
                if os.access(path, os.X_OK))
