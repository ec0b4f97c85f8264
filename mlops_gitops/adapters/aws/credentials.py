"""Credentials as they lie on this machine; whether they are any good, only AWS says."""

import boto3
from botocore.exceptions import BotoCoreError

from mlops_gitops.adapters.aws.session import refused


class OwnCredentials:
    """What boto3 finds: in the environment, in files, or of the machine."""

    def source(self) -> str:
        """Say where they come from; empty where there are none.

        Raises:
            AwsError: the configuration files cannot be read, or name a profile that is not there.
        """
        try:
            session = boto3.Session()
            found = session.get_credentials()
            profile = "" if session.profile_name == "default" else session.profile_name
        except BotoCoreError as error:
            raise refused("While looking for credentials of AWS", error) from error
        if found is None:
            return ""
        return f"{found.method}, profile {profile}" if profile else str(found.method)
