"""Refusals of the matching."""

from market.kernel.errors import Conflict, Forbidden
from market.kernel.i18n import N_


class NotApproved(Conflict):
    """Only approved crews take jobs."""

    message = N_("你的施工队还没通过审核，现在不能接活")


class JobUnderContract(Conflict):
    """A job with a contract is done when its last milestone of work is accepted."""

    message = N_("这个工程有合同，在合同页逐个节点验收")


class RequestElsewhere(Forbidden):
    """Another county's request."""

    message = N_("这个需求不在你管的地区")
