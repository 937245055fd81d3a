"""The sellers' desk: today, the shop's settings, delivery areas, freight, warehouses, people."""

from flask import request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from market.db.session import reading, unit_of_work
from market.kernel.errors import DomainError
from market.sellers import freight, queries, service
from market.sellers.forms import (
    AboutForm,
    AreaForm,
    LastMileForm,
    MemberForm,
    RateForm,
    TrialForm,
    WarehouseForm,
)
from market.sellers.views import Page, blueprint
from market.web import context, desk
from market.web.access import SELLER, policy
from market.web.feedback import say
from market.web.forms import attach
from market.web.templating import back_to, render


@blueprint.get("/seller")
@policy(SELLER)
def show_desk() -> str:
    """What is to be done today."""
    with reading() as session:
        seller = queries.get_own(session, context.actor(), desk.seller_id())
        table = queries.freight_table(session, seller.id)
        stores = queries.warehouses(session, seller.id)
        tasks = desk.tasks_of_seller(session, seller.id, context.now())
        others = queries.own_sellers(session, context.actor())
    return render(
        "sellers/show_desk.html",
        seller=seller, table=table, stores=stores, tasks=tasks, others=others,
    )  # fmt: skip


@blueprint.post("/seller/switch")
@policy(SELLER)
def switch_seller() -> Response:
    """Work for another of the own sellers."""
    desk.choose_seller(request.form.get("seller_id", ""))
    return back_to("sellers.show_desk")


@blueprint.get("/seller/shop")
@policy(SELLER)
def show_shop() -> str:
    """The shop's settings at a glance."""
    form = AboutForm(formdata=None)
    with reading() as session:
        form.about.data = queries.about_seller(session, desk.seller_id())
    return _shop_page(form)


@blueprint.post("/seller/shop")
@policy(SELLER)
def update_shop() -> Page:
    """Change what the public reads."""
    form = AboutForm()
    if not form.validate():
        return _shop_page(form), 422
    with unit_of_work() as session:
        about = (form.about.data or "").strip()
        service.save_about(session, context.actor(), desk.seller_id(), about)
    say(_("店铺介绍已更新"))
    return back_to("sellers.show_shop")


@blueprint.get("/seller/shop/areas")
@policy(SELLER)
def list_areas() -> str:
    """Where the seller delivers."""
    form = AreaForm(formdata=None)
    form.region.data = request.args.get("region", "")
    return _areas_page(form)


@blueprint.post("/seller/shop/areas")
@policy(SELLER)
def create_area() -> Page:
    """Deliver to one more region."""
    form = AreaForm()
    if form.validate():
        try:
            with unit_of_work() as session:
                region = service.resolve_place(session, form.region.data or "", may_be_country=True)
                service.add_area(session, context.actor(), desk.seller_id(), region)
        except DomainError as error:
            attach(form, error)
        else:
            say(_("送货范围已添加"))
            return back_to("sellers.list_areas")
    return _areas_page(form), 422


@blueprint.post("/seller/shop/areas/remove")
@policy(SELLER)
def remove_area() -> Response:
    """Stop delivering to a region."""
    with unit_of_work() as session:
        service.remove_area(session, context.actor(), desk.seller_id(), _prefix())
    say(_("送货范围已删除"))
    return back_to("sellers.list_areas")


@blueprint.get("/seller/shop/freight")
@policy(SELLER)
def list_rates() -> str:
    """The freight table, and a sum to try it with."""
    return _freight_page(RateForm(formdata=None), LastMileForm(formdata=None, prefix="last-"))


@blueprint.post("/seller/shop/freight")
@policy(SELLER)
def set_rate() -> Page:
    """Add or replace a rate."""
    form = RateForm()
    if form.validate():
        try:
            with unit_of_work() as session:
                region = service.resolve_place(session, form.region.data or "", may_be_country=True)
                service.set_rate(
                    session, context.actor(), desk.seller_id(), region,
                    base_fen=form.base.data, per_kg_fen=form.per_kg.data,
                )  # fmt: skip
        except DomainError as error:
            attach(form, error)
        else:
            say(_("运费已保存"))
            return back_to("sellers.list_rates")
    return _freight_page(form, LastMileForm(formdata=None, prefix="last-")), 422


@blueprint.post("/seller/shop/freight/last-mile")
@policy(SELLER)
def set_last_mile() -> Page:
    """Add or replace a surcharge."""
    form = LastMileForm(prefix="last-")
    if form.validate():
        try:
            with unit_of_work() as session:
                region = service.resolve_place(session, form.region.data or "", narrowest=True)
                service.add_last_mile(
                    session, context.actor(), desk.seller_id(), region, form.surcharge.data,
                    door_only=bool(form.door_only.data),
                )  # fmt: skip
        except DomainError as error:
            attach(form, error)
        else:
            say(_("末端加价已保存"))
            return back_to("sellers.list_rates")
    return _freight_page(RateForm(formdata=None), form), 422


@blueprint.post("/seller/shop/freight/remove")
@policy(SELLER)
def remove_rate() -> Response:
    """Forget a rate."""
    with unit_of_work() as session:
        service.remove_rate(session, context.actor(), desk.seller_id(), _prefix())
    say(_("运费已删除"))
    return back_to("sellers.list_rates")


@blueprint.post("/seller/shop/freight/last-mile/remove")
@policy(SELLER)
def remove_last_mile() -> Response:
    """Forget a surcharge."""
    with unit_of_work() as session:
        service.remove_last_mile(session, context.actor(), desk.seller_id(), _prefix())
    say(_("末端加价已删除"))
    return back_to("sellers.list_rates")


@blueprint.get("/seller/shop/warehouses")
@policy(SELLER)
def list_warehouses() -> str:
    """The warehouses and the form for one more."""
    form = WarehouseForm(formdata=None)
    form.region.data = request.args.get("region", "")
    return _warehouses_page(form)


@blueprint.post("/seller/shop/warehouses")
@policy(SELLER)
def create_warehouse() -> Page:
    """One more warehouse."""
    form = WarehouseForm()
    if form.validate():
        try:
            with unit_of_work() as session:
                region = service.resolve_place(session, form.region.data or "", narrowest=True)
                service.add_warehouse(
                    session, context.actor(), desk.seller_id(), form.to_details(region),
                    now=context.now(),
                )  # fmt: skip
        except DomainError as error:
            attach(form, error)
        else:
            say(_("仓库已添加"))
            return back_to("sellers.list_warehouses")
    return _warehouses_page(form), 422


@blueprint.get("/seller/shop/warehouses/<warehouse_id>")
@policy(SELLER)
def edit_warehouse(warehouse_id: str) -> str:
    """One warehouse."""
    with reading() as session:
        store = queries.get_warehouse(session, desk.seller_id(), warehouse_id)
    form = WarehouseForm(formdata=None)
    form.name.data, form.detail.data = store.name, store.detail
    form.region.data, form.is_open.data = store.place.name_zh, store.is_open
    return render("sellers/edit_warehouse.html", form=form, store=store)


@blueprint.post("/seller/shop/warehouses/<warehouse_id>")
@policy(SELLER)
def update_warehouse(warehouse_id: str) -> Page:
    """Change or close a warehouse."""
    form = WarehouseForm()
    with reading() as session:
        store = queries.get_warehouse(session, desk.seller_id(), warehouse_id)
    if form.validate():
        try:
            with unit_of_work() as session:
                region = service.resolve_place(session, form.region.data or "", narrowest=True)
                service.save_warehouse(
                    session, context.actor(), desk.seller_id(), warehouse_id,
                    form.to_details(region), is_open=bool(form.is_open.data),
                )  # fmt: skip
        except DomainError as error:
            attach(form, error)
        else:
            say(_("仓库已保存"))
            return back_to("sellers.list_warehouses")
    return render("sellers/edit_warehouse.html", form=form, store=store), 422


@blueprint.get("/seller/shop/members")
@policy(SELLER)
def list_members() -> str:
    """The people of the seller."""
    return _members_page(MemberForm(formdata=None))


@blueprint.post("/seller/shop/members")
@policy(SELLER)
def create_member() -> Page:
    """Let a colleague in."""
    form = MemberForm()
    if form.validate():
        try:
            with unit_of_work() as session:
                service.add_member(
                    session, context.actor(), desk.seller_id(), form.phone.data, now=context.now()
                )
        except DomainError as error:
            attach(form, error)
        else:
            say(_("成员已添加，对方重新打开页面就能看到工作台"))
            return back_to("sellers.list_members")
    return _members_page(form), 422


@blueprint.post("/seller/shop/members/<account_id>/remove")
@policy(SELLER)
def remove_member(account_id: str) -> Response:
    """Take a colleague's access away."""
    with unit_of_work() as session:
        service.remove_member(
            session, context.actor(), desk.seller_id(), account_id, now=context.now()
        )
    say(_("成员已移出"))
    return back_to("sellers.list_members")


def _prefix() -> str:
    """The region of a row to remove; the code of a row that cannot exist finds nothing."""
    return request.form.get("prefix", "?")[:9]


def _shop_page(form: AboutForm) -> str:
    with reading() as session:
        seller = queries.get_own(session, context.actor(), desk.seller_id())
        table = queries.freight_table(session, seller.id)
        stores = queries.warehouses(session, seller.id)
        people = queries.members(session, seller.id)
    return render(
        "sellers/show_shop.html", form=form, seller=seller, table=table, stores=stores,
        people=people,
    )  # fmt: skip


def _areas_page(form: AreaForm) -> str:
    with reading() as session:
        seller = queries.get_own(session, context.actor(), desk.seller_id())
        table = queries.freight_table(session, seller.id)
        places = queries.place_names(session, table.areas)
    return render("sellers/list_areas.html", form=form, table=table, places=places)


def _freight_page(rate: RateForm, last: LastMileForm) -> str:
    trial = TrialForm(request.args if "place" in request.args else None)
    tried, place = None, None
    with reading() as session:
        seller = queries.get_own(session, context.actor(), desk.seller_id())
        table = queries.freight_table(session, seller.id)
        rows = [r.prefix for r in table.rates] + [r.prefix for r in table.last_miles]
        places = queries.place_names(session, rows)
        if "place" in request.args and trial.validate():
            try:
                place = service.resolve_place(session, trial.place.data or "", field="place")
                tried = freight.quote(table, place, int(trial.weight.data * 1000))
                places |= queries.place_names(session, [place.digits])
            except DomainError as error:
                attach(trial, error)
    return render(
        "sellers/list_rates.html", rate=rate, last=last, trial=trial, tried=tried, table=table,
        places=places, place=place,
    )  # fmt: skip


def _warehouses_page(form: WarehouseForm) -> str:
    with reading() as session:
        seller = queries.get_own(session, context.actor(), desk.seller_id())
        stores = queries.warehouses(session, seller.id)
    return render("sellers/list_warehouses.html", form=form, stores=stores)


def _members_page(form: MemberForm) -> str:
    with reading() as session:
        seller = queries.get_own(session, context.actor(), desk.seller_id())
        people = queries.members(session, seller.id)
    return render("sellers/list_members.html", form=form, people=people)
