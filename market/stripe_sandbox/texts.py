"""The few sentences of the hosted page in both languages."""

_TEXTS: dict[str, tuple[str, str]] = {
    "lang": ("zh-CN", "en"),
    "title": ("模拟支付", "Simulated payment"),
    "warning": (
        "这是模拟支付，不会动用你的钱。不要填真实的卡号。",
        "This is a simulation. No money moves. Do not enter a real card number.",
    ),
    "to_pay": ("应付", "To pay"),
    "yuan": ("元", "yuan"),
    "card": ("银行卡", "Card"),
    "alipay": ("支付宝", "Alipay"),
    "wechat_pay": ("微信支付", "WeChat Pay"),
    "method": ("付款方式", "Method"),
    "number": ("卡号", "Card number"),
    "number_hint": (
        "能付的测试卡：4242 4242 4242 4242；会被拒的：4000 0000 0000 0002",
        "Test card that works: 4242 4242 4242 4242; one that is declined: 4000 0000 0000 0002",
    ),
    "pay": ("模拟付款成功", "Simulate a successful payment"),
    "fail": ("模拟付款失败", "Simulate a failed payment"),
    "back": ("不付了，回商城", "Do not pay, go back to the shop"),
    "bad_card": ("卡号不对，用下面的测试卡号", "The card number is wrong; use a test number below"),
    "declined": ("这次没付成。可以再试一次", "This payment failed. You can try again"),
    "complete": ("已经付过了", "Already paid"),
    "expired": (
        "付款时间过了，请回商城重新开始",
        "The time to pay is over. Start again in the shop",
    ),
    "return": ("回商城", "Back to the shop"),
    "missing": ("没有这笔付款", "There is no such payment"),
    "front": ("模拟支付服务正在运行", "The payment sandbox is running"),
}


def texts(locale: str) -> dict[str, str]:
    """Every sentence in Chinese, or in English for a locale that starts with `en`."""
    index = 1 if locale.startswith("en") else 0
    return {name: pair[index] for name, pair in _TEXTS.items()}
