"""绿色建材下乡: certified green building materials and local crews for the countryside."""
