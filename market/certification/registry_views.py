"""The registry desk: lists compared and applied, certificates matched, anomalies resolved."""

from datetime import timedelta

from flask import current_app, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from market.certification import (
    kinds,
    queries,
    registry_queries,
    registry_rows,
    resolving,
    rules,
    service,
)
from market.certification.errors import OutsideYourRegion, RegistryNotSet, RegistrySilent
from market.certification.forms import CheckForm, DecisionForm
from market.certification.registry_forms import DEEDS, AdoptForm, ListForm, ResolveForm
from market.certification.types import Papers
from market.certification.views import Page, blueprint
from market.db.session import reading, unit_of_work
from market.kernel.clock import shanghai_date
from market.kernel.errors import DomainError, NotFound
from market.kernel.ports import CertificateRegistry, RegistryUnreachable
from market.media.uploads import stored
from market.web import context
from market.web.access import STAFF, policy
from market.web.feedback import say
from market.web.forms import attach
from market.web.paging import page_number
from market.web.templating import back_to, render

_CHECK_AFTER = timedelta(days=180)


@blueprint.get("/official/registry")
@policy(STAFF)
def list_syncs() -> str:
    """Lists that were compared, and the forms for another."""
    return _syncs_page(ListForm(formdata=None))


@blueprint.post("/official/registry/file")
@policy(STAFF)
def upload_registry() -> Page:
    """Compare an uploaded list."""
    form = ListForm()
    if form.validate():
        try:
            name = form.file.data.filename or ""
            told = registry_rows.read_file(form.file.bytes() or b"", name)
            with unit_of_work() as session:
                sync_id = _compare(session, told, name[:120] or _("文件"))
        except DomainError as error:
            attach(form, error)
        else:
            return back_to("certification.review_sync", sync_id=sync_id)
    return _syncs_page(form), 422


@blueprint.post("/official/registry/fetch")
@policy(STAFF)
def fetch_registry() -> Page:
    """Ask the registry itself and compare its answer. Nothing is open while it is asked."""
    registry: CertificateRegistry | None = current_app.extensions["market.certificate_registry"]
    if registry is None:
        raise RegistryNotSet
    form = ListForm(formdata=None)
    try:
        told = registry_rows.read_rows(registry.fetch())
        with unit_of_work() as session:
            sync_id = _compare(session, told, registry.name)
    except RegistryUnreachable:
        attach(form, RegistrySilent())
        return _syncs_page(form), 503
    except DomainError as error:
        attach(form, error)
        return _syncs_page(form), 422
    return back_to("certification.review_sync", sync_id=sync_id)


@blueprint.get("/official/registry/<sync_id>")
@policy(STAFF)
def review_sync(sync_id: str) -> str:
    """What applying it would change."""
    with reading() as session:
        sync, changes = registry_queries.get_sync(session, context.actor(), sync_id)
        page = registry_queries.rejected_rows(session, context.actor(), sync_id, page_number())
    return render("certification/review_sync.html", sync=sync, changes=changes, page=page)


@blueprint.post("/official/registry/<sync_id>/<choice>")
@policy(STAFF)
def decide_sync(sync_id: str, choice: str) -> Page:
    """Apply it whole, or throw it away."""
    if choice not in ("apply", "discard"):
        raise NotFound
    with unit_of_work() as session:
        actor, now = context.actor(), context.now()
        if choice == "apply":
            count = service.apply_sync(session, actor, sync_id, now=now)
            text = _("已更新登记库记录，其中改了 %(count)s 张证书", count=count)
        else:
            service.discard_sync(session, actor, sync_id, now=now)
            text = _("这次比对不采用，什么都没有改")
    say(text)
    return back_to("certification.review_sync", sync_id=sync_id)


@blueprint.post("/official/certificates/<certificate_id>/adopt")
@policy(STAFF)
def adopt_record(certificate_id: str) -> Page:
    """Approve with the registry's values."""
    form = AdoptForm()
    if form.validate():
        try:
            papers = Papers(authorisation=stored(form.authorisation))
            with unit_of_work() as session:
                check = form.to_check(_("登记库里查到，按登记库的资料通过"))
                actor, now = context.actor(), context.now()
                service.adopt(session, actor, certificate_id, check, papers, now=now)
        except (NotFound, OutsideYourRegion):
            raise
        except DomainError as error:
            attach(form, error)
        else:
            say(_("证书按登记库的资料通过了"))
            return back_to("certification.review_certificate", certificate_id=certificate_id)
    return review_page(certificate_id, new_check(), DecisionForm(formdata=None), form), 422


@blueprint.get("/official/anomalies")
@policy(STAFF)
def list_anomalies() -> str:
    """What the rules found in the own subtree."""
    is_open = request.args.get("state") != "closed"
    with reading() as session:
        page = registry_queries.list_anomalies(
            session, context.actor(), is_open=is_open, number=page_number()
        )
    return render("certification/list_anomalies.html", page=page, is_open=is_open)


@blueprint.get("/official/anomalies/<anomaly_id>")
@policy(STAFF)
def review_anomaly(anomaly_id: str) -> str:
    """One anomaly with its certificate."""
    return _anomaly_page(anomaly_id, ResolveForm(formdata=None))


@blueprint.post("/official/anomalies/<anomaly_id>")
@policy(STAFF)
def resolve_anomaly(anomaly_id: str) -> Page:
    """Close it with words, and do what they say."""
    form = ResolveForm()
    with reading() as session:
        registry_queries.get_anomaly(session, context.actor(), anomaly_id)
        form.offer(resolving.deeds_for(session, anomaly_id).possible)
    if form.validate():
        try:
            with unit_of_work() as session:
                service.resolve_anomaly(
                    session, context.actor(), anomaly_id, form.reason.data or "",
                    deed=form.outcome.data, now=context.now(),
                )  # fmt: skip
        except (NotFound, OutsideYourRegion):
            raise
        except DomainError as error:
            attach(form, error)
        else:
            say(_("异常已处理，两边的商家会收到消息"))
            return back_to("certification.list_anomalies")
    return _anomaly_page(anomaly_id, form), 422


def new_check() -> CheckForm:
    """The form of a check, with a usual date for the next."""
    form = CheckForm(formdata=None)
    form.next_check_on.data = shanghai_date(context.now()) + _CHECK_AFTER
    return form


def review_page(
    certificate_id: str, check: CheckForm, decision: DecisionForm, adopt: AdoptForm | None = None
) -> str:
    """A certificate on the reviewer's desk, beside its registry record and its anomalies."""
    with reading() as session:
        actor, now = context.actor(), context.now()
        certificate = queries.get_for_review(session, actor, certificate_id, now)
        named = kinds.names(session, certificate.view.kinds)
        match = registry_queries.match_of(session, certificate_id)
        found = registry_queries.anomalies_of(session, certificate_id)
        origins = registry_queries.origins_of(session, certificate_id)
    if adopt is None:
        adopt = AdoptForm(formdata=None)
        adopt.next_check_on.data = shanghai_date(context.now()) + _CHECK_AFTER
    return render(
        "certification/review_certificate.html",
        certificate=certificate, check=check, decision=decision, kinds=named, match=match,
        anomalies=found, origins=origins, adopt=adopt,
        actions=rules.possible_actions(certificate.review, certificate.standing),
    )  # fmt: skip


def _compare(session: Session, told: registry_rows.Reading, source: str) -> str:
    return service.compare(
        session, context.actor(), told.records, source,
        rejected=told.rejected, places=told.places, now=context.now(),
    )  # fmt: skip


def _syncs_page(form: ListForm) -> str:
    with reading() as session:
        page = registry_queries.list_syncs(session, context.actor(), page_number())
        records = registry_queries.count_records(session)
    online = current_app.extensions["market.certificate_registry"] is not None
    return render(
        "certification/list_syncs.html", form=form, page=page, records=records, online=online
    )


def _anomaly_page(anomaly_id: str, form: ResolveForm) -> str:
    with reading() as session:
        anomaly = registry_queries.get_anomaly(session, context.actor(), anomaly_id)
        deeds = resolving.deeds_for(session, anomaly_id)
    form.offer(deeds.possible)
    return render(
        "certification/review_anomaly.html", anomaly=anomaly, form=form, deeds=deeds, words=DEEDS
    )
