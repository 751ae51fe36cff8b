"""The stack in the emulator: what `sam` does to it, and its resources by the names of the template."""

import json
import os
import subprocess

NAME = "sluice"


class Stack:
    def __init__(self, emulator, folder, tally):
        self.emulator, self.tally, self.name = emulator, tally, NAME
        self.tree = os.path.join(folder, "tree")
        self.parameters = {}
        self.cloudformation = emulator.client("cloudformation")

    def deploy(self, name, **parameters):
        """One `sam deploy`; what it made or changed is then in `resources` and `outputs`."""
        self.parameters |= parameters
        given = [f"{key}={value}" for key, value in self.parameters.items()]
        self._sam(name, "deploy", "--no-confirm-changeset", "--no-progressbar", "--parameter-overrides", *given)
        stack = self.cloudformation.describe_stacks(StackName=NAME)["Stacks"][0]
        self.status = stack["StackStatus"]
        self.outputs = {one["OutputKey"]: one["OutputValue"] for one in stack["Outputs"]}
        found = self.cloudformation.describe_stack_resources(StackName=NAME)["StackResources"]
        self.resources = {one["LogicalResourceId"]: one for one in found}

    def delete(self, name):
        self._sam(name, "delete", "--no-prompts")

    def grant_secret(self):
        """Lets the functions that have LINK_KEY read that secret: Ref gives the emulator's policies its name, AWS's its ARN."""
        iam, functions = self.emulator.client("iam"), self.emulator.client("lambda")
        for logical, resource in self.resources.items():
            if resource["ResourceType"] != "AWS::Lambda::Function":
                continue
            said = functions.get_function_configuration(FunctionName=resource["PhysicalResourceId"])
            if "LINK_KEY" in said.get("Environment", {}).get("Variables", {}):
                arn = self.emulator.client("secretsmanager").describe_secret(SecretId=self.id("LinkKey"))["ARN"]
                statement = {"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": arn}
                document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
                iam.put_role_policy(RoleName=self.id(f"{logical}Role"), PolicyName="emulator", PolicyDocument=document)

    def id(self, logical):
        return self.resources[logical]["PhysicalResourceId"]

    def _sam(self, name, *given):
        run = subprocess.run(["sam", *given, "--stack-name", NAME, "--region", "us-east-1"], cwd=self.tree, timeout=180,
                             env=self.emulator.environment(), capture_output=True, text=True)
        if not self.tally.check(name, run.returncode == 0, (run.stdout + run.stderr)[-3000:]):
            raise RuntimeError(f"sam {given[0]} failed")
