"""What a household means to buy: lines, bundle groups and coupon codes. Knows no prices to pay."""
