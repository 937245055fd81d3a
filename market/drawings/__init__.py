"""Pictures of the kinds of products, drawn by code from recipes: no photos, no chance.

`python -m market.drawings` writes every file of `static/img/kind` anew. The files are committed,
so that serving a picture needs nothing of this package.
"""
