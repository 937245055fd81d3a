"""Flask glue that knows no domain: context, access policy, forms, templates, errors, assets."""
