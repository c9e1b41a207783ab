"""Shows the extractor inside an async web service; needs `pip install fastapi python-multipart`.

    NOVADOC_MODEL=arn:aws:bedrock:... uvicorn service_fastapi:app

The event loop is never blocked: `aextract` runs in threads of its own. Errors are answers: what
the document is to blame for is a 422, what the model or the service is to blame for a 502 or 503,
and no answer holds content of a document that failed.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import FastAPI, File, Request, UploadFile
from fastapi.responses import JSONResponse

import novadoc as nd
from novadoc.doctypes import Receipt
from novadoc.errors import AnswerError, DocumentError, ServiceError, ThrottledError


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Make the extractor once, before the first request."""
    aws = nd.Bedrock.connect(project="receipts")
    model = aws.model(os.environ["NOVADOC_MODEL"], base_model="nova-lite")
    app.state.extractor = nd.Extractor(nd.ExtractionPrompt(Receipt), model=model)
    yield


app = FastAPI(lifespan=lifespan)


@app.post("/receipts")
async def read_receipt(request: Request, scan: Annotated[UploadFile, File()]) -> Receipt:
    """Read one receipt."""
    document = nd.Document.open(await scan.read(), name=scan.filename or "upload")
    extractor: nd.Extractor[Receipt] = request.app.state.extractor
    return (await extractor.aextract(document)).value


@app.exception_handler(nd.NovadocError)
async def explain(request: Request, error: nd.NovadocError) -> JSONResponse:
    """Answer an error with its kind and text; neither holds content of the document."""
    del request
    status = 500
    if isinstance(error, DocumentError):
        status = 422
    elif isinstance(error, ThrottledError):
        status = 503
    elif isinstance(error, (AnswerError, ServiceError)):
        status = 502
    return JSONResponse({"error": type(error).__name__, "message": str(error)}, status)
