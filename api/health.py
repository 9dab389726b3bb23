"""Probes and metrics: is the process alive, are its parts ready, and how is it doing."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.concurrency import run_in_threadpool
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_1_0_0
from starlette.responses import Response

from api import telemetry
from api.problems import Problem, responses
from api.services import Running, reader, running_of

router = APIRouter(tags=["health"])


@router.get("/healthz", summary="Is the process alive")
async def healthz() -> dict[str, str]:
    """Answers as long as the process can answer; says nothing of its parts."""
    return {"status": "alive"}


@router.get("/readyz", summary="Is every part ready", responses=responses(503))
async def readyz(services: Annotated[Running, Depends(running_of)]) -> dict[str, Any]:
    """200 with every part; 503 that names the parts without which nothing can be taken in or supervised.

    A part that only answers questions (the read store) is told, with status `degraded`: a load balancer must go on
    sending events, for they are taken and judged without it.
    """
    wrong = await run_in_threadpool(lambda: {name: probe() for name, probe in services.probes.items()})
    if failing := [f"{name}: {trouble}" for name, trouble in wrong.items() if trouble is not None]:
        raise Problem(503, "not-ready", "; ".join(failing), None, {"Retry-After": "5"})
    away = await run_in_threadpool(lambda: {name: probe() for name, probe in services.degraded.items()})
    status = "degraded" if any(away.values()) else "ready"
    return {
        "status": status,
        "parts": {name: trouble or "ready" for name, trouble in {**wrong, **away}.items()},
    }


@router.get(
    "/metrics",
    summary="Prometheus metrics",
    dependencies=[Depends(reader)],
    responses={200: {"content": {"text/plain": {}}}, **responses(401, 403)},
)
async def metrics(request: Request, services: Annotated[Running, Depends(running_of)]) -> Response:
    """The text format of Prometheus; what each metric means stands in `api/telemetry.py`."""
    at_scrape = CollectorRegistry()
    at_scrape.register(telemetry.collector(services.readings))
    text = await run_in_threadpool(lambda: generate_latest(telemetry.REGISTRY) + generate_latest(at_scrape))
    return Response(text, media_type=CONTENT_TYPE_PLAIN_1_0_0)
