"""Sessions of boto3 that speak one of the protocols of CodePipeline's service model."""

import boto3


def speaking(protocol):
    """A session that takes CodePipeline's service model to name this protocol alone: botocore's names JSON, others name both."""
    session = boto3.Session()
    loader = session._session.get_component("data_loader")
    load = loader.load_service_model

    def loaded(service, kind, *given, **options):
        model = load(service, kind, *given, **options)
        if (service, kind) != ("codepipeline", "service-2"):
            return model
        return {**model, "metadata": {**model["metadata"], "protocols": [protocol]}}

    loader.load_service_model = loaded
    return session
