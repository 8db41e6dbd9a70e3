TITLE = "Sales of the year"


def money(value):
    return f"{value:,.0f} €"
