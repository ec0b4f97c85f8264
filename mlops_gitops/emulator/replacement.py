"""Which changes replace a resource of the types that ministack has, where it does not know.

ministack calls each such change conditional, and a change set then announces a replacement that
never comes. The facts are the registry's createOnlyProperties; a test holds them to the schemas
that cfn-lint ships.
"""

from collections.abc import Mapping

CREATE_ONLY: Mapping[str, frozenset[str]] = {
    "AWS::ApiGateway::Account": frozenset(),
    "AWS::ApiGateway::Deployment": frozenset({"DeploymentCanarySettings", "RestApiId"}),
    "AWS::ApiGateway::Method": frozenset({"HttpMethod", "ResourceId", "RestApiId"}),
    "AWS::ApiGateway::Resource": frozenset({"ParentId", "PathPart", "RestApiId"}),
    "AWS::ApiGateway::RestApi": frozenset(),
    "AWS::ApiGateway::Stage": frozenset({"RestApiId", "StageName"}),
    "AWS::CloudWatch::Alarm": frozenset({"AlarmName"}),
    "AWS::CloudWatch::Dashboard": frozenset({"DashboardName"}),
    "AWS::CodeBuild::Project": frozenset({"Name"}),
    "AWS::Events::Rule": frozenset({"Name"}),
    "AWS::IAM::OIDCProvider": frozenset({"Url"}),
    "AWS::IAM::Policy": frozenset(),
    "AWS::KMS::Alias": frozenset({"AliasName"}),
    "AWS::KMS::Key": frozenset(),
    "AWS::Lambda::EventInvokeConfig": frozenset({"FunctionName", "Qualifier"}),
    "AWS::Lambda::Permission": frozenset(
        [
            "Action",
            "EventSourceToken",
            "FunctionName",
            "FunctionUrlAuthType",
            "InvokedViaFunctionUrl",
            "Principal",
            "PrincipalOrgID",
            "SourceAccount",
            "SourceArn",
        ]
    ),
    "AWS::Logs::LogGroup": frozenset({"LogGroupName"}),
    "AWS::S3::Bucket": frozenset({"BucketName", "BucketNamePrefix", "BucketNamespace"}),
    "AWS::S3::BucketPolicy": frozenset({"Bucket"}),
    "AWS::SNS::Subscription": frozenset({"Endpoint", "Protocol", "TopicArn"}),
    "AWS::SNS::TopicPolicy": frozenset(),
    "AWS::SQS::QueuePolicy": frozenset(),
}
