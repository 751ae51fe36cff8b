"""What the emulator's own APIs say of a resource, in the words of the template's properties."""

import json


def describe(emulator, kind, found, wanted):
    """The resource with physical id `found`; `wanted` are its resolved properties. KeyError: there is no describer for its type."""
    return DESCRIBERS[kind](emulator.client, found, wanted)


def function(client, found, _):
    return client("lambda").get_function_configuration(FunctionName=found)


def permission(client, found, wanted):
    """The statement of the function's policy that is the one wanted, or all of them."""
    statements = json.loads(client("lambda").get_policy(FunctionName=wanted["FunctionName"])["Policy"])["Statement"]
    said = []
    for one in statements:
        principal = one["Principal"]
        condition = {key.lower(): value for held in one.get("Condition", {}).values() for key, value in held.items()}
        said.append({"Action": one["Action"], "FunctionName": one["Resource"].rsplit(":", 1)[-1],
                     "Principal": principal if isinstance(principal, str) else principal.get("Service"),
                     "SourceArn": condition.get("aws:sourcearn")})
    return next((one for one in said if all(one.get(key) == value for key, value in wanted.items())), {"said": said})


def mapping(client, _, wanted):
    found = client("lambda").list_event_source_mappings(FunctionName=wanted["FunctionName"])["EventSourceMappings"]
    return {**found[0], "FunctionName": found[0]["FunctionArn"].rsplit(":", 1)[-1]}


def rule(client, found, _):
    events, name = client("events"), found.rsplit("/", 1)[-1]
    said = events.describe_rule(Name=name)
    targets = events.list_targets_by_rule(Rule=name)["Targets"]
    return {**said, "EventPattern": json.loads(said["EventPattern"]), "Targets": targets}


def schedule(client, found, _):
    return client("scheduler").get_schedule(Name=found.rsplit("/", 1)[-1])


def machine(client, found, wanted):
    said = client("stepfunctions").describe_state_machine(stateMachineArn=found)
    logging = said.get("loggingConfiguration", {})
    groups = [{"CloudWatchLogsLogGroup": {"LogGroupArn": one["cloudWatchLogsLogGroup"]["logGroupArn"]}}
              for one in logging.get("destinations", [])]
    return {"RoleArn": said["roleArn"], "StateMachineType": said["type"], "Definition": json.loads(said["definition"]),
            "LoggingConfiguration": {"Level": logging.get("level"), "Destinations": groups,
                                     "IncludeExecutionData": logging.get("includeExecutionData", False)}}


def api(client, found, _):
    return client("apigatewayv2").get_api(ApiId=found)


def stage(client, _, wanted):
    return {**client("apigatewayv2").get_stage(ApiId=wanted["ApiId"], StageName=wanted["StageName"]), "ApiId": wanted["ApiId"]}


def route(client, _, wanted):
    said = client("apigatewayv2").get_routes(ApiId=wanted["ApiId"])["Items"]
    found = [one for one in said if one["RouteKey"] == wanted["RouteKey"]]
    return {**found[0], "ApiId": wanted["ApiId"]} if len(found) == 1 else {"said": said}


def integration(client, found, wanted):
    return {**client("apigatewayv2").get_integration(ApiId=wanted["ApiId"], IntegrationId=found), "ApiId": wanted["ApiId"]}


def role(client, found, wanted):
    iam = client("iam")
    # Others of its policies are resources of their own, and described there.
    names = [one["PolicyName"] for one in wanted.get("Policies", [])]
    inline = [iam.get_role_policy(RoleName=found, PolicyName=name) for name in names]
    attached = iam.list_attached_role_policies(RoleName=found)["AttachedPolicies"]
    return {**iam.get_role(RoleName=found)["Role"], "ManagedPolicyArns": [one["PolicyArn"] for one in attached],
            "Policies": [{"PolicyName": one["PolicyName"], "PolicyDocument": one["PolicyDocument"]} for one in inline]}


def policy(client, _, wanted):
    found = [client("iam").get_role_policy(RoleName=name, PolicyName=wanted["PolicyName"]) for name in wanted["Roles"]]
    return {"PolicyName": found[0]["PolicyName"], "PolicyDocument": found[0]["PolicyDocument"], "Roles": [one["RoleName"] for one in found]}


def table(client, found, _):
    dynamodb = client("dynamodb")
    said = dynamodb.describe_table(TableName=found)["Table"]
    expiry = dynamodb.describe_time_to_live(TableName=found)["TimeToLiveDescription"]
    backups = dynamodb.describe_continuous_backups(TableName=found)["ContinuousBackupsDescription"]
    recovery = backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"]
    encryption = said.get("SSEDescription", {})
    return {**said, "BillingMode": said.get("BillingModeSummary", {}).get("BillingMode"),
            "TimeToLiveSpecification": {"AttributeName": expiry.get("AttributeName"), "Enabled": expiry["TimeToLiveStatus"] == "ENABLED"},
            "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": recovery == "ENABLED"},
            "SSESpecification": {"SSEEnabled": encryption.get("Status") == "ENABLED", "SSEType": encryption.get("SSEType"),
                                 "KMSMasterKeyId": encryption.get("KMSMasterKeyArn")}}


def key(client, found, _):
    kms = client("kms")
    return {**kms.describe_key(KeyId=found)["KeyMetadata"],
            "EnableKeyRotation": kms.get_key_rotation_status(KeyId=found)["KeyRotationEnabled"],
            "KeyPolicy": json.loads(kms.get_key_policy(KeyId=found, PolicyName="default")["Policy"])}


def bucket(client, found, _):
    s3 = client("s3")
    encryption = s3.get_bucket_encryption(Bucket=found)["ServerSideEncryptionConfiguration"]["Rules"]
    return {"VersioningConfiguration": {"Status": s3.get_bucket_versioning(Bucket=found).get("Status")},
            "BucketEncryption": {"ServerSideEncryptionConfiguration": [
                {**one, "ServerSideEncryptionByDefault": in_words(one["ApplyServerSideEncryptionByDefault"])} for one in encryption]},
            "OwnershipControls": s3.get_bucket_ownership_controls(Bucket=found)["OwnershipControls"],
            "LifecycleConfiguration": lifecycle(s3, found),
            "PublicAccessBlockConfiguration": s3.get_public_access_block(Bucket=found)["PublicAccessBlockConfiguration"]}


def in_words(default):
    return {"SSEAlgorithm": default["SSEAlgorithm"], "KMSMasterKeyID": default.get("KMSMasterKeyID")}


def lifecycle(s3, found):
    try:
        rules = s3.get_bucket_lifecycle_configuration(Bucket=found)["Rules"]
    except s3.exceptions.ClientError:
        return None
    return {"Rules": [{**one, "Id": one.get("ID"), "AbortIncompleteMultipartUpload": one.get("AbortIncompleteMultipartUpload")} for one in rules]}


def bucket_policy(client, _, wanted):
    return {"Bucket": wanted["Bucket"], "PolicyDocument": json.loads(client("s3").get_bucket_policy(Bucket=wanted["Bucket"])["Policy"])}


def queue(client, found, _):
    return client("sqs").get_queue_attributes(QueueUrl=found, AttributeNames=["All"])["Attributes"]


def queue_policy(client, _, wanted):
    said = queue(client, wanted["Queues"][0], wanted)
    return {"Queues": wanted["Queues"], "PolicyDocument": json.loads(said["Policy"])}


def topic(client, found, _):
    return client("sns").get_topic_attributes(TopicArn=found)["Attributes"]


def subscription(client, _, wanted):
    said = client("sns").list_subscriptions_by_topic(TopicArn=wanted["TopicArn"])["Subscriptions"]
    return next((one for one in said if one["Endpoint"] == wanted["Endpoint"]), {"said": said})


def secret(client, found, wanted):
    said = client("secretsmanager").describe_secret(SecretId=found)
    value = client("secretsmanager").get_secret_value(SecretId=found)["SecretString"]
    return {**said, "GenerateSecretString": {"PasswordLength": len(value), "ExcludePunctuation": value.isalnum()}}


def logs(client, found, _):
    said = client("logs").describe_log_groups(logGroupNamePrefix=found)["logGroups"]
    return {"RetentionInDays": next(one.get("retentionInDays") for one in said if one["logGroupName"] == found)}


def alarm(client, found, _):
    return client("cloudwatch").describe_alarms(AlarmNames=[found])["MetricAlarms"][0]


def project(client, found, _):
    said = in_capitals(client("codebuild").batch_get_projects(names=[found])["projects"][0])
    said["Source"]["BuildSpec"] = said["Source"].pop("Buildspec")
    return said


def in_capitals(said):
    """Names of members as CloudFormation writes them: with a capital first."""
    if not isinstance(said, dict):
        return said
    return {name[0].upper() + name[1:]: in_capitals(value) for name, value in said.items()}


DESCRIBERS = {
    "AWS::ApiGatewayV2::Api": api,
    "AWS::ApiGatewayV2::Integration": integration,
    "AWS::ApiGatewayV2::Route": route,
    "AWS::ApiGatewayV2::Stage": stage,
    "AWS::CloudWatch::Alarm": alarm,
    "AWS::CodeBuild::Project": project,
    "AWS::DynamoDB::Table": table,
    "AWS::Events::Rule": rule,
    "AWS::IAM::Policy": policy,
    "AWS::IAM::Role": role,
    "AWS::KMS::Key": key,
    "AWS::Lambda::EventSourceMapping": mapping,
    "AWS::Lambda::Function": function,
    "AWS::Lambda::Permission": permission,
    "AWS::Logs::LogGroup": logs,
    "AWS::S3::Bucket": bucket,
    "AWS::S3::BucketPolicy": bucket_policy,
    "AWS::SNS::Subscription": subscription,
    "AWS::SNS::Topic": topic,
    "AWS::SQS::Queue": queue,
    "AWS::SQS::QueuePolicy": queue_policy,
    "AWS::Scheduler::Schedule": schedule,
    "AWS::SecretsManager::Secret": secret,
    "AWS::StepFunctions::StateMachine": machine,
}
