"""Which drawing stands for a product: that of its material where there is one, else its kind's."""

from market.catalogue.materials import materials

# Generic materials that look unlike the usual drawing of their kind.
OF_MATERIAL = {
    "aac": "G104-aac",
    "eps80": "G105-eps",
    "eps100": "G105-eps",
    "xps50": "G105-xps",
    "xps80": "G105-xps",
    "rw50": "G105-wool",
    "rw100": "G105-wool",
    "gw100": "G105-wool",
    "ghquilt": "G105-wool",
    "pu40": "G105-pu",
}


def picture_of(kind_code: str, kind_picture: str, material_key: str | None) -> str:
    """The name of the drawing. A picture chosen for the whole kind by hand goes before."""
    usual = kind_picture or kind_code
    material = materials().get(material_key or "")
    if usual != kind_code or material is None or material.kind_code != kind_code:
        return usual
    return OF_MATERIAL.get(material.key, usual)
