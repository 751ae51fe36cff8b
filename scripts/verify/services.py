"""AWS's own service models, as botocore ships them, by the name that a request is signed for."""

from functools import cache

from botocore.loaders import Loader
from botocore.model import ServiceModel

# Where botocore's folder is not the signing name.
FOLDERS = {"monitoring": "cloudwatch", "states": "stepfunctions"}


@cache
def service_model(signing_name):
    """The model of a service; raises botocore's UnknownServiceError when there is none."""
    folder = FOLDERS.get(signing_name, signing_name)
    return ServiceModel(Loader().load_service_model(folder, "service-2"), folder)


@cache
def operation_names(signing_name):
    return frozenset(service_model(signing_name).operation_names)


@cache
def operation_model(signing_name, name):
    return service_model(signing_name).operation_model(name)
