"""`GET /v1/cases/{id}/dossier`: everything a hearing needs to see of a case, as JSON or as PDF."""

from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Depends, Header, Path, Query
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from api.asking import Moment, json_answer, known_history, moment
from api.problems import responses
from api.replay import replay
from api.services import Services, reader, services_of
from domain.dossier import dossier_document
from projections.paper.dossier import render_dossier
from projections.paper.naming import file_name

router = APIRouter(tags=["cases"], dependencies=[Depends(reader)], responses=responses(401, 403, 422))

PDF = "application/pdf"


@router.get(
    "/v1/cases/{case:path}/dossier",
    summary="The dossier of a case, for people: JSON, or PDF",
    responses={200: {"content": {PDF: {}}}, **responses(404)},
)
async def dossier(
    case: Annotated[
        str, Path(description="The case number (the `subject` of its events)", examples=["2026-000217"])
    ],
    asked: Annotated[Moment, Depends(moment)],
    services: Annotated[Services, Depends(services_of)],
    lang: Annotated[Literal["zh", "en"], Query(description="The language of its texts")] = "zh",
    form: Annotated[
        Literal["json", "pdf"] | None,
        Query(alias="format", description="pdf for paper; else as `Accept` says"),
    ] = None,
    annex: Annotated[bool, Query(description="With every event as it was sent")] = False,
    accept: Annotated[str, Header(include_in_schema=False)] = "",
) -> Response:
    """Judged like the case itself. The same question has the same digest, whenever it is asked."""
    as_pdf = form == "pdf" or (form is None and PDF in accept)
    return await run_in_threadpool(_answer, services, case, asked, lang, as_pdf, annex)


def _answer(services: Services, case: str, asked: Moment, lang: str, as_pdf: bool, annex: bool) -> Response:
    history = known_history(services, case, asked)
    reference = services.reference.current()
    verdict = replay(history, reference, asked.at, asked.known_at, case)
    document: dict[str, Any] = dossier_document(verdict, history, reference, lang, annex=annex)
    if not as_pdf:
        return json_answer(msgspec.json.encode(document))
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": f'inline; filename="{file_name(case)}"',
    }
    return Response(render_dossier(document)[0], media_type=PDF, headers=headers)
