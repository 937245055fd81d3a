"""The public page of a certificate."""

from flask import Blueprint
from werkzeug.wrappers import Response

from market.certification import kinds, queries
from market.certification.entry import OWNER_KIND
from market.certification.errors import PaperNotFound, VisitNotFound
from market.certification.review import PAPERS
from market.certification.surveillance import SURVEILLANCE_OWNER
from market.certification.types import CertificateDetail
from market.db.session import reading
from market.media import service as media
from market.web import context
from market.web.access import PUBLIC, policy
from market.web.files import send_private
from market.web.templating import render

blueprint = Blueprint("certification", __name__)
Page = str | Response | tuple[str, int]


@blueprint.get("/certificates/<certificate_id>")
@policy(PUBLIC)
def show_certificate(certificate_id: str) -> str:
    """Number, issuer, holder, scope, dates and state, for everyone."""
    with reading() as session:
        certificate = queries.get_public(session, certificate_id, context.now())
        named = kinds.names(session, certificate.view.kinds)
    return render("certification/show_certificate.html", certificate=certificate, kinds=named)


def evidence_response(certificate: CertificateDetail) -> Response:
    """The scan of a certificate whose reader was checked."""
    with reading() as session:
        found = media.private_path(
            session, certificate.evidence_file_id or "", OWNER_KIND, certificate.view.id
        )
    return send_private(*found)


def paper_response(certificate: CertificateDetail, paper: str) -> Response:
    """A paper of the newest check of a certificate whose reader was checked.

    Raises `PaperNotFound`.
    """
    if paper not in certificate.papers:
        raise PaperNotFound
    with reading() as session:
        found = media.private_path(
            session, certificate.papers[paper], PAPERS[paper], certificate.view.id
        )
    return send_private(*found)


def visit_response(certificate: CertificateDetail, visit_id: str) -> Response:
    """The report of a surveillance of a certificate whose reader was checked."""
    visit = next((one for one in certificate.visits if one.id == visit_id), None)
    if visit is None:
        raise VisitNotFound
    with reading() as session:
        found = media.private_path(session, visit.evidence_file_id, SURVEILLANCE_OWNER, visit.id)
    return send_private(*found)
