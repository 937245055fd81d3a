"""The questions about the house. Every one may be answered with 不清楚."""

from dataclasses import dataclass

from market.kernel.i18n import N_


@dataclass(frozen=True)
class Fact:
    """One question of the wizard, on its own screen."""

    key: str
    kind: str  # choice, number, size
    question: str
    label: str
    hint: str = ""
    unit: str | None = None
    minimum: int = 0
    maximum: int = 0
    choices: tuple[tuple[str, str], ...] = ()
    # What follows from 不清楚, said beside its box.
    unknown: str = N_("没关系，施工队上门会看")

    def choice_label(self, value: str) -> str:
        """The words of a chosen value."""
        return dict(self.choices).get(value, value)


HOUSE_FACTS: tuple[Fact, ...] = (
    Fact("owner_type", "choice", N_("这房子是谁的"), N_("房屋权属"), choices=(
        ("own", N_("自己的")), ("family", N_("家里人共有的")), ("rented", N_("租的")),
    ), hint=N_("租的房子要先问房东同意")),
    Fact("homestead_ok", "choice", N_("有没有宅基地或规划许可"), N_("宅基地、规划许可"), choices=(
        ("granted", N_("已经有了")), ("not_needed", N_("不用办，只改造不新建")),
        ("missing", N_("还没有")),
    ), hint=N_("新建、加层要有许可；有的地方没有许可不能开工")),
    Fact("built_year", "number", N_("房子哪一年建的"), N_("建成年份"), unit=N_("年"),
         minimum=1900, maximum=2100, hint=N_("大概年份就行，例如 1998")),
    Fact("floors", "number", N_("房子有几层"), N_("层数"), unit=N_("层"), minimum=1, maximum=6,
         hint=N_("三层以上，很多地方要有资质的施工企业来做")),
    Fact("footprint", "size", N_("房子占地多长、多宽"), N_("占地长宽"), unit=N_("米"),
         minimum=2, maximum=60, hint=N_("量外墙，农房一般 6 到 20 米")),
    Fact("storey_height", "number", N_("一层有多高"), N_("层高"), unit=N_("米"), minimum=2,
         maximum=6, hint=N_("从地面到楼板，一般 3 米"), unknown=N_("先按 3 米算，以后可改")),
    Fact("structure", "choice", N_("房子是什么结构"), N_("结构"), choices=(
        ("brick_concrete", N_("砖混")), ("earth_timber", N_("土木")),
        ("brick_timber", N_("砖木")), ("frame", N_("混凝土框架")),
        ("light_steel", N_("轻钢")), ("stone", N_("石砌")),
    )),
    Fact("wall_type", "choice", N_("外墙是什么做的"), N_("外墙材料与厚度"), choices=(
        ("brick_240", N_("24 墙，砖厚 240 mm")), ("brick_370", N_("37 墙，砖厚 370 mm")),
        ("block", N_("空心砌块")), ("earth", N_("土墙")), ("stone", N_("石墙")),
        ("other", N_("别的")),
    )),
    Fact("roof_type", "choice", N_("屋顶是什么样的"), N_("屋面"), choices=(
        ("flat", N_("平顶")), ("pitched", N_("坡屋顶，盖瓦")), ("steel", N_("彩钢顶")),
    )),
    Fact("heating", "choice", N_("现在怎么取暖"), N_("取暖方式"), choices=(
        ("coal", N_("散煤")), ("briquette", N_("型煤")), ("biomass", N_("柴草、生物质")),
        ("electric", N_("电")), ("heat_pump", N_("空气源热泵")), ("gas", N_("天然气")),
        ("none", N_("不取暖")),
    )),
    Fact("safety_state", "choice", N_("房子做过安全鉴定吗"), N_("安全鉴定"), choices=(
        ("none", N_("没做过")), ("a", N_("A 级，安全")), ("b", N_("B 级，基本安全")),
        ("c", N_("C 级，局部危险")), ("d", N_("D 级，整栋危险")),
    ), hint=N_("C 级、D 级要先加固，再做别的")),
)  # fmt: skip
BY_KEY = {fact.key: fact for fact in HOUSE_FACTS}
