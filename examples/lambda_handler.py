"""Shows the extractor in AWS Lambda: an uploaded scan in, an audited JSON object beside it.

Environment: NOVADOC_MODEL (the deployment's ARN or a base model's key). The function's role needs
s3:GetObject and s3:PutObject on the bucket and bedrock:InvokeModel on the model. Trigger it on the
suffix of the scans, never on `.json`, or it calls itself. Everything that can be made once is made
outside the handler, so that warm calls pay for nothing but the answer.
"""

from __future__ import annotations

import functools
import json
import os
from typing import Any
from urllib.parse import unquote_plus

import novadoc as nd
from novadoc.doctypes import W2
from novadoc.extraction import audit_line


@functools.cache
def door() -> nd.Bedrock:
    """Connect once a process; region and credentials are Lambda's own."""
    return nd.Bedrock.connect(project="w2-service")


@functools.cache
def extractor() -> nd.Extractor[W2]:
    """Make the extractor once a process."""
    model = door().model(os.environ["NOVADOC_MODEL"], base_model="nova-lite")
    return nd.Extractor(nd.ExtractionPrompt(W2), model=model)


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Read the scan an S3 event names and write `<key>.json` beside it."""
    del context
    place = event["Records"][0]["s3"]
    bucket, key = place["bucket"]["name"], unquote_plus(place["object"]["key"])
    outcome = extractor().extract(door().storage.open(f"s3://{bucket}/{key}"))
    text = nd.DocumentSchema.of(W2).canonical_text(outcome.value)
    door().storage.write(
        f"s3://{bucket}/{key}.json", text.encode(), content_type="application/json"
    )
    audit = audit_line(outcome, prompt_fingerprint=extractor().prompt.fingerprint)
    print(json.dumps(audit, default=str))  # to CloudWatch: digests and figures, no values
    return {"key": f"{key}.json", "fields_to_review": list(outcome.needs_review())}
