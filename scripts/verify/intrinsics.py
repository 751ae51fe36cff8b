"""What the template's functions (Ref, GetAtt, Sub, conditions) come to in a deployed stack."""

import re

from emulator import ACCOUNT, REGION

ARNS = {
    "AWS::DynamoDB::Table": f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{{id}}",
    "AWS::Events::Rule": f"arn:aws:events:{REGION}:{ACCOUNT}:rule/{{id}}",
    "AWS::KMS::Key": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{{id}}",
    "AWS::Lambda::Function": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{{id}}",
    "AWS::Logs::LogGroup": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{{id}}:*",
    "AWS::S3::Bucket": "arn:aws:s3:::{id}",
}

# What `Ref: AWS::NoValue` comes to: a property with it is not there.
NO_VALUE = object()


class Intrinsics:
    def __init__(self, emulator, stack, template):
        self.emulator, self.stack, self.template = emulator, stack, template

    def holds(self, name):
        """Whether a condition of the template holds."""
        return self._condition(self.template["Conditions"][name])

    def resolve(self, value):
        if isinstance(value, list):
            return [self.resolve(one) for one in value]
        if not isinstance(value, dict):
            return value
        if set(value) == {"Ref"}:
            return self._ref(value["Ref"])
        if set(value) == {"Fn::GetAtt"}:
            given = value["Fn::GetAtt"]
            return self._attribute(*(given.split(".", 1) if isinstance(given, str) else given))
        if set(value) == {"Fn::Sub"}:
            return re.sub(r"\$\{([^}]+)\}", lambda found: self._named(found[1]), value["Fn::Sub"])
        if set(value) == {"Fn::If"}:
            name, then, otherwise = value["Fn::If"]
            return self.resolve(then if self.holds(name) else otherwise)
        unknown = [name for name in value if name.startswith("Fn::")]
        if unknown:
            raise NotImplementedError(f"{unknown[0]} is not known to scripts/verify/intrinsics.py")
        resolved = {name: self.resolve(one) for name, one in value.items()}
        return {name: one for name, one in resolved.items() if one is not NO_VALUE}

    def _condition(self, value):
        (name, given), = value.items()
        if name == "Fn::Equals":
            return str(self.resolve(given[0])) == str(self.resolve(given[1]))
        if name == "Condition":
            return self.holds(given)
        held = [self._condition(one) for one in given]
        return {"Fn::Not": not held[0], "Fn::And": all(held), "Fn::Or": any(held)}[name]

    def _named(self, name):
        return self._attribute(*name.split(".", 1)) if "." in name else self._ref(name)

    def _ref(self, name):
        pseudo = {"AWS::AccountId": ACCOUNT, "AWS::Region": REGION, "AWS::Partition": "aws", "AWS::StackName": self.stack.name}
        if name == "AWS::NoValue":
            return NO_VALUE
        if name in pseudo:
            return pseudo[name]
        if name in self.template["Parameters"]:
            return str(self.stack.parameters.get(name, self.template["Parameters"][name].get("Default")))
        return self.stack.id(name)

    def _attribute(self, logical, attribute):
        kind, found = self.template["Resources"][logical]["Type"], self.stack.id(logical)
        if attribute == "Arn" and kind in ARNS:
            return ARNS[kind].format(id=found)
        if (kind, attribute) == ("AWS::IAM::Role", "Arn"):
            return self.emulator.client("iam").get_role(RoleName=found)["Role"]["Arn"]
        if (kind, attribute) == ("AWS::DynamoDB::Table", "StreamArn"):
            return self.emulator.client("dynamodb").describe_table(TableName=found)["Table"]["LatestStreamArn"]
        if (kind, attribute) == ("AWS::ApiGatewayV2::Api", "ApiEndpoint"):
            return self.emulator.client("apigatewayv2").get_api(ApiId=found)["ApiEndpoint"]
        if kind == "AWS::SQS::Queue":
            name = found.rsplit("/", 1)[-1]
            return {"Arn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}", "QueueName": name}[attribute]
        if (kind, attribute) == ("AWS::StepFunctions::StateMachine", "Name"):
            return found.rsplit(":", 1)[-1]
        raise NotImplementedError(f"{kind}.{attribute} is not known to scripts/verify/intrinsics.py")
