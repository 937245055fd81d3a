"""Forms by which an office refuses: applications to campaigns, shares asked of the platform."""

from flask_babel import lazy_gettext as _l

from market.web.forms import Form, TextField


class RefusalForm(Form):
    """Why a seller is not let into a campaign. Each of its page has an id of its own."""

    reason = TextField(_l("不同意的原因"), maximum=300, description=_l("商家会看到"))

    def of(self, campaign_id: str, seller_id: str) -> "RefusalForm":
        """The form beside this application."""
        self.reason.id = f"reason-{campaign_id}-{seller_id}"
        return self


class ShareForm(Form):
    """Why the platform does not bear a part of a promotion."""

    reason = TextField(_l("不同意的原因"), maximum=300, description=_l("商家会看到"))
