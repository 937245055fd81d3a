"""Who can sign in to the demonstration world, for printing."""

from market.config import Settings
from market.seed.people import AGENTS, HOUSEHOLDS, OFFICIALS, OPERATOR, PASSWORD
from market.seed.tables import crews, firms


def login_lines(settings: Settings) -> list[str]:
    """Lines for the terminal; none in production."""
    if settings.is_production:
        return []
    household = next(iter(HOUSEHOLDS))
    rows = [
        ("农户 household", household),
        ("厂家 manufacturer", firms()[0]["phone"]),
        ("商店 shop", firms()[8]["phone"]),
        ("自提点代办人 agent", next(iter(AGENTS))),
        ("施工队 provider", crews()[0]["phone"]),
        ("县主管 official (阜平)", next(iter(OFFICIALS))),
        ("平台 operator", OPERATOR),
    ]
    lines = [f"  {title:<24} {phone}" for title, phone in rows]
    return [
        f"示例登录 demonstration logins, password {PASSWORD}:",
        *lines,
        f"短信验证码和消息 codes and messages: {settings.base_url}/dev/messages",
        "停止 stop: Ctrl+C",
    ]
