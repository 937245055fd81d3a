"""The document and the page made of it. Importing this module loads every operation."""

from typing import Any

from market.api import (
    adoption_views,
    bundle_views,
    buy_views,
    carbon_views,
    catalogue_views,
    demonstration_views,
    openapi,
    pickup_views,
    reference,
    request_views,
    standard_views,
    trust_views,
)
from market.api.blueprint import PREFIX, blueprint
from market.api.openapi import OpenApiOut
from market.api.operation import operation
from market.api.types import SCOPE_LABELS, Call, Limits
from market.kernel.i18n import N_
from market.web.access import API, PUBLIC, policy
from market.web.context import settings
from market.web.templating import render

__all__ = [
    "adoption_views",
    "blueprint",
    "bundle_views",
    "buy_views",
    "carbon_views",
    "catalogue_views",
    "demonstration_views",
    "pickup_views",
    "request_views",
    "standard_views",
    "trust_views",
]


@blueprint.get(f"{PREFIX}/openapi.json")
@policy(API)
@operation(N_("OpenAPI 3.1 文档"), tag="about", result=OpenApiOut)
def show_document(call: Call) -> dict[str, Any]:
    """The OpenAPI 3.1 document, made of the code that serves it."""
    return openapi.document()


@blueprint.get("/api/docs")
@policy(PUBLIC)
def show_docs() -> str:
    """The same document for people."""
    document = openapi.document()
    return render(
        "api/show_docs.html",
        document=document,
        chapters=reference.chapters(document),
        sheets=reference.sheets(document),
        scopes=SCOPE_LABELS,
        limits=Limits(),
        base=settings().base_url.rstrip("/"),
    )
