"""A run with an S3 source, two no-ops and an approval, by users who may call no more than they do."""

import io
import json
import time
import zipfile

from emulator import ACCOUNT, REGION

NAME = "hello-site"
SOURCE = "hello-site-source"
PIPELINE = f"arn:aws:codepipeline:{REGION}:{ACCOUNT}:{NAME}"


class Run:
    def __init__(self, emulator, gateway, stack, tally):
        self.emulator, self.gateway, self.stack, self.tally = emulator, gateway, stack, tally
        self.owner = gateway.user("owner", ("CreatePipeline", NAME), ("GetPipelineExecution", NAME))
        self.reader = gateway.user("reader", ("ListPipelines",), ("GetPipelineState", NAME))
        self.approver = gateway.user("approver", ("PutApprovalResult", NAME, "Approve", "Review"))

    def to_approval(self):
        """From CreatePipeline to the approval that waits."""
        check, call = self.tally.check, self.gateway.call
        self.tally.equal("a call without a signature is refused", call(None, ["ListPipelines"], {})[0], 403)
        for path in (["webhooks", "nobody"], ["approvals", NAME, "Approve", "Review"]):
            status, body = call(None, path, {})
            self.tally.check(f"POST /{'/'.join(path[:1])}/… is not asked for a signature", body.get("message") != "Forbidden", (status, body))
        self.tally.equal("ListPipelines answers, and has none yet", call(self.reader, ["ListPipelines"], {}), (200, {"pipelines": []}))
        declaration = self._declaration()
        refused = call(self.reader, ["CreatePipeline", NAME], {"pipeline": declaration})
        self.tally.equal("a reader may not create", refused[0], 403)
        other = call(self.owner, ["CreatePipeline", NAME], {"pipeline": {**declaration, "name": "another"}})
        check("a body that names another pipeline than its path is refused", other[0] == 400, other)
        created = call(self.owner, ["CreatePipeline", NAME], {"pipeline": declaration})
        check("CreatePipeline creates", created[0] == 200 and created[1]["pipeline"]["version"] == 1, created)
        listed = call(self.reader, ["ListPipelines"], {})
        check("ListPipelines lists it", [one["name"] for one in listed[1].get("pipelines", [])] == [NAME], listed)
        self.state = self._wait(lambda stages: self._review(stages).get("token"))
        stages = {stage["stageName"]: stage for stage in self.state}
        for name in ("Source", "Nothing"):
            self.tally.equal(f"stage {name} succeeds", stages[name].get("latestExecution", {}).get("status"), "Succeeded")
        revision = stages["Source"]["actionStates"][0].get("currentRevision", {}).get("revisionId")
        self.tally.equal("the source took the version of the object", revision, self.version)
        check("the approval waits", self._review(self.state).get("token"), self.state)

    def approve(self):
        """From PutApprovalResult to the end of the run."""
        review = self._review(self.state)
        body = {"pipelineName": NAME, "stageName": "Approve", "actionName": "Review", "token": review.get("token", ""),
                "result": {"status": "Approved", "summary": "Seen."}}
        path = ["PutApprovalResult", NAME, "Approve", "Review"]
        self.tally.equal("a reader may not approve", self.gateway.call(self.reader, path, body)[0], 403)
        elsewhere = self.gateway.call(self.approver, ["PutApprovalResult", NAME, "Approve", "Other"], body)
        self.tally.equal("an approver may not approve another action", elsewhere[0], 403)
        answered = self.gateway.call(self.approver, path, body)
        self.tally.check("PutApprovalResult approves", answered[0] == 200 and answered[1].get("approvedAt"), answered)
        self._wait(lambda stages: stages[-1].get("latestExecution", {}).get("status") != "InProgress")
        run = self.state[0]["latestExecution"]["pipelineExecutionId"]
        asked = {"pipelineName": NAME, "pipelineExecutionId": run}
        status, body = self.gateway.call(self.owner, ["GetPipelineExecution", NAME], asked)
        self.tally.equal("the run ends as Succeeded", body.get("pipelineExecution", {}).get("status"), "Succeeded")
        machine = self.stack.outputs["StateMachineArn"]
        executions = self.emulator.client("stepfunctions").list_executions(stateMachineArn=machine)["executions"]
        self.tally.equal("the state machine has one execution, and it succeeded", [one["status"] for one in executions], ["SUCCEEDED"])

    def check_logs(self):
        """That no function logged an error: with roles enforced, none was refused anything."""
        logs, said = self.emulator.client("logs"), []
        for name, resource in self.stack.resources.items():
            if resource["ResourceType"] != "AWS::Logs::LogGroup":
                continue
            found = logs.filter_log_events(logGroupName=resource["PhysicalResourceId"])["events"]
            said += [f"{name}: {one['message'].strip()[:600]}" for one in found if '"level":"ERROR"' in one["message"]]
        self.tally.check("no function logged an error", not said, "\n        ".join(said))

    def _review(self, stages):
        actions = [action for stage in stages for action in stage["actionStates"]]
        return next((one.get("latestExecution", {}) for one in actions if one["actionName"] == "Review"), {})

    def _wait(self, until):
        """The stages once `until` holds or an action has failed, after a minute as they are."""
        end = time.monotonic() + 60
        while True:
            status, body = self.gateway.call(self.reader, ["GetPipelineState", NAME], {"name": NAME})
            stages = body.get("stageStates", [])
            failed = [one for stage in stages for one in stage["actionStates"]
                      if one.get("latestExecution", {}).get("status") == "Failed"]
            if failed:
                self.tally.check("no action fails", False, failed)
            if failed or (status == 200 and until(stages)) or time.monotonic() > end:
                return stages
            time.sleep(0.5)

    def _declaration(self):
        def action(name, category, provider, configuration, **more):
            return {"name": name, "configuration": configuration, **more,
                    "actionTypeId": {"category": category, "owner": "AWS", "provider": provider, "version": "1"}}

        source = {"S3Bucket": SOURCE, "S3ObjectKey": "site.zip", "PollForSourceChanges": "false"}
        # The emulator knows no `aws/s3` key, so the store names one.
        key = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{self.stack.id('Key')}"
        store = {"type": "S3", "location": self.stack.outputs["BucketName"], "encryptionKey": {"type": "KMS", "id": key}}
        return {"name": NAME, "roleArn": self._role(key), "artifactStore": store, "stages": [
            {"name": "Source", "actions": [action("Fetch", "Source", "S3", source, outputArtifacts=[{"name": "Site"}])]},
            {"name": "Nothing", "actions": [action("One", "Invoke", "NoOp", {}), action("Two", "Invoke", "NoOp", {})]},
            {"name": "Approve", "actions": [action("Review", "Approval", "Manual", {})]}]}

    def _role(self, key):
        """The pipeline's role as docs/deploying.md says, and its source bucket with an object."""
        # On AWS aws:PrincipalArn is the role's ARN; the emulator gives the session's.
        callers = [f"arn:aws:iam::{ACCOUNT}:role/sluice/*", f"arn:aws:sts::{ACCOUNT}:assumed-role/{self.stack.name}-*"]
        anybody = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}}
        ours = {"ArnLike": {"aws:PrincipalArn": callers}}
        trust = [{**anybody, "Action": "sts:AssumeRole", "Condition": {**ours, "StringEquals": {"sts:ExternalId": PIPELINE}}},
                 {**anybody, "Action": "sts:TagSession", "Condition": ours}]
        artifacts = f"arn:aws:s3:::{self.stack.outputs['BucketName']}/*"
        rights = [(["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"], artifacts),
                  (["kms:Decrypt", "kms:GenerateDataKey"], key),
                  (["s3:GetBucketVersioning"], f"arn:aws:s3:::{SOURCE}"),
                  (["s3:GetObject", "s3:GetObjectVersion"], f"arn:aws:s3:::{SOURCE}/*")]
        iam, s3 = self.emulator.client("iam"), self.emulator.client("s3")
        role = iam.create_role(RoleName=NAME, Path="/pipelines/", AssumeRolePolicyDocument=policy(trust))["Role"]["Arn"]
        allowed = [{"Effect": "Allow", "Action": actions, "Resource": resource} for actions, resource in rights]
        iam.put_role_policy(RoleName=NAME, PolicyName="actions", PolicyDocument=policy(allowed))
        s3.create_bucket(Bucket=SOURCE)
        s3.put_bucket_versioning(Bucket=SOURCE, VersioningConfiguration={"Status": "Enabled"})
        site = io.BytesIO()
        with zipfile.ZipFile(site, "w") as archive:
            archive.writestr("index.html", "<p>Hello.</p>")
        self.version = s3.put_object(Bucket=SOURCE, Key="site.zip", Body=site.getvalue())["VersionId"]
        return role


def policy(statements):
    return json.dumps({"Version": "2012-10-17", "Statement": statements})
