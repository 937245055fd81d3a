"""What an import does, one act after the other; each knows the row that asks for it."""

from dataclasses import dataclass

from market.catalogue.types import ListingDetails, ProductDetails, VariantDetails


@dataclass(frozen=True)
class AddProduct:
    """Start a product; `key` is how later acts refer to it."""

    row: int
    key: str
    details: ProductDetails


@dataclass(frozen=True)
class EditProduct:
    """Change what a product says."""

    row: int
    product_id: str
    before: ProductDetails
    details: ProductDetails


@dataclass(frozen=True)
class AddVariant:
    """Add a pack size to a product that exists or is made before."""

    row: int
    product: str
    key: str
    details: VariantDetails


@dataclass(frozen=True)
class EditVariant:
    """Change a pack size."""

    row: int
    variant_id: str
    before: VariantDetails
    details: VariantDetails


@dataclass(frozen=True)
class AddListing:
    """Offer a pack size that exists or is made before."""

    row: int
    variant: str
    key: str
    details: ListingDetails


@dataclass(frozen=True)
class EditListing:
    """Change price and terms."""

    row: int
    listing_id: str
    before: ListingDetails
    details: ListingDetails


@dataclass(frozen=True)
class MoveListing:
    """Publish, pause, archive or restore a listing."""

    row: int
    listing: str
    before: str
    verbs: tuple[str, ...]


@dataclass(frozen=True)
class SetStock:
    """Set a level to what was counted; `before` is None where there is no level yet."""

    row: int
    listing: str
    warehouse_id: str
    before: int | None
    counted: int


Operation = (
    AddProduct
    | EditProduct
    | AddVariant
    | EditVariant
    | AddListing
    | EditListing
    | MoveListing
    | SetStock
)
