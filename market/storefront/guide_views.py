"""Pages that explain: the platform's rules in plain words, and the components themselves."""

from market.kernel.errors import NotFound
from market.storefront import styleguide
from market.storefront.views import blueprint
from market.web.access import PUBLIC, policy
from market.web.templating import render

__all__ = ["blueprint"]
TOPICS = ("returns", "complaints", "certificates", "accessibility")


@blueprint.get("/guide/<topic>")
@policy(PUBLIC)
def show_guide(topic: str) -> str:
    """One of the standing explanations."""
    if topic not in TOPICS:
        raise NotFound()
    return render(f"storefront/guide_{topic}.html")


@blueprint.get("/styleguide")
@policy(PUBLIC)
def show_styleguide() -> str:
    """Every component in every state."""
    return render("storefront/show_styleguide.html", **styleguide.samples())
