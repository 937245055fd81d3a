"""The places a page links to from its frame: the duties in the footer and the desks' five tabs.

A row whose page is not mounted is left out, so a frame never holds a dead link.
"""

from dataclasses import dataclass, field
from typing import Any

from flask import Flask, current_app, request, url_for
from flask_babel import gettext

from market.kernel.i18n import N_
from market.web.context import actor, language


@dataclass(frozen=True)
class Place:
    """A link of the frame: its word, endpoint and icon."""

    word: str
    endpoint: str
    icon: str = "go"
    values: dict[str, Any] = field(default_factory=dict)

    def is_mounted(self) -> bool:
        """Whether the page exists in this application."""
        return self.endpoint in current_app.view_functions

    def here(self) -> bool:
        """Whether the visitor is on this page."""
        return request.endpoint == self.endpoint


FOOTER = (
    Place(N_("营业执照与许可"), "accounts.show_document", values={"name": "license"}),
    Place(N_("平台规则（修改前 7 天公示）"), "accounts.show_document", values={"name": "rules"}),
    Place(N_("隐私与个人信息"), "accounts.show_document", values={"name": "privacy"}),
    Place(N_("退换货规则"), "storefront.show_guide", values={"topic": "returns"}),
    Place(N_("投诉举报 12315"), "storefront.show_guide", values={"topic": "complaints"}),
    Place(N_("抽查结果公示"), "inspections.list_notices"),
    Place(N_("采信应用数据库"), "adoptions.list_entries"),
    Place(N_("标准库"), "standards.list_standards"),
    Place(N_("查追溯码"), "traceability.enter_code"),
    Place(N_("碳足迹背景因子"), "footprints.list_factors"),
    Place(N_("补贴"), "subsidies.list_schemes"),
    Place(N_("示范工程"), "demonstrations.list_projects"),
    Place(N_("村口自提点"), "pickups.list_points"),
    Place(N_("怎样看证书和星级"), "storefront.show_guide", values={"topic": "certificates"}),
    Place(N_("无障碍说明"), "storefront.show_guide", values={"topic": "accessibility"}),
    Place(N_("开放数据与接口"), "api.show_docs"),
    Place(N_("开店和入驻"), "sellers.new_application"),
    Place(N_("注销账号"), "accounts.delete_account"),
)

# The first five of a desk are its tabs on a phone; the rest follow in "more" and beside them
# on a wide screen.
TABS = 5
_FOOTERS = "market.footers"
DESKS: dict[str, tuple[str, tuple[Place, ...]]] = {
    "me": (
        N_("我的"),
        (
            Place(N_("我的"), "accounts.show_me", "me"),
            Place(N_("订单"), "orders.list_orders", "box"),
            Place(N_("装修需求"), "renovations.list_requests", "crew"),
            Place(N_("消息"), "notifications.list_messages", "bell"),
            Place(N_("地址"), "accounts.list_addresses", "pin"),
            Place(N_("补贴"), "subsidies.list_mine", "money"),
            Place(N_("我家的户口簿号"), "households.show_own", "home"),
            Place(N_("我存的方案"), "bundles.list_configurations", "plan"),
            Place(N_("我的报价单"), "quotations.list_quotations", "plan"),
            Place(N_("整装合同"), "contracts.list_contracts", "doc"),
            Place(N_("接口令牌"), "api_tokens.list_tokens", "gear"),
        ),
    ),
    "seller": (
        N_("卖家工作台"),
        (
            Place(N_("今天"), "sellers.show_desk", "home"),
            Place(N_("商品"), "catalogue.list_own_products", "wall"),
            Place(N_("订单"), "orders.list_seller_orders", "truck"),
            Place(N_("优惠"), "promotions.list_own_promotions", "tag"),
            Place(N_("店铺"), "sellers.show_shop", "gear"),
            Place(N_("在卖的"), "catalogue.list_own_listings", "money"),
            Place(N_("证书"), "certification.list_own_certificates", "shield"),
            Place(N_("收款"), "checkout.list_receipts", "chart"),
            Place(N_("标准"), "standards.list_duties", "std"),
            Place(N_("抽查"), "inspections.list_own_checks", "lab"),
            Place(N_("批次"), "traceability.list_own_batches", "doc"),
            Place(N_("活动"), "promotions.list_seller_campaigns", "tag"),
            Place(N_("佣金"), "commissions.list_own_rules", "money"),
            Place(N_("碳足迹"), "footprints.list_own_declarations", "chart"),
            Place(N_("工厂档案"), "factories.list_own_claims", "shield"),
            Place(N_("采信申报"), "adoptions.list_own", "shield"),
            Place(N_("方案供应商"), "suppliers.show_own", "plan"),
            Place(N_("我的方案"), "bundles.list_own_bundles", "plan"),
            Place(N_("补贴"), "subsidies.list_fee_claims", "money"),
        ),
    ),
    "provider": (
        N_("施工队工作台"),
        (
            Place(N_("今天"), "matching.show_desk", "home"),
            Place(N_("邀请"), "matching.list_invitations", "bell"),
            Place(N_("报价"), "matching.list_quotes", "doc"),
            Place(N_("工程"), "matching.list_jobs", "crew"),
            Place(N_("资料"), "providers.show_profile", "gear"),
            Place(N_("整装合同"), "contracts.list_crew_contracts", "doc"),
        ),
    ),
    "official": (
        N_("主管部门工作台"),
        (
            Place(N_("今天"), "reports.show_official_desk", "home"),
            Place(N_("卖家"), "sellers.list_queue", "users"),
            Place(N_("证书"), "certification.list_queue", "shield"),
            Place(N_("施工队"), "providers.list_queue", "crew"),
            Place(N_("需求"), "matching.list_region_requests", "doc"),
            Place(N_("整装合同"), "contracts.list_region_contracts", "doc"),
            Place(N_("产品变更"), "catalogue.list_changes", "wall"),
            Place(N_("证书异常"), "certification.list_anomalies", "warn"),
            Place(N_("证书登记库"), "certification.list_syncs", "std"),
            Place(N_("优惠"), "promotions.list_staff_promotions", "tag"),
            Place(N_("补贴"), "subsidies.list_managed", "money"),
            Place(N_("户"), "households.list_households", "users"),
            Place(N_("抽查"), "inspections.list_queue", "lab"),
            Place(N_("地方目录"), "catalogue.list_admissions", "pin"),
            Place(N_("本地推荐"), "picks.list_picks", "star"),
            Place(N_("碳足迹"), "footprints.list_queue", "chart"),
            Place(N_("工厂档案"), "factories.list_queue", "shield"),
            Place(N_("方案供应商"), "suppliers.list_queue", "plan"),
            Place(N_("方案审核"), "bundles.list_reviews", "plan"),
            Place(N_("示范工程"), "demonstrations.list_managed", "home"),
            Place(N_("采信应用数据库"), "adoptions.list_queue", "shield"),
            Place(N_("扫码告警"), "traceability.list_alarms", "warn"),
            Place(N_("自提点"), "pickups.list_managed", "pin"),
            Place(N_("气候区"), "regions.list_climate_overrides", "pin"),
            Place(N_("审计"), "reports.list_region_events", "find"),
        ),
    ),
    "operator": (
        N_("运营工作台"),
        (
            Place(N_("今天"), "reports.show_operator_desk", "home"),
            Place(N_("账号"), "accounts.list_accounts", "users"),
            Place(N_("订单"), "orders.list_all_orders", "box"),
            Place(N_("付款"), "checkout.list_payments", "money"),
            Place(N_("审计"), "reports.list_events", "find"),
            Place(N_("品类"), "catalogue.list_kinds", "wall"),
            Place(N_("有毒有害物质"), "substances.list_substances", "lab"),
            Place(N_("标准库"), "standards.list_library", "std"),
            Place(N_("应用分类"), "uses.list_rules", "std"),
            Place(N_("方案"), "bundles.list_all_bundles", "plan"),
            Place(N_("卖家"), "sellers.list_queue", "users"),
            Place(N_("证书"), "certification.list_queue", "shield"),
            Place(N_("产品变更"), "catalogue.list_changes", "wall"),
            Place(N_("证书异常"), "certification.list_anomalies", "warn"),
            Place(N_("证书登记库"), "certification.list_syncs", "std"),
            Place(N_("认证机构"), "certification.list_bodies", "std"),
            Place(N_("抽查"), "inspections.list_queue", "lab"),
            Place(N_("碳足迹"), "footprints.list_queue", "chart"),
            Place(N_("工厂档案"), "factories.list_queue", "shield"),
            Place(N_("方案供应商"), "suppliers.list_queue", "plan"),
            Place(N_("方案审核"), "bundles.list_reviews", "plan"),
            Place(N_("示范工程"), "demonstrations.list_managed", "home"),
            Place(N_("采信应用数据库"), "adoptions.list_queue", "shield"),
            Place(N_("扫码告警"), "traceability.list_alarms", "warn"),
            Place(N_("自提点"), "pickups.list_managed", "pin"),
            Place(N_("施工队"), "providers.list_queue", "crew"),
            Place(N_("需求"), "matching.list_region_requests", "doc"),
            Place(N_("优惠"), "promotions.list_staff_promotions", "tag"),
            Place(N_("佣金"), "commissions.list_rules", "money"),
            Place(N_("本地推荐"), "picks.list_picks", "star"),
            Place(N_("补贴"), "subsidies.list_managed", "money"),
            Place(N_("户"), "households.list_households", "users"),
            Place(N_("气候区"), "regions.list_climate_overrides", "pin"),
            Place(N_("规则和说明"), "accounts.list_documents", "doc"),
            Place(N_("数据合作方"), "interchange.list_partners", "std"),
            Place(N_("后台任务"), "jobs.list_jobs", "clock"),
        ),
    ),
}


def footer_links() -> list[tuple[str, str]]:
    """(word, address) of every duty that has its page; the same for everyone."""
    kept = current_app.extensions[_FOOTERS]
    key = language(), request.script_root
    if key not in kept:
        kept[key] = [
            (gettext(p.word), url_for(p.endpoint, **p.values)) for p in FOOTER if p.is_mounted()
        ]
    found: list[tuple[str, str]] = kept[key]
    return found


def desk_title(desk: str) -> str:
    """The name of a desk."""
    return gettext(DESKS[desk][0])


def desk_places(desk: str) -> list[dict[str, Any]]:
    """The places of a desk, the present one marked; the first `TABS` are its tabs."""
    return [
        {"word": gettext(p.word), "href": url_for(p.endpoint), "icon": p.icon, "here": p.here()}
        for p in DESKS[desk][1]
        if p.is_mounted()
    ]


def open_desks() -> list[tuple[str, str]]:
    """(name, address) of the desks this visitor may work at, their own pages first."""
    who = actor()
    mine = {
        "me": who.is_signed_in,
        "seller": bool(who.seller_ids),
        "provider": bool(who.provider_ids),
        "official": who.is_official,
        "operator": who.is_operator,
    }
    return [
        (gettext(title), url_for(places[0].endpoint))
        for name, (title, places) in DESKS.items()
        if mine[name] and places[0].is_mounted()
    ]


def init_app(app: Flask) -> None:
    """Install the globals of the layouts."""
    app.extensions[_FOOTERS] = {}
    app.jinja_env.globals.update(
        footer_links=footer_links,
        desk_title=desk_title,
        desk_places=desk_places,
        open_desks=open_desks,
        tab_count=TABS,
    )
